"""The demo release: real gene names, simulated samples, and everything else learned from these by the pipeline itself."""
