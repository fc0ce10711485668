"""Where managed objects are and what they are called.

The inventory speaks in names, vSphere in object ids. An id that the account may not look up still stands for something: it
becomes an object of which nothing but its id is known, so that what depends on it is unknown and not missing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from tenken.sources.base import known
from tenken.sources.vcenter.properties import Found

_ESCAPED = re.compile("%(2f|5c|25)", re.IGNORECASE)
_DEEPEST = 100
"""Folders within folders, at most."""


def plain_name(name: str) -> str:
    """vSphere writes ``/``, ``\\`` and ``%`` in names as ``%2f``, ``%5c`` and ``%25``; its client shows them plain."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), name)


def plain_path(path: str) -> str:
    """``[name] folder/file`` with the name plain, as the datastore is called elsewhere."""
    head, bracket, tail = path.partition("]")
    return plain_name(head) + bracket + tail


class Places:
    """Knows the datacenter of everything."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}
        self._datacenters: dict[str, str] = {}

    def add(self, found: Found, *, is_datacenter: bool = False) -> None:
        parent = found.get("parent")
        if parent is not None:
            self._parents[found.id] = parent._moId
        if is_datacenter:
            self._datacenters[found.id] = plain_name(found.get("name") or found.id)

    def datacenter_of(self, identifier: str | None) -> str | None:
        """The datacenter that an object lies in; None where a folder on the way may not be read."""
        for _ in range(_DEEPEST):
            if identifier is None or identifier in self._datacenters:
                break
            identifier = self._parents.get(identifier)
        return self._datacenters.get(identifier) if identifier is not None else None


class Kind:
    """The objects of one kind, by id, with a stand-in for each that is referred to but may not be read."""

    def __init__(self, name: str, vcenter: str | None) -> None:
        self.name = name
        self.stand_ins: list[str] = []
        self._vcenter = vcenter
        self._entries: dict[str, dict[str, Any]] = {}

    def add(self, identifier: str, entry: dict[str, Any]) -> None:
        self._entries[identifier] = entry

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._entries

    def __getitem__(self, identifier: str) -> dict[str, Any]:
        return self._entries[identifier]

    def stand_in(self, identifier: str, name: str | None = None, datacenter: str | None = None) -> None:
        """Add an object of which nothing but its id, or name, is known."""
        entry = {"name": name or identifier, "vcenter": self._vcenter, "datacenter": datacenter}
        self._entries[identifier] = known(entry)
        self.stand_ins.append(entry["name"] or identifier)

    def name_of(self, ref: Any) -> str:
        """The name of an object that another one refers to."""
        if ref._moId not in self._entries:
            self.stand_in(ref._moId)
        return str(self._entries[ref._moId]["name"])

    def tell_apart(self, identity: Callable[[dict[str, Any]], tuple[Any, ...]]) -> list[str]:
        """Put the datacenter, or else the object id, into names that several objects would share; return those names."""
        groups: dict[tuple[Any, ...], list[str]] = defaultdict(list)
        for identifier, entry in self._entries.items():
            groups[identity(entry)].append(identifier)
        shared: list[str] = []
        for namesakes in groups.values():
            if len(namesakes) > 1:
                shared.append(self._entries[namesakes[0]]["name"])
                datacenters = [self._entries[identifier].get("datacenter") for identifier in namesakes]
                distinct = len(set(datacenters) - {None}) == len(namesakes)
                for identifier, datacenter in zip(namesakes, datacenters, strict=True):
                    entry = self._entries[identifier]
                    entry["name"] = f"{datacenter}/{entry['name']}" if distinct else f"{entry['name']} ({identifier})"
        return shared

    def entries(self) -> list[dict[str, Any]]:
        """All of them, by datacenter and name."""
        return sorted(self._entries.values(), key=lambda entry: (entry.get("datacenter") or "", entry["name"]))

    def find(self, name: str, datacenter: str | None) -> bool:
        """Whether one is called so, in a datacenter that fits."""
        return any(
            entry["name"] == name and (datacenter is None or entry.get("datacenter") in (datacenter, None))
            for entry in self._entries.values()
        )
