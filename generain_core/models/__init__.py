"""The four released networks, from weights to embedded samples.

`model` opens one by name; `embedding` embeds binned samples with it, and `embedded_file` puts the result together for a file.
Below: `network` (the weights), `tokens` (what of a sample it reads), `pooling` (a sample's embedding), `contextual` (a gene's
within a sample), `loss`, `batches`, `precision`, `devices`, `parallel`, and the words they share in `types`. `checks/` asks how
far a result can be trusted.
"""
