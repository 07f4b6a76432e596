"""What predicts: representations of samples, and regularized linear probes on them as scikit-learn pipelines."""
