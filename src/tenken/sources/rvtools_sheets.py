"""The tabs of an RVTools export as tables: columns under one name whatever the version called them, rows with places."""

from __future__ import annotations

import csv
import io
import math
import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.text import decode, read_bytes
from tenken.sources.rvtools_workbook import Rows, column_letters, read_sheets

_VM_COLUMNS = {
    "vm": ("VM", "{tab}VMName"),
    "host": ("Host",),
    "vm_id": ("VM ID", "{tab}ObjectID"),
    "vm_uuid": ("VM UUID", "{tab}InstanceUUID"),
}
_SERVER_COLUMNS = {
    "server": ("VI SDK Server",),
    "server_uuid": ("VI SDK UUID", "vCenter UUID"),
}

COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "vInfo": {
        **_VM_COLUMNS,
        **_SERVER_COLUMNS,
        "power": ("Powerstate",),
        "template": ("Template",),
        "placeholder": ("SRM Placeholder",),
        "guest_state": ("Guest state",),
        "disks": ("Disks", "vInfoNumVirtualDisks"),
        "ft": ("FT State", "vInfoFaultToleranceState"),
        "path": ("Path",),
        "datacenter": ("Datacenter",),
        "os_configured": ("OS according to the configuration file", "vInfoOS"),
        "os_reported": ("OS according to the VMware Tools", "vInfoOSTools"),
        "os_detailed": ("Guest Detailed Data",),
        "smbios_uuid": ("SMBIOS UUID", "vInfoUUID"),
        "server_type": ("VI SDK Server type",),
        "api_version": ("VI SDK API Version",),
    },
    "vDisk": {
        **_VM_COLUMNS,
        **_SERVER_COLUMNS,
        "label": ("Disk", "vDiskName"),
        "capacity": ("Capacity MiB", "Capacity MB"),
        "raw": ("Raw",),
        "mode": ("Disk Mode", "vDiskMode"),
        "sharing": ("Sharing mode",),
        "controller_type": ("Controller",),
        "controller": ("Label",),
        "bus_sharing": ("Shared Bus",),
        "path": ("Path",),
        "lun_id": ("Raw LUN ID",),
        "compatibility": ("Raw Comp. Mode", "Raw Com. Mode", "Raw Compatibility Mode"),
    },
    "vTools": {**_VM_COLUMNS, **_SERVER_COLUMNS, "tools": ("Tools", "vToolsStatus")},
    "vSnapshot": {**_VM_COLUMNS, **_SERVER_COLUMNS, "name": ("Name", "Snapshot"), "created": ("Date / time",)},
    "vHost": {
        **_SERVER_COLUMNS,
        "host": ("Host", "vHostName"),
        "datacenter": ("Datacenter",),
        "cluster": ("Cluster",),
        "version": ("ESX Version", "vHostFullName"),
    },
    "vCluster": {
        **_SERVER_COLUMNS,
        "name": ("Name", "Cluster"),
        "host_count": ("NumHosts",),
        "ha": ("HA enabled",),
        "heartbeat_policy": ("HB Datastore Candidate Policy",),
    },
    "vDatastore": {
        **_SERVER_COLUMNS,
        "name": ("Name",),
        "datacenter": ("Datacenter",),
        "address": ("Address",),
        "type": ("Type",),
        "capacity": ("Capacity MiB", "Capacity MB", "vDatastoreCapacity"),
        "host_count": ("# Hosts", "vDatastoreNumHosts"),
        "hosts": ("Hosts",),
        "extent_count": ("# Extents", "vDatastoreNumExtents"),
        "version": ("Version",),
        "url": ("URL",),
    },
    "vMultiPath": {
        **_SERVER_COLUMNS,
        "host": ("Host",),
        "datacenter": ("Datacenter",),
        "datastore": ("Datastore",),
        "disk": ("Disk",),
        "state": ("Oper. State", "vMultiPathOperationalState"),
        "vendor": ("Vendor",),
        "model": ("Model",),
        "uuid": ("UUID",),
    },
    "vSource": {**_SERVER_COLUMNS, "api_type": ("API type",), "version": ("Version",)},
    "vMetaData": {
        "version": ("RVTools version", "RVTools major version"),
        "created": ("xlsx creation datetime",),
    },
}
"""Which columns are read, by tab: our name → the headers that versions of RVTools gave it, the usual one first.

``vInfo…`` names are those of ``-DBColumnNames``, where they differ from tab and header run together. Only few of them
are documented; a column that is called otherwise is not read, and its facts are unknown.
"""

