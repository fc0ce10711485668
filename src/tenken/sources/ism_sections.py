"""What an iStorage export consists of, whichever way it was printed: chapters of objects, objects of sections of units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Unit:
    """One value as it was printed, without the blanks around it, and its mark (``document.yaml_text.mark_at``)."""

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
