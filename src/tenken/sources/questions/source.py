"""A filled-in questionnaire: the workbook or the Markdown tables that ``tenken questions -o sheet.xlsx`` or ``sheet.md`` writes.

An answer states one fact of one object; a blank cell states nothing. Which object it is stands in the row, unseen, by
what identifies it, so that rows may be sorted, filtered and deleted.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.model.questionnaire import VERSION
from tenken.model.rule import Text
from tenken.sources.base import About, Document
from tenken.sources.questions import table as questions_table
from tenken.sources.questions import workbook as questions_workbook
from tenken.sources.questions.rows import Answers, Row

NAME = "questions"
ONE_FOLDER = True
SUFFIXES = (*questions_workbook.SUFFIXES, *questions_table.SUFFIXES)
ABOUT = About(
    title=Text(en="Filled-in questionnaires", ja="記入済みのヒアリングシート"),
    export=Text(
        en="tenken questions PATH... -o sheet.xlsx (or sheet.md) writes one; fill it in and give it beside the other inputs.",
        ja="tenken questions PATH... -o sheet.xlsx（または sheet.md）で作成し、記入後に他の入力と併せて指定します。",
    ),
    can_say=Text(en="The facts that it asks for.", ja="シートで尋ねている項目。"),
    cannot_say=Text(
        en="Everything else: it needs the inventory that it was made from.",
        ja="それ以外の項目。作成元のインベントリが必要です。",
    ),
)


class _Form(Protocol):
    """One kind of file that holds the rows of a questionnaire."""

    LOST: Said
    """How to mend a row of which it can't be told what it is about."""

    def mark(self, path: Path, name: str) -> tuple[int | None, Place]:
        """The version that the mark states, and where."""

    def rows(self, path: Path, name: str) -> Iterator[list[Row]]:
        """The rows that belong together: what is written for all of a kind holds within them."""


def recognises(path: Path) -> bool:
    """A workbook with our hidden sheet, or a text with our mark, which is not shown either."""
    return path.is_file() and (questions_workbook.recognises(path) or questions_table.recognises(path))


def read(path: Path, name: str) -> list[Document]:
    """The answers as a document. Raises InputError with every answer that states no fact."""
    form: _Form = questions_workbook if zipfile.is_zipfile(path) else questions_table
    version, place = form.mark(path, name)
    if version != VERSION:
        said = (
            Said("a questionnaire of no version", "質問票の版が分かりません")
            if version is None
            else Said(f"a questionnaire of version {version}", f"質問票の版 {version} には対応していません")
        )
        hint = Said(f"this tenken reads version {VERSION}", f"このtenkenが対応しているのは版 {VERSION} です")
        raise InputError([Problem(said, place, hint)])
    answers = Answers(name, form.LOST)
    for rows in form.rows(path, name):
        answers.add(rows)
    if answers.problems:
        raise InputError(answers.problems)
    return [Document(name, "questionnaire", {"tenken": 1, **answers.tree}, answers.locate)]
