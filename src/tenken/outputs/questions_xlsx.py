"""The questionnaire as a workbook: a sheet for each person to be asked, read back by ``sources.questions``.

No cell holds a formula: what comes from the inventory is written as text. The last column of a row identifies its
object; it is hidden, and survives sorting and filtering.
"""

from __future__ import annotations

import io
import json
from typing import Any

from tenken.document.said import Said, SaidError
from tenken.model.answers import choices, expected
from tenken.model.questionnaire import ANSWER, ASKS, COLUMNS, KEY, MARK, SHEET, VERSION, Question, Questionnaire, Topic, key_of
from tenken.outputs.inert import visible
from tenken.outputs.questions_words import elsewhere, in_words, names, say, who

_WIDTHS = (44, 28, 44, 14, 14, 24, 4)
FONT = {"font_name": "Yu Gothic", "font_size": 11}
"""Of Japanese workbooks: that of Excel in Japan. Calibri has no Japanese characters, and what stands in for them is luck."""
_MOST = 32_000
"""Characters of one cell; Excel holds 32,767."""


class MissingLibrary(SaidError):
    """The library that writes workbooks is not installed."""


def render(questions: Questionnaire, lang: str, file: str = "") -> bytes:
    """The workbook. Raises MissingLibrary without the extra ``tenken[xlsx]``."""
    try:
        import xlsxwriter
    except ImportError:
        raise MissingLibrary(
            Said(
                "workbooks are written with XlsxWriter: pip install 'tenken[xlsx]'",
                "Excelブックの作成にはXlsxWriterが必要です: pip install 'tenken[xlsx]'",
            )
        ) from None
    buffer = io.BytesIO()
    options: dict[str, Any] = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    options |= {"default_format_properties": FONT} if lang == "ja" else {}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        _Writer(workbook, questions, lang, file).write()
    return buffer.getvalue()


class _Writer:
    def __init__(self, workbook: Any, questions: Questionnaire, lang: str, file: str) -> None:
        self.workbook, self.questions, self.lang, self.file = workbook, questions, lang, file
        add = workbook.add_format
        self.title = add({"bold": True, "font_size": 14})
        self.wrapped = add({"text_wrap": True, "valign": "top"})
        self.head = add({"bold": True, "bg_color": "#DDE3EA", "border": 1, "text_wrap": True, "valign": "top"})
        self.topic = add({"bold": True, "bg_color": "#EEF1F5", "text_wrap": True, "valign": "top"})
        self.answer = add({"bg_color": "#FFF8D6", "border": 1, "num_format": "@", "text_wrap": True, "valign": "top"})
        self.count = add({"align": "center", "valign": "top"})
        self.hidden = add({"num_format": "@", "font_color": "#999999"})

    def write(self) -> None:
        self._readme()
        for ask in ASKS:
            if topics := self.questions.asked_of(ask):
                self._sheet(who(ask, self.lang), topics)
        mark = self.workbook.add_worksheet(SHEET)
        mark.write_string(0, 0, MARK)
        mark.write_number(0, 1, VERSION)
        mark.very_hidden()

    def _readme(self) -> None:
        questions, lang = self.questions, self.lang
        sheet = self.workbook.add_worksheet(say("sheet.how", lang))
        sheet.set_column(0, 0, 110)
        lines = [say("made", lang, made=questions.made)]
        if questions.topics:
            lines += [say("intro", lang, open=questions.open)]
            lines += [say("final", lang, final=questions.final)] if questions.final else []
            lines += [say("how.fill", lang), say("how.all", lang), say("how.back", lang, file=self.file)]
        else:
            lines.append(say("nothing", lang))
        sheet.write_string(0, 0, _text(say("title", lang, site=questions.site)), self.title)
        for row, line in enumerate(lines, 2):
            sheet.write_string(row, 0, _text(line), self.wrapped)

    def _sheet(self, name: str, topics: list[Topic]) -> None:
        sheet = self.workbook.add_worksheet(name[:31])
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, 1)
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width, None, {"hidden": True} if column == KEY else {})
        for column, title in enumerate(COLUMNS):
            sheet.write_string(0, column, say(f"column.{title}", self.lang), self.head)
        row = 1
        for topic in topics:
            row = self._topic(sheet, row, topic)

    def _topic(self, sheet: Any, row: int, topic: Topic) -> int:
        lang = self.lang
        lines = [f"{topic.label.text(lang)} ({topic.path})", say("worth", lang, n=topic.verdicts, d=topic.decides)]
        lines += [say("how", lang, text=topic.how.text(lang))] if topic.how is not None else []
        lines += [elsewhere(topic, lang)] if topic.subjects else []
        sheet.merge_range(row, 0, row, KEY - 1, "", self.topic)
        sheet.write_string(row, 0, _text("\n".join(lines)), self.topic)
        sheet.set_row(row, 16 * (len(lines) + sum(len(line) > 110 for line in lines)))
        row += 1
        begin = row
        if len(topic.questions) > 1:
            first = topic.questions[0]
            self._row(
                sheet,
                row,
                say("all", lang, n=len(topic.questions)),
                first,
                key_of(topic, None),
                (topic.verdicts, topic.decides),
            )
            row += 1
        for question in topic.questions:
            self._row(sheet, row, question.subject, question, key_of(topic, question), (question.verdicts, question.decides))
            row += 1
        if topic.questions and (words := choices(topic.questions[0].type, lang)) and len(",".join(words)) <= 255:
            rule = {"validate": "list", "source": words, "ignore_blank": True, "error_type": "warning"}
            sheet.data_validation(begin, ANSWER, row - 1, ANSWER, rule)
        return row + 1

    def _row(self, sheet: Any, row: int, subject: str, question: Question, key: dict[str, Any], worth: tuple[int, int]) -> None:
        wanted = expected(question.type, question.field[-1]).text(self.lang)
        current = question.current if "of" in key else None
        if question.seen is not None and "of" in key:
            current = say("seen", self.lang, names=names(list(question.seen), self.lang))
        sheet.write_string(row, 0, _text(subject), self.wrapped)
        sheet.write_blank(row, ANSWER, None, self.answer)
        sheet.write_string(row, 2, _text(wanted), self.wrapped)
        sheet.write_number(row, 3, worth[0], self.count)
        sheet.write_number(row, 4, worth[1], self.count)
        sheet.write_string(row, 5, _text("" if current is None else in_words(current)), self.wrapped)
        sheet.write_string(row, KEY, json.dumps(key, ensure_ascii=True, separators=(",", ":")), self.hidden)


def _text(text: str) -> str:
    return "\n".join(visible(line) for line in text.split("\n"))[:_MOST]
