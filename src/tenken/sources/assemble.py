"""From documents to one inventory: merge, fill in defaults, validate; and know for every fact where it came from."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tenken.document.place import Place, Route
from tenken.document.problem import InputError, Problem
from tenken.model.inventory import Inventory
from tenken.sources.base import Document
from tenken.sources.defaults import Defaults
from tenken.sources.merge import Merger, Origins
from tenken.sources.validate import validate


@dataclass(slots=True)
class Assembled:
    """The inventory and where it came from."""

    inventory: Inventory
    documents: list[Document]
    warnings: list[Problem]
    _origins: Origins
    _defaults: Defaults

    @property
    def partial(self) -> frozenset[str]:
        """Kinds that some source lists only in part, unless somebody states that nothing is missing."""
        return frozenset().union(*(document.partial for document in self.documents)) - set(self.inventory.complete or ())

    def locate(self, route: Route) -> Place:
        """The place where a fact was stated; for a fact that nobody stated, of the object that lacks it."""
        return self._defaults.place(self._origins, route)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Building a million objects that all stay alive is three times as fast without the garbage collector."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def assemble(documents: list[Document]) -> Assembled:
    """One inventory from all documents. Raises InputError with every mistake of every document."""
    problems: list[Problem] = []
    merger = Merger(problems)
    with collector_paused():
        for join in dict.fromkeys(document.join for document in documents if document.join is not None):
            join(documents)
        tree = merger.merge(documents)
        defaults = Defaults(documents, problems)
        tree.pop("defaults", None)
        defaults.apply(tree)
        inventory = validate(tree, merger.origins, defaults, problems)
    if problems or inventory is None:
        raise InputError(problems)
    defaults.let_go(documents)
    warnings = [warning for document in documents for warning in document.warnings] + merger.disagreements
    return Assembled(inventory, documents, warnings, merger.origins, defaults)
