"""Annotations of GitHub Actions: workflow commands that put a finding on its line of a pull request.

GitHub shows ten errors and ten warnings of a step and drops the rest without a word, so the gravest come first and the
rest is counted. Notes, and what is waived or known to the baseline, annotate nothing: the job summary has them.
"""

from __future__ import annotations

import re
from pathlib import Path

from tenken.model.report import Report, Result
from tenken.outputs import words
from tenken.outputs.inert import visible
from tenken.outputs.places import inside, path_of
from tenken.outputs.ranking import Level, clean, details, findings, headline, level

SHOWN = 10
_TEXT = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_TEXT, ":": "%3A", ",": "%2C"}


def render(report: Report, lang: str = "en", templates: Path | None = None, color: bool = False) -> str:
    """One workflow command a line; none where there is nothing to tell. ``templates`` and ``color`` change nothing."""
    lang = "ja" if lang == "ja" else "en"
    by_level: dict[Level, list[Result]] = {"error": [], "warning": []}
    for result in findings(report):
        if (worth := level(result, report.summary.fail_on)) in by_level:
            by_level[worth].append(result)
    lines = [_annotation(worth, result, report, lang) for worth, results in by_level.items() for result in results[:SHOWN]]
    errors, warnings = (max(len(results) - SHOWN, 0) for results in by_level.values())
    if errors or warnings:
        more = words.word("github.more", lang, errors=errors, warnings=warnings)
        lines.append(_command("notice", {"title": "tenken"}, more))
    if report.summary.exit_code > 1:
        meaning = words.exit_text(report.summary.exit_code, report.summary.fail_on)
        lines.insert(0, _command("error", {"title": "tenken"}, meaning.ja if lang == "ja" else meaning.en))
    return "".join(f"{line}\n" for line in lines)


def _annotation(worth: Level, result: Result, report: Report, lang: str) -> str:
    location = result.location
    place = {"file": visible(path_of(location, report)), "line": str(max(location.line or 1, 1))}
    if location.line and location.column:
        place["col"] = str(max(location.column, 1))
    title = clean(result.title.ja if lang == "ja" else result.title.en)
    where = [f"({cell})"] if (cell := inside(location)) else []
    text = "\n".join([" ".join([headline(result, lang), *where]), *details(result, lang)])
    return _command(worth, {**place, "title": f"{result.rule}: {title}"}, text)


def _command(name: str, properties: dict[str, str], text: str) -> str:
    stated = ",".join(f"{key}={_escape(value, _PROPERTY)}" for key, value in properties.items())
    return f"::{name} {stated}::{_escape(text, _TEXT)}"


def _escape(text: str, table: dict[str, str]) -> str:
    return re.sub("[%\r\n:,]", lambda match: table.get(match[0], match[0]), text)
