"""The picture of a site, laid out: array → logical disk → LUN → datastore → VMs, one band for each datastore.

A band is an SVG of its own, so that the page can fold, find and print it without moving the others. What stands in a
band is told by names and signs, which are the same in every language; ``WIDTH`` and all places are in its own units.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tenken.model.report import STATES, Chain, LogicalDiskDrawn, Report, Result, VerdictOf, state
from tenken.model.rule import VMFS_METHODS
from tenken.outputs import words
from tenken.outputs.digest import Digest, Row, natural
from tenken.outputs.inert import visible
from tenken.outputs.widths import shorten

WIDTH, LINE, PAD = 960, 15, 9
LD_X, LUN_X, STORE_X, VM_X = 22, 232, 404, 612
LD_WIDTH, LUN_WIDTH, STORE_WIDTH, BAR_WIDTH = 190, 152, 176, 90
COLUMN = 6.2
"""Width of one column of text."""

GEOMETRY = {
    "width": WIDTH, "line": LINE, "pad": PAD, "ld": LD_X, "lun": LUN_X, "store": STORE_X, "vm": VM_X,
    "ld_width": LD_WIDTH, "lun_width": LUN_WIDTH, "store_width": STORE_WIDTH, "bar_width": BAR_WIDTH,
}  # fmt: skip
"""The same, for the templates."""

SHOWN_SPOILERS = 3
SHOWN_RULES = 2
SHOWN_BANDS = 500
"""Above it, the bands with the worst verdicts are drawn, and the page says how many are left."""

_BY_KIND = {"disk": ("rdm",), "host": ("sanboot",)}
"""Methods that concern what a band bears; for a datastore, VMFS_METHODS."""

_GOOD = ("eligible", "conditional")
_LEVELS = {"error": "ineligible", "warning": "conditional"}


@dataclass(slots=True)
class Mark:
    """How something stands: by method, the rules against it, and the class that colours it."""

    by_method: dict[str, str] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    worths: dict[str, str] = field(default_factory=dict)
    """What a rule says, as far as it is known of each: one that could not be decided must not look like one that is violated."""

    @property
    def signs(self) -> str:
        """A sign for each method; a dash for what is not assessed at all."""
        return " ".join(words.SYMBOLS[name] for name in self.by_method.values()) or "–"

    @property
    def look(self) -> str:
        """The worst, and ``partly`` where another method is open."""
        if not self.by_method:
            return "eligible"
        worst = max(self.by_method.values(), key=STATES.index)
        partly = worst not in _GOOD and any(name in _GOOD for name in self.by_method.values())
        return f"{worst} partly" if partly else worst


@dataclass(slots=True)
class Disk:
    """A logical disk in a band; ``y`` is its top."""

    y: int
    device: str | None
    drawn: LogicalDiskDrawn | None
    mark: Mark
    copies: str

    @property
    def title(self) -> str:
        return _fit(self.drawn.name.removeprefix(f"{self.drawn.array}/"), LD_WIDTH) if self.drawn else "?"

    @property
    def detail(self) -> str:
        """Roles and format, as the guide abbreviates them."""
        if self.drawn is None:
            return ""
        roles = "?" if self.drawn.roles is None else "+".join(map(visible, self.drawn.roles)) or "–"
        return _fit(f"{roles} · {visible(self.drawn.format or '?')}", LD_WIDTH)

    @property
    def height(self) -> int:
        return 36 + LINE * (bool(self.copies) + lines(self.mark.rules))

    @property
    def short_device(self) -> str:
        """The end of a device id tells more than its beginning."""
        shown, room = visible(self.device or "?"), int((LUN_WIDTH - 14) / COLUMN)
        return shown if len(shown) <= room else "…" + shown[1 - room :]


@dataclass(slots=True)
class Spoiler:
    """A VM that bars its datastore, in plain view even where the VMs are folded."""

    name: str
    mark: Mark
    y: int
    row: int | None
    """Its place among the VMs of the digest."""


@dataclass(slots=True)
class Band:
    number: int
    kind: str
    name: str
    mark: Mark
    own: Mark
    """What the rules about it, and it alone, say."""
    reach: Mark
    """What its VMs suffer from it and from what it lies on."""
    disks: list[Disk]
    collected: bool
    spoilers: list[Spoiler]
    more_spoilers: int
    counts: dict[str, list[tuple[str, int]]]
    """Its VMs by method and state."""
    total: int
    counts_y: int
    height: int
    row: int | None = None
    """Its place among the datastores of the digest."""

    @property
    def middle(self) -> int:
        return PAD + 17

    @property
    def title(self) -> str:
        return _fit(self.name, STORE_WIDTH)

    @property
    def store_height(self) -> int:
        return 36 + LINE * lines(self.own.rules)


@dataclass(slots=True)
class Shelf:
    """An array and what lies on it; no name for what lies on no known array."""

    name: str | None
    mark: Mark
    bands: list[Band]


@dataclass(slots=True)
class Picture:
    shelves: list[Shelf]
    left_out: int

    @property
    def bands(self) -> int:
        return sum(len(shelf.bands) for shelf in self.shelves)


def picture(report: Report, digest: Digest) -> Picture:
    """The picture of a report. Nothing is drawn of a report that carries no topology."""
    return _Painter(report, digest).paint()


class _Painter:
    def __init__(self, report: Report, digest: Digest) -> None:
        self.report, self.digest = report, digest
        self.lds = {ld.name: ld for ld in report.topology.logical_disks}
        self.vm_rows: dict[str, list[int]] = defaultdict(list)
        for number, row in enumerate(digest.vms):
            for store in row.within:
                self.vm_rows[store].append(number)
        self.store_rows = {row.subject.name: number for number, row in enumerate(digest.datastores)}
        self.verdicts: dict[tuple[str, str], VerdictOf] = {
            (found.subject.kind, found.subject.name): found for found in digest.others
        }
        self.held = _held(report.results)

    def paint(self) -> Picture:
        chains = sorted(self.report.topology.chains, key=lambda chain: natural(chain.subject.name))
        marks = {id(chain): self._mark(chain) for chain in chains}
        if len(chains) > SHOWN_BANDS:
            chains.sort(key=lambda chain: -STATES.index(marks[id(chain)].look.split()[0]))
        shelves: dict[str | None, list[Band]] = defaultdict(list)
        for number, chain in enumerate(chains[:SHOWN_BANDS], 1):
            shelves[self._array(chain)].append(self._band(number, chain, marks[id(chain)]))
        ordered = sorted(shelves.items(), key=lambda item: (item[0] is None, natural(item[0] or "")))
        return Picture(
            [Shelf(name, self._against("array", [name] if name else [], VMFS_METHODS), bands) for name, bands in ordered],
            max(len(chains) - SHOWN_BANDS, 0),
        )

    def _array(self, chain: Chain) -> str | None:
        found = (self.lds[lun.logical_disk] for lun in chain.luns or () if lun.logical_disk in self.lds)
        return next((ld.array for ld in found), None)

    def _mark(self, chain: Chain) -> Mark:
        """The verdicts on what the chain bears."""
        kind, name = chain.subject.kind, chain.subject.name
        if kind == "datastore":
            if name not in self.store_rows:
                return Mark()
            return _mark_of(self.digest.datastores[self.store_rows[name]])
        found = self.verdicts.get((kind, name))
        return Mark({found.method: found.verdict}, found.because) if found is not None else Mark()

    def _band(self, number: int, chain: Chain, mark: Mark) -> Band:
        name = chain.subject.name
        methods = _BY_KIND.get(chain.subject.kind, VMFS_METHODS)
        disks, y = [], PAD
        for lun in chain.luns or ():
            disk = self._disk(y, lun.device, lun.logical_disk, methods)
            disks.append(disk)
            y += disk.height + 6
        row = self.store_rows.get(name) if chain.subject.kind == "datastore" else None
        spoilers, more = self._spoilers(name, row)
        own = self._against(chain.subject.kind, [name], methods)
        reach = Mark(
            {method: max((own, *(disk.mark for disk in disks)), key=_by(method)).by_method[method] for method in methods}
        )
        counts = {
            method: [(state_name, found[state_name]) for state_name in STATES if found[state_name]]
            for method in VMFS_METHODS
            if row is not None and (found := self.digest.datastores[row].vms.get(method, Counter()))
        }
        counts_y = PAD + LINE * (len(spoilers) + bool(more))
        total = self.digest.datastores[row].total if row is not None else 0
        height = max(y, PAD + 36 + LINE * lines(own.rules), counts_y + LINE * (len(counts) + 1) if total else 0) + PAD
        return Band(
            number, chain.subject.kind, name, mark, own, reach, disks, chain.luns is not None, spoilers, more, counts, total,
            counts_y, height, row,
        )  # fmt: skip

    def _disk(self, y: int, device: str | None, name: str | None, methods: Sequence[str]) -> Disk:
        drawn = self.lds.get(name or "")
        if drawn is None:
            return Disk(y, device, None, Mark(dict.fromkeys(methods, "eligible")), "")
        copies = []
        for copy_name in drawn.copies:
            copy = self.lds.get(copy_name)
            roles = "+".join(map(visible, copy.roles or ())) if copy else ""
            copies.append(f"{visible(copy_name.removeprefix(f'{drawn.array}/'))} {roles}".strip())
        mark = self._against("logical_disk", [drawn.name, *drawn.copies], methods)
        return Disk(y, device, drawn, mark, _fit("→ " + ", ".join(copies), LD_WIDTH) if copies else "")

    def _against(self, kind: str, names: list[str], methods: Sequence[str]) -> Mark:
        """What the rules about some subjects themselves say of some methods, the gravest first."""
        mark = Mark(dict.fromkeys(methods, "eligible"))
        for name in names:
            for rule, bears_on, worth in self.held.get((kind, name), ()):
                touched = [method for method in methods if method in bears_on]
                if touched:
                    mark.worths[rule] = max(mark.worths.get(rule, worth), worth, key=STATES.index)
                for method in touched:
                    mark.by_method[method] = max(mark.by_method[method], worth, key=STATES.index)
        mark.rules = sorted(mark.worths, key=lambda rule: -STATES.index(mark.worths[rule]))
        return mark

    def _spoilers(self, store: str, row: int | None) -> tuple[list[Spoiler], int]:
        """The VMs that bar a datastore by one method or the other."""
        if row is None:
            return [], 0
        by_method = self.digest.datastores[row].by_method
        names = list(dict.fromkeys(subject.name for found in by_method.values() for subject in found.blocked_by))
        numbers = {self.digest.vms[number].subject.name: number for number in self.vm_rows.get(store, ())}
        found = []
        for position, name in enumerate(names[:SHOWN_SPOILERS]):
            number = numbers.get(name)
            mark = _mark_of(self.digest.vms[number]) if number is not None else Mark()
            found.append(Spoiler(name, mark, PAD + LINE * position, number))
        return found, len(names) - len(found)


def _mark_of(row: Row) -> Mark:
    """How a VM or a datastore stands, online first."""
    found = [row.by_method[method] for method in VMFS_METHODS if method in row.by_method]
    rules = list(dict.fromkeys(rule for ruling in found for rule in ruling.because))
    return Mark({ruling.method: state(ruling) for ruling in found}, rules)


def _held(results: list[Result]) -> dict[tuple[str, str], list[tuple[str, list[str], str]]]:
    """What the results say against each subject: rule, methods, and what it is worth. A waiver changes no verdict, and so nothing here."""
    found: dict[tuple[str, str], list[tuple[str, list[str], str]]] = defaultdict(list)
    for result in results:
        worth = _worth(result)
        if worth is not None and result.subject.kind in ("datastore", "logical_disk", "array"):
            found[result.subject.kind, result.subject.name].append((result.rule, result.bears_on, worth))
    return found


def _worth(result: Result) -> str | None:
    outcome = result.waiver.outcome if result.waiver is not None else result.outcome
    if outcome == "fail":
        return _LEVELS.get(result.level)
    return {"unknown": "unknown", "error": "unknown", "inquire": "inquire"}.get(outcome)


def _by(method: str) -> Callable[[Mark], int]:
    return lambda mark: STATES.index(mark.by_method[method])


def lines(rules: list[str]) -> int:
    return min(len(rules), SHOWN_RULES) + (len(rules) > SHOWN_RULES)


def _fit(text: str, width: int) -> str:
    """A text cut to a box of a width."""
    return shorten(visible(text), int((width - 14) / COLUMN))


def fit_rule(rule: str, width: int) -> str:
    """A rule's id cut to a box of a width."""
    return _fit(rule, width + 8)
