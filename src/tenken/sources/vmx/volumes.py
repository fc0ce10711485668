"""Copies of ``/vmfs/volumes``: which datastore a file came from, and where the file is that a ``.vmx`` names.

A folder ``…/vmfs/volumes/DS01/db01`` tells the datastore, any other folder does not. Where a folder is named by the UUID of
its volume, the name comes from a link beside it or from a listing of the host. Paths are text here: ten thousand virtual
machines have some ten thousand disks, and objects for paths would take most of the time.
"""

from __future__ import annotations

import os
import re
from functools import cache
from typing import NamedTuple

from tenken.sources.vmx import vmdk as vmdk_descriptor
from tenken.sources.vmx.vmdk import Descriptor

_MARK = os.sep + os.path.join("vmfs", "volumes") + os.sep
_ON_HOST = re.compile(r"/vmfs/volumes/([^/]+)/+([^/].*)", re.DOTALL)
_UUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{8}(?:-[0-9a-f]{4}-[0-9a-f]{12})?|(?:vsan|vvol):[0-9a-f-]+|[0-9a-f]{16}-[0-9a-f]{16}", re.IGNORECASE
)
"""VMFS, NFS, vSAN and vVol, vSAN again."""
_LONGEST_CHAIN = 300
"""vSphere allows 32 snapshots of a disk; a longer chain, or one that runs in a circle, is not followed."""


class _InVolume(NamedTuple):
    """A folder, seen as a folder of a datastore."""

    volumes: str
    """``…/vmfs/volumes``"""
    volume: str
    """The folder in there: the name of the datastore or its UUID."""
    rest: str
    """The way from there, empty or ending with a slash."""


class Volumes:
    """The files below a folder of the user, seen as files of datastores. Nothing outside the folder is ever opened."""

    def __init__(self, root: str | os.PathLike[str], name: str, names: dict[str, str] | None = None) -> None:
        """names: datastore names by the UUID of their volume, in lower case, as a listing of the host has them."""
        self._root = os.path.join(os.fspath(root), "")
        self._real_root = os.path.join(os.path.realpath(root), "")
        self._prefix = "" if name in ("", ".") else name.rstrip("/") + "/"
        self._names = names or {}
        self._links: dict[str, dict[str, str]] = {}
        self._descriptors: dict[str, Descriptor | None] = {}
        self._is_inside = cache(self._lies_inside)

    def shown(self, path: str | os.PathLike[str]) -> str:
        """A file as the user would call it."""
        text = os.fspath(path)
        return self._prefix + text.removeprefix(self._root).replace(os.sep, "/") if text.startswith(self._root) else text

    def datastore_path(self, folder: str, written: str) -> str | None:
        """``[datastore] folder/file`` for a file that is written in a ``.vmx`` of a folder, None if its datastore is not known."""
        here = _in_volume(folder)
        volumes = here.volumes if here else None
        if match := _ON_HOST.fullmatch(written):
            volume = self._name_of(match[1], volumes)
            return f"[{volume}] {match[2]}" if volume else None
        if here is None or not written or written.startswith("/"):
            return None
        rest = here.rest + written
        if ".." in rest or "./" in rest:
            rest = os.path.normpath(rest).replace(os.sep, "/")
            if rest.startswith(".."):
                return None
        volume = self._name_of(here.volume, volumes)
        return f"[{volume}] {rest}" if volume else None

    def descriptor(self, folder: str, written: str) -> Descriptor | None:
        """The descriptor of a disk that is written in a ``.vmx`` of a folder; None if there is none below the root."""
        for path in self._candidates(folder, written):
            if path not in self._descriptors:
                self._descriptors[path] = vmdk_descriptor.read(path, self.shown(path)) if self._is_ours(path) else None
            if self._descriptors[path] is not None:
                return self._descriptors[path]
        return None

    def base(self, top: Descriptor) -> Descriptor | None:
        """The disk at the bottom of a chain of snapshots, None if a link of the chain is missing."""
        current, seen = top, {top.path}
        while current.parent is not None:
            below = self.descriptor(os.path.dirname(current.path), current.parent) if current.parent else None
            if below is None or below.path in seen or len(seen) > _LONGEST_CHAIN:
                return None
            seen.add(below.path)
            current = below
        return current

    def _candidates(self, folder: str, written: str) -> list[str]:
        match = _ON_HOST.fullmatch(written)
        if match is None:
            return [os.path.join(folder, written)] if written and not written.startswith("/") else []
        here = _in_volume(folder)
        if here is None:
            return []
        aliases = {match[1]}
        if name := self._name_of(match[1], here.volumes):
            links = self._names | self._links_of(here.volumes)
            aliases |= {name} | {uuid for uuid, called in links.items() if called == name}
        return [os.path.join(here.volumes, alias, match[2]) for alias in sorted(aliases)]

    def _is_ours(self, path: str) -> bool:
        """Whether this is a file below the root, and no link."""
        try:
            return self._is_inside(os.path.dirname(path)) and not os.path.islink(path) and os.path.isfile(path)
        except (OSError, ValueError):
            return False

    def _lies_inside(self, folder: str) -> bool:
        return os.path.join(os.path.realpath(folder), "").startswith(self._real_root)

    def _name_of(self, volume: str, volumes: str | None) -> str | None:
        """The datastore that a folder of ``/vmfs/volumes`` is, None if only its UUID is known."""
        if not _UUID.fullmatch(volume):
            return volume
        return self._names.get(volume.lower()) or (self._links_of(volumes).get(volume.lower()) if volumes else None)

    def _links_of(self, volumes: str) -> dict[str, str]:
        """Names by UUID, from the links ``DS01 → 5ce3ae6c-…`` that a host has in ``/vmfs/volumes``."""
        if volumes not in self._links:
            links: dict[str, str] = {}
            try:
                for entry in os.scandir(volumes):
                    if entry.is_symlink():
                        links[os.path.basename(os.readlink(entry.path).rstrip("/")).lower()] = entry.name
            except OSError:
                pass
            self._links[volumes] = links
        return self._links[volumes]


def _in_volume(folder: str) -> _InVolume | None:
    """What a folder is in a datastore; None if the path does not go through ``vmfs/volumes``."""
    path = os.path.join(folder if os.path.isabs(folder) else os.path.abspath(folder), "")
    start, mark, inside = path.rpartition(_MARK)
    volume, _, rest = inside.partition(os.sep)
    return _InVolume(start + mark.rstrip(os.sep), volume, rest.replace(os.sep, "/")) if mark and volume else None
