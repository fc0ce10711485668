"""From documents to one inventory: merge, fill in defaults, validate; and know for every fact where it came from."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from tenken.document.place import Place, Route, dotted
from tenken.document.problem import InputError, Problem, did_you_mean
from tenken.model.inventory import Inventory
from tenken.model.schema import fields_of, type_at
from tenken.sources.base import Document

IDENTITY: dict[str, tuple[str, ...]] = {
    "arrays": ("name",), "logical_disks": ("ldn",), "pairs": ("mv", "rv"), "snapshot_sets": ("bv",), "ld_sets": ("name",),
    "vcenters": ("name",), "clusters": ("vcenter", "name"), "hosts": ("name",), "devices": ("device",),
    "datastores": ("vcenter", "datacenter", "name"), "vms": ("vcenter", "datacenter", "name"), "controllers": ("id",),
    "disks": ("label",), "servers": ("name",), "jobs": ("name",), "runbooks": ("name",),
}  # fmt: skip
"""What makes two entries of a list the same object. A VM goes by its uuid where it has one."""

DEFAULTS: dict[str, tuple[str, ...]] = {
    "array": ("arrays",), "logical_disk": ("arrays", "logical_disks"), "ld_set": ("arrays", "ld_sets"),
    "vcenter": ("vcenters",), "cluster": ("clusters",), "host": ("hosts",), "datastore": ("datastores",),
    "vm": ("vms",), "disk": ("vms", "disks"), "controller": ("vms", "controllers"), "server": ("servers",), "job": ("jobs",),
}  # fmt: skip
"""Kinds for which a document may state facts once, and the lists that they reach."""

_Origins = dict[Route, list[tuple[Document, Route]]]
"""For each route that was merged: the documents that speak of it, the deciding one first, and the route there."""

_LISTS = tuple(name for name in fields_of(Inventory) if name in IDENTITY)


@dataclass(slots=True)
class Assembled:
    """The inventory and where it came from."""

    inventory: Inventory
    documents: list[Document]
    warnings: list[Problem]
    _origins: _Origins
    _defaults: _Defaults

    @property
    def partial(self) -> frozenset[str]:
        """Kinds that some source lists only in part."""
        return frozenset().union(*(document.partial for document in self.documents))

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
    merger = _Merger(problems)
    with collector_paused():
        tree = merger.merge(documents)
        defaults = _Defaults(documents, problems)
        tree.pop("defaults", None)
        defaults.apply(tree)
        inventory = _validate(tree, merger.origins, defaults, problems)
    if problems or inventory is None:
        raise InputError(problems)
    warnings = [warning for document in documents for warning in document.warnings] + merger.disagreements
    return Assembled(inventory, documents, warnings, merger.origins, defaults)


# --- merging -------------------------------------------------------------------------------------------------------


class _Merger:
    """Merges trees by identity. Facts add up; a hand-written document wins over an export, and the user is told."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.disagreements: list[Problem] = []
        self.origins: _Origins = {}

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
            f"{dotted(route)} is {_show(value)} here and {_show(other)} at {second.locate(second_route)}",
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


def _show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


# --- defaults ------------------------------------------------------------------------------------------------------


