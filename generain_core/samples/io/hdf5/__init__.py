"""h5ad and 10x .h5, read with h5py.

================== ====================================================================================================
`attribute_guard`  A check of an HDF5 file's attributes, before HDF5 reads them: as of its strings, it allocates whatever …
`data_frames`      tables of an h5ad, obs and var, in every encoding anndata has written
`expression_files` h5ad and 10x .h5, read with h5py alone: nothing is unpickled and no other file is followed
`string_guard`     A check of an HDF5 file's strings, before HDF5 reads them
================== ====================================================================================================
"""
