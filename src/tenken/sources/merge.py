"""Merges documents by the identity of what they speak of.

Facts add up. Where a hand-written document and an export disagree, the hand-written value is used and the user is told;
where two hand-written ones do, that is a mistake, with both places.
"""

from __future__ import annotations

from typing import Any

from tenken.document.place import Route, dotted
from tenken.document.problem import Problem
from tenken.model.inventory import Inventory
from tenken.model.schema import fields_of
from tenken.sources.base import Document

Origins = dict[Route, list[tuple[Document, Route]]]
"""For each route that was merged: the documents that speak of it, the deciding one first, and the route there."""

IDENTITY: dict[str, tuple[str, ...]] = {
    "arrays": ("name",), "logical_disks": ("ldn",), "pairs": ("mv", "rv"), "snapshot_sets": ("bv",), "ld_sets": ("name",),
    "vcenters": ("name",), "clusters": ("vcenter", "name"), "hosts": ("name",), "devices": ("device",),
    "datastores": ("vcenter", "datacenter", "name"), "vms": ("vcenter", "datacenter", "name"), "controllers": ("id",),
    "disks": ("label",), "servers": ("name",), "jobs": ("name",), "runbooks": ("name",),
}  # fmt: skip
"""What makes two entries of a list the same object. A VM goes by its uuid where it has one."""

_LISTS = tuple(name for name in fields_of(Inventory) if name in IDENTITY)


