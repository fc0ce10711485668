"""What an iStorage export consists of, whichever way it was printed: chapters of objects, objects of sections of units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tenken.document.marked import place_of
from tenken.document.said import Said
from tenken.sources.said import Notice

_SHOWN = 5


class Doubts:
    """What was not understood, gathered so that a thousand alike make a few warnings."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._alike: dict[Said, dict[Said, tuple[Unit, int]]] = {}

    def add(self, said: Said, unit: Unit, hint: Said) -> None:
        messages = self._alike.setdefault(hint, {})
        first, count = messages.get(said, (unit, 0))
        messages[said] = first, count + 1

    def warnings(self) -> list[Notice]:
        """One warning a message, at the first place that it is about; of many with the same hint, the first few."""
        found = []
        for hint, messages in self._alike.items():
            shown = list(messages.items())[:_SHOWN]
            for said, (unit, count) in shown:
                if count > 1:
                    said = Said(
                        f"{said.en} (also in {count - 1} places below)",
                        f"{said.ja}。以降に同じものが {count - 1} 箇所あります",
                    )
                found.append(Notice(said, place_of(unit.mark, self._name), hint))
            if len(messages) > _SHOWN:
                unit, _ = list(messages.values())[_SHOWN]
                rest = len(messages) - _SHOWN
                said = Said(f"{rest} more are like these", f"同種のものがほかに {rest} 件あります")
                found.append(Notice(said, place_of(unit.mark, self._name), hint))
        return found


@dataclass(slots=True)
class Unit:
    """One value as it was printed, without the blanks around it, and its mark (``document.marked.mark_at``)."""

    name: str
    text: str
    mark: int


@dataclass(slots=True)
class Section:
    name: str
    mark: int
    units: list[Unit] = field(default_factory=list)

    def unit(self, *names: str) -> Unit | None:
        """The first unit of one of these names that says something: blanks and dashes are how the array prints nothing."""
        return next((unit for name in names for unit in self.all(name)), None)

    def all(self, name: str) -> Iterator[Unit]:
        return (unit for unit in self.units if unit.name == name and unit.text.strip("-"))


@dataclass(slots=True)
class Entry:
    """An ``OBJECT``: one logical disk, one LD set, one port."""

    name: str
    mark: int
    sections: list[Section] = field(default_factory=list)

    def all(self, section: str) -> Iterator[Section]:
        return (found for found in self.sections if found.name == section)

    def first(self, section: str) -> Section | None:
        return next(self.all(section), None)


@dataclass(slots=True)
class Export:
    """The answer to one query."""

    name: str
    """The path as the user gave it."""
    arguments: list[str]
    version: str | None
    chapters: dict[str, list[Entry]]

    @property
    def lists_all(self) -> bool:
        """The query asked for everything, so that what a chapter does not list is not there."""
        return bool({"-all", "--alloptimize"} & set(self.arguments))

    @property
    def array(self) -> str | None:
        """The array that the query was for, where it named one: ``iSMview -all M320-01``."""
        named = [word for word in self.arguments if not word.startswith("-")]
        return named[0] if len(named) == 1 else None
