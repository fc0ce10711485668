"""The questionnaire as Markdown: tables, whose rows end with what they are about, in a comment that no renderer shows.

Editors pad and align tables, end lines in other ways and escape what needs no escape: none of it changes what a row says.
What a cell says is what it looks like when rendered: escapes and entities are undone, comments are not there.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from tenken.document.place import Place
from tenken.document.problem import Problem
from tenken.document.said import Said
from tenken.document.text import decode, read_bytes
from tenken.model.questionnaire import MARK, TABLE, TABLE_ANSWER, TABLE_OFFERED
from tenken.sources.joining.answered import NO_SUBJECT
from tenken.sources.questions.rows import Row, read_key

SUFFIXES = (".md", ".markdown")
LOST = Said(
    "the comment <!-- {…} --> at the end of a row identifies the object; restore the row, or have the sheet written anew; "
    "tables of your own belong into another file",
    "対象は行末のコメント <!-- {…} --> で識別しています。行を元に戻すか、質問票を作成し直してください。独自の表は別のファイルに記述してください",
)
_HEAD = 65536
_LONGEST = 100_000
"""Characters of a row; what is longer was not written by anybody, and is not taken apart."""
_MARK = re.compile(rf"\s*<!--\s*{MARK}:\s*(\d{{1,6}})?.*")
_PIPE = re.compile(r"\\.|\|")
_DASHES = re.compile(r"\s*:?-+:?\s*")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|(?i:<br ?/?>)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|_)(?![*_\s])([^*_]+)(?<!\s)\1")
_WORD_JOINER = "\u2060"
"""Stands in what tenken writes behind ``@`` and ``#``, which summon people and tickets; answers are copied from there."""


def recognises(path: Path) -> bool:
    """A text of which one line is our mark. Only its beginning is looked at."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return False
    return MARK.encode() in head.replace(b"\0", b"") and any(True for _ in _marks(_loosely(head)))


def mark(path: Path, name: str) -> tuple[int | None, Place]:
    """The version that the mark states; of several, as of sheets that were put together, the newest."""
    found = [(int(version) if version else None, number) for number, version in _marks(decode(read_bytes(path, name), name))]
    version, number = max(found, key=lambda one: one[0] or 0, default=(None, 1))
    return version, Place(name, number, 1)


def rows(path: Path, name: str) -> Iterator[list[Row]]:
    """All rows of all tables, together. Raises InputError where the file is no text."""
    yield list(_rows(decode(read_bytes(path, name), name), name))


def _loosely(head: bytes) -> str:
    return head.replace(b"\0", b"").decode("utf-8", errors="replace").lstrip("\ufeff\ufffd")


def _lines(text: str) -> list[str]:
    """The lines as Markdown has them: other characters that Python takes for ends of lines are part of a name."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _marks(text: str) -> Iterator[tuple[int, str | None]]:
    """Lines and versions of the marks. A page that shows one in a block of code is no questionnaire."""
    fenced = False
    for number, line in enumerate(_lines(text), 1):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced and MARK in line and (found := _MARK.fullmatch(line)):
            yield number, found[1]


# --- tables ------------------------------------------------------------------------------------------------------------


def _rows(text: str, name: str) -> Iterator[Row]:
    lines = _lines(text)
    in_table = False
    for number, line in enumerate(lines, 1):
        if len(line) > _LONGEST:
            if "|" in line:
                wrong = Problem(
                    Said(f"a line of {len(line):,} characters", f"1行が {len(line):,} 文字あります"),
                    hint=Said(f"a row has {_LONGEST:,} at most", f"1行の上限は {_LONGEST:,} 文字です"),
                )
                yield Row(Place(name, number, 1), "", None, wrong)
            continue
        cells = _cells(line)
        keys = [comment for _, cell in cells for comment in _without_comments(cell)[1] if comment.startswith("{")]
        if not line.strip():
            in_table = False
        elif _is_delimiter(cells):
            in_table = True
        elif not keys and number < len(lines) and _is_delimiter(below := _cells(lines[number])) and len(below) == len(cells):
            continue  # the head of a table
        elif keys or in_table or line.lstrip().startswith("|"):
            yield from _row(cells, keys, name, number)