class Merger:
    """Merges trees by identity. Facts add up; a hand-written document wins over an export, and the user is told."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.disagreements: list[Problem] = []
        self.origins: Origins = {}

    def merge(self, documents: list[Document]) -> dict[str, Any]:
        for document in documents:
            self._check_duplicates(document)
        if len(documents) == 1:
            self.origins[()] = [(documents[0], ())]
            return dict(documents[0].tree)
        ordered = sorted(documents, key=lambda document: not document.format.startswith("native"))
        return self._mapping((), [(document, (), document.tree) for document in ordered])  # type: ignore[no-any-return]

    def _mapping(self, route: Route, parts: list[tuple[Document, Route, Any]]) -> Any:
        """One mapping from several; the first part that states a scalar wins."""
        self.origins[route] = [(document, origin) for document, origin, _ in parts]
        merged: dict[str, Any] = {}
        for key in dict.fromkeys(key for _, _, part in parts for key in part):
            if route == () and key == "defaults":
                continue
            stated = [(document, (*origin, key), part[key]) for document, origin, part in parts if key in part]
            known = [entry for entry in stated if entry[2] is not None] or stated[:1]
            merged[key] = self._value((*route, key), key, known)
        return merged

    def _value(self, route: Route, key: str, parts: list[tuple[Document, Route, Any]]) -> Any:
        if len(parts) == 1:
            self.origins[route] = [parts[0][:2]]
            return parts[0][2]
        values = [value for _, _, value in parts]
        if all(isinstance(value, dict) for value in values):
            return self._mapping(route, parts)
        if all(isinstance(value, list) for value in values) and key in IDENTITY:
            return self._keyed_list(route, key, parts)
        self.origins[route] = [part[:2] for part in parts]
        if key == "tenken" or all(value == values[0] for value in values[1:]):
            return values[0]
        self._disagree(route, parts)
        return values[0]

    def _keyed_list(self, route: Route, key: str, parts: list[tuple[Document, Route, Any]]) -> list[Any]:
        groups: dict[Any, list[tuple[Document, Route, Any]]] = {}
        matcher = _Matcher(key)
        for document, origin, entries in parts:
            for position, entry in enumerate(entries):
                groups.setdefault(matcher.group_of(entry, len(groups)), []).append((document, (*origin, position), entry))
        merged: list[Any] = []
        for group in groups.values():
            target = (*route, len(merged))
            if len(group) == 1:
                self.origins[target] = [group[0][:2]]
                merged.append(group[0][2])
            else:
                merged.append(self._mapping(target, group))
        return merged

    def _disagree(self, route: Route, parts: list[tuple[Document, Route, Any]]) -> None:
        (first, first_route, value), (second, second_route, other) = next(
            (parts[0], part) for part in parts[1:] if part[2] != parts[0][2]
        )
        problem = Problem(
            f"{dotted(route)} is {show(value)} here and {show(other)} at {second.locate(second_route)}",
            first.locate(first_route),
            "one of the two is wrong" if second.format.startswith("native") else "the hand-written value is used",
        )
        both_written = first.format.startswith("native") == second.format.startswith("native")
        (self.problems if both_written else self.disagreements).append(problem)

    def _check_duplicates(self, document: Document) -> None:
        for name in _LISTS:
            entries = document.tree.get(name)
            if not isinstance(entries, list):
                continue
            self._check_list(document, (name,), name, entries)
            for part in ("logical_disks", "ld_sets", "disks", "controllers", "devices"):
                if name not in {"arrays", "vms", "hosts"}:
                    break
                for position, entry in enumerate(entries):
                    nested = entry.get(part) if isinstance(entry, dict) else None
                    if isinstance(nested, list) and len(nested) > 1:
                        self._check_list(document, (name, position, part), part, nested)

    def _check_list(self, document: Document, route: Route, key: str, entries: list[Any]) -> None:
        seen: dict[Any, int] = {}
        for position, entry in enumerate(entries):
            identity = _identity(key, entry)
            if identity is None:
                continue
            first = seen.setdefault(identity, position)
            if first != position:
                self.problems.append(
                    Problem(
                        f"{dotted(route)} states {_describe(key, entry)} twice",
                        document.locate((*route, position)),
                        f"first at {document.locate((*route, first))}",
                    )
                )


def _describe(key: str, entry: dict[str, Any]) -> str:
    return repr(" ".join(str(entry.get(part)) for part in IDENTITY[key] if entry.get(part) is not None))


def _identity(key: str, entry: Any) -> tuple[Any, ...] | None:
    """What tells an entry from the others of its list; None for what is no object, or has no name."""
    if not isinstance(entry, dict):
        return None
    if key == "vms" and isinstance(entry.get("uuid"), str):
        return ("uuid", entry["uuid"].lower())
    parts = tuple(_normal(key, part, entry.get(part)) for part in IDENTITY[key])
    return parts if parts[-1] is not None and all(part is None or isinstance(part, str) for part in parts) else None


def _normal(key: str, part: str, value: Any) -> Any:
    if part in ("ldn", "mv", "rv", "bv") and isinstance(value, str):
        return value.lower().removeprefix("0x").removesuffix("h").lstrip("0") or "0"
    return value.lower() if part == "device" and isinstance(value, str) else value


class _Matcher:
    """Finds the group of an entry: by uuid, by its full name, or by the parts of its name that both sides state."""

    def __init__(self, key: str) -> None:
        self.key = key
        self._groups: dict[tuple[Any, ...], Any] = {}
        self._by_name: dict[Any, list[tuple[Any, dict[str, Any]]]] = {}

    def group_of(self, entry: Any, fresh: int) -> Any:
        identity = _identity(self.key, entry)
        if identity is None:
            return ("alone", fresh)
        group = self._groups.get(identity)
        if group is None:
            group = self._compatible(entry)
        if group is None:
            group = fresh
        self._groups.setdefault(identity, group)
        self._by_name.setdefault(entry.get(IDENTITY[self.key][-1]), []).append((group, entry))
        return group

    def _compatible(self, entry: dict[str, Any]) -> Any:
        """A group of the same name whose other parts are equal or not stated; only where just one fits."""
        if len(IDENTITY[self.key]) == 1 or self.key == "pairs":
            return None
        parts = (*IDENTITY[self.key][:-1], *(("uuid",) if self.key == "vms" else ()))
        fitting = {
            group
            for group, other in self._by_name.get(entry.get("name"), ())
            if all(entry.get(part) is None or other.get(part) is None or entry[part] == other[part] for part in parts)
        }
        return fitting.pop() if len(fitting) == 1 else None


def show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
