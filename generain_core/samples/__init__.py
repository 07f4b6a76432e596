"""The user's samples: read, match, bin."""
