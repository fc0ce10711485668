"""Listings of ESXi hosts: ``esxcli storage core device list``, ``storage vmfs extent list`` and what goes with them.

One file may hold several of them; the files of one folder are taken for one host if one name of a host is in them.
See ``docs/sources/host-files.md``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tenken.document.place import Place, Route
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.document.text import decode
from tenken.document.wording import too_large, unreadable
from tenken.model.rule import Text
from tenken.sources.base import About, Document
from tenken.sources.doubts import Doubts
from tenken.sources.esxcli.site import Found, HostFiles, datastores_of, host_of
from tenken.sources.esxcli.text import Listing, parse
from tenken.sources.unpacked import files_ending_in

NAME = "esxcli"
ABOUT = About(
    title=Text(en="Listings of ESXi hosts: devices and VMFS extents", ja="ESXiホストの一覧（デバイス、VMFSエクステント）"),
    export=Text(
        en="esxcli storage core device list and esxcli storage vmfs extent list; give the host's name in a line # host: NAME.",
        ja="esxcli storage core device list と esxcli storage vmfs extent list の出力。ホスト名を「# host: 名前」の行で記載します。",
    ),
    can_say=Text(
        en="Devices of a host with state, vendor and model, its boot device, datastores with their devices.",
        ja="ホストのデバイス（状態、ベンダー、モデル）、起動デバイス、データストアとデバイス。",
    ),
    cannot_say=Text(en="VMs, clusters, vCenters and the array.", ja="仮想マシン、クラスタ、vCenter、ディスクアレイの情報。"),
)
SUFFIXES = (".txt", ".log", ".out", ".lst", "")

MAX_BYTES = 32 * 2**20
"""A host with 1,024 devices lists them in 2 MiB."""
PARTIAL = frozenset({"hosts", "datastores", "vms", "clusters", "vcenters"})
"""Nothing tells that these are all hosts of the site, or all datastores."""

_HEAD = 65536
_DEVICE = tuple(re.compile(rb"(?m)^[ \t]{1,8}" + key + b": ") for key in (b"Devfs Path", b"Vendor", b"Model"))
_TABLE = re.compile(rb"(?m)^Volume Name +VMFS UUID +Extent Number +Device Name|^Mount Point +Volume Name +UUID +Mounted +Type")


def recognises(path: Path) -> bool:
    """Whether this is a listing of devices, extents or file systems, or a folder with one. Never raises."""
    try:
        if path.is_dir():
            return any(_is_listing(file) for file in files_ending_in(path, SUFFIXES))
        return _is_listing(path)
    except (OSError, ValueError):
        return False


def read(path: Path, name: str) -> list[Document]:
    """The one document of a file or folder. Raises InputError with all mistakes at once."""
    doubts = Doubts()
    problems: list[Problem] = []
    hosts: list[HostFiles] = []
    for listings in _by_folder(path, name, problems).values():
        hosts += by_host(listings, problems)
    if problems:
        raise InputError(problems)
    found = {"hosts": merged_hosts(hosts, doubts), "datastores": datastores_of(hosts, doubts)}
    return [document(name, "esxcli listings", found, doubts)]


def document(name: str, form: str, found: dict[str, list[Found]], doubts: Doubts) -> Document:
    """The document of hosts and datastores; kinds of which nothing was found are left out."""
    tree: dict[str, Any] = {kind: [entry.facts for entry in entries] for kind, entries in found.items() if entries}
    return Document(
        name,
        form,
        tree,
        lambda route: place_in(found, route) or Place(name),
        partial=PARTIAL,
        keeps_places=True,
        warnings=doubts.warnings(),
    )


def place_in(found: dict[str, list[Found]], route: Route) -> Place | None:
    """Where the value at a route stands; for what is not there, the nearest thing above it."""
    entries = found.get(str(route[0]), []) if route else []
    number = route[1] if len(route) > 1 else None
    if isinstance(number, int) and 0 <= number < len(entries):
        return entries[number].locate(route[2:])
    return None


def listing_of(path: Path, name: str) -> Listing:
    """What a file lists. Raises InputError where it can't be read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            hint = Said("give the output of one host a file", "ホストごとにファイルを分けてください")
            raise InputError([Problem(too_large(path.stat().st_size, MAX_BYTES), Place(name), hint)])
        data = path.read_bytes()
    except OSError as error:
        raise InputError([Problem(unreadable(error), Place(name))]) from None
    return parse(decode(data, name), name)


