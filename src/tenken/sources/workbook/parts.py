"""The XML parts of a workbook: read without trust, and measured before calamine gets them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from xml.parsers import expat

from tenken.document import parser_words
from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.document.text import MAX_BYTES

MAX_CELLS = 25_000_000
"""Cells of one sheet, blank ones among them: 270,000 VMs with 90 columns. A larger grid is refused."""

DAMAGED = Said("the workbook is damaged", "Excelブックが壊れています")
SAVE_AGAIN = Said(
    "export it again, or open it in Excel and save it as .xlsx", "出力し直すか、Excelで開いて .xlsx 形式で保存し直してください"
)


def damaged(detail: object) -> Said:
    also = detail if isinstance(detail, Said) else Said(str(detail), parser_words.xml_ja(str(detail)))
    return Said(f"{DAMAGED.en}: {also.en}", f"{DAMAGED.ja}: {also.ja}")


def elements(data: bytes, place: Place) -> list[tuple[str, dict[str, str]]]:
    """The elements of a small XML part, without their content."""
    found: list[tuple[str, dict[str, str]]] = []
    _parse(data, place, lambda tag, attributes: found.append((tag.rpartition(":")[2], attributes)))
    return found


def _parse(data: bytes, place: Place, start: Callable[[str, dict[str, str]], None]) -> None:
    """Shows the elements of an XML part. A document type is refused: its entities could explode."""

    def refuse_document_type(*_: object) -> None:
        said = Said(
            "the workbook declares a document type, which workbooks never do",
            "Excelブックにはないはずの文書型宣言（DOCTYPE）があります",
        )
        raise InputError([Problem(said, place, SAVE_AGAIN)])

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse_document_type
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise InputError([Problem(damaged(error), place, SAVE_AGAIN)]) from None


# --- how much memory a sheet takes -----------------------------------------------------------------------------------

_FAR_CELL = re.compile(rb'<c(?! r="[A-C]?[A-Z][0-9]{1,5}")[\s/>]')
_PREFIXED_CELL = re.compile(rb":c[\s/>]")
"""A cell beyond column CZ or row 99,999, or of unusual form. Most exports have none, which is quick to see (one joint
pattern would be five times slower)."""

_REFERENCE = re.compile(r"([A-Za-z]+)([0-9]+)")


def check_memory(data: bytes, shared: SharedTexts, place: Place) -> None:
    """Raises InputError if a sheet would not fit: its grid of cells, or its texts."""
    prefixed = _PREFIXED_CELL.search(data) is not None
    if prefixed or _FAR_CELL.search(data):
        rows, columns = _extent(data, place)
        if rows * columns > MAX_CELLS:
            said = Said(
                f"the sheet spans {rows:,} rows and {columns:,} columns, more than the limit of {MAX_CELLS:,} cells",
                f"シートの範囲が {rows:,} 行 {columns:,} 列あり、上限の {MAX_CELLS:,} セルを超えています",
            )
            hint = Said(
                "delete the stray cells far from the table, or export it again",
                "表から離れた位置にある余分なセルを削除するか、出力し直してください",
            )
            raise InputError([Problem(said, place, hint)])
    if _text_size(data, shared, prefixed) > MAX_BYTES:
        limit = f"{MAX_BYTES // 2**20} MiB"
        said = Said(f"its texts are more than the limit of {limit}", f"文字列の合計が上限の {limit} を超えています")
        raise InputError([Problem(said, place, SAVE_AGAIN)])


def _extent(data: bytes, place: Place) -> tuple[int, int]:
    """The last row and column that hold anything, in the way calamine counts them."""
    last = [0, 0]
    at = [0, 0]
    cell = [0, 0]

    def start(tag: str, attributes: dict[str, str]) -> None:
        kind = tag.rpartition(":")[2]
        if kind == "row":
            written = attributes.get("r", "")
            at[:] = [int(written) if written.isascii() and written.isdigit() else at[0] + 1, 0]
        elif kind == "c":
            match = _REFERENCE.fullmatch(attributes.get("r", ""))
            cell[:] = [int(match[2]), _column_number(match[1])] if match else [at[0], at[1] + 1]
            at[1] = cell[1]
        elif kind in ("v", "is", "f"):
            last[:] = [max(last[0], cell[0]), max(last[1], cell[1])]

    _parse(data, place, start)
    return last[0], last[1]


_SHARED_END = re.compile(rb"</(?:\w+:)?si\s*>|<(?:\w+:)?si\s*/>")
_SHARED_CELL = re.compile(rb' t="s"[^<>]*><v>([0-9]+)</v>')
_SHORTEST_SHARED_CELL = len(b'<c t="s"><v>0</v></c>')
_ODD_SHARED_CELL = re.compile(rb"\st(?:\s+=|=\s|=')")


class SharedTexts:
    """How long the texts are that cells share."""

    def __init__(self, part: bytes) -> None:
        self._part = part

    @cached_property
    def longest(self) -> int:
        """How long they are at most. Texts that end in an unusual way count as one with the next."""
        return max(map(len, self._part.split(b"</si>")))

    @cached_property
    def lengths(self) -> list[int]:
        """How long each is at most, by its number."""
        return [len(text) for text in _SHARED_END.split(self._part)]


def _text_size(data: bytes, shared: SharedTexts, prefixed: bool) -> int:
    """How many bytes of shared text the cells show at most. Every cell gets a copy, so sharing a long one can be a bomb."""
    at_most = len(data) // _SHORTEST_SHARED_CELL * shared.longest
    if at_most <= MAX_BYTES:
        return at_most
    lengths = shared.lengths
    at_most = (data.count(b"<c") + (data.count(b":c") if prefixed else 0)) * max(lengths)
    if at_most <= MAX_BYTES:
        return at_most
    cells = _SHARED_CELL.findall(data)
    if len(cells) != data.count(b't="s"') or _ODD_SHARED_CELL.search(data):
        return at_most
    return sum(lengths[int(cell)] for cell in cells if len(cell) < 10 and int(cell) < len(lengths))


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
