"""Waivers: findings whose risk somebody accepts until a day. They change what fails the gate, and never a verdict.

A waiver that does not act never makes a run greener: past its last day, with a day that can't be read, for a rule or a
subject that does not exist, it accepts nothing, and that is a finding of its own.
"""

from __future__ import annotations

import dataclasses
import datetime
import fnmatch
import re
import zoneinfo
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tenken.document.place import Place, Route
from tenken.document.problem import InputError, Problem, did_you_mean
from tenken.document.said import Said
from tenken.gate import reviewed
from tenken.model.report import Location, Result, WaiverUsed
from tenken.model.waiver import Waiver, WaiverFile

WAIVABLE = frozenset({"fail", "inquire", "unknown"})
"""Outcomes that can be waived. ``error`` can't: a rule that broke said nothing that anybody could accept."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OFFSET = re.compile(r"([+-])(0[0-9]|1[0-4]):([0-5][0-9])")


@dataclass(slots=True)
class Standing:
    """A waiver on the day of the run, and what came of it."""

    waiver: Waiver
    location: Location
    """Where it is written."""
    expires_at: Location
    """Where its last day is written."""
    last_day: datetime.date | None
    """None where what is written is no day."""
    expired: bool
    matches: Callable[[Result], bool]
    accepted: int = 0
    """Findings that it covers while it holds; another waiver may be the one that is shown."""
    lapsed: int = 0
    """Findings that count again since it has expired and no other waiver covers them."""
    broken: int = 0
    """Subjects it names on which the rule broke."""

    @property
    def rank(self) -> tuple[str, ...]:
        """Of several waivers for one finding the highest is shown: it holds longest. Their order in the file decides nothing."""
        said = self.waiver
        return (said.expires, said.concerns, said.owner, said.reason, said.ticket or "")


@dataclass(slots=True)
class Waivers:
    """A waiver file on the day of the run."""

    name: str
    standings: list[Standing] = field(default_factory=list)
    time_zone: str = "UTC"
    """Of all days in the file."""

    def reset(self) -> None:
        for standing in self.standings:
            standing.accepted = standing.lapsed = standing.broken = 0


def read(path: Path, now: datetime.datetime, name: str = "") -> Waivers:
    """The waivers of a file as they stand at a moment. ``now`` knows its time zone; the day is that of the file's.
    ``name``: what places call it, if not by its path.

    Raises InputError with every mistake of the file.
    """
    file, locate = reviewed.read(path, WaiverFile, "tenken_waivers", Said("waiver file", "免除ファイル"), name=name)
    today = now.astimezone(_zone_of_file(file, locate)).date()
    problems: list[Problem] = []
    found = Waivers(name or str(path), time_zone=file.time_zone)
    for number, waiver in enumerate(file.waivers):
        route = ("waivers", number)
        last_day = day_of(waiver.expires)
        at = locate((*route, "expires"))
        if last_day is not None and file.max_days is not None and (last_day - today).days > file.max_days:
            problems.append(_too_long(last_day, today, file.max_days, at))
        found.standings.append(
            Standing(
                waiver=waiver,
                location=Location.of(locate(route)),
                expires_at=Location.of(at),
                last_day=last_day,
                expired=last_day is None or last_day < today,
                matches=_matcher(waiver),
            )
        )
    if problems:
        raise InputError(problems)
    return found


def _zone_of_file(file: WaiverFile, locate: Callable[[Route], Place]) -> datetime.tzinfo:
    zone = zone_of(file.time_zone)
    if zone is not None:
        return zone
    near = did_you_mean(file.time_zone, zoneinfo.available_timezones())
    hint = near or Said("write UTC, a name such as Asia/Tokyo", "UTC、または Asia/Tokyo のような名前を指定してください")
    said = Said(
        f"time_zone is {file.time_zone[:80]!r}, which is no time zone",
        f"time_zone の値 {file.time_zone[:80]!r} はタイムゾーンではありません",
    )
    offset = Said("an offset such as +09:00 is understood everywhere", "+09:00 のような時差も指定できます")
    raise InputError([Problem(said, locate(("time_zone",)), hint.then(offset))])


def _too_long(last_day: datetime.date, today: datetime.date, max_days: int, at: Place) -> Problem:
    latest = today + datetime.timedelta(days=max_days)
    said = Said(
        f"expires is {last_day}, more than max_days ({max_days}) from today, {today}",
        f"expires の {last_day} は、今日（{today}）から max_days（{max_days} 日）を超えています",
    )
    return Problem(said, at, Said(f"the latest day is {latest}", f"指定できるのは {latest} までです"))


def day_of(text: str) -> datetime.date | None:
    """The day that YYYY-MM-DD states; None for anything else."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def zone_of(name: str) -> datetime.tzinfo | None:
    """The time zone of a name or an offset; None where there is none."""
    if name == "UTC":
        return datetime.UTC
    if offset := _OFFSET.fullmatch(name):
        minutes = int(offset[2]) * 60 + int(offset[3])
        return datetime.timezone(datetime.timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    try:
        return zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError; a folder of zones gives an OSError
        return None


def name_matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a name fits a pattern, in which only * and ? mean something: names of files have brackets."""
    if "*" not in pattern and "?" not in pattern:
        return lambda name: name == pattern
    # fnmatch's own translation never backtracks, whatever the pattern
    match = re.compile(fnmatch.translate(pattern.replace("[", "[[]"))).match
    return lambda name: match(name) is not None


def apply(results: Iterable[Result], waivers: Waivers) -> list[Result]:
    """The results, those that a waiver accepts with the outcome ``waived`` and the waiver itself; all else unchanged.

    What became of each waiver is noted in it.
    """
    waivers.reset()
    by_rule: dict[str, list[Standing]] = defaultdict(list)
    for standing in waivers.standings:
        by_rule[standing.waiver.rule].append(standing)
    return [_applied(result, by_rule[result.rule]) if result.rule in by_rule else result for result in results]


def _applied(result: Result, standings: Collection[Standing]) -> Result:
    if result.outcome not in WAIVABLE and result.outcome != "error":
        return result
    fitting = [standing for standing in standings if standing.matches(result)]
    if result.outcome == "error":
        for standing in fitting:
            standing.broken += 1
        return result
    holding = [standing for standing in fitting if not standing.expired]
    for standing in holding:
        standing.accepted += 1
    if not holding:
        for standing in fitting:
            standing.lapsed += 1
        return result
    shown = max(holding, key=lambda standing: standing.rank)
    said = shown.waiver
    used = WaiverUsed(result.outcome, said.reason, said.owner, said.ticket, said.expires, shown.location)
    return dataclasses.replace(result, outcome="waived", waiver=used)


def _matcher(waiver: Waiver) -> Callable[[Result], bool]:
    if waiver.subject is None:
        return lambda result: result.fingerprint == waiver.fingerprint
    kind, fits = waiver.subject.kind, name_matcher(waiver.subject.name)
    return lambda result: result.subject.kind == kind and fits(result.subject.name)
