"""Families of simulated designs, a file each; `registry` lists all."""
