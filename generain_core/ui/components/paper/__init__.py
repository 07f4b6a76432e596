"""Figures for papers: sizes in millimeters, and names that stand clear of each other there."""
