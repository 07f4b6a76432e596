"""Checks of a whole release: what is there is readable, as published, and goes together."""
