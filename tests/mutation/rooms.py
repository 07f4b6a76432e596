"""Which code is put at fault, and which tests have to notice."""

ROOMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "vectors": (
        (
            "vectors/space.py",
            "vectors/hubness.py",
            "vectors/gene_map.py",
            "vectors/atlas.py",
            "vectors/arithmetic.py",
            "vectors/comparison.py",
        ),
        ("tests/vectors",),
    ),
    "geometry": (("geometry/*.py",), ("tests/geometry", "tests/vectors/test_projection.py", "tests/reference")),
    "attributes": (("attributes/*.py", "attributes/store/*.py", "attributes/order/*.py"), ("tests/attributes",)),
    "genes": (("genes/*.py", "genes/spelling/*.py"), ("tests/genes",)),
    "binning": (
        ("samples/binning/*.py", "samples/interpret/aggregates.py", "samples/interpret/log_base.py"),
        ("tests/samples/binning", "tests/samples/interpret", "tests/samples/second_opinion"),
    ),
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
    "screens": (("perturbations/screens/*.py",), ("tests/perturbations/screens",)),
    "lists": (("lists/*.py",), ("tests/lists",)),
    "cohort": (("cohort/*/*.py", "cohort/confounding.py", "cohort/outcome.py", "cohort/cohort_design.py"), ("tests/cohort",)),
    "calibration": (("calibration/*.py", "calibration/independent/*.py", "calibration/designs/*.py"), ("tests/calibration",)),
}
"""Name of a room: patterns of its modules below ``generain_core``, and its tests."""
