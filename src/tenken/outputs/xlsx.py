"""An Excel workbook, since reviews live in Excel: a summary, verdicts, findings, what to change, and unknowns, a sheet each.

Every cell is written with its type. Text from an inventory is text, whatever it begins with: nothing becomes a formula,
a link or a number by looking like one.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenken.document.problem import InputError, Problem
from tenken.document.said import Said, alike
from tenken.model.report import VERDICTS, Plan, Report, Result, generic, state
from tenken.model.rule import VMFS_METHODS, Text
from tenken.outputs import digest, plan_view, provenance, widths, words
from tenken.outputs.inert import visible
from tenken.outputs.next_steps import next_steps, undecided_warnings
from tenken.outputs.ranking import clean, evidence, findings

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

_JAPANESE = {"font_name": "Yu Gothic", "font_size": 11}
"""The font of Excel in Japan. Calibri has no Japanese characters, and what stands in for them is luck."""

ROWS = 1_000_000
"""Rows of a sheet. Excel reads 1,048,576; what is left out is said in the last row."""

Cell = str | int | bool | datetime.date | None


@dataclass(slots=True)
class Sheet:
    """What one sheet holds: its name, the heads of its columns with their widths, and its rows."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Cell]]
    verdict_column: int | None = None
    """The column that is coloured by what it says."""
    printed: int | None = None
    """So many columns go on paper, where the others are for machines or too many to be read."""


def render(report: Report, lang: str = "en", templates: Path | None = None, color: bool = False) -> bytes:
    """The workbook in ``lang``. Raises InputError where XlsxWriter is not installed. It has no templates."""
    try:
        from xlsxwriter.workbook import Workbook
    except ImportError:
        raise InputError(
            [
                Problem(
                    Said(
                        "XlsxWriter is not installed, which writes workbooks",
                        "Excelブックの出力に必要なXlsxWriterがインストールされていません",
                    ),
                    hint=alike("pip install 'tenken[xlsx]'"),
                )
            ]
        ) from None
    lang = "ja" if lang == "ja" else "en"
    buffer = io.BytesIO()
    workbook = Workbook(
        buffer,
        {
            "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
            **({"default_format_properties": _JAPANESE} if lang == "ja" else {}),
        },
    )  # fmt: skip
    workbook.set_properties(
        {"title": _cut(visible(report.site)), "created": _moment(report.generated), "author": report.tool.name}
    )
    writer = _Writer(workbook, lang)
    for sheet in _Sheets(report, lang).all():
        writer.write(sheet)
    workbook.close()
    return buffer.getvalue()


