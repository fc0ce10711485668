"""From paths to a run: everything read, resolved and evaluated, for whatever is to be made of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tenken import resources
from tenken.document.collector import collector_paused
from tenken.document.problem import InputError, Problem
from tenken.engine import graph as graphs
from tenken.engine import pack as packs
from tenken.engine.evaluate import RuleRun, evaluate
from tenken.engine.graph import Graph
from tenken.engine.pack import Catalog
from tenken.engine.pack import cache as pack_cache
from tenken.engine.pack.terms import AS_PACKED, Terms
from tenken.pipeline.clock import now
from tenken.sources import registry
from tenken.sources.base import Document, PartlyRead
from tenken.sources.joining.assemble import Assembled, assemble

if TYPE_CHECKING:  # imported where they are used: most runs have no waivers and no baseline
    from tenken.gate.baseline import Baseline
    from tenken.gate.waivers import Waivers

Progress = Callable[[str], None]
"""Is called with the name of each step."""


def silent(step: str) -> None:
    """Nobody waits."""


@dataclass(slots=True)
class Run:
    """All that a run has in hand; the report is made of it, and ``why`` asks it for more."""

    catalog: Catalog
    assembled: Assembled
    graph: Graph
    runs: list[RuleRun]
    waivers: Waivers | None = None
    baseline: Baseline | None = None

    @property
    def names_of_inputs(self) -> list[str]:
        """The files, or folders that are one export, that were read."""
        return [document.name for document in self.assembled.documents]

    @property
    def site_name(self) -> str:
        """A site that nobody named goes by the file or folder that it was read from."""
        site = self.assembled.inventory.site
        return (site and site.name) or Path(self.assembled.documents[0].name).name or "site"


def load_rules(rules: Sequence[str | Path] = (), examples: bool = True) -> Catalog:
    """The built-in packs and those of further folders; without their examples, where nobody will look at them."""
    folders = [*resources.BUILTIN_PACKS, *map(Path, rules)]
    return packs.load(folders) if examples else pack_cache.load(folders)


def evaluate_paths(
    paths: Sequence[str | Path],
    *,
    rules: Sequence[str | Path] = (),
    terms: Terms = AS_PACKED,
    precedence: Mapping[str, Sequence[str]] | None = None,
    assumptions: Sequence[str] = (),
    waivers: str | Path | None = None,
    baseline: str | Path | None = None,
    progress: Progress = silent,
) -> Run:
    """Read, resolve and evaluate; mistakes of inputs, rules, waivers and baseline are raised together."""
    problems: list[Problem] = []
    accepted: Waivers | None = None
    known: Baseline | None = None
    catalog: Catalog | None = None
    with collector_paused():
        with _collected(problems):
            progress("rules")
            catalog = terms.applied(load_rules(rules, examples=False))
        with _collected(problems):
            accepted = read_waivers(Path(waivers)) if waivers is not None else None
        with _collected(problems):
            known = read_baseline(Path(baseline)) if baseline is not None else None
        with _collected(problems):
            progress("reading")
            documents = _documents(paths, problems)
            assembled = assemble(documents, precedence=precedence, assumptions=assumptions)
            progress("resolving")
            graph = graphs.build(assembled.inventory, assembled.locate, assembled.partial)
        if problems or catalog is None:
            raise InputError(problems)
        progress("checking")
        return Run(catalog, assembled, graph, evaluate(graph, catalog.rules.values()), accepted, known)


def _documents(paths: Sequence[str | Path], problems: list[Problem]) -> list[Document]:
    """What all paths say. Where some can't be read, the mistakes of the others are told in the same run."""
    try:
        return registry.read([Path(path) for path in paths])
    except PartlyRead as error:
        with _collected(problems):
            assemble([document for document in error.documents if document.source != "questions"])  # answers speak of the rest
        raise


@contextlib.contextmanager
def _collected(problems: list[Problem]) -> Iterator[None]:
    """Mistakes of one input are no reason not to look at the next."""
    try:
        yield
    except InputError as error:
        problems += error.problems


def read_waivers(path: Path, name: str = "") -> Waivers:
    """A waiver file as it stands now; ``name``: what to call it, if not by its path."""
    from tenken.gate import waivers

    return waivers.read(path, now(), name)


def read_baseline(path: Path, name: str = "") -> Baseline:
    """A baseline; ``name``: what to call it, if not by its path."""
    from tenken.gate import baseline

    return baseline.read(path, name)
