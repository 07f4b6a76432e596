"""The four released networks: from weights to hidden states."""
