"""Copies of ``/vmfs/volumes``: which datastore a file came from, and where the file is that a ``.vmx`` names.

A folder ``…/vmfs/volumes/DS01/db01`` tells the datastore, any other folder does not. Where a folder is named by the UUID of
its volume, the name comes from a link beside it or from a listing of the host.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from tenken.sources import vmdk_descriptor
from tenken.sources.vmdk_descriptor import Descriptor

_VOLUMES = ("vmfs", "volumes")
_ON_HOST = re.compile(r"/vmfs/volumes/([^/]+)/+(.+)")
_UUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{8}(?:-[0-9a-f]{4}-[0-9a-f]{12})?|(?:vsan|vvol):[0-9a-f-]+|[0-9a-f]{16}-[0-9a-f]{16}", re.IGNORECASE
)
"""VMFS, NFS, vSAN and vVol, vSAN again."""
_LONGEST_CHAIN = 300
"""vSphere allows 32 snapshots of a disk; a longer chain, or one that runs in a circle, is not followed."""


class Volumes:
    """The files below a folder of the user, seen as files of datastores. Nothing outside the folder is ever opened."""

    def __init__(self, root: Path, name: str, names: dict[str, str] | None = None) -> None:
        """names: datastore names by the UUID of their volume, in lower case, as a listing of the host has them."""
        self._root = root
        self._resolved = root.resolve()
        self._prefix = "" if name in ("", ".") else name.rstrip("/") + "/"
        self._names = names or {}
        self._links: dict[Path, dict[str, str]] = {}
        self._descriptors: dict[Path, Descriptor | None] = {}

    def shown(self, path: Path) -> str:
        """A file as the user would call it."""
        return self._prefix + path.relative_to(self._root).as_posix() if path.is_relative_to(self._root) else str(path)

    def datastore_path(self, folder: Path, written: str) -> str | None:
        """``[datastore] folder/file`` for a file that is written in a ``.vmx`` of a folder, None if its datastore is not known."""
        if match := _ON_HOST.fullmatch(written):
            here = _split(folder)
            volume, rest = self._name_of(match[1], here[0] if here else None), match[2]
        else:
            here = _split(folder)
            if here is None or not written or written.startswith("/"):
                return None
            parts = os.path.normpath("/".join((*here[2], written)))
            volume, rest = self._name_of(here[1], here[0]), parts.replace(os.sep, "/")
            if rest.startswith(".."):
                return None
        return f"[{volume}] {rest}" if volume else None

    def descriptor(self, folder: Path, written: str) -> Descriptor | None:
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
            below = self.descriptor(current.path.parent, current.parent) if current.parent else None
            if below is None or below.path in seen or len(seen) > _LONGEST_CHAIN:
                return None
            seen.add(below.path)
            current = below
        return current

    def _candidates(self, folder: Path, written: str) -> list[Path]:
        match = _ON_HOST.fullmatch(written)
        if match is None:
            return [folder / written] if written and not written.startswith("/") else []
        here = _split(folder)
        if here is None:
            return []
        volumes, aliases = here[0], {match[1]}
        if name := self._name_of(match[1], volumes):
            links = self._names | self._links_of(volumes)
            aliases |= {name} | {uuid for uuid, called in links.items() if called == name}
        return [volumes / alias / match[2] for alias in sorted(aliases)]

    def _is_ours(self, path: Path) -> bool:
        try:
            return path.resolve().is_relative_to(self._resolved) and path.is_file()
        except (OSError, ValueError, RuntimeError):
            return False

    def _name_of(self, volume: str, volumes: Path | None) -> str | None:
        """The datastore that a folder of ``/vmfs/volumes`` is, None if only its UUID is known."""
        if not _UUID.fullmatch(volume):
            return volume
        return self._names.get(volume.lower()) or (self._links_of(volumes).get(volume.lower()) if volumes else None)

    def _links_of(self, volumes: Path) -> dict[str, str]:
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


def _split(folder: Path) -> tuple[Path, str, tuple[str, ...]] | None:
    """``…/vmfs/volumes``, the volume, and the folders in it; None if the path does not go through there."""
    parts = folder.absolute().parts
    for index in range(len(parts) - 2, 0, -1):
        if parts[index - 1 : index + 1] == _VOLUMES:
            return Path(*parts[: index + 1]), parts[index + 1], parts[index + 2 :]
    return None
