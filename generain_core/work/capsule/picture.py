"""A result as a figure: bars of its leading rows, or a map of its points, as SVG that needs nothing else."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

_WIDTH, _ROW, _LEFT, _SIDE = 640, 18, 220, 560
_MOST_ROWS, _MOST_POINTS = 40, 20_000
_BARS = {
    "neighbors": ("neighbors", "gene", "cosine"),
    "analogy": ("results", "gene", "cosine"),
    "attributes": ("attributes", "attribute", "probability"),
    "genes": ("genes", "gene", "probability"),
    "expand": ("genes", "gene", "score"),
    "enrich": ("sets", "set", "p_value"),
    "compare": ("nearest", "gene", "cosine"),
    "neighborhoods": ("neighborhoods", "gene", "share"),
    "sum-of": ("results", "gene", "cosine"),
    "cohort": ("scores", "representation", "mean"),
}


def picture(command: str, document: Mapping[str, Any], outputs: Mapping[str, Path], label: str) -> str | None:
    """Return the figure of a command's result as SVG; None if it has none.

    Args:
        command: its name.
        document: its answer.
        outputs: files that it wrote.
        label: release, and the mark if values are simulated; it stands below.
    """
    title = f"generain {command}"
    if command in _BARS:
        rows, name, value = _BARS[command]
        table = [each for each in document.get(rows, []) if isinstance(each.get(value), int | float)]
        return _bars([str(each[name]) for each in table], [float(each[value]) for each in table], f"{title}: {value}", label)
    if command == "coherence":
        names = ("mean_cosine", "null_mean")
        return _bars(list(names), [float(document.get(name) or 0) for name in names], title, label)
    points = _points(command, outputs)
    return None if points is None else _map(points, title, label)


def _points(command: str, outputs: Mapping[str, Path]) -> np.ndarray | None:
    for name, path in outputs.items():
        if command in ("project", "place") and name.endswith(".csv"):
            table = pd.read_csv(path)
            return table[["x", "y"]].to_numpy(float) if {"x", "y"} <= set(table) else None
        if command == "perturb" and name.endswith(("perturbations.csv", ".csv")):
            table = pd.read_csv(path)
            if {"effect", "p_value"} <= set(table):
                strength = -np.log10(np.maximum(pd.to_numeric(table["p_value"]), 1e-300))
                return np.column_stack([pd.to_numeric(table["effect"]), strength])
        if command == "embed" and name.endswith(".h5ad"):
            return _plane(path)
    return None


def _plane(path: Path) -> np.ndarray:
    """Return embedded samples on their first two principal components."""
    import anndata

    from generain_core.geometry.projection import map_samples

    values = np.asarray(anndata.read_h5ad(path).obsm["X_generain"])
    return np.asarray(map_samples(values, "pca").places) if len(values) > 2 else values[:, :2]


def _bars(names: Sequence[str], values: Sequence[float], title: str, label: str) -> str:
    names, values = names[:_MOST_ROWS], values[:_MOST_ROWS]
    low, high = min([0.0, *values]), max([0.0, *values]) or 1.0
    scale = (_WIDTH - _LEFT - 80) / ((high - low) or 1.0)
    zero = _LEFT - low * scale
    parts = []
    for i, (name, value) in enumerate(zip(names, values, strict=True)):
        y = 40 + i * _ROW
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 12}" text-anchor="end">{escape(name[:32])}</text>')
        left = zero + min(0.0, value) * scale
        parts.append(f'<rect x="{left:.2f}" y="{y}" width="{abs(value) * scale:.2f}" height="{_ROW - 4}" fill="#0072b2"/>')
        parts.append(f'<text x="{zero + max(0.0, value) * scale + 6:.2f}" y="{y + 12}">{value:.4g}</text>')
    return _svg(parts, 60 + len(names) * _ROW, title, label)


def _map(points: np.ndarray, title: str, label: str) -> str:
    points = points[np.isfinite(points).all(axis=1)][:_MOST_POINTS]
    low = points.min(axis=0) if len(points) else np.zeros(2)
    span = np.maximum(np.ptp(points, axis=0), 1e-12) if len(points) else np.ones(2)
    places = (points - low) / span * _SIDE
    parts = [f'<circle cx="{40 + x:.1f}" cy="{40 + _SIDE - y:.1f}" r="1.5" fill="#0072b2"/>' for x, y in places]
    return _svg(parts, _SIDE + 80, title, label)


def _svg(parts: Sequence[str], height: int, title: str, label: str) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" font-family="sans-serif" font-size="12">'
    head += f'<rect width="100%" height="100%" fill="white"/><text x="20" y="22" font-size="14">{escape(title)}</text>'
    return f'{head}{"".join(parts)}<text x="20" y="{height - 8}" fill="#555">{escape(label)}</text></svg>'
