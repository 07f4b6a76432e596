"""Samples that this program wrote, read again: recognized, held against what was written, and restored.

============== ====================================================================================================
`content`      what a file of this program says of its samples beside their counts
`embedding_at_hand` an embedding that lies with the samples already
`seals`        short checks of each sample's counts, bins and embedding, written with them
`trust`        whether what an own file says still belongs to its counts: by its seals, or by what they look like
`reading`      an own file as samples × genes: its counts under the model's names, with what it says of them
`summing`      samples that were binned before, summed with their depths
`verification` the same with the release at hand: bins made again must be those in the file
`restoration`  samples as they were written, without binning them again
============== ====================================================================================================
"""
