"""Which code is put at fault, and which tests have to notice."""

Room = tuple[tuple[str, ...], tuple[str, ...]]
"""Patterns of modules below ``generain_core``, and tests."""

ROOMS: dict[str, Room] = {
    "vectors": (
        tuple(f"vectors/{name}.py" for name in ("space", "hubness", "gene_map", "atlas", "arithmetic", "comparison")),
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
    "effects": (
        ("perturbations/effects/*.py", "perturbations/effects/adjusted/*.py"),
        tuple(
            f"tests/perturbations/test_{name}.py"
            for name in ("effect", "effects_told", "numbers", "sureness", "covariates", "donors")
        ),
    ),
    "perturbations": (
        tuple(f"perturbations/{name}/*.py" for name in ("genes", "similarity", "in_silico", "design", "depth")),
        tuple(
            f"tests/perturbations/test_{name}.py"
            for name in (
                *(
                    "moved",
                    "target",
                    "moved_attributes",
                    "residuals",
                    "target_and_likeness",
                    "alike",
                    "silico",
                    "silico_baselines",
                ),
                *("depth", "guess", "label_patterns", "labels", "public_label_forms", "relabel", "words_as_labels", "numbers"),
            )
        ),
    ),
    "screens": (("perturbations/screens/*.py",), ("tests/perturbations/screens",)),
    "reference": (("reference/*.py",), ("tests/reference",)),
    "lists": (("lists/*.py",), ("tests/lists",)),
    "cohort": (("cohort/*/*.py", "cohort/confounding.py", "cohort/outcome.py", "cohort/cohort_design.py"), ("tests/cohort",)),
    "calibration": (tuple(f"calibration/{name}*.py" for name in ("", "independent/", "designs/")), ("tests/calibration",)),
}
