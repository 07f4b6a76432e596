"""Which columns and rows of a table are samples and genes, and what the others are.

================== ==================================================================================================
`apart`            what is left out as no sample or no gene, and why
`gene_facts`       columns that describe genes or compare samples: positions, lengths, fold changes, p values, means
`measures`         several columns a sample, such as counts beside FPKM and TPM: one of them is taken
`sample_facts`     columns among genes that describe samples: age, RIN, sequencing depth, Seurat's nCount_RNA
================== ==================================================================================================
"""
