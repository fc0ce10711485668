"""Annotations of GitHub Actions: workflow commands that put a finding on its line of a pull request.

GitHub shows ten errors, ten warnings and ten notices of a step and drops the rest without a word, so the gravest come
first and the rest is counted. Only what may have to be changed stands on a line. What is waived, and how many findings
the baseline knows, is told in notices without a line; notes, and what is outside the plan, are left to the job summary.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from tenken.model.report import Report, Result
from tenken.outputs import digest, words
from tenken.outputs.inert import visible
from tenken.outputs.places import inside, path_of
from tenken.outputs.ranking import Level, clean, details, findings, headline, level, subject, waiver

SHOWN = 10
_FOR_WAIVED = SHOWN - 2
"""Notices for what is waived: one of the ten is for the baseline, one counts what was left out."""
MESSAGE = 4_000
"""Characters of a notice. The runner cuts messages at 4,096."""
_SUBJECTS = 10
"""Subjects named of one waiver."""
_TEXT = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_TEXT, ":": "%3A", ",": "%2C"}


def render(report: Report, lang: str = "en", templates: Path | None = None, color: bool = False) -> str:
    """One workflow command a line; none where there is nothing to tell. ``templates`` and ``color`` change nothing."""
    lang = "ja" if lang == "ja" else "en"
    by_level: dict[Level, list[Result]] = {"error": [], "warning": []}
    for result in findings(report):
        if (worth := level(result, report.summary.fail_on)) in by_level:
            by_level[worth].append(result)
    lines = []
    if report.summary.exit_code > 1:
        meaning = words.exit_text(report.summary.exit_code, report.summary.fail_on)
        lines.append(_command("error", {"title": "tenken"}, meaning.text(lang)))
    room: dict[Level, int] = {"error": SHOWN - len(lines), "warning": SHOWN}
    for worth, results in by_level.items():
        lines += [_annotation(worth, result, report, lang) for result in results[: room[worth]]]
    left_out = {worth: max(len(results) - room[worth], 0) for worth, results in by_level.items()}
    lines += _notices(report, lang, left_out["error"], left_out["warning"])
    return "".join(f"{line}\n" for line in lines)


def _annotation(worth: Level, result: Result, report: Report, lang: str) -> str:
    location = result.location
    place = {"file": visible(path_of(location, report)), "line": str(max(location.line or 1, 1))}
    if location.line and location.column:
        place["col"] = str(max(location.column, 1))
    title = clean(result.title.text(lang))
    where = [f"({cell})"] if (cell := inside(location)) else []
    text = "\n".join([" ".join([headline(result, lang), *where]), *details(result, lang)])
    return _command(worth, {**place, "title": f"{result.rule}: {title}"}, text)


# --- notices: what is on no line -----------------------------------------------------------------------------------


def _notices(report: Report, lang: str, errors: int, warnings: int) -> list[str]:
    """Who accepted what, what the baseline knows, and how much was left out. Ten at most: see _FOR_WAIVED."""
    waived = [result for result in report.results if result.outcome == "waived"]
    head = words.word("github.waived", lang, n=len(waived))
    shown, more = _packed(_accepted(waived, lang), MESSAGE - len(head) - 1)
    lines = [_notice("section.waived", "\n".join([head, *entries]), lang) for entries in shown]
    compared = report.baseline
    if compared is not None and (compared.known or compared.gone):
        counts = {"new": compared.new, "known": compared.known, "gone": len(compared.gone)}
        told = words.word("known.summary", lang, name=visible(compared.name), **counts)
        lines.append(_notice("csv.baseline", clean(told), lang))
    if errors or warnings or more:
        lines.append(
            _notice("github.left_out", words.word("github.more", lang, errors=errors, warnings=warnings, waived=more), lang)
        )
    return lines


def _accepted(waived: list[Result], lang: str) -> Iterator[tuple[str, int]]:
    """What each waiver accepts and what it says, the gravest first; and how many findings that are."""
    by_waiver: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in sorted(waived, key=lambda result: (_gravity(result), result.rule, digest.natural(result.subject.name))):
        by_waiver[result.rule, waiver(result, lang)].append(result)
    comma = words.word("punctuation.comma", lang)
    for (rule, says), results in by_waiver.items():
        first, more = digest.first(results, _SUBJECTS)
        named = [f"{subject(result, lang)} ({visible(str(result.location))})" for result in first]
        rest = [words.word("table.more", lang, n=more)] if more else []
        yield (
            f"- {rule}: {digest.shorten(comma.join(named + rest), MESSAGE // 4)}\n  {digest.shorten(says, MESSAGE // 2)}",
            len(results),
        )


def _gravity(result: Result) -> int:
    """What a waived finding would be worth without its waiver."""
    outcome = result.waiver.outcome if result.waiver is not None else result.outcome
    return digest.TONES.index(result.level if outcome == "fail" else outcome)


def _packed(entries: Iterable[tuple[str, int]], size: int) -> tuple[list[list[str]], int]:
    """Whole entries in as few notices of a size as there are for them; and how many findings found no room."""
    notices: list[list[str]] = []
    room = left_out = 0
    for text, count in entries:
        if len(text) + 1 > room:
            if len(notices) == _FOR_WAIVED:
                left_out += count
                continue
            notices.append([])
            room = size
        notices[-1].append(text)
        room -= len(text) + 1
    return notices, left_out


def _notice(title: str, text: str, lang: str) -> str:
    return _command("notice", {"title": f"tenken: {words.word(title, lang)}"}, text)


def _command(name: str, properties: dict[str, str], text: str) -> str:
    stated = ",".join(f"{key}={_escape(value, _PROPERTY)}" for key, value in properties.items())
    return f"::{name} {stated}::{_escape(text, _TEXT)}"


def _escape(text: str, table: dict[str, str]) -> str:
    return re.sub("[%\r\n:,]", lambda match: table.get(match[0], match[0]), text)