class _Sheets:
    """The sheets of a report."""

    def __init__(self, report: Report, lang: str) -> None:
        self.report, self.lang = report, lang

    def all(self) -> list[Sheet]:
        planned = [self.plan(self.report.plan)] if self.report.plan is not None else []
        return [self.summary(), self.verdicts(), self.findings(), *planned, self.unknowns()]

    def word(self, key: str, **values: Any) -> str:
        return words.word(key, self.lang, **values)

    def named(self, group: str, name: str) -> str:
        return self.text(words.named(group, name))

    def text(self, text: Text) -> str:
        return text.text(self.lang)

    def summary(self) -> Sheet:
        report, story = self.report, digest.digest(self.report)
        rows: list[Sequence[Cell]] = [(self.word("head.site"), report.site)]
        if report.customer:
            rows.append((self.word("head.customer"), report.customer))
        rows.append((self.word("head.generated"), digest.moment(report.generated)))
        rows += [
            (self.word("head.inputs"), f"{source.name} ({self.text(provenance.kind(source))})") for source in report.inputs
        ]
        if read := [f"{self.named('kind', kind)} {count:,}" for kind, count in digest.subjects_read(report)]:
            rows.append((self.word("head.subjects"), self.word("punctuation.comma").join(read)))
        rows += [(self.word("head.rules"), f"{self.text(pack.title)} ({pack.id} {pack.edition})") for pack in report.packs]
        rows.append((self.word("head.tool"), f"{report.tool.name} {report.tool.version}"))
        rows.append(())
        heads = [self.named("verdict", verdict) for verdict in VERDICTS]
        rows.append((self.word("section.answer"), self.word("answer.ready"), self.word("column.total"), *heads))
        for answer in (*story.answers, *story.further):
            name = self.named("method" if answer.method in VMFS_METHODS else "answer", answer.method)
            rows.append((name, answer.ready, answer.total, *(answer.counts[verdict] for verdict in VERDICTS)))
        rows.append(())
        rows.append((self.text(words.exit_text(report.summary.exit_code, report.summary.fail_on)),))
        rows += [(self.word(f"count.{level}"), count) for level, count in report.summary.levels.items()]
        rows.append((self.word("count.out_of_plan"), report.summary.out_of_plan))
        if undecided := undecided_warnings(report):
            rows.append((self.word("answer.warnings.undecided", n=undecided),))
        steps = [(self.text(step),) for _, step in next_steps(report)]
        rows += [(), (self.word("section.next"),), *steps] if steps else []
        notices = [(self.text(notice),) for notice in report.notices]
        rows += [(), (self.word("section.notices"),), *notices] if notices else []
        return Sheet(self.word("section.summary"), [], rows)

    def verdicts(self) -> Sheet:
        columns = [("kind", 16), ("name", 28), ("method", 22), ("verdict", 18), ("planned", 10), ("because", 50), ("blockers", 34), ("within", 30)]  # fmt: skip
        order = {kind: rank for rank, kind in enumerate(("site", "job", "datastore", "vm", "disk", "host", "restore_group"))}
        ordered = sorted(
            self.report.verdicts,
            key=lambda found: (
                order.get(found.subject.kind, 9),
                digest.natural(found.subject.name),
                found.method != VMFS_METHODS[0],
                found.method,
            ),
        )
        rows = (
            (
                self.named("kind", found.subject.kind), found.subject.name, self.named("method", found.method),
                self.named("verdict", state(found)), found.planned, "; ".join(found.because),
                "; ".join(subject.name for subject in found.blocked_by), "; ".join(found.within),
            )
            for found in ordered
        )  # fmt: skip
        heads = [(self.word(f"column.{name}"), width) for name, width in columns]
        return Sheet(self.word("section.verdicts"), heads, rows, verdict_column=3)

    def findings(self) -> Sheet:
        columns = [
            ("column.level", 16), ("column.rule", 30), ("column.title", 40), ("csv.in_plan", 10), ("column.kind", 14), ("column.subject", 28),
            ("column.found", 60), ("column.remedy", 60), ("column.evidence", 60), ("finding.bears_on", 20), ("column.clauses", 30),
            ("csv.source", 28), ("csv.line", 8), ("csv.column", 8), ("csv.sheet", 14), ("csv.cell", 8), ("csv.baseline", 12),
            ("csv.waiver_reason", 30), ("csv.waiver_owner", 16), ("csv.waiver_ticket", 14), ("csv.waiver_expires", 14), ("csv.fingerprint", 20),
        ]  # fmt: skip
        told = (result for result in findings(self.report) if not (result.outcome == "unknown" and result.missing))
        rows = (self._finding(result) for result in told)
        return Sheet(self.word("section.findings"), [(self.word(key), width) for key, width in columns], rows, 0, printed=8)

    def _finding(self, result: Result) -> Sequence[Cell]:
        place, used = result.location, result.waiver
        methods = self.word("punctuation.comma").join(self.named("short", method) for method in result.bears_on)
        return (
            self.named("tone", digest.tone(result)), result.rule, self.text(result.title), result.in_plan,
            self.named("kind", result.subject.kind), result.subject.name, self.text(result.message), self.text(result.remedy),
            evidence(result, self.lang), methods, "; ".join(result.clauses), place.source, place.line, place.column, place.sheet,
            place.cell, result.baseline, *([used.reason, used.owner, used.ticket, _day(used.expires)] if used is not None else [None] * 4),
            result.fingerprint,
        )  # fmt: skip

    def plan(self, plan: Plan) -> Sheet:
        """A row a step; what no change is known for comes last, with what it takes."""
        columns = [
            ("column.rank", 6), ("column.subject", 28), ("plan.verdicts", 34), ("plan.gain", 34), ("plan.step", 70), ("column.kind", 14),
            ("plan.target", 28), ("plan.cost", 30), ("column.rule", 30), ("plan.left.head", 60),
        ]  # fmt: skip
        rows: list[Sequence[Cell]] = []
        for number, row in enumerate(plan_view.rows(plan), 1):
            left = "\n".join(plan_view.remarks(row, self.lang))
            told = (row.title(self.lang), plan_view.verdicts(row, self.lang), plan_view.gains(row, self.lang))
            rows += [
                (
                    number, *told, plan_view.told(step, self.lang), self.named("kind", step.target.kind), step.target.name,
                    self.named("cost", step.cost), step.rule, left,
                )
                for step in row.steps
            ]  # fmt: skip
        for row in plan_view.stuck(plan):
            left = "\n".join(plan_view.remarks(row, self.lang))
            rows.append((None, row.title(self.lang), plan_view.methods(row, self.lang), *[None] * 6, left))
        remarks = [plan_view.skipped(plan, self.lang)] if plan.not_evaluated else []
        for said in (*remarks, *map(self.text, plan_view.standing(plan))):
            rows.append((*[None] * 4, said, *[None] * 5))
        return Sheet(self.word("section.plan"), [(self.word(key), width) for key, width in columns], rows)

    def unknowns(self) -> Sheet:
        columns = [
            ("column.ask", 26), ("column.fact", 36), ("column.path", 30), ("column.how", 50), ("column.kind", 14), ("column.subject", 28),
            ("column.rule", 30), ("column.title", 40), ("csv.in_plan", 10),
        ]  # fmt: skip
        facts = {fact.path: fact for fact in self.report.missing_facts}
        rows = []
        for result in self.report.results:
            if result.outcome != "unknown":
                continue
            for path in result.missing:
                fact = facts.get(generic(path))
                rows.append(
                    (
                        self.named("ask", fact.ask) if fact else None, self.text(fact.label) if fact else path, path,
                        self.text(fact.how) if fact and fact.how else None, self.named("kind", result.subject.kind),
                        result.subject.name, result.rule, self.text(result.title), result.in_plan,
                    )
                )  # fmt: skip
        rows.sort(key=lambda row: (row[0] is None, row[0] or "", row[1], digest.natural(row[5])))
        return Sheet(self.word("section.unknown"), [(self.word(key), width) for key, width in columns], rows)