def _row(cells: list[tuple[int, str]], keys: list[str], name: str, number: int) -> Iterator[Row]:
    """What a line of a table says; nothing where all of it is blank."""
    cell = cells[TABLE_ANSWER] if len(cells) > TABLE_ANSWER else cells[-1]
    place, answer, last = _place(name, number, cell), _said(cell[1]), _said(cells[-1][1])
    if not keys:
        if any(_said(cell) for _, cell in cells):
            yield Row(place, answer, None)
        return
    wrong: Problem | None = None
    key = read_key(keys[0]) if len(keys) == 1 else None
    if key is None:
        wrong = Problem(NO_SUBJECT, hint=LOST)
    elif len(cells) != TABLE:
        wrong = Problem(
            Said(f"a row of {len(cells)} cells, expected {TABLE}", f"行のセル数が {len(cells)} です（正しくは {TABLE}）"),
            hint=Said("a | that belongs to an answer is written \\|", "回答に含まれる | は \\| と記入してください"),
        )
    elif last and not answer and not last.replace(",", "").isdecimal():
        place = _place(name, number, cells[-1])
        wrong = Problem(
            Said(f"{last[:60]!r} stands in the last cell", f"最後のセルに {last[:60]!r} が記入されています"),
            hint=Said("the answer belongs into the second cell of its row", "回答は行の2番目のセルに記入してください"),
        )
    elif _is_struck_out(cell[1]):
        wrong = Problem(
            Said("a part of the answer is struck out", "回答の一部に取り消し線が引かれています"),
            hint=Said("delete it, and leave what holds", "取り消した部分を削除してください"),
        )
    yield Row(place, answer, key, wrong, _said(cells[TABLE_OFFERED][1]) if len(cells) == TABLE else "")


def _place(name: str, number: int, cell: tuple[int, str]) -> Place:
    """Where the text in a cell begins; of a blank one, where it begins itself."""
    column, text = cell
    return Place(name, number, column + (len(text) - len(text.lstrip()) if text.strip() else 0))


def _cells(line: str) -> list[tuple[int, str]]:
    """The cells of a row with the column of each, counted from 1. Pipes at both ends are only a frame."""
    pipes = [found.start() for found in _PIPE.finditer(line) if found[0] == "|"]
    cells = [(start + 2, line[start + 1 : end]) for start, end in zip([-1, *pipes], [*pipes, len(line)], strict=True)]
    if len(cells) > 1 and not cells[0][1].strip():
        cells = cells[1:]
    return cells[:-1] if len(cells) > 1 and not cells[-1][1].strip() else cells


def _is_delimiter(cells: list[tuple[int, str]]) -> bool:
    return len(cells) > 1 and all(_DASHES.fullmatch(cell) for _, cell in cells)


# --- cells -------------------------------------------------------------------------------------------------------------


def _without_comments(cell: str) -> tuple[str, list[str]]:
    """What a cell shows, and what its comments hold."""
    shown, comments, position = "", [], 0
    while (start := cell.find("<!--", position)) >= 0 and (end := cell.find("-->", start + 4)) >= 0:
        shown += cell[position:start]
        comments.append(cell[start + 4 : end].strip())
        position = end + 3
    return shown + cell[position:], comments


def _said(cell: str) -> str:
    """What a cell says, as plain text: as it would be read off the page."""
    text = _without_comments(cell)[0].strip()
    fence = len(text) - len(text.lstrip("`"))
    if fence and len(text) > 2 * fence and text.endswith("`" * fence) and "`" * fence not in text[fence:-fence]:
        return text[fence:-fence].replace("\\|", "|").strip()
    if (found := _EMPHASIS.fullmatch(text)) is not None:
        text = found[2]
    return _ESCAPED.sub(_plain, text).replace(_WORD_JOINER, "").strip()


def _plain(match: re.Match[str]) -> str:
    if match[1]:
        return match[1]
    return "\n" if match[0].startswith("<") else html.unescape(match[0])


def _is_struck_out(cell: str) -> bool:
    shown = _without_comments(cell)[0].strip()
    return not shown.startswith("`") and re.sub(r"\\.", "", shown).count("~") > 1
