"""Which code is put at fault, and which tests have to notice."""

ROOMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "vectors": (("vectors/space.py", "vectors/hubness.py", "vectors/gene_map.py", "vectors/atlas.py"), ("tests/vectors",)),
    "geometry": (("geometry/*.py",), ("tests/geometry", "tests/vectors")),
    "attributes": (("attributes/*.py", "attributes/store/*.py"), ("tests/attributes",)),
    "genes": (("genes/*.py",), ("tests/genes",)),
    "binning": (("samples/binning/*.py", "samples/interpret/aggregates.py", "samples/interpret/log_base.py"), ("tests/samples",)),
    "models": (("models/*.py", "models/checks/*.py"), ("tests/models",)),
    "training": (("training/*.py",), ("tests/training",)),
    "effects": (("perturbations/effects/*.py",), ("tests/perturbations",)),
    "perturbations": (
        (
            "perturbations/genes/*.py",
            "perturbations/similarity/*.py",
            "perturbations/in_silico/*.py",
            "perturbations/design/*.py",
        ),
        ("tests/perturbations",),
    ),
    "reference": (("reference/*.py",), ("tests/reference",)),
}
"""Name of a room: patterns of its modules below ``generain_core``, and its tests."""
