"""Many visitors at once, as browsers speak to a real server: ``python -m tests.load --sessions 20 --seconds 300``."""
