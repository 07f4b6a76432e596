"""Work in child processes, which can be stopped, bounded and lost without harm to the program.

``pool`` runs a function in a child (`run`) and keeps one child ready (`warm`); ``child`` is what a child does; ``parcels`` is how
arguments and results get from one process to the other, as JSON (`values`, `tables`) and the bytes of arrays (`arrays`). Nothing
is unpickled: a child that a hostile file took over can send nothing but data.
"""

from generain_core.workers.pool import Limits, WorkerEnded, run, warm

__all__ = ["Limits", "WorkerEnded", "run", "warm"]
