"""The inventory that a run merged of its sources, as a document to go on with."""

from __future__ import annotations

from tenken.document.place import Route
from tenken.engine.evaluate import NAMES
from tenken.engine.evidence.explain import explain
from tenken.model.inventory import Inventory
from tenken.model.report import generic
from tenken.model.schema import fields_of
from tenken.pipeline.run import Run
from tenken.sources.native import export as native_export


def merged(run: Run, lang: str = "en") -> str:
    """The merged inventory of a run as a native document, with where everything came from and what rules miss."""
    unknown: dict[Route, dict[str, None]] = {}
    for rule_run in run.runs:
        for position, node, outcome in rule_run.notable():
            if NAMES[outcome] == "unknown" and node.kind != "disagreement":
                for path in explain(rule_run, position, run.graph.site).missing:
                    owner, _, fact = generic(path).partition(".")
                    if owner == node.variable or fact in fields_of(Inventory):
                        route = () if owner == "site" else node.route[: 4 if len(node.route) > 3 else 2]
                        unknown.setdefault(route, {})[fact] = None
    return native_export.text(run.assembled, {route: list(facts) for route, facts in unknown.items()}, lang)