class _Defaults:
    """Facts that a document states once for every object of a kind. An explicit null is a statement: it stays unknown."""

    def __init__(self, documents: list[Document], problems: list[Problem]) -> None:
        self._found: list[tuple[Document, str, dict[str, Any]]] = []
        self._filled: dict[str, set[int]] = {}
        stated: dict[tuple[str, str], tuple[Any, Document]] = {}
        for document in documents:
            section = document.tree.get("defaults") or {}
            if not isinstance(section, dict):
                problems.append(Problem("defaults must be a mapping of kinds", document.locate(("defaults",))))
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
            problems.append(Problem(f"no defaults for {kind!r}", document.locate(route), did_you_mean(kind, DEFAULTS)))
            return
        if not isinstance(values, dict):
            problems.append(Problem(f"defaults for {kind!r} must be a mapping", document.locate(route)))
            return
        for key, value in values.items():
            other, where = stated.setdefault((kind, key), (value, document))
            if other != value:
                hint = f"{_show(other)} at {where.locate((*route, key))}"
                problems.append(Problem(f"two defaults for {kind}.{key}", document.locate((*route, key)), hint))
        self._found.append((document, kind, values))

    def apply(self, tree: dict[str, Any]) -> None:
        for _, kind, values in self._found:
            for target in _targets(tree, DEFAULTS[kind]):
                self._fill(target, values)

    def _fill(self, target: dict[str, Any], values: dict[str, Any]) -> None:
        for key, value in values.items():
            if key not in target:
                target[key] = value
                self._filled.setdefault(key, set()).add(id(target))
            elif isinstance(value, dict) and isinstance(target[key], dict):
                self._fill(target[key], value)

    def place(self, origins: _Origins, route: Route) -> Place:
        """Where the fact at a route was stated: by a document itself, else as a default, else nowhere (its object's place)."""
        for length in range(len(route), -1, -1):
            candidates = origins.get(route[:length])
            if candidates is None:
                continue
            rest = route[length:]
            for document, origin in candidates:
                if self._states(document.tree, (*origin, *rest)):
                    return document.locate((*origin, *rest))
            return self._default_place(route) or candidates[0][0].locate((*candidates[0][1], *rest))
        raise LookupError(route)  # pragma: no cover - every tree has a root

    def _states(self, tree: Any, route: Route) -> bool:
        for step in route:
            if isinstance(tree, dict):
                if step not in tree or id(tree) in self._filled.get(step, ()):  # type: ignore[call-overload]
                    return False
            elif not (isinstance(tree, list) and isinstance(step, int) and step < len(tree)):
                return False
            tree = tree[step]
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


# --- validation ----------------------------------------------------------------------------------------------------

_EXPECTED = {
    "missing": "is required",
    "list_type": "must be a list",
    "dataclass_type": "must be a mapping",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "float_parsing": "must be a number",
}


def _validate(tree: dict[str, Any], origins: _Origins, defaults: _Defaults, problems: list[Problem]) -> Inventory | None:
    try:
        return _adapter().validate_python(tree)
    except ValidationError as failure:
        for error in failure.errors(include_url=False, include_context=True):
            route = _real_route(tree, error["loc"])
            problems.append(_problem(error, route, defaults.place(origins, route)))
        return None


_cached_adapter: TypeAdapter[Inventory] | None = None


def _adapter() -> TypeAdapter[Inventory]:
    global _cached_adapter
    if _cached_adapter is None:
        _cached_adapter = TypeAdapter(Inventory)
    return _cached_adapter


def _real_route(tree: Any, location: tuple[int | str, ...]) -> Route:
    """The location without the names of union branches, which pydantic adds and no document has."""
    route: list[str | int] = []
    for step in location:
        if isinstance(tree, dict) and step in tree:
            tree = tree[step]
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        elif step is not location[-1] or step in ("object", "none"):
            continue
        route.append(step)
    return tuple(route)


def _problem(error: Any, route: Route, place: Place) -> Problem:
    kind, name = error["type"], dotted(route)
    if kind in ("unexpected_keyword_argument", "extra_forbidden"):
        parent = type_at(Inventory, route[:-1])
        names = fields_of(parent.cls) if parent is not None and parent.cls is not None else {}
        extra = ["defaults"] if len(route) == 1 else []
        return Problem(f"unknown key {route[-1]!r} in {dotted(route[:-1]) or 'the inventory'}", place, did_you_mean(route[-1], [*names, *extra]))
    if kind == "missing":
        return Problem(f"{name} is required", place)
    if kind == "literal_error":
        found = type_at(Inventory, route)
        words = found.words if found else ()
        return Problem(f"{name} is {_show(error['input'])}", place, did_you_mean(error["input"], words) or f"expected one of: {', '.join(words)}")
    if kind == "value_error":
        return Problem(f"{name} is {_show(error['input'])}", place, error["msg"].removeprefix("Value error, "))
    expected = _EXPECTED.get(kind)
    if expected is None:
        return Problem(f"{name} is {_show(error['input'])}", place, error["msg"])
    if kind == "dataclass_type" and "object" in error["loc"]:
        expected += ", or none"
    return Problem(f"{name} {expected}, not {_show(error['input'])}", place)