IDENTITY = {
    "vInfo": "vm",
    "vDisk": "vm",
    "vTools": "vm",
    "vSnapshot": "vm",
    "vHost": "host",
    "vCluster": "name",
    "vDatastore": "name",
    "vMultiPath": "host",
    "vSource": "server",
    "vMetaData": "version",
}
"""The column without which a tab says nothing, and a row of it about nothing."""

_ALL_TABS = (
    *COLUMNS, "vCPU", "vMemory", "vPartition", "vNetwork", "vUSB", "vCD", "vRP", "vHBA", "vNIC", "vSwitch", "vPort",
    "dvSwitch", "dvPort", "vSC_VMK", "vLicense", "vFileInfo", "vHealth", "vFloppy",
)  # fmt: skip
_TABS = {tab.casefold(): tab for tab in _ALL_TABS}

_VINFO_ONLY = {"nics", "disks", "gueststate", "connectionstate", "dnsname", "vinfonumvirtualdisks", "vinfonics"}
"""Headers that, beside VM and Powerstate, no other tab has."""

_SHOWN = 20
"""So many of the same kind of mistake are shown one by one."""


def tab_of(name: str) -> str | None:
    """The tab that a sheet or file is called after: ``vInfo``, ``tabvInfo``, ``RVTools_tabvInfo``."""
    return _TABS.get(name.strip().casefold().removeprefix("rvtools_").removeprefix("tab"))


# --- cells -----------------------------------------------------------------------------------------------------------


def text_of(cell: Any) -> str | None:
    """A cell as text, None if it is blank. Names may look like numbers, and Excel then stores them as floats."""
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    return None if cell is None else str(cell)


def number_of(cell: Any) -> float | None:
    """A cell as a number of nought or more. ``1,024`` is none: whether it is 1024 or 1.024 depends on who wrote it."""
    try:
        number = float(cell) if not isinstance(cell, bool) else -1.0
    except (TypeError, ValueError):
        return None
    return number if 0 <= number < math.inf else None


def count_of(cell: Any) -> int | None:
    number = number_of(cell)
    return int(number) if number is not None and number.is_integer() else None


def truth_of(cell: Any) -> bool | None:
    """A cell as a boolean: RVTools writes the words, other writers real booleans."""
    return {"true": True, "false": False}.get(str(cell).strip().casefold())


def compact(header: str) -> str:
    """A header without what versions changed: case, blanks and punctuation. ``#`` stays, as ``# Hosts`` is not ``Hosts``."""
    return "".join(letter for letter in header.casefold() if letter.isalnum() or letter == "#")


# --- sheets ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Sheet:
    """One tab: its rows without the header and blank ones, and where they stood."""

    tab: str
    source: str
    printed: str
    """The name of the sheet in the workbook."""
    columns: dict[str, int]
    rows: Rows
    numbers: array[int]
    """The number of each row as Excel counts."""
    lines: array[int] | None = None
    """The line on which each row begins, for CSV."""
    lost: int = 0
    """Rows that could not be read; the sheet is then incomplete."""

    def has(self, column: str) -> bool:
        return column in self.columns

    def cell(self, row: int, column: str) -> Any:
        index = self.columns.get(column)
        return None if index is None else self.rows[row][index]

    def text(self, row: int, column: str) -> str | None:
        index = self.columns.get(column)
        return None if index is None else text_of(self.rows[row][index])

    def place(self, row: int, *columns: str) -> Place:
        """Where a row has a value: the first of the columns that is not blank, else the first that is there, else its start."""
        there = [self.columns[column] for column in columns if column in self.columns]
        index = next((index for index in there if text_of(self.rows[row][index])), there[0] if there else 0)
        cell = f"{column_letters(index + 1)}{self.numbers[row]}"
        if self.lines is None:
            return Place(self.source, sheet=self.printed, cell=cell)
        return Place(self.source, self.lines[row], index + 1, self.printed, cell)

    def top(self) -> Place:
        return Place(self.source, sheet=self.printed)


