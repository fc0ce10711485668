"""The questionnaire as a workbook: a sheet for each of those who are asked, and what a row is about in its hidden last column."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.model.questionnaire import ANSWER, KEY, MARK, OFFERED, SHEET
from tenken.sources.joining.answered import NO_SUBJECT
from tenken.sources.questions.rows import Row, read_key
from tenken.sources.workbook.sheets import read_sheets, sheet_names

SUFFIXES = (".xlsx", ".xlsm")
LOST = Said(
    "the last column, which is hidden, identifies the object; restore the row, or have the sheet written anew",
    "対象は非表示の最終列で識別しています。行を元に戻すか、質問票を作成し直してください",
)


def recognises(path: Path) -> bool:
    """A workbook with our hidden sheet."""
    try:
        return zipfile.is_zipfile(path) and SHEET in sheet_names(path) and mark(path, str(path))[0] is not None
    except (InputError, OSError):
        return False


def mark(path: Path, name: str) -> tuple[int | None, Place]:
    """The version that the hidden sheet states."""
    place = Place(name, sheet=SHEET)
    for _, rows in read_sheets(path, name, lambda sheet: sheet == SHEET)[1]:
        if rows and len(rows[0]) > 1 and rows[0][0] == MARK and isinstance(rows[0][1], (int, float)):
            return int(rows[0][1]), place
    return None, place


def rows(path: Path, name: str) -> Iterator[list[Row]]:
    """The rows of each sheet."""
    for sheet, cells in read_sheets(path, name, lambda sheet: sheet != SHEET)[1]:
        yield list(_rows(name, sheet, cells))


def _rows(name: str, sheet: str, table: list[list[Any]]) -> Iterator[Row]:
    for number, cells in enumerate(table, 1):
        answer = _as_text(cells[ANSWER]) if len(cells) > ANSWER else ""
        written = cells[KEY] if len(cells) > KEY else ""
        place = Place(name, sheet=sheet, cell=f"{chr(ord('A') + ANSWER)}{number}")
        if isinstance(written, str) and written.startswith("{"):
            key = read_key(written)
            wrong = None if key is not None else Problem(NO_SUBJECT, hint=LOST)
            yield Row(place, answer, key, wrong, _as_text(cells[OFFERED]))
        elif answer and number > 1 and len(table[0]) > ANSWER:
            yield Row(place, answer, None)


def _as_text(cell: Any) -> str:
    """What was typed into a cell: Excel makes numbers and booleans of some words."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
