"""An RVTools export as it was written, under pseudonyms: all tabs and columns, so that its reader itself can be looked into.

Of a column that the reader knows, texts are masked for what they are: names, paths, ids, words of the trade. All other texts
are replaced, and the headers and tabs that nobody knows. Numbers and truths stay where the cell holds one; in CSV files,
where all cells are text, only those of columns that are known.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tenken.bundle.inputs import own_words
from tenken.bundle.masking import Masking
from tenken.bundle.pseudonyms import LABEL, NUMBER
from tenken.sources.rvtools.columns import COLUMNS, compact, is_vinfo, spellings, tab_of
from tenken.sources.rvtools.csv_files import read_csv
from tenken.sources.workbook.sheets import read_sheets

_NAMES = {
    "vm": "vm", "host": "host", "server": "vcenter", "name": "name", "datacenter": "datacenter", "cluster": "cluster",
    "datastore": "datastore", "vm_id": "id", "created": "created", "model": "model",
}  # fmt: skip
_NAMES_OF_TAB = {
    ("vSnapshot", "name"): "snapshot", ("vCluster", "name"): "cluster", ("vDatastore", "name"): "datastore",
    ("vDatastore", "hosts"): "host",
}  # fmt: skip
_UUIDS = ("vm_uuid", "server_uuid", "smbios_uuid")
_DEVICES = ("disk", "address")
_PORTS = ("wwn",)
_URL = re.compile(r"(ds:/+)?/?(vmfs/volumes/)([^/]+)(/?)", re.IGNORECASE)
_LUN = re.compile(r"((?:vml\.)?0200[0-9a-f]{6})(6[0-9a-f]{31})[0-9a-f]{12}", re.IGNORECASE)
_ADAPTER = re.compile(r"vmhba\d{1,5}")

_HEADERS = frozenset({
    "accessible", "action", "active", "adapter", "admin", "admissioncontrolenabled", "alg", "allow", "annotation", "app",
    "assigned", "ats", "available", "avg", "balance", "ballooned", "balloonedmemory", "bandwidth", "beacon", "behavior",
    "bios", "blocked", "blocks", "burst", "cbt", "cdp", "compliance", "compressedmemory", "connect", "consolidation",
    "consumed", "consumedoverheadmemory", "contact", "cores", "cost", "cpu", "cpus", "crash", "current", "customization",
    "das", "default", "delay", "depth", "description", "dhcp", "directory", "display", "distributedcpuentitlement",
    "distributedmemoryentitlement", "dpm", "driver", "drs", "duplex", "eagerly", "effective", "efi", "ehci", "enableuuid",
    "entitlement", "evc", "expandablereservation", "expiration", "expiry", "exposed", "failure", "failures", "features",
    "firmware", "fixed", "forged", "free", "friendly", "fullname", "gateway", "gmt", "guestmemoryusage", "hbas",
    "hostmemoryusage", "hot", "hotadd", "hotplug", "ht", "hw", "interactive", "internal", "interval", "io", "ip", "ipv4",
    "ipv6", "isolation", "issuer", "labels", "lacp", "latency", "license", "load", "locked", "locking", "maintenance",
    "man", "mask", "max", "maxusage", "mem", "memory", "mha", "min", "monitoring", "monitors", "moving", "mtu", "needed",
    "network", "nic", "node", "notification", "notify", "ntp", "ntpd", "num", "numa", "numcpucores", "numcputhreads",
    "numeffectivehosts", "oem", "offload", "offset", "op", "operation", "overall", "overallcpudemand", "overallcpuusage",
    "overallstatus", "overallusage", "overhead", "overheadlimit", "overheadmemory", "override", "patch", "pci", "peak",
    "per", "percentage", "poweroff", "poweron", "primary", "priority", "private", "privatememory", "progress",
    "promiscuous", "protection", "provisioned", "qs", "quarantine", "queue", "quiesced", "ram", "rate", "readiness",
    "reboot", "reservation", "reservationused", "reservationusedforvm", "reset", "response", "retry", "reverse", "revision",
    "rolling", "rule", "scrub", "search", "sec", "secure", "sensitivity", "setup", "shaping", "sharedmemory", "shares",
    "sioc", "sockets", "sort", "space", "specific", "speed", "split", "starts", "staticcpuentitlement",
    "staticmemoryentitlement", "string", "subject", "subnet", "supported", "suspend", "swapped", "swappedmemory", "switch",
    "tag", "teaming", "thin", "threshold", "tiering", "total", "totalcpu", "totalmemory", "traffic", "transmits", "tso",
    "unreservedforpool", "unreservedforvm", "unshared", "upgradeable", "uplink", "usage", "vapp", "vcpus", "video", "vlan",
    "vmotion", "vmotions", "vmref", "vmsn", "vram", "vstorage", "wakeon", "width", "window", "xmit", "zero", "zone",
})  # fmt: skip
"""Words of the headers of RVTools 4, besides those that its reader looks for."""

Tab = tuple[str, list[list[Any]], bool]
"""Its name, its rows with the header first, and whether all cells are text."""


def masked(path: Path, masking: Masking) -> tuple[dict[str, str], list[str]]:
    """The tabs as CSV files by name, and the headers that the reader does not know, under pseudonyms where they tell anything.

    Raises InputError where the export can't be read.
    """
    files: dict[str, str] = {}
    unknown: list[str] = []
    for name, rows, all_text in _tabs(path):
        tab = tab_of(name)
        start = next((number for number, row in enumerate(rows) if any(map(_filled, row))), None)
        if start is None:
            continue
        called = tab or masking.pseudonyms.name(name, "sheet")
        columns = _columns(tab, [str(cell) for cell in rows[start]])
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\r\n")
        writer.writerow([_header(str(cell), column, masking) for cell, column in zip(rows[start], columns, strict=True)])
        unknown += [
            f"{called}: {_header(str(cell), None, masking)}"
            for cell, column in zip(rows[start], columns, strict=True)
            if column is None and _filled(cell)
        ]
        makers = [cache(_maker(tab, column, all_text, masking)) for column in columns]
        extra = _maker(tab, None, all_text, masking)
        for row in rows[start + 1 :]:
            writer.writerow([_cell(cell, makers[at] if at < len(makers) else extra) for at, cell in enumerate(row)])
        files[f"RVTools_tab{called}.csv"] = written.getvalue()
    return files, unknown


def texts(path: Path) -> Iterator[str]:
    """All texts of an export: no pseudonym may be one of them."""
    for name, rows, _ in _tabs(path):
        yield name
        for row in rows:
            yield from (cell for cell in row if isinstance(cell, str) and cell)


def _tabs(path: Path) -> Iterator[Tab]:
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.casefold() == ".csv" and file.is_file())
    elif path.read_bytes()[:2] == b"PK":
        yield from ((name, rows, False) for name, rows in read_sheets(path, "", lambda sheet: True)[1])
        return
    else:
        files = [path]
    for file in files:
        rows: list[list[Any]] = [list(row) for row in read_csv(file, "", [])[0]]
        yield ("vInfo" if rows and is_vinfo(rows[0]) else file.stem), rows, True


def _columns(tab: str | None, header: list[str]) -> list[str | None]:
    """What the reader calls each column; None for what it does not know."""
    named: dict[str, str] = {}
    for column, aliases in COLUMNS.get(tab or "", {}).items():
        for spelling in spellings(tab or "", aliases):
            named.setdefault(spelling, column)
    return [named.get(compact(text)) for text in header]


def _header(text: str, column: str | None, masking: Masking) -> str:
    if column is not None or not text.strip():
        return text.strip()
    masked_text = masking.pseudonyms.trade(text.strip(), own_words() | _HEADERS)
    return text.strip() if masked_text == text.strip() else masking.pseudonyms.name(text, "column")


def _maker(tab: str | None, column: str | None, all_text: bool, masking: Masking) -> Callable[[str], str]:
    """What makes the pseudonym of a text in a column."""
    names = masking.pseudonyms
    if column is None:
        return lambda text: names.of(text) or names.name(text, "cell")
    prefix = _NAMES_OF_TAB.get((tab or "", column)) or _NAMES.get(column)
    if column == "hosts":
        return lambda text: ", ".join(names.name(part, "host") for part in text.split(",") if part.strip())
    if column == "uuid":  # of a path: the id of its LUN
        return lambda text: _lun(text, masking)
    special: dict[str, Callable[[str], str]] = {
        "label": lambda text: text.strip() if LABEL.fullmatch(text.strip()) else names.name(text, "disk"),
        "path": names.path,
        "vendor": names.trade,
        "lun_id": lambda text: _lun(text, masking),
        "url": lambda text: _url(text, masking),
        "device": lambda text: text.strip() if _ADAPTER.fullmatch(text.strip()) else names.name(text, "device"),
    }
    if column in special:
        return special[column]
    if column in _UUIDS:
        return names.uuid
    if column in _DEVICES:
        return lambda text: names.device(text) if "." in text else names.name(text, "address")
    if column in _PORTS:
        return names.port
    if prefix is not None:
        return lambda text: text if text.strip() == "none" else names.joined(text, prefix)
    words = own_words()
    return lambda text: text.strip() if all_text and NUMBER.fullmatch(text.strip()) else names.trade(text.strip(), words)


def _lun(text: str, masking: Masking) -> str:
    """A LUN id that holds the digits of a device id: those of its pseudonym."""
    match = _LUN.fullmatch(text.strip())
    if match is None:
        return masking.pseudonyms.name(text, "lun")
    device = masking.pseudonyms.device(f"naa.{match[2].lower()}").removeprefix("naa.")
    return f"{match[1]}{device}000000000000"


def _url(text: str, masking: Masking) -> str:
    match = _URL.fullmatch(text.strip())
    if match is None:
        return masking.pseudonyms.name(text, "url")
    return f"{match[1] or ''}/{match[2]}{masking.pseudonyms.uuid(match[3])}{match[4]}"


def _filled(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def _cell(cell: Any, make: Callable[[str], str]) -> str:
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, (int, float)):
        return str(int(cell)) if float(cell).is_integer() else repr(cell)
    if isinstance(cell, (datetime.datetime, datetime.date)):
        cell = cell.isoformat(" ", "seconds") if isinstance(cell, datetime.datetime) else cell.isoformat()
    text = str(cell)
    return make(text) if text.strip() else ""
