"""What changed between two reports: console, Markdown, a page, and JSON. The same order everywhere, the gravest first."""

from __future__ import annotations

import dataclasses
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from tenken.model.difference import CHANGES, Difference, FindingChange, VerdictChange
from tenken.model.rule import Text
from tenken.outputs import words
from tenken.outputs.digest import moment
from tenken.outputs.inert import visible

FORMATS = ("console", "json", "markdown", "html")

_SHOWN = 20
"""Findings of one kind, and verdicts, that the terminal shows."""

_SHOWN_ON_PAGES = {"markdown": 100, "html": 5000}


def render(difference: Difference, format: str, lang: str, templates: Path | None = None, color: bool = False) -> str:
    """The difference in one of FORMATS. ``templates``: a folder whose files replace ours."""
    lang = "ja" if lang == "ja" else "en"
    if format == "json":
        return _json(difference)
    if format == "console":
        return _console(difference, lang, color)
    return _page(difference, format, lang, templates)


def _json(difference: Difference) -> str:
    def plain(value: Any) -> Any:
        return value.model_dump() if isinstance(value, Text) else str(value)

    return json.dumps(dataclasses.asdict(difference), ensure_ascii=True, indent=1, default=plain) + "\n"


def by_change(difference: Difference) -> list[tuple[str, list[FindingChange]]]:
    """The findings by kind of change, without kinds that there are none of."""
    found: dict[str, list[FindingChange]] = defaultdict(list)
    for change in difference.findings:
        found[change.change].append(change)
    return [(name, found[name]) for name in CHANGES if found[name]]


def exit_text(difference: Difference) -> Text:
    """What the exit code means."""
    return words.exit_text(difference.exit_code, difference.fail_on, "diff.exit")


def became(before: str | None, after: str | None, group: str, lang: str) -> str:
    """``Warning → Error``, with a dash where a report has none."""
    both = [words.named(group, found).text(lang) if found is not None else "–" for found in (before, after)]
    return " → ".join(both)


# --- the terminal --------------------------------------------------------------------------------------------------


def _console(difference: Difference, lang: str, color: bool) -> str:
    from tenken.outputs.ranking import shown_waiver
    from tenken.outputs.widths import wrap

    def strong(text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if color else text

    def said(text: Text) -> str:
        return visible(text.text(lang))

    old, new = difference.old, difference.new
    lines = [strong(f"{words.word('diff.title', lang)}{words.word('punctuation.colon', lang)}{visible(new.site)}")]
    for key, side in (("diff.old", old), ("diff.new", new)):
        lines.append(f"  {words.word(key, lang)} {visible(side.name)} ({visible(moment(side.generated))})")
    lines += [line for notice in difference.notices for line in wrap(said(notice), 110, "  ! ", "    ")]
    for change, found in by_change(difference):
        lines += ["", strong(f"{words.named('change', change).text(lang)} ({len(found)})")]
        lines += wrap(words.word(f"change.{change}.means", lang), 110, "  ", "  ")
        for finding in found[:_SHOWN]:
            head = f"{became(finding.before, finding.after, 'worth', lang)}  {said(finding.title)}  {visible(finding.rule)}"
            lines += wrap(head, 110, "  · ", "    ")
            lines += wrap(f"{said(finding.message)}  [{visible(str(finding.location))}]", 110, "      ", "        ")
            if finding.waiver is not None:
                lines += wrap(shown_waiver(finding.waiver, lang), 110, "      ", "        ")
            if finding.fails:
                lines += wrap(said(finding.remedy), 110, "      → ", "        ")
        lines += _more(len(found), lang)
    if difference.verdicts:
        lines += ["", strong(f"{words.word('diff.verdicts', lang)} ({len(difference.verdicts)})")]
        lines += [f"  {_verdict_line(found, lang)}" for found in difference.verdicts[:_SHOWN]]
        lines += _more(len(difference.verdicts), lang)
    if not difference.findings and not difference.verdicts:
        lines += ["", words.word("diff.none", lang)]
    lines += ["", _counts(difference, lang), said(exit_text(difference))]
    return "\n".join(lines) + "\n"


def _more(count: int, lang: str) -> list[str]:
    return [f"  {words.word('table.more', lang, n=count - _SHOWN)}"] if count > _SHOWN else []


def _verdict_line(found: VerdictChange, lang: str) -> str:
    kind, method = (words.named(*pair).text(lang) for pair in (("kind", found.subject.kind), ("method", found.method)))
    because = f"  ({', '.join(map(visible, found.because[:4]))})" if found.because else ""
    change = became(found.before, found.after, "verdict", lang)
    return f"{kind} {visible(found.subject.name)}  {method}{words.word('punctuation.colon', lang)}{change}{because}"


def _counts(difference: Difference, lang: str) -> str:
    parts = [f"{words.named('change', change).text(lang)} {difference.counts[change]:,}" for change in CHANGES]
    parts += [f"{words.word(f'diff.{key}', lang)} {difference.counts[key]:,}" for key in ("verdicts_worse", "verdicts_better")]
    return words.word("punctuation.comma", lang).join(parts)


# --- pages ---------------------------------------------------------------------------------------------------------


def _page(difference: Difference, format: str, lang: str, templates: Path | None) -> str:
    from tenken.outputs import html, markdown_text
    from tenken.outputs.ranking import shown_waiver
    from tenken.outputs.templating import Templates

    make = markdown_text.inert if format == "markdown" else html.inert
    functions: dict[str, Any] = {
        "say": lambda key, **values: make(words.word(key, lang, **values)),
        "text": lambda both: make(both.text(lang)),
        "named": lambda group, name: make(words.named(group, name).text(lang)),
        "became": lambda before, after, group: make(became(before, after, group, lang)),
        "waiver": lambda used: make(shown_waiver(used, lang)),
        "code": markdown_text.code,
        "integrity": html.integrity,
        "moment": moment,
    }
    filled = Templates(templates, make, functions).render(
        "diff.md.j2" if format == "markdown" else "diff.html.j2",
        difference=difference,
        groups=by_change(difference),
        counts=_counts(difference, lang),
        exit_text=exit_text(difference).text(lang),
        lang=lang,
        shown=_SHOWN_ON_PAGES[format],
    )
    if format == "html":
        return filled.strip() + "\n"
    return markdown_text.tidy(filled)
