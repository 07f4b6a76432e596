"""The server: tools and resources over a release, and how refusals reach a client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp_types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from pydantic import ValidationError

from generain_core.errors import GeneRAINError
from generain_core.generain import GeneRAIN
from generain_core.mcp.folders import Folders
from generain_core.mcp.limits import check_size, describe
from generain_core.mcp.resources import GLOSSARY, INSTRUCTIONS, release_card
from generain_core.mcp.tools.attributes import AttributeTools
from generain_core.mcp.tools.capsule import CapsuleTools
from generain_core.mcp.tools.cohort import CohortTools
from generain_core.mcp.tools.genes import GeneTools
from generain_core.mcp.tools.list_comparison import ListComparisonTools
from generain_core.mcp.tools.perturbations import PerturbationTools
from generain_core.mcp.tools.release import ReleaseTools
from generain_core.mcp.tools.samples import SampleTools
from generain_core.version import __version__
from generain_core.wording import entries

READING = ToolAnnotations(read_only_hint=True, open_world_hint=False)
WRITING = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)


class Tools(
    GeneTools,
    AttributeTools,
    ListComparisonTools,
    SampleTools,
    PerturbationTools,
    CohortTools,
    ReleaseTools,
    CapsuleTools,
):
    """All tools over one release."""


class Server(MCPServer[Any]):
    """A server whose refusals are one sentence, the same as on the command line."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; input at fault is answered by a sentence and marked as an error."""
        try:
            check_size(arguments)
            return await super().call_tool(name, arguments, context)
        except GeneRAINError as problem:
            return refusal(str(problem))
        except ToolError as problem:
            if isinstance(problem.__cause__, GeneRAINError):
                return refusal(str(problem.__cause__))
            if isinstance(problem.__cause__, ValidationError) and not isinstance(problem, UnexpectedToolError):
                return refusal(describe(problem.__cause__))
            raise


def refusal(words: str) -> CallToolResult:
    """Return an answer that says why a call can't be done."""
    return CallToolResult(content=[TextContent(type="text", text=" ".join(words.split()))], is_error=True)


def build_server(generain: GeneRAIN, folders: Folders) -> Server:
    """Build the server over a release, with files in some folders.

    Args:
        generain: the release.
        folders: where files may be read and written.
    """
    server = Server("generain", title="GeneRAIN Explorer", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING")
    tools = Tools(generain, folders)
    reading: list[Callable[..., Any]] = [tools.resolve, tools.neighbors, tools.similarity, tools.analogy, tools.attributes]
    reading += [tools.coherence, tools.expand, tools.enrich, tools.explain, tools.compare, tools.neighborhoods, tools.sum_of]
    reading += [tools.shared_attributes]
    reading += [tools.status, tools.verify, tools.archs4, tools.verify_capsule]
    writing: list[Callable[..., Any]] = [tools.project, tools.genes, tools.normalize, tools.embed, tools.perturb, tools.place]
    writing += [tools.example, tools.lists, tools.cohort, tools.apply_cohort, tools.save_capsule]
    for hints, group in ((READING, reading), (WRITING, writing)):
        for tool in group:
            server.add_tool(tool, annotations=hints, structured_output=True)

    @server.resource("generain://release", title="Release card", mime_type="text/markdown")
    def release() -> str:
        """Tell what the release is: label, licence, simulated or real, what is missing."""
        return release_card(generain.release)

    @server.resource("generain://glossary", title="Glossary", mime_type="text/markdown")
    def glossary() -> str:
        """Tell what the numbers mean, and what they don't."""
        return GLOSSARY

    @server.resource("generain://methods", title="Methods", mime_type="text/markdown")
    def methods() -> str:
        """Tell the formula, assumptions and sources of each number."""
        return entries.FILE.read_text(encoding="utf-8")

    return server
