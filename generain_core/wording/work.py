"""Sentences on work that was kept: what no longer fits, and why work has gone."""

from generain_core.work.fit import Misfit


def misfit_sentence(misfit: Misfit) -> str:
    """Return what no longer fits the release that is open, and what that means."""
    name, count = misfit.name, misfit.count
    if misfit.kind == "list":
        return f"Of the list “{name}”, {count:,} {_genes(count)} in this release; they stand among its missing names."
    if misfit.kind == "background" and misfit.reason:
        return (
            f"None of the {count:,} genes that could have been on the list “{name}” is in this release: tests of it are now "
            "against all genes of the model, unless you give another background."
        )
    if misfit.kind == "background":
        return f"Of the genes that could have been on the list “{name}”, {count:,} {_genes(count)} in this release."
    if misfit.kind == "library":
        return f"Of the gene sets “{name}”, {count:,} {_genes(count)} in this release, and are not counted."
    if misfit.kind == "known_sets":
        return "The gene sets for known members of attributes were brought for another release; bring their file again."
    if misfit.kind == "embedding":
        return f"The embedding by {name or 'a model'} is not of this release's weights, or was changed; embed the samples again."
    if misfit.kind == "results":
        what = "A result" if count == 1 else f"{count:,} results"
        return f"{what} of your samples {'is' if count == 1 else 'are'} of another release and left out; compute them again."
    if misfit.kind == "bins":
        return "The bins were made with other boundaries than this release has, or were changed; bin the samples again."
    return f"{name} can't be taken as you left it: {misfit.reason}"


def _genes(count: int) -> str:
    return "gene is not" if count == 1 else "genes are not"
