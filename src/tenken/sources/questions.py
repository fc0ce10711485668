"""A filled-in questionnaire: the workbook that ``tenken questions -o sheet.xlsx`` writes.

An answer states one fact of one object; a blank cell states nothing. Which object it is stands in the hidden column, by
what identifies it, so that rows may be sorted, filtered and deleted.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tenken.document.place import Place, Route
from tenken.document.problem import InputError, Problem
from tenken.model.answers import read as read_answer
from tenken.model.inventory import Inventory
from tenken.model.listed import WrongAnswer
from tenken.model.questionnaire import ANSWER, KEY, MARK, SHEET, TOLD_APART, VERSION
from tenken.model.rule import Text
from tenken.model.schema import Type, type_at
from tenken.sources.base import About, Document
from tenken.sources.rvtools_workbook import read_sheets, sheet_names

NAME = "questions"
ONE_FOLDER = True
SUFFIXES = (".xlsx", ".xlsm")
ABOUT = About(
    title=Text(en="Filled-in questionnaires", ja="記入済みのヒアリングシート"),
    export=Text(
        en="tenken questions PATH... -o sheet.xlsx writes one; fill it in and give it beside the other inputs.",
        ja="tenken questions PATH... -o sheet.xlsx で作成し、記入後に他の入力と併せて指定します。",
    ),
    can_say=Text(en="The facts that it asks for.", ja="シートで尋ねている項目。"),
    cannot_say=Text(
        en="Everything else: it needs the inventory that it was made from.",
        ja="それ以外の項目。作成元のインベントリが必要です。",
    ),
)
_LAST_COLUMN = "the last column, which is hidden, identifies the object; restore the row, or have the sheet written anew"


def recognises(path: Path) -> bool:
    """A workbook with our hidden sheet."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    try:
        return SHEET in sheet_names(path) and _mark(path, str(path)) is not None
    except InputError:
        return False


def read(path: Path, name: str) -> list[Document]:
    """The answers as a document. Raises InputError with every answer that states no fact."""
    version = _mark(path, name)
    if version != VERSION:
        found = "no version" if version is None else f"version {version}"
        raise InputError(
            [Problem(f"a questionnaire of {found}", Place(name, sheet=SHEET), f"this tenken reads version {VERSION}")]
        )
    answers = _Answers(name)
    for sheet, rows in read_sheets(path, name, lambda sheet: sheet != SHEET)[1]:
        answers.add_sheet(sheet, rows)
    if answers.problems:
        raise InputError(answers.problems)
    return [Document(name, "questionnaire", {"tenken": 1, **answers.tree}, answers.locate)]


def _mark(path: Path, name: str) -> int | None:
    """The version that the hidden sheet states."""
    for _, rows in read_sheets(path, name, lambda sheet: sheet == SHEET)[1]:
        if rows and len(rows[0]) > 1 and rows[0][0] == MARK and isinstance(rows[0][1], (int, float)):
            return int(rows[0][1])
    return None


@dataclass(slots=True)
class _Row:
    """One row that asks: what is written into it, and what about."""

    place: Place
    answer: str
    key: dict[str, Any]


