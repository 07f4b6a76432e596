"""A release on disk: its files, its models, what goes with every export; `readers` holds one module a released format."""
