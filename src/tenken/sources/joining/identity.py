"""Who is who: which entries of several documents speak of the same object.

Ids decide first (UUIDs of a VM, the UUID of a file system, the file of a disk), full names next. An entry that states
only part of its name joins an object where just one fits; where several do, it joins none, and the user is told.
Two entries of one document are always two objects.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tenken.document.place import Route
from tenken.model.identity import IDENTITY, UUIDS
from tenken.model.inventory import device_id, ldn
from tenken.sources.base import Document

Part = tuple[Document, Route, Any]
"""An entry of a document: the document, the route there, and the entry itself."""

WHOLE = ("pairs", "precedence", "lun_map")
"""Lists whose entries are the same only if every part of their name is."""


def identity(key: str, entry: Any) -> tuple[Any, ...] | None:
    """What tells an entry from the others of its list; None for what is no object, or has no name."""
    if not isinstance(entry, dict):
        return None
    if key == "vms" and isinstance(entry.get("uuid"), str):
        return ("uuid", digits(entry["uuid"]))
    return name_of(key, entry)


def name_of(key: str, entry: dict[str, Any]) -> tuple[Any, ...] | None:
    parts = tuple(normal_name(part, entry.get(part)) for part in IDENTITY[key])
    return parts if parts[-1] is not None and all(part is None or isinstance(part, str) for part in parts) else None


def clearly_distinct(key: str, entries: list[Any]) -> bool:
    """No two entries are the same object, as one look at their names shows; False where it takes a closer look."""
    part = _TOLD_BY.get(key)
    try:
        if part is not None:
            return len({entry.get(part) for entry in entries}) == len(entries)
        if key != "vms":
            return False
        uuids = {entry["uuid"].lower() for entry in entries}
        return len(uuids) == len(entries) and all(map(_AS_THE_API_WRITES_IT, uuids))
    except (AttributeError, KeyError, TypeError):  # what is no object, or has no such name
        return False


_AS_THE_API_WRITES_IT = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
_NUMBERS = ("ldn", "mv", "rv", "bv")
_TOLD_BY = {key: parts[-1] for key, parts in IDENTITY.items() if key != "vms" and parts[-1] not in (*_NUMBERS, "device")}
"""The part of a name that is spelled in one way only, where two entries that differ in it are two objects."""


def normal_name(part: str, value: Any) -> Any:
    try:
        if part in _NUMBERS:
            return ldn(value)
        return device_id(value) if part == "device" else value
    except ValueError:
        return value


def digits(uuid: str) -> str:
    """A UUID in one spelling: a .vmx file writes ``56 4d 8f-90``, the API ``564d8f90-…``."""
    return uuid.lower().translate(_NO_DIGITS)


_NO_DIGITS = str.maketrans("", "", " -:{}")


def describe(key: str, entry: dict[str, Any]) -> str:
    return repr(" ".join(str(entry.get(part)) for part in IDENTITY[key] if entry.get(part) is not None))


def file_of(path: str) -> str:
    """A disk's file without the number that a snapshot adds to it."""
    stem, dot, suffix = path.rpartition(".vmdk")
    if dot and len(stem) > 7 and stem[-7] == "-" and stem[-6:].isdigit():
        stem = stem[:-7]
    return stem + dot + suffix


