"""What to do next, in the order of the gate: for whoever is handed a report and has never run tenken."""

from __future__ import annotations

from tenken.model.report import Report
from tenken.model.rule import Text
from tenken.model.severity import severity
from tenken.outputs import plan_view, words
from tenken.outputs.digest import by_who_knows


def next_steps(report: Report) -> list[tuple[str, Text]]:
    """The section that tells more, and what to do; none where nothing is to be done."""
    levels = report.summary.levels
    steps = []
    if levels.get("error"):
        steps.append(("findings", words.text("next.errors", n=levels["error"])))
    if report.plan is not None and (ways := plan_view.rows(report.plan)):
        steps.append(("plan", _begin_with(ways[0])))
    if report.missing_facts:
        steps.append(("unknowns", _ask_for(report)))
    elif levels.get("unknown"):
        steps.append(("findings", words.text("next.undescribed", n=levels["unknown"])))
    if levels.get("inquire"):
        steps.append(("findings", words.text("next.inquire", n=levels["inquire"])))
    if any(result.outcome == "fail" and severity(result) == "warning" for result in report.results):
        steps.append(("findings", words.text("next.warnings")))
    return steps


def _begin_with(row: plan_view.Row) -> Text:
    """The change that gains most."""
    en, ja = (
        words.word("next.plan", lang, target=row.title(lang), verdicts=plan_view.verdicts(row, lang)) for lang in ("en", "ja")
    )
    return Text.model_construct(en=en, ja=ja)


def _ask_for(report: Report) -> Text:
    """The facts that are missing, counted by who knows them."""
    asked = [(words.named("ask", ask), len(facts)) for ask, facts in by_who_knows(report.missing_facts)]
    en = words.word("next.missing", "en", n=len(report.missing_facts), who=", ".join(f"{who.en} {n}" for who, n in asked))
    ja = words.word("next.missing", "ja", n=len(report.missing_facts), who="、".join(f"{who.ja} {n}" for who, n in asked))
    return Text.model_construct(en=en, ja=ja)


def undecided_warnings(report: Report) -> int:
    """What the gate counts as warnings and no finding tells: rules that bear on no verdict and could not be decided."""
    return sum(result.outcome == "unknown" and severity(result) == "warning" for result in report.results)
