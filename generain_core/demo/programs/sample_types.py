"""Types of samples of the demo release. Data: which gene programs are active in each (see `simulate`)."""

SAMPLE_TYPES: dict[str, str] = {
    "liver": "liver complement_and_coagulation cholesterol_biosynthesis fatty_acid_metabolism",
    "kidney": "kidney fatty_acid_metabolism endothelial_cells:0.7 oxidative_phosphorylation",
    "skeletal muscle": "skeletal_muscle glycolysis_and_TCA_cycle heart_muscle:0.35 interferon_response:0.4",
    "heart": "heart_muscle skeletal_muscle:0.3 endothelial_cells:0.7 fatty_acid_metabolism",
    "brain cortex": "neurons_and_synapses astrocytes_and_myelin imprinted_genes:0.7 pancreatic_islets:0.3",
    "whole blood": "erythroid_cells platelets neutrophils T_cells:0.7 cytotoxic_and_NK_cells:0.8 B_and_plasma_cells:0.6 "
    "monocytes_and_macrophages:0.8 antigen_presentation_(MHC):0.9 NF-kB_inflammation:0.8",
    "T cells": "T_cells cytotoxic_and_NK_cells:0.7 chemokines:0.7 interferon_response:0.7 antigen_presentation_(MHC):0.8",
    "lymphoblastoid cells": "B_and_plasma_cells antigen_presentation_(MHC) mitotic_cell_cycle:0.9 DNA_replication:0.9 "
    "NF-kB_inflammation:0.9 interferon_response:0.8 chemokines:0.7",
    "K562 cells": "erythroid_cells:0.8 mitotic_cell_cycle DNA_replication histones ribosome_biogenesis_and_snoRNA_hosts:1 "
    "testis_and_germ_cells:0.3 growth_signaling:0.9",
    "skin": "keratin_and_epidermis collagen_and_extracellular_matrix:0.8 bone_and_cartilage:0.4 adipocytes:0.5",
    "lung": "lung_surfactant motile_cilia:0.9 endothelial_cells monocytes_and_macrophages:0.9 antigen_presentation_(MHC) "
    "collagen_and_extracellular_matrix:0.7 smooth_muscle:0.6 chemokines:0.7",
    "colon": "intestine smooth_muscle B_and_plasma_cells:0.6 mitotic_cell_cycle:0.7 HOX_genes:0.7",
    "pancreas": "exocrine_pancreas pancreatic_islets heat_shock_and_unfolded_protein_response:1 intestine:0.3",
    "testis": "testis_and_germ_cells motile_cilia:0.7 mitotic_cell_cycle:0.8 DNA_repair:1 histones:0.8",
    "embryonic stem cells": "pluripotency mitotic_cell_cycle DNA_replication histones imprinted_genes:0.6 X_inactivation:1",
    "adipose tissue": "adipocytes collagen_and_extracellular_matrix:0.9 endothelial_cells:0.8 smooth_muscle:0.5 "
    "complement_and_coagulation:0.5 HOX_genes:0.8 breast_and_prostate_epithelium:0.6",
    "breast": "breast_and_prostate_epithelium:0.95 adipocytes:0.7 collagen_and_extracellular_matrix:0.8 endothelial_cells:0.6",
    "prostate": "breast_and_prostate_epithelium smooth_muscle:0.9 collagen_and_extracellular_matrix:0.6",
    "small intestine": "intestine smooth_muscle:0.8 T_cells:0.5 cholesterol_biosynthesis:0.9 kidney:0.3",
    "fibroblasts": "collagen_and_extracellular_matrix bone_and_cartilage:0.6 smooth_muscle:0.6 p53_targets:0.95 hypoxia:0.9",
    "monocytes": "monocytes_and_macrophages neutrophils:0.6 antigen_presentation_(MHC):0.9 NF-kB_inflammation:0.9 chemokines:0.7",
    "NK cells": "cytotoxic_and_NK_cells T_cells:0.5 chemokines:0.7 interferon_response:0.75 antigen_presentation_(MHC):0.8",
    "cerebellum": "neurons_and_synapses:0.95 astrocytes_and_myelin:0.7 histones:0.8 motile_cilia:0.4",
    "HepG2 cells": "liver:0.8 complement_and_coagulation:0.85 cholesterol_biosynthesis:1 mitotic_cell_cycle:0.95 "
    "DNA_replication:0.95 hypoxia:0.9 growth_signaling:0.95",
}
"""Sample type → the programs that are more (or less) active there than in the background, with their activity."""
