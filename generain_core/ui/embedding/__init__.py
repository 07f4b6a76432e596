"""The second half of the page Samples: where a model puts the samples.

====================== ====================================================================================================
`alternative_readings` preprocessing doctor: the file in rival readings, how far each moves the samples, and the likely …
`charts`               figures of embedded samples
`embedding_jobs`       the model's part of a session's work: trial, embedding, maps, checks, each a job on its device
`export`               embedded samples to take away
`map_view`             where the samples lie, and which are nearest to one
`model_choice`         which model embeds the samples, where, and how long that will take
`placement`            the samples among hundreds of thousands of others: nearest ones, place on the reference's map, and …
`reference_chart`      the map of a reference with one's own samples on it
`reference_form`       the form that builds a reference, or adds to one, as a job
`sample_colors`        colors of samples: by a column of the sample sheet, a gene's bin or another number; told apart by …
`sections`             the second half of the Samples page: where the model puts the samples, and how far that can be trusted
`similarity_view`      all samples against all: a clustered heatmap
`stability_chart`      figure of stability: how far samples move when genes are missing, above how far they lie apart
`stability_view`       how far an embedding can be trusted: gene drop-out against the distances between samples
`token_audit`          token audit: which genes of a sample the model read, in what order, and which it did not
====================== ====================================================================================================
"""
