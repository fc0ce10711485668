"""HTML: one page that needs nothing else, in both languages, for the screen and for paper."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from tenken.model.report import STATES, Report, state
from tenken.model.rule import VMFS_METHODS, Text
from tenken.outputs import digest, next_steps, picture, plan_view, provenance, words
from tenken.outputs.embedded import embedded
from tenken.outputs.inert import visible
from tenken.outputs.ranking import waived
from tenken.outputs.templating import Templates

SHOWN_SUBJECTS = 50
"""A rule's group lists so many subjects. JSON has all."""

SHOWN_VMS = 200
"""So many rows of the table of VMs are HTML. The script makes the others, page by page, and for paper."""

SHOWN_STORES = 500
"""So many datastores are listed."""

BAR_WIDTH = 100


def render(report: Report, lang: str = "en", templates: Path | None = None, color: bool = False) -> str:
    """The page, starting in ``lang``. ``templates``: a folder whose files replace ours of the same names."""
    story = digest.digest(report)
    stores = story.datastores[:SHOWN_STORES]
    return Templates(templates, inert, _FUNCTIONS).render(
        "report.html.j2",
        report=report,
        digest=story,
        picture=picture.picture(report, story),
        data=embedded(report, story),
        lang="ja" if lang == "ja" else "en",
        shown_subjects=SHOWN_SUBJECTS,
        shown_vms=SHOWN_VMS,
        stores=stores,
        linked_stores={row.number for row in stores},
    )


def inert(text: str) -> Markup:
    """Text of which no character means anything to HTML."""
    return escape(visible(text))


def both(text: Text | Mapping[str, str]) -> Markup:
    """A text in both languages, of which the page shows one; once where they say the same."""
    en, ja = (text["en"], text["ja"]) if isinstance(text, Mapping) else (text.en, text.ja)
    if en == ja:
        return inert(en)
    return Markup('<span lang="en">{}</span><span lang="ja">{}</span>').format(inert(en), inert(ja))


@cache
def _fixed(key: str) -> Markup:
    return both(words.text(key))


def say(key: str, **values: Any) -> Markup:
    """Fixed words in both languages."""
    return both(words.text(key, **values)) if values else _fixed(key)


@cache
def _named(group: str, name: str) -> Markup:
    return both(words.named(group, name))


def bar(parts: list[tuple[str, int]]) -> list[tuple[str, str, str]]:
    """Parts as (name, x, width) of a bar, in hundredths. Attributes of SVG, since the page's policy allows no styles."""
    total = sum(count for _, count in parts)
    segments, start = [], 0.0
    for name, count in parts:
        if count:
            width = count * BAR_WIDTH / total
            segments.append((name, f"{start:.2f}", f"{width:.2f}"))
            start += width
    return segments


def drawn(text: Text) -> Markup:
    """A text in both languages within an SVG."""
    return Markup('<tspan lang="en">{}</tspan><tspan lang="ja">{}</tspan>').format(inert(text.en), inert(text.ja))


def css_string(text: str) -> Markup:
    """A text as a string of CSS in which nothing but letters and digits stands for itself."""
    return Markup('"{}"').format(Markup("".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in visible(text))))


def integrity(text: str) -> str:
    """The hash by which the page's policy lets its own style or script pass, and nothing else."""
    return "sha256-" + base64.b64encode(hashlib.sha256(str(text).encode()).digest()).decode()


def _in_both(show: Callable[[Any, str], str], what: Any) -> Text:
    return Text(en=show(what, "en"), ja=show(what, "ja"))


_FUNCTIONS: dict[str, Any] = {
    "METHODS": VMFS_METHODS,
    "STATES": STATES,
    "SYMBOLS": words.SYMBOLS,
    "say": say,
    "both": both,
    "named": _named,
    "word": words.word,
    "bar": bar,
    "integrity": integrity,
    "css_string": css_string,
    "drawn": drawn,
    "draw": picture.GEOMETRY,
    "text": words.text,
    "words_named": words.named,
    "fit_rule": picture.fit_rule,
    "moment": digest.moment,
    "first": digest.first,
    "input_label": provenance.label,
    "waived": waived,
    "tone": digest.tone,
    "state": state,
    "evidence": digest.evidence,
    "value_text": digest.value_text,
    "shorten": digest.shorten,
    "merged": digest.merged,
    "coverage_rows": digest.coverage_rows,
    "subjects_read": digest.subjects_read,
    "next_steps": next_steps.next_steps,
    "undecided_warnings": next_steps.undecided_warnings,
    "plan_rows": plan_view.rows,
    "plan_stuck": plan_view.stuck,
    "plan_standing": plan_view.standing,
    "plan_step": lambda step: _in_both(plan_view.told, step),
    "plan_verdicts": lambda row: _in_both(plan_view.verdicts, row),
    "plan_methods": lambda row: _in_both(plan_view.methods, row),
    "plan_gains": lambda row: _in_both(plan_view.gains, row),
    "plan_remarks": plan_view.remarks_in_both,
    "plan_title": lambda row: _in_both(plan_view.Row.title, row),
    "plan_skipped": lambda plan: _in_both(plan_view.skipped, plan),
    "shown_ways": plan_view.SHOWN_WAYS,
    "shown_steps": plan_view.SHOWN_STEPS,
    "shown_stuck": plan_view.SHOWN_STUCK,
    "exit_text": words.exit_text,
}
