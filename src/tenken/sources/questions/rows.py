"""The rows of a questionnaire, whatever file holds them, and the facts that their answers state."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tenken.document.place import Place, Route
from tenken.document.problem import Problem
from tenken.document.said import Said
from tenken.model.answers import expected
from tenken.model.answers import read as read_answer
from tenken.model.identity import TOLD_APART
from tenken.model.inventory import Inventory
from tenken.model.listed import WrongAnswer
from tenken.model.schema import Type, type_at
from tenken.sources.joining.answered import NO_SUBJECT

_BESIDE = Said("write what holds into the cell for the answer, which is blank", "回答欄（空欄）に記入してください")


@dataclass(slots=True)
class Row:
    """One row that asks: what is written into it, and what about."""

    place: Place
    """Of the answer."""
    answer: str
    key: dict[str, Any] | None
    """What ``model.questionnaire.key_of`` gave; None where the row has none any more."""
    wrong: Problem | None = None
    """Why the row can't be read, so that nothing may be taken from it."""
    offered: str = ""
    """What its cell of possible answers says now: some people leave there what holds, instead of writing it beside."""


def read_key(text: str) -> dict[str, Any] | None:
    """What a row is about, as it was written into it; None where that was damaged."""
    try:
        key = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return key if isinstance(key, dict) else None


class Answers:
    """The facts that rows state, as a tree in the form of the inventory. ``lost``: how to mend a row that is about nothing."""

    def __init__(self, name: str, lost: Said) -> None:
        self.name, self.lost = name, lost
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

    def add(self, rows: list[Row]) -> None:
        """The rows of one sheet. An answer for all of a kind holds for those that are left blank."""
        for_all: dict[str, Row] = {}
        for row in rows:
            if row.key is not None and "all" in row.key and row.answer:
                self._for_all(row, for_all)
        for row in rows:
            if row.wrong is not None:
                self.problems.append(Problem(row.wrong.said, row.place, row.wrong.hint))
            elif row.key is None:
                if row.answer or for_all:
                    self._lost(row)
            elif "all" not in row.key:
                general = for_all.get(json.dumps(row.key.get("in")))
                if row.answer:
                    self._take(row, row)
                elif self._left_as_offered(row):
                    self.problems.append(
                        Problem(
                            Said(
                                f"{row.offered[:60]!r} is all that is left of the possible answers",
                                f"回答の選択肢の欄に {row.offered[:60]!r} だけが残されています",
                            ),
                            row.place,
                            _BESIDE,
                        )
                    )
                elif general is not None:
                    self._take(row, general)

    def _left_as_offered(self, row: Row) -> bool:
        """Whether somebody struck the other answers out of the cell that offers them, and wrote none."""
        way = _way(row.key or {})
        type_ = _type_of(way) if way is not None and row.offered else None
        if way is None or type_ is None or not (type_.kind == "bool" or type_.words):
            return False
        offered = expected(type_, way[1][-1])
        try:
            return row.offered not in (offered.en, offered.ja) and read_answer(row.offered, type_, way[1][-1]) is not None
        except WrongAnswer:
            return False

    def _for_all(self, row: Row, for_all: dict[str, Row]) -> None:
        kind = json.dumps((row.key or {})["all"])
        before = for_all.setdefault(kind, row)
        if before.answer != row.answer:
            self._twice(row.answer, before.answer, row.place, before.place)

    def _twice(self, now: Any, before: Any, place: Place, before_place: Place) -> None:
        where = before_place.cell or f"line {before_place.line}"
        where_ja = before_place.cell or f"{before_place.line} 行目"
        said = Said(
            f"two answers to one question: {now!r} here, {before!r} in {where}",
            f"1つの質問に2つの回答があります: ここでは {now!r}、{where_ja}では {before!r}",
        )
        self.problems.append(Problem(said, place, Said("keep one of them", "どちらか一方だけを残してください")))

    def _lost(self, row: Row) -> None:
        self.problems.append(Problem(NO_SUBJECT, row.place, self.lost))

    def _take(self, row: Row, answered: Row) -> None:
        """State the fact of a row; the answer may stand in the row for all."""
        key = row.key or {}
        way = _way(key)
        type_ = _type_of(way) if way is not None else None
        if way is None or type_ is None:
            self._lost(row)
            return
        steps, field = way
        try:
            value = read_answer(answered.answer, type_, field[-1])
        except WrongAnswer as error:
            problem = Problem(error.said, answered.place, error.hint)
            if problem not in self.problems:
                self.problems.append(problem)
            return
        if value is None:
            return
        if key.get("seen") is not None or any(name.rpartition(".")[2] in TOLD_APART for name, _ in steps):
            self._answer(row, steps, field, value, answered.place)
        elif field == ["controllers"] and any("id" not in entry for entry in value):
            said = Said("it can't be told which controller is which", "どのコントローラのことか分かりません")
            hint = Said(
                "write the id of each, as in scsi0 pvscsi none; scsi1 lsilogic_sas physical",
                "scsi0 pvscsi none; scsi1 lsilogic_sas physical のように、それぞれのIDを記入してください",
            )
            self.problems.append(Problem(said, answered.place, hint))
        else:
            self._state(steps, field, value, answered.place)

    def _answer(self, row: Row, steps: list[tuple[str, dict[str, str]]], field: list[str], value: Any, place: Place) -> None:
        """State a fact of something without a name: the inventory is searched for it when everything is known."""
        answers = self.tree.setdefault("answers", [])
        key = row.key or {}
        seen = {"seen": key["seen"]} if key.get("seen") is not None else {}
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
            self._twice(value, before, place, self._places[route])
            return
        target[field[-1]] = value
        self._places[route] = place


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
