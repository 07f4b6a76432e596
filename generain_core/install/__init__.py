"""Bringing a release to this machine: the record of what is published, download, installation, and the manifest of it."""
