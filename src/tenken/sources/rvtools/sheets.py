"""The tabs of an RVTools export as tables: columns under one name whatever the version called them, rows with places."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.sources.rvtools.columns import COLUMNS, KEYS, compact, is_vinfo, spellings, tab_of
from tenken.sources.rvtools.csv_files import csv_header, read_csv
from tenken.sources.said import Notice, first_few
from tenken.sources.workbook.sheets import Rows, column_letters, read_sheets

SHOWN = 20
"""So many notices of the same kind are shown one by one."""

_DECISIVE = ("vDisk", "vTools", "vSnapshot", "vHost", "vCluster", "vDatastore", "vMultiPath")
"""Tabs of every version, on whose facts verdicts hang."""

_DAMAGED = Said(
    "a quote or separator in it is damaged; export again with RVTools 4.6.1 or later",
    "引用符または区切り文字が壊れています。RVTools 4.6.1以降でエクスポートし直してください",
)


# --- cells -----------------------------------------------------------------------------------------------------------


def text_of(cell: Any) -> str | None:
    """A cell as text, None if it is blank. Names may look like numbers, and Excel then stores them as floats."""
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    return None if cell is None else str(cell)


def moment(cell: Any) -> str | None:
    """A date as text. A bare number is a date only to those who know its format."""
    return None if isinstance(cell, float) else text_of(cell)


def number_of(cell: Any) -> float | None:
    """A cell as a number of nought or more. ``1,024`` is none: whether it is 1024 or 1.024 depends on who wrote it."""
    try:
        number = float(cell) if not isinstance(cell, bool) else -1.0
    except (TypeError, ValueError):
        return None
    return number if 0 <= number < math.inf else None


def count_of(cell: Any) -> int | None:
    number = number_of(cell)
    return int(number) if number is not None and number.is_integer() else None


def truth_of(cell: Any) -> bool | None:
    """A cell as a boolean: RVTools writes the words, other writers real booleans."""
    return {"true": True, "false": False}.get(str(cell).strip().casefold())


# --- sheets ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Sheet:
    """One tab: its rows without the header and blank ones, and where they stood."""

    tab: str
    source: str
    printed: str
    """The name of the sheet in the workbook."""
    columns: dict[str, int]
    """Column → its index in the sheet."""
    rows: Rows = field(default_factory=list)
    """Of each row the cells of ``columns``, in their order."""
    numbers: array[int] = field(default_factory=lambda: array("Q"))
    """The number of each row as Excel counts."""
    lines: array[int] | None = None
    """The line on which each row begins, for CSV."""
    lost: int = 0
    """Rows that could not be read; the sheet is then incomplete."""
    _index: dict[str, int] = field(init=False)
    """Column → its index in ``rows``."""

    def __post_init__(self) -> None:
        self._index = {column: index for index, column in enumerate(self.columns)}

    def has(self, column: str) -> bool:
        return column in self.columns

    def cell(self, row: int, column: str) -> Any:
        index = self._index.get(column)
        return None if index is None else self.rows[row][index]

    def text(self, row: int, column: str) -> str | None:
        index = self._index.get(column)
        if index is None:
            return None
        cell = self.rows[row][index]
        return cell.strip() or None if type(cell) is str else text_of(cell)

    def place(self, row: int, *columns: str) -> Place:
        """Where a row has a value: the first of the columns that is not blank, else the first that is there, else its start."""
        there = [column for column in columns if column in self.columns]
        column = next((column for column in there if self.text(row, column)), there[0] if there else None)
        index = self.columns[column] if column else 0
        cell = f"{column_letters(index + 1)}{self.numbers[row]}"
        if self.lines is None:
            return Place(self.source, sheet=self.printed, cell=cell)
        return Place(self.source, self.lines[row], index + 1, self.printed, cell)

    def top(self) -> Place:
        return Place(self.source, sheet=self.printed)


@dataclass(slots=True)
class Export:
    """The tabs of one export that are read; vInfo is always among them."""

    name: str
    form: str
    """``workbook`` or ``CSV files``."""
    sheets: dict[str, Sheet] = field(default_factory=dict)
    warnings: list[Notice] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    """A tab as it was written: header first."""

    tab: str
    source: str
    printed: str
    rows: Rows
    lines: list[int] | None = None


def read_workbook(path: Path, name: str) -> Export:
    """The tabs of an .xlsx workbook. Raises InputError."""
    present, sheets = read_sheets(path, name, lambda sheet: tab_of(sheet) in COLUMNS)
    tables = [_Table(tab, name, sheet, rows) for sheet, rows in sheets if (tab := tab_of(sheet))]
    return _export(Export(name, "workbook"), tables, present)


def read_csv_files(files: dict[Path, str], name: str) -> Export:
    """The tabs of CSV files, given with the names to call them by. Raises InputError."""
    export = Export(name, "CSV files")
    tables: list[_Table] = []
    problems: list[Problem] = []
    unreadable: list[str] = []
    for path, shown in files.items():
        tab = "vInfo" if is_vinfo_csv(path) else tab_of(path.stem)
        if tab in COLUMNS:
            try:
                rows, lines = read_csv(path, shown, export.warnings)
                tables.append(_Table(tab, shown, tab, rows, lines))
            except InputError as error:
                problems += error.problems
                unreadable.append(tab)
    return _export(export, tables, [path.name for path in files], problems, unreadable)


def is_vinfo_csv(path: Path) -> bool:
    """Whether a file looks like the vInfo tab as CSV. Reads no more than its beginning. Raises OSError."""
    return is_vinfo(csv_header(path))


def is_tab_csv(path: Path) -> bool:
    """Whether a file is named after a tab that is read and has columns of it. Raises OSError."""
    tab = tab_of(path.stem)
    if tab not in COLUMNS:
        return False
    known = {spelling for aliases in COLUMNS[tab].values() for spelling in spellings(tab, aliases)}
    return len(known & set(map(compact, csv_header(path)))) > 1


def _export(
    export: Export, tables: list[_Table], present: list[str], found: Iterable[Problem] = (), unreadable: Iterable[str] = ()
) -> Export:
    """The export of these tables. Raises InputError with what is wrong with them and what was ``found`` wrong before."""
    problems = list(found)
    written: dict[str, str] = {}
    for table in tables:
        called = table.source if table.lines else table.printed
        if table.tab in written:
            said = Said(
                f"there are two {table.tab} tables, and which of them counts is not said",
                f"{table.tab} の表が2つあり、どちらを使用すべきか分かりません",
            )
            other = written[table.tab]
            hint = Said(f"remove {other} or {called}", f"{other} と {called} のどちらかを削除してください")
            problems.append(Problem(said, Place(table.source, sheet=table.printed), hint))
            continue
        written[table.tab] = called
        try:
            sheet = _sheet(table, export.warnings)
        except InputError as error:
            problems += error.problems
            continue
        if sheet:
            export.sheets[table.tab] = sheet
    if "vInfo" not in {*written, *unreadable}:
        said = Said("there is no vInfo, the tab that lists the virtual machines", "仮想マシンの一覧であるvInfoタブがありません")
        tabs = ", ".join(present)[:300]
        hint = Said(
            f"export all tabs; found: {tabs or 'nothing'}",
            f"すべてのタブを出力してください。見つかったタブ: {tabs or 'なし'}",
        )
        problems.append(Problem(said, Place(export.name), hint))
    if problems:
        raise InputError(problems)
    absent = [tab for tab in _DECISIVE if tab not in written]
    if absent:
        said = Said(
            f"the export has no {', '.join(absent)}; what is told nowhere else is not known",
            f"{'、'.join(absent)} のタブがないため、ほかのタブにない情報は未収集です",
        )
        hint = Said("in RVTools: File > Export all", "RVToolsの「File」→「Export all」で全タブを出力してください")
        export.warnings.append(Notice(said, Place(export.name), hint))
    return export


def _sheet(table: _Table, warnings: list[Notice]) -> Sheet | None:
    """A tab whose columns are known. Raises InputError if vInfo lacks what it can't do without; other tabs are left out."""
    start = next((number for number, row in enumerate(table.rows) if _filled(row)), None)
    header = [text_of(cell) or "" for cell in table.rows[start]] if start is not None else []
    columns = _match_columns(table, header, warnings)
    needed = KEYS[table.tab][0]
    if start is None or needed not in columns:
        headers = ", ".join(filter(None, header))[:300] or "none"
        column, place = COLUMNS[table.tab][needed][0], Place(table.source, sheet=table.printed)
        said = Said(
            f"{table.tab} has no column {column!r}, so nothing of it can be used",
            f"{table.tab} に列 {column!r} がないため、このタブは使用できません",
        )
        hint = Said(f"its headers: {headers}", f"見出し行: {headers}")
        if table.tab == "vInfo":
            raise InputError([Problem(said, place, hint)])
        warnings.append(Notice(said, place, hint))
        return None
    sheet = Sheet(table.tab, table.source, table.printed, columns, lines=array("Q") if table.lines else None)
    _fill(sheet, table, start, header, warnings)
    return sheet


