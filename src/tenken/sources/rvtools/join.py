"""How the tabs of an RVTools export belong together: which vCenter a row is of, and which virtual machine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from tenken.document.place import Place
from tenken.document.said import Said
from tenken.sources.rvtools.sheets import SHOWN, Export, Sheet, truth_of
from tenken.sources.said import Notice, first_few, not_understood, shortened

T = TypeVar("T")

_ANY = "*"
_FACTS_STAY_UNKNOWN = Said("these facts stay unknown", "該当する項目は不明のままです")
_NONE: list[int] = []

_ESX = re.compile(r"\besxi?\b", re.IGNORECASE)


@dataclass(slots=True)
class Origin:
    """Where an object of the inventory came from: rows, not cells, since a place is rarely asked for."""

    rows: dict[str, int]
    """Its row by tab; the first is the row that it was made from."""
    lists: dict[str, tuple[str, list[int]]] = field(default_factory=dict)
    """The rows of the elements of its lists: key → (tab, row of each element)."""


NAMES_IDENTIFY = Said("names identify them", "名前で識別するため、名前が必要です")


class Notes:
    """What was skipped or doubtful, gathered so that a thousand alike make one or a few warnings."""

    def __init__(self, export: Export) -> None:
        self._warnings = export.warnings
        self._alike: dict[Said, list[Notice]] = {}
        self._strange: dict[tuple[str, str], tuple[Sheet, str, int, int]] = {}

    def warn(self, said: Said, place: Place, hint: Said | None = None) -> None:
        self._warnings.append(Notice(said, place, hint))

    def gather(self, said: Said, place: Place, hint: Said) -> None:
        """A warning of which there may be many: the hint tells the kind."""
        self._alike.setdefault(hint, []).append(Notice(said, place, hint))

    def meaning(self, sheet: Sheet, row: int, column: str, meanings: Mapping[str, T]) -> T | None:
        """What the word in a cell means. Words that are not known are gathered, and mean nothing."""
        text = sheet.text(row, column)
        if text is None:
            return None
        word = text.casefold()
        if word in meanings:
            return meanings[word]
        self.strange(sheet, row, column, text)
        return None

    def strange(self, sheet: Sheet, row: int, column: str, text: str) -> None:
        """A value that is not understood, so that its fact stays unknown."""
        _, _, first, count = self._strange.get((sheet.tab + column, text), (sheet, column, row, 0))
        self._strange[sheet.tab + column, text] = (sheet, column, first, count + 1)

    def finish(self) -> None:
        for (_, text), (sheet, column, first, count) in self._strange.items():
            said = not_understood(text)
            if count > 1:
                said = Said(f"{said.en}, nor in {count - 1} rows below", f"{said.ja}。以降の {count - 1} 行も同様です")
            self.gather(said, sheet.place(first, column), _FACTS_STAY_UNKNOWN)
        for alike in self._alike.values():
            self._warnings += first_few(alike, SHOWN)


class Servers:
    """The vCenters of an export; merged workbooks have several. A row is of one of them, which is told by its key."""

    def __init__(self, export: Export) -> None:
        self._names: dict[str, str] = {}
        self._uuids: dict[str, set[str]] = {}
        self._keys: dict[str, list[str]] = {}
        self._all_uuids: set[str] = set()
        self.first_rows: dict[str, dict[str, int]] = {}
        """By key: the first row of each tab."""
        pairs = {tab: list(self._pairs(sheet)) for tab, sheet in export.sheets.items()}
        for server, uuid in dict.fromkeys(pair for rows in pairs.values() for pair in rows):
            if server and uuid:
                self._uuids.setdefault(server.casefold(), set()).add(uuid)
                self._all_uuids.add(uuid)
                self._names.setdefault(uuid, server)
        self._only = ""
        known = {self._key(server, uuid) for server, uuid in pairs["vInfo"]} - {""}
        self._only = known.pop() if len(known) == 1 else ""
        for tab, rows in pairs.items():
            self._keys[tab] = [self._key(server, uuid) for server, uuid in rows]
            for row, ((server, _), key) in enumerate(zip(rows, self._keys[tab], strict=True)):
                if server:
                    self._names.setdefault(key, server)
                self.first_rows.setdefault(key, {}).setdefault(tab, row)
        self.esx_hosts = self._connected_directly(export)

    @staticmethod
    def _pairs(sheet: Sheet) -> Iterator[tuple[str, str]]:
        for row in range(len(sheet.rows)):
            yield sheet.text(row, "server") or "", (sheet.text(row, "server_uuid") or "").casefold()

    def _key(self, server: str, uuid: str) -> str:
        if uuid or not server:
            return uuid or self._only
        uuids = self._uuids.get(server.casefold(), set())
        return next(iter(uuids)) if len(uuids) == 1 else server.casefold()

    def _connected_directly(self, export: Export) -> set[str]:
        """Keys of what is no vCenter at all, but a host that RVTools was connected to."""
        found = set()
        for tab, column in (("vInfo", "server_type"), ("vSource", "api_type")):
            if sheet := export.sheets.get(tab):
                for row, key in enumerate(self._keys[tab]):
                    text = sheet.text(row, column) or ""
                    if text.casefold() == "hostagent" or (column == "server_type" and _ESX.search(text)):
                        found.add(key)
        return found

    def key(self, sheet: Sheet, row: int) -> str:
        """The vCenter of a row; ``""`` if that is not told."""
        return self._keys[sheet.tab][row]

    def vcenter(self, key: str) -> str | None:
        """The name of a vCenter, under which all rows of it go; None for a host, and where it is not told."""
        return None if key in self.esx_hosts else self._names.get(key)

    def uuid(self, key: str) -> str | None:
        return key if key in self._all_uuids else None


@dataclass(slots=True)
class Joined:
    """The rows of a tab by virtual machine."""

    sheet: Sheet
    rows: list[list[int]]
    unsure: set[int] = field(default_factory=set)
    """Virtual machines that may have rows which could not be told apart."""
    complete: bool = True
    """Whether a virtual machine without rows really has none."""


class VirtualMachines:
    """The rows of vInfo that are virtual machines, and which of them a row of another tab is of."""

    def __init__(self, export: Export, servers: Servers, notes: Notes) -> None:
        self.sheet = export.sheets["vInfo"]
        self._servers = servers
        self._notes = notes
        self.rows: list[int] = []
        self.names: list[str] = []
        self.placeholders: set[int] = set()
        """Those that stand for a virtual machine of another site (SRM). Rows of other tabs can be theirs, no facts are."""
        self.partial = self.sheet.lost > 0
        """Whether some virtual machines are not among them."""
        self._index: dict[tuple[str, ...], list[int]] = {}
        """Virtual machines by vCenter and identity; every one of them also under the vCenter ``_ANY``."""
        self._identified_by: set[str] = set()
        for row in range(len(self.sheet.rows)):
            self._take(row)
        self._tell_placeholders()

    def _take(self, row: int) -> None:
        sheet = self.sheet
        name = sheet.text(row, "vm")
        if name is None:
            said = Said("a virtual machine without a name was skipped", "名前のない仮想マシンは読み飛ばしました")
            self._notes.gather(said, sheet.place(row, "vm"), NAMES_IDENTIFY)
            self.partial = True
        else:
            if truth_of(sheet.cell(row, "placeholder")):
                self.placeholders.add(len(self.rows))
            self._add(row, name)

    def _add(self, row: int, name: str) -> None:
        number = len(self.rows)
        self.rows.append(row)
        self.names.append(name)
        for identity in _identities(self.sheet, row, name):
            self._identified_by.add(identity[0])
            for vcenter in (self.key(number), _ANY):
                self._index.setdefault((vcenter, *identity), []).append(number)

    def _tell_placeholders(self) -> None:
        if self.placeholders:
            self.partial = True
            count = len(self.placeholders)
            said = Said(
                f"SRM placeholders were skipped ({count}): they stand for virtual machines of another site",
                f"SRMのプレースホルダー（別サイトの仮想マシンの代替）{count} 件は対象外としました",
            )
            self._notes.warn(said, self.sheet.place(self.rows[min(self.placeholders)], "placeholder"))

    def key(self, number: int) -> str:
        """The vCenter of a virtual machine."""
        return self._servers.key(self.sheet, self.rows[number])

    def join(self, sheet: Sheet) -> Joined:
        """The rows of a tab by virtual machine. A row that fits several is given to none of them, with a warning."""
        joined = Joined(sheet, [[] for _ in self.rows], complete=not sheet.lost)
        strangers: list[int] = []
        told: set[int] = set()
        for row in range(len(sheet.rows)):
            name = sheet.text(row, "vm") or ""
            found = self._find(sheet, row, name)
            if len(found) == 1:
                joined.rows[found[0]].append(row)
                continue
            namesakes = found or self._lookup(self._servers.key(sheet, row), ("name", name))
            joined.complete = joined.complete and bool(name)
            if not namesakes:
                strangers.append(row)
            elif id(namesakes) not in told:
                told.add(id(namesakes))
                joined.unsure.update(namesakes)
                said = Said(
                    f"which virtual machine {name!r} this row is of can't be told; what it says is unknown of all that fit",
                    f"この行がどの仮想マシン {name!r} のものか特定できず、該当し得るすべてで不明のままです",
                )
                hint = Said(
                    "export all tabs with VM ID and VI SDK UUID",
                    "VM IDとVI SDK UUIDを含めて全タブをエクスポートしてください",
                )
                self._notes.gather(said, sheet.place(row, "vm"), hint)
        if strangers:
            names = dict.fromkeys(sheet.text(row, "vm") for row in strangers)
            shown = {
                lang: shortened([name or empty for name in names]) for lang, empty in (("en", "no name"), ("ja", "名前なし"))
            }
            said = Said(
                f"{sheet.tab} has rows of virtual machines that vInfo does not list ({len(strangers)}): {shown['en']}",
                f"{sheet.tab} に、vInfoにない仮想マシンの行が {len(strangers)} 件あります: {shown['ja']}",
            )
            hint = Said("one of the two tabs may have been filtered", "どちらかのタブがフィルタされている可能性があります")
            self._notes.warn(said, sheet.place(strangers[0], "vm"), hint)
        return joined

    def _find(self, sheet: Sheet, row: int, name: str) -> list[int]:
        """The virtual machines that a row fits by the best identity that both sides state."""
        key = self._servers.key(sheet, row)
        for identity in _identities(sheet, row, name):
            found = self._lookup(key, identity)
            decides = identity[0] in self._identified_by and identity[0] != "name" and bool(key or identity[0] != "vm_id")
            if found or decides:
                return found
        return _NONE

    def _lookup(self, key: str, identity: tuple[str, ...]) -> list[int]:
        """The virtual machines with an identity in a vCenter. Where either side does not tell its vCenter, any will do."""
        if key:
            return self._index.get((key, *identity)) or self._index.get(("", *identity), _NONE)
        return self._index.get(("" if identity[0] == "vm_id" else _ANY, *identity), _NONE)


def _identities(sheet: Sheet, row: int, name: str) -> Iterator[tuple[str, ...]]:
    """What identifies a virtual machine, the best first. An id is unique within its vCenter only."""
    if vm_id := sheet.text(row, "vm_id"):
        yield ("vm_id", vm_id)
    if uuid := sheet.text(row, "vm_uuid"):
        yield ("vm_uuid", uuid.casefold())
    if host := sheet.text(row, "host"):
        yield ("name", name, host)
    yield ("name", name)
