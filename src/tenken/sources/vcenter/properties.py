"""Bulk retrieval: properties of all objects of a type, page by page, and what the account may not read.

A property that is unset is absent from the answer; one that may not be read is listed apart, with the fault. The two must
never be taken for one another: the first says "there is none", the second nothing.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tenken.document.said import Said
from tenken.sources.vcenter import words
from tenken.sources.vcenter.session import CannotCollect

PAGE = 200
"""Objects a page at most; the server may send fewer."""

_ALSO_ELSEWHERE = frozenset(("guest.guestDetailedData",))
"""Properties of new versions whose content is in an older one, too: nobody misses them."""

_NOT_OFFERED = frozenset(("MethodNotFound", "NotSupported", "NotImplemented"))

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Found:
    """One managed object: what was read, and what could not be."""

    ref: Any
    values: dict[str, Any]
    denied: dict[str, Said]
    """Property → why it could not be read."""

    @property
    def id(self) -> str:
        """Its managed object id: ``vm-42``."""
        return str(self.ref._moId)

    def get(self, path: str) -> Any:
        return self.values.get(path)

    def unset(self, path: str) -> bool:
        """Whether the server says that there is no value; not so for what it did not let us read."""
        return path not in self.values and not any(path == denied or path.startswith(f"{denied}.") for denied in self.denied)


@dataclass(slots=True)
class Lacks:
    """What could not be read, gathered so that a missing right is told once and not for every object."""

    _names: dict[tuple[str, Said, Said], list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, kind: str, what: Said, reason: Said, name: str) -> None:
        self._names[kind, what, reason].append(name)

    def said(self) -> list[Said]:
        """One sentence for each kind, property and reason."""
        return [words.stays_unknown(*key, sorted(names)) for key, names in self._names.items()]


class Collector:
    """Reads through the PropertyCollector of a session."""

    def __init__(self, content: Any, lacks: Lacks, progress: Progress = lambda kind, count: None) -> None:
        self._content = content
        self._collector = content.propertyCollector
        self._lacks = lacks
        self._progress = progress

    def all(self, cls: Any, kind: str, paths: Sequence[str]) -> Iterator[Found]:
        """Every object of a type that the account can see."""
        view = self._content.viewManager.CreateContainerView(self._content.rootFolder, [cls], True)
        try:
            yield from self._read(cls, kind, paths, [self._through(view)])
        finally:
            with contextlib.suppress(Exception):
                view.Destroy()

    def some(self, cls: Any, kind: str, refs: Sequence[Any], paths: Sequence[str]) -> Iterator[Found]:
        """These objects, except those that no longer exist."""
        from pyVmomi import vmodl

        left = list(refs)
        while left:
            specs = [vmodl.query.PropertyCollector.ObjectSpec(obj=ref) for ref in left]
            try:
                yield from list(self._read(cls, kind, paths, specs))
                return
            except vmodl.fault.ManagedObjectNotFound as gone:
                remaining = [ref for ref in left if gone.obj is not None and ref._moId != gone.obj._moId]
                if len(remaining) == len(left):
                    raise
                left = remaining

    def _through(self, view: Any) -> Any:
        from pyVmomi import vim, vmodl

        members = vmodl.query.PropertyCollector.TraversalSpec(
            name="members", type=vim.view.ContainerView, path="view", skip=False
        )
        return vmodl.query.PropertyCollector.ObjectSpec(obj=view, skip=True, selectSet=[members])

    def _read(self, cls: Any, kind: str, paths: Sequence[str], objects: list[Any]) -> Iterator[Found]:
        """Pages of objects. Properties that an older vCenter does not have are left out, and unknown of all."""
        from pyVmomi import vmodl

        asked, unsupported = list(paths), dict[str, Said]()
        while True:
            try:
                page = self._first_page(cls, asked, objects)
                break
            except vmodl.query.InvalidProperty as invalid:
                if invalid.name not in asked:
                    raise
                asked.remove(invalid.name)
                unsupported[invalid.name] = words.TOO_OLD
        seen: set[str] = set()
        for entry in self._pages(page):
            found = self._found(entry, unsupported)
            if found is None or found.id in seen:
                continue
            seen.add(found.id)
            self._progress(kind, len(seen))
            for path, reason in found.denied.items():
                if path not in _ALSO_ELSEWHERE:
                    self._lacks.add(kind, words.prop(path), reason, str(found.get("name") or found.id))
            yield found

    def _first_page(self, cls: Any, paths: list[str], objects: list[Any]) -> Any:
        from pyVmomi import vmodl

        query = vmodl.query.PropertyCollector
        wanted = query.PropertySpec(type=cls, all=False, pathSet=paths)
        filters = [query.FilterSpec(objectSet=objects, propSet=[wanted])]
        return _decoded(self._collector.RetrievePropertiesEx, filters, query.RetrieveOptions(maxObjects=PAGE))

    def _pages(self, page: Any) -> Iterator[Any]:
        token = None
        try:
            while page is not None:
                token = page.token
                yield from page.objects or ()
                page = _decoded(self._collector.ContinueRetrievePropertiesEx, token) if token else None
            token = None
        finally:
            if token:
                with contextlib.suppress(Exception):
                    self._collector.CancelRetrievePropertiesEx(token)

    @staticmethod
    def _found(entry: Any, unsupported: dict[str, Said]) -> Found | None:
        """One entry of an answer; None for an object that has gone meanwhile."""
        from pyVmomi import vmodl

        denied = dict(unsupported)
        for missing in entry.missingSet or ():
            if isinstance(missing.fault, vmodl.fault.ManagedObjectNotFound):
                return None
            denied[missing.path] = reason_of(missing.fault)
        return Found(entry.obj, {item.name: item.val for item in entry.propSet or ()}, denied)


def _decoded(call: Callable[..., Any], *arguments: Any) -> Any:
    """The answer to a call. pyVmomi breaks on words that a newer vCenter says and it does not know."""
    try:
        return call(*arguments)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CannotCollect(
            Said(
                f"the vCenter answered something that this version of pyVmomi does not understand: {error}",
                f"vCenterの応答に、このバージョンのpyVmomiが解釈できないものがありました: {error}",
            ),
            Said(
                "a newer one may: pip install --upgrade pyvmomi",
                "新しいバージョンで解決する可能性があります: pip install --upgrade pyvmomi",
            ),
        ) from error


def reason_of(fault: Any) -> Said:
    """Why something could not be read: the privilege that the account lacks, or the name of the fault."""
    privileges = {fault.privilegeId} if getattr(fault, "privilegeId", None) else set[str]()
    for entry in getattr(fault, "missingPrivileges", None) or ():
        privileges.update(entry.privilegeIds or ())
    if privileges:
        return words.lacks_privileges(sorted(privileges))
    name = type(fault).__name__.rpartition(".")[2]
    if name == "InvalidProperty":
        return words.TOO_OLD
    return words.NOT_OFFERED if name in _NOT_OFFERED else words.answered(name)
