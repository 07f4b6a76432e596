"""What to cite: GeneRAIN's paper, its data, and this program, in words and as files for managers of references."""

from generain_core.version import __version__

PAPER = "https://doi.org/10.1101/2024.03.07.583777"
"""The preprint of the paper in Genome Biology."""
RECORD = "https://doi.org/10.5281/zenodo.10408775"
_TITLE = "GeneRAIN: multifaceted representation of genes via deep learning of gene expression networks"
_DATA = "GeneRAIN: models and data"


def in_words() -> str:
    """Return what to cite, a line each."""
    return (
        f"Su et al. {_TITLE}. Genome Biology. Preprint of 2024: doi {PAPER.removeprefix('https://doi.org/')}\n"
        f"{_DATA}. Zenodo, doi {RECORD.removeprefix('https://doi.org/')} (CC BY-NC 4.0)\n"
        f"GeneRAIN Explorer, version {__version__}"
    )


def bibtex() -> str:
    """Return what to cite as BibTeX."""
    return f"""@article{{generain,
  title = {{{{{_TITLE}}}}},
  author = {{Su and others}},
  journal = {{Genome Biology}},
  note = {{Preprint of 2024: doi {PAPER.removeprefix("https://doi.org/")}}}
}}
@misc{{generain_data,
  title = {{{{{_DATA}}}}},
  publisher = {{Zenodo}},
  doi = {{{RECORD.removeprefix("https://doi.org/")}}}
}}
@software{{generain_explorer,
  title = {{{{GeneRAIN Explorer}}}},
  author = {{{{GeneRAIN Explorer contributors}}}},
  version = {{{__version__}}}
}}
"""


def ris() -> str:
    """Return what to cite in the format of Research Information Systems."""
    entries = (
        (
            ("TY", "JOUR"),
            ("TI", _TITLE),
            ("AU", "Su"),
            ("JO", "Genome Biology"),
            ("N1", f"Preprint of 2024: doi {PAPER.removeprefix('https://doi.org/')}"),
        ),
        (("TY", "DATA"), ("TI", _DATA), ("PB", "Zenodo"), ("DO", RECORD.removeprefix("https://doi.org/"))),
        (("TY", "COMP"), ("TI", "GeneRAIN Explorer"), ("AU", "GeneRAIN Explorer contributors"), ("ET", __version__)),
    )
    return "".join("".join(f"{tag}  - {value}\n" for tag, value in (*entry, ("ER", ""))) for entry in entries)