@dataclass(slots=True)
class Export:
    """The tabs of one export that are read; vInfo is always among them."""

    name: str
    form: str
    """``workbook`` or ``CSV files``."""
    sheets: dict[str, Sheet] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    """A tab as it was written: header first."""

    tab: str
    source: str
    printed: str
    rows: Rows
    lines: list[int] | None = None


def read_workbook(path: Path, name: str) -> Export:
    """The tabs of an .xlsx workbook. Raises InputError."""
    present, sheets = read_sheets(path, name, lambda sheet: tab_of(sheet) in COLUMNS)
    tables = [_Table(tab, name, sheet, rows) for sheet, rows in sheets if (tab := tab_of(sheet))]
    return _export(Export(name, "workbook"), tables, present)


def read_csv_files(files: dict[Path, str], name: str) -> Export:
    """The tabs of CSV files, given with the names to call them by. Raises InputError."""
    export = Export(name, "CSV files")
    tables: list[_Table] = []
    problems: list[Problem] = []
    for path, shown in files.items():
        try:
            rows, lines = _split(_decode(read_bytes(path, shown), shown, export.warnings), shown)
        except InputError as error:
            problems += error.problems
            continue
        tab = "vInfo" if _looks_like_vinfo(rows) else tab_of(path.stem)
        if tab in COLUMNS:
            tables.append(_Table(tab, shown, tab, rows, lines))
    if problems:
        raise InputError(problems)
    return _export(export, tables, [path.name for path in files])


def _export(export: Export, tables: list[_Table], present: list[str]) -> Export:
    problems: list[Problem] = []
    written: dict[str, str] = {}
    for table in tables:
        called = table.source if table.lines else table.printed
        if table.tab in written:
            message = f"there are two {table.tab} tables, and which of them counts is not said"
            problems.append(Problem(message, Place(table.source, sheet=table.printed), f"remove {written[table.tab]} or {called}"))
            continue
        written[table.tab] = called
        try:
            sheet = _sheet(table, export.warnings)
        except InputError as error:
            problems += error.problems
            continue
        if sheet:
            export.sheets[table.tab] = sheet
    if "vInfo" not in written:
        message = "there is no vInfo, the tab that lists the virtual machines"
        hint = f"export all tabs; found: {', '.join(present)[:300] or 'nothing'}"
        problems.append(Problem(message, Place(export.name), hint))
    if problems:
        raise InputError(problems)
    return export


def _sheet(table: _Table, warnings: list[Problem]) -> Sheet | None:
    start = next((number for number, row in enumerate(table.rows) if _filled(row)), None)
    if start is None:
        if table.tab == "vInfo":
            raise InputError([Problem("vInfo is empty: it has not even a header", Place(table.source, sheet=table.printed))])
        return None
    header = [text_of(cell) or "" for cell in table.rows[start]]
    columns = _match_columns(table, header, warnings)
    sheet = Sheet(table.tab, table.source, table.printed, columns, [], array("Q"), array("Q") if table.lines else None)
    identity = IDENTITY[table.tab]
    if identity not in columns:
        expected = COLUMNS[table.tab][identity][0]
        problem = Problem(f"{table.tab} has no column {expected!r}", sheet.top(), "headers: " + ", ".join(filter(None, header))[:300])
        if table.tab == "vInfo":
            raise InputError([problem])
        warnings.append(problem)
        return None
    width = len(header) - (header[-1] == "")
    broken: list[Problem] = []
    for number in range(start + 1, len(table.rows)):
        row = table.rows[number]
        if not _filled(row):
            continue
        if table.lines and len(row) != len(header) and not _differs_by_trailing_separator(row, width):
            place = Place(table.source, table.lines[number], 1, table.printed, f"A{number + 1}")
            broken.append(Problem(f"the row has {len(row)} fields where the header has {width}; it was skipped", place))
            continue
        sheet.rows.append(row if len(row) >= len(header) else [*row, ""])
        sheet.numbers.append(number + 1)
        if table.lines and sheet.lines is not None:
            sheet.lines.append(table.lines[number])
    sheet.lost = len(broken)
    warnings += shorten(broken, "the quotes or separators of these lines are damaged; export again with RVTools 4.6.1 or later")
    return sheet


