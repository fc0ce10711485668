"""CSV files as RVTools and Excel write them: of any code page, with any separator, and at times damaged."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from tenken.document import parser_words
from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.document.text import decode, read_bytes
from tenken.sources.said import Notice

_JAPANESE = re.compile(rb"[\x81-\x98][\x40-\x7e\x80-\xfc]")
"""Kana and common kanji in cp932. In cp1252 these bytes are curly quotes at most, and no letters."""

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

CsvRows = list[list[str]]


def read_csv(path: Path, name: str, warnings: list[Notice]) -> tuple[CsvRows, list[int]]:
    """The rows of a file, and the line on which each begins. Raises InputError."""
    text = _decode(read_bytes(path, name), name, warnings)
    rows: CsvRows = []
    lines: list[int] = []
    line = 1
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        for row in reader:
            rows.append(row)
            lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        said = Said(f"is not CSV: {error}", f"CSVとして解釈できません: {parser_words.csv_ja(str(error))}")
        hint = Said("a quote may be missing its end", "引用符が閉じられていない可能性があります")
        raise InputError([Problem(said, Place(name, line), hint)]) from None
    return rows, lines


def csv_header(path: Path) -> list[str]:
    """The first row of a file, of which no more than the beginning is read; empty if it is no text."""
    with path.open("rb") as file:
        head = file.read(2**16)
    wide = head.startswith(_UTF_16)
    if b"\0" in head and not wide:
        return []
    text = head.decode("utf-16" if wide else "utf-8-sig", errors="replace")
    first = _first_line(text)
    return next(csv.reader([first], delimiter=_delimiter(first)), [])


def _first_line(text: str) -> str:
    return next(iter(text.lstrip("\r\n")[: 2**16].splitlines()), "")


def _delimiter(text: str) -> str:
    first = _first_line(text)
    return max(",;\t", key=first.count)


def _decode(data: bytes, name: str, warnings: list[Notice]) -> str:
    """UTF-8 or UTF-16 where the bytes say so; else the code page of a Japanese or a Western Windows, with a warning."""
    if data.startswith(_UTF_16):
        return decode(data, name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        page = "cp932" if _JAPANESE.search(data) else "cp1252"
    try:
        text = data.decode(page)
    except UnicodeDecodeError:
        return decode(data, name)
    said = Said(f"is not UTF-8 and was read as {page}", f"UTF-8ではないため、{page} として読み込みました")
    hint = Said("if names look wrong, save it as UTF-8", "名前が文字化けする場合は、UTF-8で保存し直してください")
    warnings.append(Notice(said, Place(name), hint))
    return text