def _fill(sheet: Sheet, table: _Table, start: int, header: list[str], warnings: list[Notice]) -> None:
    """Takes the rows below the header, but for blank, broken and repeated ones."""
    width = len(header) - (header[-1] == "")
    repeated = _Repetitions(sheet)
    used = list(sheet.columns.values())
    again: list[int] = []
    broken: list[Notice] = []
    for number in range(start + 1, len(table.rows)):
        row = table.rows[number]
        if not _filled(row):
            continue
        if table.lines and len(row) != len(header):
            if not _differs_by_trailing_separator(row, width):
                said = Said(
                    f"the row has {len(row)} fields where the header has {width}; it was skipped",
                    f"見出し行の {width} 列に対し {len(row)} 列の行のため、読み飛ばしました",
                )
                place = Place(table.source, table.lines[number], 1, table.printed, f"A{number + 1}")
                broken.append(Notice(said, place, _DAMAGED))
                continue
            row = [*row[:width], ""]
        if repeated.has(row):
            again.append(number)
            continue
        sheet.rows.append([row[index] for index in used])
        sheet.numbers.append(number + 1)
        if table.lines and sheet.lines is not None:
            sheet.lines.append(table.lines[number])
    sheet.lost = len(broken)
    warnings += first_few(broken, SHOWN)
    if again:
        said = Said(
            f"rows of {sheet.tab} that repeat others word for word were left out ({len(again)})",
            f"{sheet.tab} で他と全く同じ行 {len(again)} 件を除外しました",
        )
        hint = Said("merged twice?", "二重に統合されたファイルの可能性があります")
        warnings.append(Notice(said, Place(sheet.source, sheet=sheet.printed, cell=f"A{again[0] + 1}"), hint))


