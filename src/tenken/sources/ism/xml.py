"""The XML that iSMquery and iSMview print, into sections that know the line and column of every value.

A document type is refused, and with it every entity that could explode or read a file. Around the XML there may be
what the shell printed, such as a prompt before it and an ExitStatus line after it.
"""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from tenken.document import parser_words
from tenken.document.marked import mark_at
from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.sources.ism.sections import Entry, Export, Section, Unit

AGAIN = Said(
    "export it again: iSMquery -cinder -xml -all, or clioutmsg xml and iSMview -all",
    "出力し直してください: iSMquery -cinder -xml -all、または clioutmsg xml と iSMview -all",
)
_QUERY = re.compile(r"<REQUEST\b.{0,1000}?<CMD_REQUEST\b[^<>]*\biSM\w{2,20}\b", re.DOTALL)


def is_export(head: str) -> bool:
    """Whether a text begins as such XML does."""
    return _QUERY.search(head) is not None


def parse(text: str, name: str) -> Export:
    """The export in a text. Raises InputError with the place where it is no such XML."""
    start, end = text.find("<REQUEST"), text.rfind("</REQUEST>")
    if start < 0:
        raise InputError([Problem(_lacks("REQUEST"), Place(name, 1, 1), AGAIN)])
    if end < start:
        place = Place(name, text.count("\n") + 1, 1)
        said = Said(
            "the export is cut off: REQUEST does not end", "出力が途中で切れています（REQUEST要素の終わりがありません）"
        )
        raise InputError([Problem(said, place, AGAIN)])
    lines_before = text.count("\n", 0, start)
    if "<!" in text[:start].replace("<!--", ""):
        raise _refused_document_type(Place(name, lines_before + 1, 1))
    column = start - (text.rfind("\n", 0, start) + 1)
    return _Reader(name, lines_before, column).read(text[start : end + len("</REQUEST>")])


def _refused_document_type(place: Place) -> InputError:
    said = Said(
        "declares a document type, which exports of iStorage never do",
        "iStorageの出力にはないはずの文書型宣言（DOCTYPE）があります",
    )
    return InputError([Problem(said, place, AGAIN)])


def _lacks(element: str) -> Said:
    return Said(f"has no {element} element", f"{element}要素がありません")


class _Reader:
    """Turns the events of expat into an export."""

    def __init__(self, name: str, lines_before: int, columns_before: int) -> None:
        self._name, self._lines_before, self._columns_before = name, lines_before, columns_before
        self._commands: list[dict[str, str]] = []
        self._chapters: dict[str, list[Entry]] = {}
        self._chapter: list[Entry] | None = None
        self._entry: Entry | None = None
        self._section: Section | None = None
        self._unit: Unit | None = None
        self._text: list[str] | None = None
        self._message = self._code = ""
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._document_type

    def read(self, text: str) -> Export:
        try:
            self._parser.Parse(text.encode("utf-8", errors="replace"), True)
        except expat.ExpatError as error:
            what = expat.ErrorString(error.code) or str(error)
            said = Said(f"not XML: {what}", f"XMLとして解釈できません: {parser_words.xml_ja(what)}")
            raise InputError([Problem(said, self._place(error.lineno, error.offset), AGAIN)]) from None
        self._check()
        command = self._commands[0]
        return Export(self._name, command.get("arg", "").split(), command.get("version"), self._chapters)

    def _check(self) -> None:
        if len(self._commands) != 1:
            count = len(self._commands)
            said = (
                Said(f"holds the answers to {count} queries", f"{count} 回分のコマンド出力が含まれています")
                if count
                else _lacks("CMD_REQUEST")
            )
            hint = Said("give one export a file", "出力ごとにファイルを分けてください")
            raise InputError([Problem(said, Place(self._name, self._lines_before + 1, 1), hint)])
        if self._code.strip().strip("0"):
            code, message = self._code.strip()[:20], self._message.strip()[:200]
            said = Said(
                f"the query failed with code {code}: {message}", f"コマンドがエラー終了しています（コード {code}）: {message}"
            )
            raise InputError([Problem(said, Place(self._name, self._lines_before + 1, 1), AGAIN)])

    def _place(self, line: int, offset: int) -> Place:
        """A place in the file, from the one that expat counts in the XML."""
        column = offset + 1 + (self._columns_before if line == 1 else 0)
        return Place(self._name, line + self._lines_before, column)

    def _here(self) -> int:
        place = self._place(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber)
        return mark_at(place.line or 1, place.column or 1)

    def _document_type(self, *_: Any) -> None:
        raise _refused_document_type(self._place(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = " ".join(attributes.get("name", "").split())
        if tag == "UNIT":
            if self._section is not None:
                self._unit = Unit(name, "", self._here())
                self._section.units.append(self._unit)
                self._text = []
        elif tag == "SECTION":
            if self._entry is not None:
                self._section = Section(name, self._here())
                self._entry.sections.append(self._section)
        elif tag == "OBJECT":
            if self._chapter is not None:
                self._entry = Entry(name, self._here())
                self._chapter.append(self._entry)
        elif tag == "CHAPTER":
            self._chapter = self._chapters.setdefault(name, [])
        elif tag == "CMD_REQUEST":
            self._commands.append(attributes)
        elif tag in ("RETURN_MSG", "RETURN_CODE"):
            self._text = []

    def _end(self, tag: str) -> None:
        text = "".join(self._text) if self._text is not None else ""
        if tag == "UNIT" and self._unit is not None:
            self._unit.text = text.strip()
            self._unit = None
        elif tag == "SECTION":
            self._section = None
        elif tag == "OBJECT":
            self._entry = None
        elif tag == "CHAPTER":
            self._chapter = None
        elif tag == "RETURN_MSG":
            self._message = text
        elif tag == "RETURN_CODE":
            self._code = text
        self._text = None

    def _characters(self, data: str) -> None:
        if self._text is None:
            return
        if not self._text and self._unit is not None:
            self._unit.mark = self._here()
        self._text.append(data)
