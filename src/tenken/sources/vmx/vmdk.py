"""Descriptors of virtual disks: the small ``.vmdk`` that says what kind of disk it is and where its data lies.

Whether a disk is an RDM, and of which kind, is said nowhere else: in the ``.vmx`` an RDM looks like any other disk. Which LUN
it maps is not said here either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tenken.document.problem import InputError
from tenken.sources.vmx.text import MAX_BYTES, text_of

_MARK = b"# Disk DescriptorFile"
_HEAD = 4096
_NO_PARENT = "ffffffff"
_SETTING = re.compile(r'([\w.]+)[ \t]*=[ \t]*"?([^"\r\n]*)"?')
_EXTENT = re.compile(r"(?:RW|RDONLY|NOACCESS)[ \t]+(\d{1,18})[ \t]+(\w+)")
RDM = {"vmfsrawdevicemap": "virtual", "vmfspassthroughrawdevicemap": "physical"}
"""createType of an RDM's mapping file → its compatibility mode."""

BACKINGS = {
    "vmfs": "flat", "vmfsthin": "flat", "vmfseagerzeroedthick": "flat", "vmfspreallocated": "flat", "monolithicflat": "flat",
    "twogbmaxextentflat": "flat", "vmfssparse": "sparse", "monolithicsparse": "sparse", "twogbmaxextentsparse": "sparse",
    "streamoptimized": "sparse", "sesparse": "se_sparse",
} | dict.fromkeys(RDM, "rdm")  # fmt: skip
"""createType, in lower case → the backing that the inventory calls it."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What one descriptor says."""

    path: str
    create_type: str
    line: int
    """The line that states ``createType``."""
    sectors: int | None
    """Size in sectors of 512 bytes; None if no extent is listed."""
    parent: str | None
    """File of the disk below, if this one holds the changes since a snapshot; empty if its name is not stated."""
    encrypted: bool


def read(path: str, name: str) -> Descriptor | None:
    """The descriptor in a file, None if there is none in it or it can't be read."""
    try:
        with open(path, "rb") as file:
            data = file.read(_HEAD)
            if not data.removeprefix(b"\xef\xbb\xbf").startswith(_MARK):
                return None
            data += file.read(MAX_BYTES) if len(data) == _HEAD else b""
        text, _ = text_of(data, name)
    except (InputError, OSError, ValueError):
        return None
    settings: dict[str, tuple[str, int]] = {}
    sizes: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if match := _SETTING.match(line):
            settings.setdefault(match[1].lower(), (match[2].strip(), number))
        elif match := _EXTENT.match(line):
            sizes.append(int(match[1]))
    if "createtype" not in settings:
        return None
    create_type, number = settings["createtype"]
    return Descriptor(
        path,
        create_type,
        number,
        sum(sizes) if sizes else None,
        _parent(settings),
        any(key.startswith(("encryption.", "ddb.encryption", "ddb.iofilters.encryption")) for key in settings),
    )


def _parent(settings: dict[str, tuple[str, int]]) -> str | None:
    cid, hint = settings.get("parentcid", ("", 0))[0].lower(), settings.get("parentfilenamehint", ("", 0))[0]
    return hint if hint or cid not in ("", _NO_PARENT) else None