def _strong(key: str, entry: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Ids by which an object is known whatever it is called."""
    for name in UUIDS.get(key, ()):
        if isinstance(entry.get(name), str):
            yield "uuid", digits(entry[name])
    if key == "disks":
        path, rdm = entry.get("path"), entry.get("rdm")
        if isinstance(path, str) and not path.endswith("]"):
            yield "file", file_of(path)
        if isinstance(rdm, dict) and isinstance(rdm.get("device"), str):
            yield "lun", device_id(rdm["device"])


@dataclass(slots=True, eq=False)
class Group:
    """Entries that speak of one object."""

    parts: list[Part] = field(default_factory=list)
    absorbed: bool = False

    def documents(self) -> set[int]:
        return {id(document) for document, _, _ in self.parts}

    def stated(self, name: str) -> set[Any]:
        return {normal_name(name, entry[name]) for _, _, entry in self.parts if isinstance(entry.get(name), str)}


def group(key: str, parts: Iterable[tuple[Document, Route, list[Any]]]) -> tuple[list[Group], list[tuple[Group, list[Group]]]]:
    """The objects of a list that several documents state, and those parts of names that fit several of them."""
    return _Grouping(key).group(parts)


class _Grouping:
    def __init__(self, key: str) -> None:
        self.key = key
        self.groups: list[Group] = []
        self._by_id: dict[tuple[str, Any], Group] = {}
        self._by_name: dict[tuple[Any, ...], list[Group]] = defaultdict(list)

    def group(self, parts: Iterable[tuple[Document, Route, list[Any]]]) -> tuple[list[Group], list[tuple[Group, list[Group]]]]:
        for document, origin, entries in parts:
            rest = []
            for position, entry in enumerate(entries):
                part = (document, (*origin, position), entry)
                if not self._known_by_id(part):
                    rest.append(part)
            for part in rest:
                self._place(part)
        ambiguous = self._join_partial() if len(IDENTITY[self.key]) > 1 and self.key not in WHOLE else []
        return [found for found in self.groups if not found.absorbed], ambiguous

    def _known_by_id(self, part: Part) -> bool:
        """Whether an id tells which object it is; it is then added to it. Ids are looked at before all names."""
        document, _, entry = part
        if not isinstance(entry, dict) or not self._by_id:
            return False
        for one in _strong(self.key, entry):
            known = self._by_id.get(one)
            if known is not None and _free(known, document):
                self._add(known, part, name_of(self.key, entry))
                return True
        return False

    def _place(self, part: Part) -> None:
        entry = part[2]
        name = name_of(self.key, entry) if isinstance(entry, dict) else None
        found = self._named(name, part) if name is not None else None
        if found is None:
            found = Group()
            self.groups.append(found)
        self._add(found, part, name)

    def _add(self, found: Group, part: Part, name: tuple[Any, ...] | None) -> None:
        found.parts.append(part)
        if name is None:
            return
        for one in _strong(self.key, part[2]):
            self._by_id.setdefault(one, found)
        if found not in self._by_name[name]:
            self._by_name[name].append(found)

    def _named(self, name: tuple[Any, ...], part: Part) -> Group | None:
        """The one object of just this name, if its name is stated in full or nothing else tells them apart."""
        if None in name and len(name) > 1:
            return None
        alone = Group([part])
        fitting = [known for known in self._by_name.get(name, ()) if self._compatible(known, alone)]
        return fitting[0] if len(fitting) == 1 else None

    def _compatible(self, known: Group, other: Group) -> bool:
        """Nothing that both state tells them apart."""
        if known.documents() & other.documents():
            return False
        for part in IDENTITY[self.key][:-1]:
            if known.stated(part) and other.stated(part) and not known.stated(part) & other.stated(part):
                return False
        uuids = [{digits(uuid) for name in UUIDS.get(self.key, ()) for uuid in one.stated(name)} for one in (known, other)]
        full = all(known.stated(part) and other.stated(part) for part in IDENTITY[self.key])
        if self.key == "datastores" and full:
            return True  # a vCenter gives no name twice in a datacenter: another file system of that name is a contradiction
        return not (uuids[0] and uuids[1] and not uuids[0] & uuids[1])

    def _join_partial(self) -> list[tuple[Group, list[Group]]]:
        """Objects of which only part of the name is stated join the one that fits, if just one does."""
        namesakes: dict[Any, list[Group]] = defaultdict(list)
        for found in self.groups:
            names = {name_of(self.key, entry) for _, _, entry in found.parts if isinstance(entry, dict)} - {None}
            for last in {name[-1] for name in names if name}:
                namesakes[last].append(found)
        ambiguous: list[tuple[Group, list[Group]]] = []
        for groups in namesakes.values():
            if len(groups) > 1:
                ambiguous += self._join_namesakes(groups)
        return ambiguous

    def _join_namesakes(self, groups: list[Group]) -> list[tuple[Group, list[Group]]]:
        ambiguous: list[tuple[Group, list[Group]]] = []
        kept = [one for one in groups if self._full(one) and not one.absorbed]
        for one in groups:
            if one.absorbed or one in kept:
                continue
            fitting = [other for other in kept if self._compatible(other, one)]
            if len(fitting) == 1:
                fitting[0].parts += one.parts
                one.absorbed = True
            else:
                if fitting:
                    ambiguous.append((one, fitting))
                kept.append(one)
        return ambiguous

    def _full(self, found: Group) -> bool:
        return all(found.stated(part) for part in IDENTITY[self.key])


def _free(known: Group, document: Document) -> bool:
    return all(other is not document for other, _, _ in known.parts)