def _filled(row: Iterable[Any]) -> bool:
    return any(cell != "" and (not isinstance(cell, str) or not cell.isspace()) for cell in row)


def _differs_by_trailing_separator(row: list[Any], width: int) -> bool:
    """Until 3.4 RVTools ended rows with a separator, and headers not always."""
    return len(row) == width or (len(row) == width + 1 and row[-1] == "")


def _match_columns(table: _Table, header: list[str], warnings: list[Problem]) -> dict[str, int]:
    """Where each column that is read stands. Of two columns with one name, neither is trusted."""
    by_name: dict[str, list[int]] = {}
    for index, written in enumerate(header):
        by_name.setdefault(compact(written), []).append(index)
    columns: dict[str, int] = {}
    for column, aliases in COLUMNS[table.tab].items():
        for candidate in _candidates(table.tab, aliases):
            found = by_name.get(candidate, [])
            if len(found) == 1:
                columns[column] = found[0]
            elif found:
                letters = " and ".join(column_letters(index + 1) for index in found)
                message = f"{table.tab} has several columns {header[found[0]]!r} ({letters}); none of them is read"
                warnings.append(Problem(message, Place(table.source, sheet=table.printed), "rename the custom attribute"))
            if found:
                break
    return columns


def _candidates(tab: str, aliases: tuple[str, ...]) -> Iterator[str]:
    for alias in aliases:
        yield compact(alias.format(tab=tab))
    for alias in aliases:
        yield compact(tab + alias)


def shorten(problems: list[Problem], hint: str) -> list[Problem]:
    """Mistakes of one kind: the first ones, then how many more there are."""
    if len(problems) <= _SHOWN:
        return [Problem(problem.message, problem.place, hint) for problem in problems]
    first = shorten(problems[:_SHOWN], hint)
    rest = problems[_SHOWN]
    return [*first, Problem(f"and {len(problems) - _SHOWN} more of this kind, the next one here: {rest.message}", rest.place, hint)]


# --- CSV -------------------------------------------------------------------------------------------------------------

_JAPANESE = re.compile(rb"[\x81-\x98][\x40-\x7e\x80-\xfc]")
"""Kana and common kanji in cp932. In cp1252 these bytes are curly quotes at most, and no letters."""


def is_vinfo_csv(path: Path) -> bool:
    """Whether a file looks like the vInfo tab as CSV. Reads no more than its beginning."""
    with path.open("rb") as file:
        head = file.read(2**16)
    if b"\0" in head and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return False
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", errors="replace")
    first = text.lstrip("\r\n").partition("\n")[0]
    return _looks_like_vinfo([next(csv.reader([first], delimiter=_delimiter(first)), [])])


def _looks_like_vinfo(rows: Rows) -> bool:
    header = {compact(text) for text in next(filter(_filled, rows), []) if isinstance(text, str)}
    return bool({"vm", "vinfovmname"} & header and {"powerstate", "vinfopowerstate"} & header and _VINFO_ONLY & header)


def _decode(data: bytes, name: str, warnings: list[Problem]) -> str:
    """UTF-8 or UTF-16 where the bytes say so; else the code page of a Japanese or a Western Windows, with a warning."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return decode(data, name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        page = "cp932" if _JAPANESE.search(data) else "cp1252"
    try:
        text = data.decode(page)
    except UnicodeDecodeError:
        return decode(data, name)
    warnings.append(Problem(f"is not UTF-8 and was read as {page}", Place(name), "if names look wrong, save it as UTF-8"))
    return text


def _delimiter(first_line: str) -> str:
    return max(",;\t", key=lambda mark: len(next(csv.reader([first_line], delimiter=mark), [])))


def _split(text: str, name: str) -> tuple[Rows, list[int]]:
    """The rows and the line on which each begins."""
    first = text.lstrip("\r\n").partition("\n")[0]
    rows: Rows = []
    lines: list[int] = []
    line = 1
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(first))
        for row in reader:
            rows.append(row)
            lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError([Problem(f"is not CSV: {error}", Place(name, line), "a quote may be missing its end")]) from None
    return rows, lines
