"""What iSMrc_query and iSMsc_query print: pairs and snapshots, by the names of logical disks.

Names say nothing by themselves: ``join`` looks up their numbers in the exports beside them. Each query is about one
volume, so these lists are never known to be complete.
"""

from __future__ import annotations

import re

from tenken.document.marked import START, Mapping, locate, mark_at, place_of
from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.sources.base import Document
from tenken.sources.ism.join import CopyListing, PairFound, SnapshotsFound, join
from tenken.sources.ism.sections import Unit
from tenken.sources.said import Notice

_PAIR_HEAD = re.compile(r"(?m)^[ \t]*MV[ \t]*:")
_SYNC_STATE = re.compile(r"\bSync(?:hronous)? State\b")
_BV_HEAD = re.compile(r"(?m)^[ \t]*BV Information[ \t\r]*$")
_SV_HEAD = re.compile(r"(?m)^[ \t]*(?:SV|Pair) Information[ \t\r]*$")

_HEADING = re.compile(r"\s*(BV|SV|Pair) Information\s*")
_SIDE = re.compile(r"\s*(MV|RV|SV|LV)\s*:")
_FIELD = re.compile(r"\s*(LD Name|Sync State|Synchronous State|SV Guard)(?:\s*:|\s)\s*([^\s:]\S*)")
_GENERATION = re.compile(r"\s*(?:(?:[A-Z0-9]{2}|-):)?([^\s:]+)\s+\(\s*-?\d+\s*\)\s+[a-z]+/[a-z]+")
"""A line of the summary: format, name, generation, state, as in ``LX:DB_SV01  ( -1) snap/active  [2026/…] link``."""


def is_listing(head: str) -> bool:
    """Whether a text is output of one of the two commands."""
    pairs = _PAIR_HEAD.search(head) and _SYNC_STATE.search(head)
    return bool(pairs or (_BV_HEAD.search(head) and _SV_HEAD.search(head)))


def read(text: str, name: str) -> Document:
    """The pairs and snapshots in the output of any number of queries, one after the other."""
    listing = _Listing(name)
    for number, line in enumerate(text.split("\n"), start=1):
        listing.take(number, line)
    listing.finish()
    if listing.problems:
        raise InputError(listing.problems)
    kinds = {"pairs"} if listing.pairs else set()
    kinds |= {"snapshot_sets"} if listing.snapshots else set()
    if not kinds and not listing.warnings:
        said = Said("there is no pair and no snapshot set in it", "ペアもスナップショットセットも含まれていません")
        listing.warnings.append(Notice(said, Place(name, 1, 1)))
    commands = {"pairs": "iSMrc_query", "snapshot_sets": "iSMsc_query"}
    tree = Mapping(START)
    return CopyListing(
        name,
        " and ".join(commands[kind] for kind in sorted(kinds)) or "iStorage query",
        tree,
        lambda route: locate(tree, route, name),
        partial=frozenset(kinds),
        warnings=listing.warnings,
        join=join,
        pairs=listing.pairs,
        snapshots=listing.snapshots,
    )


class _Listing:
    """Takes line after line."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.pairs: list[PairFound] = []
        self.snapshots: list[SnapshotsFound] = []
        self.warnings: list[Notice] = []
        self.problems: list[Problem] = []
        self._pair: PairFound | None = None
        self._side: str | None = None

    def take(self, number: int, line: str) -> None:
        if heading := _HEADING.fullmatch(line):
            self._end_pair()
            self._side = "BV" if heading[1] == "BV" else "list"
            if self._side == "BV":
                self.snapshots.append(SnapshotsFound())
            return
        start = 0
        if side := _SIDE.match(line):
            start = side.end()
            self._begin(side[1], number, side.start(1) + 1)
        if field := _FIELD.match(line, start):
            self._field(field[1], Unit(field[1], field[2], mark_at(number, field.start(2) + 1)))
        elif self._side == "list" and self.snapshots and (generation := _GENERATION.match(line)):
            self.snapshots[-1].svs.append(Unit("SV", generation[1], mark_at(number, generation.start(1) + 1)))

    def finish(self) -> None:
        self._end_pair()
        for found in self.snapshots:
            if found.bv is None:
                said = Said(
                    "a snapshot set without the LD name of its BV was skipped",
                    "BVの論理ディスク名がないスナップショットセットは読み飛ばしました",
                )
                self.warnings.append(Notice(said, Place(self.name)))
        self.snapshots = [found for found in self.snapshots if found.bv is not None]

    def _begin(self, side: str, line: int, column: int) -> None:
        """A volume begins. Several RVs may follow one MV."""
        self._side = side
        if side == "MV":
            self._end_pair()
            self._pair = PairFound(mark_at(line, column))
        elif side == "RV":
            if self._pair is None:
                place = Place(self.name, line, column)
                said = Said(
                    "an RV before its MV: this layout is not known", "MVより前にRVがあります。この書式には対応していません"
                )
                hint = Said("give the output as iSMrc_query prints it", "iSMrc_query の出力をそのまま使用してください")
                self.problems.append(Problem(said, place, hint))
                self._pair = PairFound(mark_at(line, column))
            elif self._pair.rv is not None:
                mv = self._pair.mv
                self._end_pair()
                self._pair = PairFound(mark_at(line, column), mv=mv)

    def _end_pair(self) -> None:
        pair, self._pair = self._pair, None
        if pair is None:
            return
        if pair.mv and pair.rv:
            self.pairs.append(pair)
        else:
            missing = "RV" if pair.mv else "MV"
            said = Said(
                f"a pair without the LD name of its {missing} was skipped",
                f"{missing}の論理ディスク名がないペアは読み飛ばしました",
            )
            hint = Said(
                "query by LD name: -mv NAME -mvflg ld", "論理ディスク名を指定して照会してください: -mv 論理ディスク名 -mvflg ld"
            )
            self.warnings.append(Notice(said, place_of(pair.mark, self.name), hint))

    def _field(self, key: str, value: Unit) -> None:
        if not value.text.strip("-"):
            return
        if key == "LD Name":
            self._named(value)
        elif key == "SV Guard" and self.snapshots and self.snapshots[-1].svs:
            self.snapshots[-1].guards.append((self.snapshots[-1].svs[-1], value))
        elif key.startswith("Sync") and self._pair is not None and self._pair.state is None:
            self._pair.state = value

    def _named(self, value: Unit) -> None:
        snapshots = self.snapshots[-1] if self.snapshots else None
        if self._side == "MV" and self._pair is not None and self._pair.mv is None:
            self._pair.mv = value
        elif self._side == "RV" and self._pair is not None and self._pair.rv is None:
            self._pair.rv = value
        elif self._side == "BV" and snapshots and snapshots.bv is None:
            snapshots.bv = value
        elif self._side == "SV" and snapshots:
            snapshots.svs.append(value)
        elif self._side == "LV" and snapshots:
            snapshots.lvs.append(value)
