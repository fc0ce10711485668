"""CSV for Excel: a row for each result, the gravest first. UTF-8 with a byte order mark, without which Excel on Japanese
Windows reads cp932; and no cell that Excel would run as a formula."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tenken.model.report import Report, Result
from tenken.outputs import words
from tenken.outputs.inert import visible
from tenken.outputs.ranking import clean, evidence, findings

COLUMNS = (
    "rule", "outcome", "level", "in_plan", "baseline", "kind", "name", "found", "remedy", "evidence", "missing", "clauses", "bears_on",
    "source", "line", "column", "sheet", "cell", "pointer", "fingerprint",
    "waived_outcome", "waiver_reason", "waiver_owner", "waiver_ticket", "waiver_expires",
)  # fmt: skip
"""In this order whatever the language. Later versions add columns at the end only."""

_FORMULA = tuple("=+-@|%＝＋－＠\t\r")


def render(report: Report, lang: str = "en", templates: Path | None = None, color: bool = False) -> bytes:
    """The results as CSV, titles and texts in ``lang``, codes as they are in JSON. ``templates`` and ``color`` change nothing."""
    lang = "ja" if lang == "ja" else "en"
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([words.word(f"csv.{column}", lang) for column in COLUMNS])
    rest = [result for result in report.results if result.outcome in ("pass", "not_applicable")]
    for result in (*findings(report), *rest):
        writer.writerow([text(value) for value in _row(result, lang)])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8")


def text(value: str | int | bool | None) -> str | int:
    """A cell: text that is no formula, a number, or empty for what there is none of."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return value
    shown = clean(value)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


def _row(result: Result, lang: str) -> list[str | int | bool | None]:
    place, used = result.location, result.waiver
    japanese = lang == "ja"
    return [
        result.rule, result.outcome, result.level, result.in_plan, result.baseline, result.subject.kind, result.subject.name,
        result.message.ja if japanese else result.message.en, result.remedy.ja if japanese else result.remedy.en,
        evidence(result, lang), "; ".join(map(visible, result.missing)), "; ".join(result.clauses), "; ".join(result.bears_on),
        place.source, place.line, place.column, place.sheet, place.cell, place.pointer, result.fingerprint,
        *([used.outcome, used.reason, used.owner, used.ticket, used.expires] if used else [None] * 5),
    ]  # fmt: skip
