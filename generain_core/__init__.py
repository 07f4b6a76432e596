"""GeneRAIN Explorer's library: the same functions as the app and the command line.

Open a release and ask: ``import generain_core as gr; generain = gr.open("release"); generain.neighbors("GAS5")``.
"""

from generain_core.errors import GeneRAINError
from generain_core.generain import GeneRAIN, open, read
from generain_core.version import __version__

__all__ = ["GeneRAIN", "GeneRAINError", "__version__", "open", "read"]
