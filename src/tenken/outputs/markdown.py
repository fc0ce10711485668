"""GitHub-flavoured Markdown in one language: the page's story, for a pull request or a wiki."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup

from tenken.model.report import Plan, Report, Result, state
from tenken.model.rule import VMFS_METHODS, Text
from tenken.outputs import digest, next_steps, plan_view, provenance, words
from tenken.outputs.markdown_text import code, inert, tidy
from tenken.outputs.ranking import stated, waived
from tenken.outputs.templating import Templates

BUDGET = 60_000
"""Characters. A comment on GitHub holds 65,536, and whoever posts the report adds a few words."""


class Limits(NamedTuple):
    """How much a report tells."""

    rows: int
    """Of each table of VMs, datastores, jobs, missing facts and the like."""
    subjects: int
    """Of each rule; 0: rules are rows of one table."""
    clauses: bool = True
    """Clauses in words, not by their ids and lines alone; these, and the reason of a rule, ``tenken explain`` tells, too."""
    why: bool = True
    """The reason of each rule."""
    ways: int = plan_view.SHOWN_WAYS
    steps: int = plan_view.SHOWN_STEPS
    """Of each way."""
    rules: int = 250
    """Of a table of rules."""


LIMITS = (
    Limits(100, 20),
    Limits(100, 20, clauses=False),
    Limits(100, 20, clauses=False, why=False),
    Limits(50, 10, clauses=False, why=False, steps=20),
    Limits(25, 5, clauses=False, why=False, ways=15, steps=10),
    Limits(12, 3, clauses=False, why=False, ways=10, steps=5),
    Limits(12, 1, clauses=False, why=False, ways=5, steps=5),
    Limits(12, 0, clauses=False, why=False, ways=5, steps=5),
    Limits(12, 0, clauses=False, why=False, ways=3, steps=3, rules=40),
)
"""The first that keeps to the budget is taken: what can be looked up goes before any row does. Rows that are left out are
counted; JSON has all."""


def render(report: Report, lang: str = "en", templates: Path | None = None, color: bool = False) -> str:
    """The report as Markdown in ``lang``. ``templates``: a folder whose files replace ours of the same names."""
    lang = "ja" if lang == "ja" else "en"
    filled = Templates(templates, inert, {**_FUNCTIONS, **_in_language(lang)})
    story = digest.digest(report)
    text = ""
    for limits in LIMITS:
        text = tidy(filled.render("report.md.j2", report=report, digest=story, lang=lang, limits=limits))
        if len(text) <= BUDGET:
            break
    return text


def plan(plan: Plan, lang: str) -> str:
    """What to change, without the rest of a report."""
    filled = Templates(None, inert, {**_FUNCTIONS, **_in_language(lang)})
    return tidy(filled.render("report/plan.md.j2", report={"plan": plan}, limits=LIMITS[0]))


def _in_language(lang: str) -> dict[str, Any]:
    def text(both: Text | Mapping[str, str]) -> Markup:
        return inert(both[lang] if isinstance(both, Mapping) else getattr(both, lang))

    def say(key: str, **values: Any) -> Markup:
        return inert(words.word(key, lang, **values))

    def named(group: str, name: str) -> Markup:
        return text(words.named(group, name))

    def sign(name: str) -> Markup:
        return inert(words.SYMBOLS.get(name, ""))

    def verdict(name: str) -> Markup:
        return sign(name) + Markup(" ") + named("verdict", name)

    def proof(result: Result) -> Markup:
        """The facts that decided and their places, the first few; of the same file in a row, it is named once."""
        parts, file = [], None
        for fact, place in digest.evidence(result)[:4]:
            where = (str(place).removeprefix(place.source) if place.source == file else "") or str(place)
            file = place.source
            parts.append(code(where) if fact is None else code(stated(fact, lang, 80)) + Markup(" ") + code(where))
        return Markup("; ").join(parts)

    plan = {
        "plan_step": lambda step: inert(plan_view.told(step, lang)),
        "plan_title": lambda row: inert(row.title(lang)),
        "plan_verdicts": lambda row: inert(plan_view.verdicts(row, lang)),
        "plan_methods": lambda row: inert(plan_view.methods(row, lang)),
        "plan_gains": lambda row: inert(plan_view.gains(row, lang)),
        "plan_remarks": lambda row: [inert(remark) for remark in plan_view.remarks(row, lang)],
        "plan_skipped": lambda found: inert(plan_view.skipped(found, lang)),
    }
    return {**plan, "text": text, "say": say, "named": named, "sign": sign, "verdict": verdict, "proof": proof}


_FUNCTIONS: dict[str, Any] = {
    "METHODS": VMFS_METHODS,
    "code": code,
    "moment": digest.moment,
    "first": digest.first,
    "input_label": provenance.label,
    "waived": waived,
    "tone": digest.tone,
    "state": state,
    "coverage_rows": digest.coverage_rows,
    "subjects_read": digest.subjects_read,
    "next_steps": next_steps.next_steps,
    "undecided_warnings": next_steps.undecided_warnings,
    "plan_rows": plan_view.rows,
    "plan_stuck": plan_view.stuck,
    "plan_standing": plan_view.standing,
    "shown_stuck": plan_view.SHOWN_STUCK,
    "exit_text": words.exit_text,
}
