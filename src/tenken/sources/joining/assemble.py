"""From documents to one inventory: merge, fill in defaults, validate; and know for every fact where it came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tenken.document.collector import collector_paused
from tenken.document.place import Place, Route
from tenken.document.problem import InputError, Problem
from tenken.model.inventory import Inventory
from tenken.sources.base import Document
from tenken.sources.joining import answered
from tenken.sources.joining.defaults import Defaults
from tenken.sources.joining.merge import Merger, Origins
from tenken.sources.joining.precedence import source_of
from tenken.sources.joining.validate import validate
from tenken.sources.said import Notice


@dataclass(slots=True)
class Assembled:
    """The inventory and where it came from."""

    inventory: Inventory
    documents: list[Document]
    warnings: list[Notice]
    _origins: Origins
    _defaults: Defaults

    @property
    def partial(self) -> frozenset[str]:
        """Kinds that some source lists only in part, unless another export lists them in full, or somebody states so.

        A hand-written overlay, or a questionnaire, that names a few objects is no listing of them all.
        """
        in_part = frozenset().union(*(document.partial for document in self.documents))
        exports = [document for document in self.documents if source_of(document) not in ("native", "questions")]
        in_full = {kind for kind in in_part for export in exports if kind in export.tree and kind not in export.partial}
        return in_part - in_full - set(self.inventory.complete or ())

    def places(self, route: Route) -> list[Place]:
        """Where the object at a route is spoken of, in all documents."""
        origins = self._origins.get(route)
        return [document.locate(origin) for document, origin in origins] if origins else [self.locate(route)]

    def locate(self, route: Route) -> Place:
        """The place where a fact was stated; for a fact that nobody stated, of the object that lacks it."""
        return self._defaults.place(self._origins, route)


def assemble(
    documents: list[Document],
    *,
    precedence: Mapping[str, Sequence[str]] | None = None,
    assumptions: Sequence[str] = (),
) -> Assembled:
    """One inventory from all documents.

    precedence: fact → sources, the one to believe first; it goes before what documents state. assumptions: what may be
    assumed besides what they state (``ldn_from_naa``). Raises InputError with every mistake of every document.
    """
    problems: list[Problem] = []
    merger = Merger(problems, precedence)
    with collector_paused():
        for join in dict.fromkeys(document.join for document in documents if document.join is not None):
            join(documents)
        tree = merger.merge(documents)
        defaults = Defaults(documents, problems)
        tree.pop("defaults", None)
        tree.pop(answered.KEY, None)
        if assumptions:
            tree["assumptions"] = list(dict.fromkeys([*(tree.get("assumptions") or ()), *assumptions]))
        defaults.apply(tree)
        not_used = answered.apply(tree, documents, merger.origins, problems)
        inventory = validate(tree, merger.origins, defaults, problems)
    if problems or inventory is None:
        raise InputError(problems)
    defaults.let_go(documents)
    warnings = [warning for document in documents for warning in document.warnings] + merger.notices + not_used
    return Assembled(inventory, documents, warnings, merger.origins, defaults)