def by_host(listings: list[Listing], problems: list[Problem]) -> list[HostFiles]:
    """The listings of a folder by their host. Those that name none are of the one host that the others name."""
    named = {id(listing): name for listing in listings if (name := _name_of(listing, problems))}
    names = _distinct(list(named.values()))
    hosts: dict[str | None, HostFiles] = {}
    for listing in listings:
        name = names.get(named.get(id(listing), ""))
        if name is None and len(set(names.values())) == 1:
            name = next(iter(names.values()))
        hosts.setdefault(name, HostFiles(name, [])).listings.append(listing)
    for listing in hosts[None].listings if None in hosts else ():
        if devices := listing.of("device"):
            said = Said("which host this lists the devices of is not said", "どのホストのデバイス一覧か分かりません")
            hint = Said(
                "write # host: NAME into its first line, or put the output of esxcli system hostname get beside it",
                "先頭行に # host: ホスト名 を追加するか、esxcli system hostname get の出力を同じフォルダに置いてください",
            )
            problems.append(Problem(said, devices[0].place(), hint))
    return list(hosts.values())


def merged_hosts(hosts: list[HostFiles], doubts: Doubts) -> list[Found]:
    """The hosts, each once: listings of one host may lie in several folders."""
    by_name: dict[str, HostFiles] = {}
    for files in hosts:
        if files.name is not None:
            known = by_name.setdefault(files.name, HostFiles(files.name, [], files.trusted))
            known.listings += files.listings
    return [found for files in by_name.values() if (found := host_of(files, doubts)) is not None]


def _name_of(listing: Listing, problems: list[Problem]) -> str | None:
    """The name that a listing has for its host: as somebody noted it, else as the host says it itself, the longest form."""
    if listing.stated_host:
        return listing.stated_host
    names = dict.fromkeys(name for name, _ in listing.hosts)
    longest = max(names, key=len, default=None)
    others = [name for name in names if longest and not _same_host(name, longest)]
    if others:
        line = next(line for name, line in listing.hosts if name == others[0])
        said = Said(
            f"the file has listings of several hosts: {longest} and {others[0]}",
            f"複数のホストの出力が1つのファイルにあります: {longest}、{others[0]}",
        )
        hint = Said("give each host a file of its own", "ホストごとにファイルを分けてください")
        problems.append(Problem(said, Place(listing.file, line, 1), hint))
    return longest


def _distinct(names: list[str]) -> dict[str, str]:
    """Each name → the longest form of it: ``esx01`` and ``esx01.example`` are one host, if no other host is called so too."""
    longest: dict[str, str] = {}
    for name in names:
        forms = {other for other in names if _same_host(name, other)}
        tops = {form for form in forms if not any(form != other and other.startswith(f"{form}.") for other in forms)}
        longest[name] = next(iter(tops)) if len(tops) == 1 else name
    return longest


def _same_host(one: str, other: str) -> bool:
    short, long = sorted((one.casefold(), other.casefold()), key=len)
    return short == long or long.startswith(f"{short}.")


def _by_folder(path: Path, name: str, problems: list[Problem]) -> dict[Path, list[Listing]]:
    """The listings that say something, by their folder."""
    folders: dict[Path, list[Listing]] = {}
    files = files_ending_in(path, SUFFIXES) if path.is_dir() else iter([path])
    for file in files:
        shown = f"{name.rstrip('/')}/{file.relative_to(path).as_posix()}" if path.is_dir() else name
        try:
            if path.is_dir() and not _may_speak(file):
                continue
            listing = listing_of(file, shown)
        except InputError as error:
            problems += error.problems
            continue
        if listing.says_something():
            folders.setdefault(file.parent, []).append(listing)
    return folders


_SPEAKS = re.compile(rb"(?m)^VMware ESXi \d|^VMkernel \S+ \d|^[ \t]+Fully Qualified Domain Name:|^[ \t]+Runtime Name:")


def _may_speak(path: Path) -> bool:
    """Whether a file beside listings is one too, or tells the host's name or version."""
    head = _head(path)
    return _is_listing_text(head) or _SPEAKS.search(head) is not None


def _is_listing(path: Path) -> bool:
    return path.is_file() and _is_listing_text(_head(path))


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return b""


def _is_listing_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", errors="replace").encode("utf-8")
    head = head.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in head:
        return False
    return all(key.search(head) for key in _DEVICE) or _TABLE.search(head) is not None