class _Writer:
    """Writes sheets, each cell by its type."""

    def __init__(self, workbook: Workbook, lang: str) -> None:
        self.workbook, self.lang = workbook, lang
        self.text = workbook.add_format({"valign": "top", "text_wrap": True})
        self.day = workbook.add_format({"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"})
        self.head = workbook.add_format({"bold": True, "bg_color": "#E8EAED", "bottom": 1, "valign": "top", "text_wrap": True})
        self.number_head = workbook.add_format(
            {"bold": True, "bg_color": "#E8EAED", "bottom": 1, "valign": "top", "align": "right", "text_wrap": True}
        )
        self.looks = {
            words.named(group, name).text(lang): workbook.add_format({"valign": "top", "bold": True, "font_color": color})
            for group, names in _COLORS.items()
            for name, color in names.items()
        }

    def write(self, sheet: Sheet) -> None:
        worksheet = self.workbook.add_worksheet(sheet.name[:31])
        if not sheet.columns:
            return self._story(worksheet, sheet)
        worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.fit_to_pages(1, 0)
        for column, (head, width) in enumerate(sheet.columns):
            worksheet.set_column(column, column, width)
            worksheet.write_string(0, column, head, self.head)
        first = last = 1
        for number, row in enumerate(sheet.rows, first):
            if number >= ROWS:
                worksheet.write_string(number, 0, words.word("cell.cut", self.lang), self.head)
                break
            last = number
            if (lines := _lines(row, sheet.columns)) > 1:  # not every program that reads workbooks works this out by itself
                worksheet.set_row(number, 15 * min(lines, 8))
            for column, value in enumerate(row):
                look = self.looks.get(value) if column == sheet.verdict_column and isinstance(value, str) else None
                self._cell(worksheet, number, column, value, look or self.text)
        worksheet.freeze_panes(1, 2)
        worksheet.autofilter(0, 0, last, len(sheet.columns) - 1)
        worksheet.repeat_rows(0)
        if sheet.printed is not None:
            worksheet.print_area(0, 0, last, sheet.printed - 1)

    def _story(self, worksheet: Any, sheet: Sheet) -> None:
        """A sheet without columns of its own: sentences run over its whole width, and so does what stands behind a label."""
        worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.fit_to_pages(1, 0)
        worksheet.set_column(0, 0, 34)
        worksheet.set_column(1, 8, 16)
        for number, row in enumerate(sheet.rows):
            texts = [isinstance(value, str) for value in row]
            if 0 < len(row) < 3 and all(texts):
                text, begin = clean(str(row[-1])), len(row) - 1
                self._cell(worksheet, number, 0, row[0], self.text)
                worksheet.merge_range(number, begin, number, 8, "", self.text)
                worksheet.write_string(number, begin, text, self.text)
                lines = sum(1 + widths.width(line) // (150 if begin == 0 else 116) for line in text.split("\n"))
                worksheet.set_row(number, 18 * lines)
                continue
            for column, value in enumerate(row):
                self._cell(
                    worksheet, number, column, value, (self.number_head if column else self.head) if all(texts) else self.text
                )

    def _cell(self, worksheet: Any, row: int, column: int, value: Cell, look: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            worksheet.write_boolean(row, column, value, self.text)
        elif isinstance(value, int):
            worksheet.write_number(row, column, value, self.text)
        elif isinstance(value, datetime.date):
            worksheet.write_datetime(row, column, datetime.datetime.combine(value, datetime.time()), self.day)
        else:
            worksheet.write_string(row, column, clean(value), look)


_COLORS = {
    "verdict": {
        "eligible": "#17692F", "conditional": "#855300", "inquire": "#1558A6", "unknown": "#7033A0", "ineligible": "#B3221A", "blocked": "#545B64",
    },
    "tone": {
        "error": "#B3221A", "broken": "#B3221A", "warning": "#855300", "inquire": "#1558A6", "unknown": "#7033A0", "note": "#545B64", "waived": "#545B64",
    },
}  # fmt: skip


def _lines(row: Sequence[Cell], columns: Sequence[tuple[str, int]]) -> int:
    """The lines that the longest of the cells takes in its column."""
    texts = ((value, width) for value, (_, width) in zip(row, columns, strict=True) if isinstance(value, str))
    return max((sum(1 + widths.width(line) // width for line in text.split("\n")) for text, width in texts), default=1)


def _day(text: str) -> datetime.date | str:
    """A day as Excel knows days; what is none stays text."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return text
    return day if day.year >= 1900 else text


def _moment(stamp: str) -> datetime.datetime:
    """When the report was made, so that the same report makes the same file."""
    try:
        return datetime.datetime.fromisoformat(stamp).replace(tzinfo=None)
    except ValueError:
        return datetime.datetime(2000, 1, 1)


def _cut(text: str) -> str:
    return digest.shorten(text, 250)