class _Repetitions:
    """Finds rows that are there already, as in workbooks into which one export was merged twice."""

    def __init__(self, sheet: Sheet) -> None:
        self._key = [sheet.columns[column] for column in KEYS[sheet.tab] if column in sheet.columns]
        self._first: dict[tuple[Any, ...], list[Any]] = {}
        self._alike: set[tuple[Any, ...]] = set()

    def has(self, row: list[Any]) -> bool:
        """Whether an equal row was shown before. Whole rows are compared only where their keys are equal."""
        first = self._first.setdefault(tuple([row[index] for index in self._key]), row)
        if first is row:
            return False
        self._alike.add(tuple(first))
        known = len(self._alike)
        self._alike.add(tuple(row))
        return len(self._alike) == known


def _filled(row: Iterable[Any]) -> bool:
    return any(cell != "" and (not isinstance(cell, str) or not cell.isspace()) for cell in row)


def _differs_by_trailing_separator(row: list[Any], width: int) -> bool:
    """Until 3.4 RVTools ended rows with a separator, and headers not always."""
    return len(row) == width or (len(row) == width + 1 and row[-1] == "")


def _match_columns(table: _Table, header: list[str], warnings: list[Notice]) -> dict[str, int]:
    """Where each column that is read stands. Of two columns with one name, neither is trusted."""
    by_name: dict[str, list[int]] = {}
    for index, written in enumerate(header):
        by_name.setdefault(compact(written), []).append(index)
    columns: dict[str, int] = {}
    for column, aliases in COLUMNS[table.tab].items():
        for candidate in spellings(table.tab, aliases):
            found = by_name.get(candidate, [])
            if len(found) == 1:
                columns[column] = found[0]
            elif found:
                letters = [column_letters(index + 1) for index in found]
                said = Said(
                    f"{table.tab} has several columns {header[found[0]]!r} ({' and '.join(letters)}); none of them is read",
                    f"{table.tab} に列 {header[found[0]]!r} が複数あるため（{'、'.join(letters)}）、いずれも読み込んでいません",
                )
                hint = Said("rename the custom attribute", "カスタム属性の名前を変更してください")
                warnings.append(Notice(said, Place(table.source, sheet=table.printed), hint))
            if found:
                break
    return columns
