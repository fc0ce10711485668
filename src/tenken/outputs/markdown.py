"""GitHub-flavoured Markdown in one language: the page's story, for a pull request or a wiki."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from tenken.model.report import VERDICTS, Report, Result
from tenken.model.rule import Text
from tenken.outputs import digest, words
from tenken.outputs.html import moment
from tenken.outputs.inert import visible
from tenken.outputs.templating import Templates

SHOWN_SUBJECTS = 20
"""A rule's group lists so many subjects: a comment on a pull request is no archive. JSON has all."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~#!&$@])")
_AUTOLINK = re.compile(r"(?i)\b(https?|ftp|mailto|www)([:.])")


def render(report: Report, lang: str = "en", templates: Path | None = None) -> str:
    """The report as Markdown in ``lang``. ``templates``: a folder whose files replace ours of the same names."""
    lang = "ja" if lang == "ja" else "en"
    text = Templates(templates, inert, {**_FUNCTIONS, **_in_language(lang)}).render(
        "report.md.j2", report=report, digest=digest.digest(report), lang=lang, shown_subjects=SHOWN_SUBJECTS
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def inert(text: str) -> Markup:
    """Text of which no character means anything to Markdown, to HTML or to a table, on one line."""
    escaped = _SPECIAL.sub(r"\\\1", visible(text))
    escaped = _AUTOLINK.sub(lambda match: f"{match[1]}\\{match[2]}" if match[2] == "." else f"{match[1]}&#58;", escaped)
    escaped = re.sub(r"^(\s*\d+)([.)])", r"\1\\\2", escaped)
    return Markup(re.sub(r"^(\s*)([-+=])", r"\1\\\2", escaped))


def code(text: object) -> Markup:
    """A code span that holds the text whatever it holds; in a table, a pipe still has to be escaped."""
    shown = visible(str(text))
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return Markup(f"{fence}{pad}{shown}{pad}{fence}".replace("|", "\\|"))


def _in_language(lang: str) -> dict[str, Any]:
    def text(both: Text | Mapping[str, str]) -> Markup:
        return inert(both[lang] if isinstance(both, Mapping) else getattr(both, lang))

    def say(key: str, **values: Any) -> Markup:
        return inert(words.word(key, lang, **values))

    def named(group: str, name: str) -> Markup:
        return text(words.named(group, name))

    def verdict(name: str) -> Markup:
        return Markup(f"{words.SYMBOLS.get(name, words.SYMBOLS['ineligible'])} ") + named("verdict", name)

    def proof(result: Result) -> Markup:
        """The facts that decided and their places, the first few."""
        parts = []
        for fact, place in digest.evidence(result)[:4]:
            if fact is None:
                parts.append(code(place))
                continue
            value = (
                words.word("finding.not_collected", lang) if fact.value is None else digest.shorten(digest.value_text(fact), 80)
            )
            parts.append(code(f"{fact.path} = {value}") + Markup(" ") + code(place))
        return Markup("<br>").join(parts)

    return {"text": text, "say": say, "named": named, "verdict": verdict, "proof": proof}


_FUNCTIONS: dict[str, Any] = {
    "METHODS": digest.METHODS,
    "VERDICTS": VERDICTS,
    "code": code,
    "moment": moment,
    "first": digest.first,
    "tone": digest.tone,
    "state": digest.state,
    "coverage_rows": digest.coverage_rows,
    "exit_text": words.exit_text,
}
