"""The demo release: real gene names, simulated samples, and everything else learned from these by the pipeline itself."""

from generain_core.upkeep.demo.recipe import Recipe, small
from generain_core.upkeep.demo.write import write_demo

__all__ = ["Recipe", "small", "write_demo"]
