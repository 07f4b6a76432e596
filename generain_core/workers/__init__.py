"""Work in child processes, which can be stopped, bounded and lost without harm to the program.

``pool`` runs a function in a child (`run`) and keeps one child ready (`warm`); ``child`` is what a child does; ``parcels`` is how
arguments and results, arrays above all, get from one process to the other.
"""

from generain_core.workers.pool import Limits, WorkerEnded, run, warm

__all__ = ["Limits", "WorkerEnded", "run", "warm"]
