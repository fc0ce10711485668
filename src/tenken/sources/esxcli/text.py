"""What ``esxcli`` and ``localcli`` print: records under the id of a device, tables, and the prompts around them.

One file may hold the output of several commands, as it was copied from a terminal. What a piece of output is, is told by
its fields and never by the name of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tenken.document.place import Place

_LONGEST_LINE = 4000
_PROMPT = re.compile(r"\[[^@\s\]]{1,64}@([^:\s\]]{1,255}):[^\]]{0,500}\]\s?(.*)")
_HOST_COMMENT = re.compile(r"#\s{0,10}host\s{0,10}[:=]\s{0,10}(\S{1,255})\s*", re.IGNORECASE)
_KEY = re.compile(r"[ \t]{1,8}([A-Z][\w /()#%.-]{0,60}?):(?:[ \t]+(.*))?")
_VERSION = re.compile(r"VMware ESXi (\d{1,3}(?:\.\d{1,3}){1,3})(?: build-\d+)?")
_UNAME = re.compile(r"VMkernel (\S{1,255}) (\d{1,3}(?:\.\d{1,3}){1,3}) #")
_VMFS_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)

_KINDS = (
    ("device", {"Vendor", "Model", "Status"}),
    ("path", {"Runtime Name", "Device", "LUN"}),
    ("vm", {"World ID", "Config File"}),
    ("hostname", {"Fully Qualified Domain Name", "Host Name"}),
)
"""The fields by which a record is known."""
_EXTENT_COLUMNS = ("Volume Name", "VMFS UUID", "Extent Number", "Device Name", "Partition")
_FILESYSTEM_COLUMNS = ("Mount Point", "Volume Name", "UUID", "Mounted", "Type")


@dataclass(slots=True)
class Record:
    """One object of a listing."""

    kind: str
    """``device``, ``path``, ``vm``, ``hostname``, ``extent``, ``filesystem``."""
    id: str
    values: dict[str, str]
    file: str
    line: int
    lines: dict[str, int] = field(default_factory=dict)
    last: str = ""
    """Its last field, which tells whether a listing was cut off."""

    def place(self, key: str | None = None) -> Place:
        return Place(self.file, self.lines.get(key, self.line) if key else self.line, 1)


@dataclass(slots=True)
class Listing:
    """All that one file says."""

    file: str
    records: dict[str, list[Record]] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    """What was typed at a prompt."""
    stated_host: str | None = None
    """The host that somebody noted in a comment."""
    hosts: list[tuple[str, int]] = field(default_factory=list)
    """Names of the host that the output itself has, and their lines."""
    version: tuple[str, int] | None = None
    empty_tables: set[str] = field(default_factory=set)

    def of(self, kind: str) -> list[Record]:
        return self.records.get(kind, [])

    def says_something(self) -> bool:
        return bool(self.records or self.hosts or self.version or self.empty_tables)


def parse(text: str, file: str) -> Listing:
    """All records of a text. What is no output of a known command is passed over."""
    listing = Listing(file)
    table = ""
    for number, line, block in _blocks(text):
        bare = line.strip()
        if match := _PROMPT.match(bare):
            listing.hosts.append((match[1], number))
            listing.commands.append(match[2].strip())
            table = ""
        elif match := _HOST_COMMENT.fullmatch(bare):
            listing.stated_host = match[1]
        elif block:
            _take_record(listing, bare if not line[:1].isspace() else "", number, block)
            table = ""
        elif columns := _table_of(bare):
            table = columns
            listing.empty_tables.add(table)
        elif table and bare and set(bare) - {"-", " "}:
            _take_row(listing, table, bare, number)
        elif match := _VERSION.match(bare):
            listing.version = listing.version or (match[1], number)
        elif match := _UNAME.match(bare):
            listing.hosts.append((match[1], number))
            listing.version = listing.version or (match[2], number)
        elif not bare:
            table = ""
    return listing


def _blocks(text: str) -> Iterator[tuple[int, str, list[tuple[int, str, str]]]]:
    """Lines, each with the ``Key: value`` lines that are indented below it; those without a line above come with a blank one."""
    head: tuple[int, str] | None = None
    block: list[tuple[int, str, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        line = line[:_LONGEST_LINE].rstrip()
        match = _KEY.fullmatch(line) if line[:1] in " \t" else None
        if match:
            block.append((number, match[1], (match[2] or "").strip()))
            continue
        if head is not None or block:
            yield head[0] if head else block[0][0], head[1] if head else " ", block
        head, block = (number, line), []
    if head is not None or block:
        yield head[0] if head else block[0][0], head[1] if head else " ", block


def _take_record(listing: Listing, head: str, number: int, block: list[tuple[int, str, str]]) -> None:
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    for line, key, value in block:
        values.setdefault(key, value)
        lines.setdefault(key, line)
    kind = next((kind for kind, fields in _KINDS if fields <= values.keys()), None)
    if kind == "hostname":
        name = values["Fully Qualified Domain Name"] or values["Host Name"]
        if name and not set(name) & set(" \t"):
            listing.hosts.append((name, lines["Fully Qualified Domain Name"]))
    elif kind and head:
        record = Record(kind, head.removesuffix(":"), values, listing.file, number, lines, block[-1][1])
        listing.records.setdefault(kind, []).append(record)


def _table_of(line: str) -> str:
    if all(column in line for column in _EXTENT_COLUMNS):
        return "extent"
    return "filesystem" if all(column in line for column in _FILESYSTEM_COLUMNS) else ""


def _take_row(listing: Listing, table: str, line: str, number: int) -> None:
    """A row, read from its right end: names may have blanks, and wide characters put columns out of line."""
    if table == "extent":
        cells = line.rsplit(None, 4)
        if len(cells) == 5 and _VMFS_UUID.fullmatch(cells[1]) and cells[2].isdecimal() and cells[4].isdecimal():
            values = dict(zip(_EXTENT_COLUMNS, cells, strict=True))
            listing.records.setdefault("extent", []).append(Record("extent", cells[0], values, listing.file, number))
        return
    cells = line.rsplit(None, 5)
    if len(cells) == 6 and cells[0].startswith("/") and cells[2].casefold() in ("true", "false"):
        mount, _, name = cells[0].partition(" ")
        values = dict(zip(_FILESYSTEM_COLUMNS, (mount, name.strip(), cells[1], cells[2], cells[3]), strict=True))
        listing.records.setdefault("filesystem", []).append(Record("filesystem", name.strip(), values, listing.file, number))
