"""Who is who: every gene of the release and its annotation, and the one resolver of their names."""

from generain_core.genes.biotypes import BiotypeClass, biotype_class
from generain_core.genes.membership import Absence, Missing
from generain_core.genes.resolve import Resolver
from generain_core.genes.resolved import Resolved, Status
from generain_core.genes.statistics import ExpressionDistribution, expression_distribution
from generain_core.genes.table import GeneTable

__all__ = [
    "Absence",
    "BiotypeClass",
    "ExpressionDistribution",
    "GeneTable",
    "Missing",
    "Resolved",
    "Resolver",
    "Status",
    "biotype_class",
    "expression_distribution",
]
