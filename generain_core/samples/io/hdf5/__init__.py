"""h5ad, MuData, loom and 10x .h5, read with h5py.

================== ====================================================================================================
`annotated`        AnnData in HDF5: an h5ad, or one of the modalities of a MuData
`attribute_guard`  A check of an HDF5 file's attributes, before HDF5 reads them: as of its strings, it allocates whatever …
`data_frames`      tables of an h5ad, obs and var, in every encoding anndata has written
`expression_files` which of these a file is; nothing is unpickled and no other file is followed
`loom`             loom files: genes × cells, dense, with a list of attributes a row and a column
`matrices`         tables of numbers in HDF5, dense or compressed
`string_guard`     A check of an HDF5 file's strings, before HDF5 reads them
`ten_x`            Cell Ranger's .h5, of version 2 or 3
================== ====================================================================================================
"""
