"""GitHub-flavoured Markdown in one language: the page's story, for a pull request or a wiki."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from tenken.model.report import Plan, Report, Result, state
from tenken.model.rule import VMFS_METHODS, Text
from tenken.outputs import digest, next_steps, plan_view, provenance, words
from tenken.outputs.markdown_text import code, inert, tidy
from tenken.outputs.ranking import waived
from tenken.outputs.templating import Templates

BUDGET = 60_000
"""Characters. A comment on GitHub holds 65,536, and whoever posts the report adds a few words."""

LIMITS = ((100, 20), (50, 10), (25, 5), (12, 3), (12, 0))
"""Rows of the tables of VMs and datastores, subjects of a rule: the first pair that keeps to the budget is taken. With no
subjects, rules are rows of one table. JSON has all."""


def render(report: Report, lang: str = "en", templates: Path | None = None, color: bool = False) -> str:
    """The report as Markdown in ``lang``. ``templates``: a folder whose files replace ours of the same names."""
    lang = "ja" if lang == "ja" else "en"
    filled = Templates(templates, inert, {**_FUNCTIONS, **_in_language(lang)})
    story = digest.digest(report)
    story.vms.sort(key=lambda row: -row.worst)
    story.datastores.sort(key=lambda row: -row.worst)
    text = ""
    for rows, subjects in LIMITS:
        text = filled.render("report.md.j2", report=report, digest=story, lang=lang, shown_rows=rows, shown_subjects=subjects)
        text = tidy(text)
        if len(text) <= BUDGET:
            break
    return text


def plan(plan: Plan, lang: str) -> str:
    """What to change, without the rest of a report."""
    filled = Templates(None, inert, {**_FUNCTIONS, **_in_language(lang)})
    return tidy(filled.render("report/plan.md.j2", report={"plan": plan}))


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
    "shown_ways": plan_view.SHOWN_WAYS,
    "shown_steps": plan_view.SHOWN_STEPS,
    "shown_stuck": plan_view.SHOWN_STUCK,
    "exit_text": words.exit_text,
}
