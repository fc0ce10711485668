"""Support tables: is this combination listed, and with which mark?

Three answers for a row: it matches, it does not, or it may (a key was not collected, or a version was stated without
the minor release that would decide). The first row that matches decides; if a row before it, or in its absence any
row, only may match with another mark, the cell is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tenken.engine.cel import versions
from tenken.engine.cel.spelling import plain
from tenken.model.rule import Mark, Matrix, MatrixRow

UNLISTED = "unlisted"
_NUMBERS = re.compile(r"\d+")

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What the table says: a mark, ``unlisted``, or None for unknown; the keys that are missing then; the row that decided."""

    mark: Mark | str | None
    missing: tuple[str, ...] = ()
    row: MatrixRow | None = None


class Table:
    """A matrix ready to be asked."""

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix
        self.keys = tuple(matrix.keys)
        self._rows = [(row, [self._matcher(row, key) for key in self.keys]) for row in matrix.rows]
        self._cells: dict[tuple[Values, str], Cell] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return Table, (self.matrix,)

    def cell(self, values: Values, column: str) -> Cell:
        """The cell for the values of the keys, in the order of the keys; None is a value that was not collected."""
        found = self._cells.get((values, column))
        if found is None:
            found = self._cells[values, column] = self._find(values, column)
        return found

    def _find(self, values: Values, column: str) -> Cell:
        possible: list[tuple[MatrixRow, tuple[str, ...]]] = []
        for row, matchers in self._rows:
            answers = [matches(value) for matches, value in zip(matchers, values, strict=True)]
            if False in answers:
                continue
            open_keys = tuple(key for key, answer in zip(self.keys, answers, strict=True) if answer is None)
            if not open_keys:
                if all(other.marks.get(column) == row.marks.get(column) for other, _ in possible):
                    return Cell(row.marks.get(column, UNLISTED), (), row)
                break
            possible.append((row, open_keys))
        if possible:
            return Cell(None, tuple(dict.fromkeys(key for _, keys in possible for key in keys)))
        return Cell(UNLISTED)

    def _matcher(self, row: MatrixRow, key: str) -> Callable[[Any], bool | None]:
        wanted = row.match.get(key)
        if wanted is None:
            return lambda value: True
        if key not in self.matrix.versions:
            words = frozenset(plain(word) for word in wanted)
            return lambda value: None if value is None else plain(value) in words
        tests = [_version_test(text) for text in wanted]
        bare = frozenset(row.bare.get(key, ()))
        return lambda value: _version_answer(value, tests, bare)

    def nearest(self, values: Values, column: str) -> list[MatrixRow]:
        """The rows listed in a column that come nearest to a combination that is not listed, for messages."""
        key = self.matrix.nearest_by
        if key is None:
            return []
        at = self.keys.index(key)
        near = [row for row, matchers in self._rows if values[at] is not None and matchers[at](values[at])]
        return [row for row in near if row.marks.get(column) in ("supported", "inquire")]

    def next_listed(self, values: Values, key: str, column: str) -> str | None:
        """The next higher version of one key that makes the combination a supported one; None where there is none."""
        at = self.keys.index(key)
        now = _components(str(values[at])) if values[at] is not None else None
        if now is None:
            return None
        listed: list[tuple[tuple[int, ...], str]] = []
        for row, _ in self._rows:
            for text in row.match.get(key, ()):
                version = text.partition("..")[0]
                numbers = _components(version)
                if numbers is not None and numbers > now:
                    listed.append((numbers, version))
        for _, version in sorted(listed):
            if self.cell((*values[:at], version, *values[at + 1 :]), column).mark == "supported":
                return version
        return None


def _version_answer(value: Any, tests: list[Callable[[tuple[int, ...]], bool | None]], bare: frozenset[str]) -> bool | None:
    if value is None:
        return None
    numbers = _components(str(value))
    if numbers is None:
        return None
    if str(value).strip() in bare:
        return True
    answers = [test(numbers) for test in tests]
    return True if True in answers else None if None in answers else False


def _components(text: str) -> tuple[int, ...] | None:
    """The numbers of a version as written: 8 and 8.0 differ in that the first does not state the minor release."""
    parsed = versions.parse(text)
    if parsed is None:
        return None
    written = len(_NUMBERS.findall(text.split()[0]))
    return parsed + (0,) * (written - len(parsed))


def _version_test(text: str) -> Callable[[tuple[int, ...]], bool | None]:
    low_text, dots, high_text = text.partition("..")
    low = _components(low_text)
    assert low is not None, text
    if dots:
        high = _components(high_text)
        assert high is not None, text
        return lambda numbers: _within(numbers, low, high)
    if len(low) == 1 or low[1] < 0:
        return lambda numbers: _stripped(numbers) == low
    return lambda numbers: _within(numbers, low, low)


def _within(numbers: tuple[int, ...], low: tuple[int, ...], high: tuple[int, ...]) -> bool | None:
    """Compared at the precision of the bounds: 7.9.2009 is 7.9. Fewer numbers than that leave it open."""
    precision = len(low)
    if len(numbers) < precision:
        return None if low[: len(numbers)] <= numbers <= high[: len(numbers)] else False
    return low <= numbers[:precision] <= high


def _stripped(numbers: tuple[int, ...]) -> tuple[int, ...]:
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers = numbers[:-1]
    return numbers
