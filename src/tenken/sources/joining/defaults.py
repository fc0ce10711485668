"""Facts that a document states once for every object of a kind, with the place where it stated them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tenken.document.place import Place, Route, step_into
from tenken.document.problem import Problem, did_you_mean
from tenken.document.said import Said
from tenken.document.wording import MAPPING, must_be, show
from tenken.sources.base import Document
from tenken.sources.joining.agreement import show as value_as_written
from tenken.sources.joining.merge import Origins

DEFAULTS: dict[str, tuple[str, ...]] = {
    "array": ("arrays",), "logical_disk": ("arrays", "logical_disks"), "ld_set": ("arrays", "ld_sets"),
    "vcenter": ("vcenters",), "cluster": ("clusters",), "host": ("hosts",), "datastore": ("datastores",),
    "vm": ("vms",), "disk": ("vms", "disks"), "controller": ("vms", "controllers"), "server": ("servers",), "job": ("jobs",),
}  # fmt: skip
"""Kinds for which a document may state facts once, and the lists that they reach."""


class Defaults:
    """Facts that a document states once for every object of a kind. An explicit null is a statement: it stays unknown."""

    def __init__(self, documents: list[Document], problems: list[Problem]) -> None:
        self._found: list[tuple[Document, str, dict[str, Any]]] = []
        self._filled: dict[str, set[int]] = {}
        self._alone = documents[0] if len(documents) == 1 and documents[0].states is not None else None
        """The only document, where that tells without its tree what it states."""
        stated: dict[tuple[str, str], tuple[Any, Document]] = {}
        for document in documents:
            section = document.tree.get("defaults") or {}
            if not isinstance(section, dict):
                problems.append(
                    Problem(
                        Said("defaults must be a mapping of kinds", "defaults は種類ごとのマッピングで記述してください"),
                        document.locate(("defaults",)),
                    )
                )
                continue
            for kind, values in section.items():
                self._take(document, kind, values, stated, problems)

    def _take(
        self,
        document: Document,
        kind: str,
        values: Any,
        stated: dict[tuple[str, str], tuple[Any, Document]],
        problems: list[Problem],
    ) -> None:
        route: Route = ("defaults", kind)
        if kind not in DEFAULTS:
            problems.append(
                Problem(
                    Said(f"no defaults for {kind!r}", f"{kind!r} には defaults を指定できません"),
                    document.locate(route),
                    did_you_mean(kind, DEFAULTS),
                )
            )
            return
        if not isinstance(values, dict):
            problems.append(Problem(must_be(f"defaults.{kind}", MAPPING, show(values)), document.locate(route)))
            return
        for key, value in values.items():
            other, where = stated.setdefault((kind, key), (value, document))
            if other != value:
                place = where.locate((*route, key))
                hint = Said(f"{value_as_written(other)} at {place}", f"{place} では {value_as_written(other)}")
                said = Said(f"two defaults for {kind}.{key}", f"{kind}.{key} の defaults に2つの値があります")
                problems.append(Problem(said, document.locate((*route, key)), hint))
        self._found.append((document, kind, values))

    def apply(self, tree: dict[str, Any]) -> None:
        for _, kind, values in self._found:
            for target in _targets(tree, DEFAULTS[kind]):
                self._fill(target, values)

    def _fill(self, target: dict[str, Any], values: dict[str, Any]) -> None:
        for key, value in values.items():
            if key not in target:
                target[key] = value
                if self._alone is None:
                    self._filled.setdefault(key, set()).add(id(target))
            elif isinstance(value, dict) and isinstance(target[key], dict):
                self._fill(target[key], value)

    def let_go(self, documents: list[Document]) -> None:
        """Drop the tree of a document that alone states everything and finds its places without it."""
        if len(documents) == 1 and documents[0].keeps_places and (not self._found or self._alone is not None):
            documents[0].tree.clear()
            self._alone = documents[0]

    def place(self, origins: Origins, route: Route) -> Place:
        """Where the fact at a route was stated: by a document itself, else as a default, else nowhere (its object's place)."""
        document, own, stated = self._spoken(origins, route)
        return (None if stated else self._default_place(route)) or document.locate(own)

    def own_route(self, origins: Origins, route: Route) -> Route:
        """The route of a fact in the document whose place ``place`` tells: merging counts the members of lists anew."""
        return self._spoken(origins, route)[1]

    def _spoken(self, origins: Origins, route: Route) -> tuple[Document, Route, bool]:
        """The document that speaks of a fact, its route there, and whether it states it."""
        if self._alone is not None:
            return self._alone, route, not self._found or self._alone.states is None or self._alone.states(route)
        for length in range(len(route), -1, -1):
            candidates = origins.get(route[:length])
            if candidates is None:
                continue
            rest = route[length:]
            for document, origin in candidates:
                if self._states(document.tree, (*origin, *rest)):
                    return document, (*origin, *rest), True
            return candidates[0][0], (*candidates[0][1], *rest), False
        raise LookupError(route)  # pragma: no cover - every tree has a root

    def _states(self, tree: Any, route: Route) -> bool:
        for step in route:
            if isinstance(tree, dict) and id(tree) in self._filled.get(str(step), ()):
                return False
            there, tree = step_into(tree, step)
            if not there:
                return False
        return True

    def _default_place(self, route: Route) -> Place | None:
        names = tuple(step for step in route if isinstance(step, str))
        for document, kind, values in self._found:
            lists = DEFAULTS[kind]
            if names[: len(lists)] == lists and len(names) > len(lists) and names[len(lists)] in values:
                return document.locate(("defaults", kind, *names[len(lists) :]))
        return None


def _targets(tree: Any, lists: tuple[str, ...]) -> Iterable[dict[str, Any]]:
    entries = tree.get(lists[0]) if isinstance(tree, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        if len(lists) > 1:
            yield from _targets(entry, lists[1:])
        elif isinstance(entry, dict):
            yield entry