class _Answers:
    def __init__(self, name: str) -> None:
        self.name = name
        self.tree: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self._places: dict[Route, Place] = {}
        self._positions: dict[tuple[Route, str], int] = {}

    def locate(self, route: Route) -> Place:
        """The cell of an answer; for an object, that of the first answer about it."""
        for length in range(len(route), 0, -1):
            if route[:length] in self._places:
                return self._places[route[:length]]
        return Place(self.name)

    # --- rows ------------------------------------------------------------------------------------------------------

    def add_sheet(self, sheet: str, rows: list[list[Any]]) -> None:
        asked = list(self._rows(sheet, rows))
        for_all: dict[Any, _Row] = {}
        for row in asked:
            if "all" in row.key and row.answer:
                for_all[json.dumps(row.key["all"])] = row
        for row in asked:
            if "all" not in row.key:
                general = for_all.get(json.dumps(row.key.get("in")))
                if row.answer:
                    self._take(row, row)
                elif general is not None:
                    self._take(row, general)

    def _rows(self, sheet: str, rows: list[list[Any]]) -> Iterator[_Row]:
        for number, cells in enumerate(rows, 1):
            written = cells[ANSWER] if len(cells) > ANSWER else ""
            key_text = cells[KEY] if len(cells) > KEY else ""
            place = Place(self.name, sheet=sheet, cell=f"{chr(ord('A') + ANSWER)}{number}")
            answer = _as_text(written)
            if not isinstance(key_text, str) or not key_text.startswith("{"):
                if answer and number > 1 and len(rows[0]) > ANSWER:
                    self.problems.append(Problem("it can't be told what this answers", place, _LAST_COLUMN))
                continue
            try:
                key = json.loads(key_text)
            except (ValueError, RecursionError):
                key = None
            if not isinstance(key, dict):
                self.problems.append(Problem("it can't be told what this answers", place, _LAST_COLUMN))
                continue
            yield _Row(place, answer, key)

    def _take(self, row: _Row, answered: _Row) -> None:
        """State the fact of a row; the answer may stand in the row for all."""
        way = _way(row.key)
        type_ = _type_of(way) if way is not None else None
        if way is None or type_ is None:
            self.problems.append(Problem("it can't be told what this answers", row.place, _LAST_COLUMN))
            return
        steps, field = way
        try:
            value = read_answer(answered.answer, type_, field[-1])
        except WrongAnswer as error:
            problem = Problem(str(error), answered.place, error.hint)
            if problem not in self.problems:
                self.problems.append(problem)
            return
        if value is None:
            return
        if row.key.get("seen") is not None or any(name.rpartition(".")[2] in TOLD_APART for name, _ in steps):
            self._answer(row, steps, field, value, answered.place)
        elif field == ["controllers"] and any("id" not in entry for entry in value):
            hint = "write the id of each, as in scsi0 pvscsi none; scsi1 lsilogic_sas physical"
            self.problems.append(Problem("it can't be told which controller is which", answered.place, hint))
        else:
            self._state(steps, field, value, answered.place)

    def _answer(self, row: _Row, steps: list[tuple[str, dict[str, str]]], field: list[str], value: Any, place: Place) -> None:
        """State a fact of something without a name: the inventory is searched for it when everything is known."""
        answers = self.tree.setdefault("answers", [])
        seen = {"seen": row.key["seen"]} if row.key.get("seen") is not None else {}
        self._places[("answers", len(answers))] = place
        answers.append({**{name: dict(identity) for name, identity in steps}, **seen, ".".join(field): value})

    # --- the tree --------------------------------------------------------------------------------------------------

    def _state(self, steps: list[tuple[str, dict[str, str]]], field: list[str], value: Any, place: Place) -> None:
        target: dict[str, Any] = self.tree
        route: Route = ()
        for name, identity in steps:
            entries = target.setdefault(name, [])
            known = (*route, name), json.dumps(identity, sort_keys=True)
            if known not in self._positions:
                self._positions[known] = len(entries)
                entries.append(dict(identity))
            route = (*route, name, self._positions[known])
            self._places.setdefault(route, place)
            target = entries[self._positions[known]]
        for name in field[:-1]:
            target = target.setdefault(name, {})
        before = target.get(field[-1])
        route = (*route, *field)
        if before is not None and before != value:
            message = f"two answers to one question: {value!r} here, {before!r} in {self._places[route].cell}"
            self.problems.append(Problem(message, place, "keep one of them"))
            return
        target[field[-1]] = value
        self._places[route] = place


def _as_text(cell: Any) -> str:
    """What was typed into a cell: Excel makes numbers and booleans of some words."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _way(key: dict[str, Any]) -> tuple[list[tuple[str, dict[str, str]]], list[str]] | None:
    """The lists and identities on the way to an object, and the fields below; None where the key is damaged."""
    steps, field = key.get("of"), key.get("fact")
    if not isinstance(steps, list) or not isinstance(field, list) or not field or not all(isinstance(n, str) for n in field):
        return None
    found: list[tuple[str, dict[str, str]]] = []
    for step in steps:
        if not (isinstance(step, list) and len(step) == 2 and isinstance(step[0], str) and isinstance(step[1], dict)):
            return None
        if not step[1] or not all(isinstance(value, str) for value in step[1].values()):
            return None
        found.append((step[0], step[1]))
    return found, field


def _type_of(way: tuple[list[tuple[str, dict[str, str]]], list[str]]) -> Type | None:
    """The type of the fact in question, off the inventory's own schema; None where the way leaves it."""
    route: Route = ()
    for name, identity in way[0]:
        route = (*route, *name.split("."), 0)
        if any(type_at(Inventory, (*route, part)) is None for part in identity):
            return None
    return type_at(Inventory, (*route, *way[1]))
