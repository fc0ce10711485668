"""What to do next: in the order of the gate, with what is missing counted by who knows it; nothing where nothing is to be done."""

from __future__ import annotations

import copy

from tests.outputs.conftest import METHODS, finding, vm

from tenken.model.report import Plan, PlanStep, Report, SubjectName, WayOut
from tenken.model.rule import Text
from tenken.outputs import console, html, markdown
from tenken.outputs.next_steps import next_steps, undecided_warnings


def bare(report: Report) -> Report:
    """The report without anything to do."""
    made = copy.copy(report)
    made.results, made.missing_facts, made.plan = [], [], None
    made.summary = copy.copy(report.summary)
    made.summary.levels = {"error": 0, "unknown": 0, "inquire": 0, "warning": 0}
    return made


def way(before: str, after: str) -> WayOut:
    step = PlanStep("rule-a", vm("a"), "change", vm("a"), "shutdown", Text(en="Decrypt it.", ja="復号します。"))
    store = SubjectName("datastore", "DS01")
    return WayOut(store, METHODS[0], before, after, [step], [vm("a")], 1, [], [])  # type: ignore[arg-type]


def test_where_nothing_is_to_be_done_nothing_is_said(report: Report) -> None:
    made = bare(report)
    assert next_steps(made) == []
    assert "What to do next" not in console.render(made) + markdown.render(made)
    assert 'id="next"' not in html.render(made)


def test_errors_come_first_then_what_gains_most_then_what_is_missing(report: Report) -> None:
    made = bare(report)
    made.summary.levels = {"error": 3, "unknown": 2, "inquire": 1, "warning": 1}
    made.missing_facts = report.missing_facts
    made.results = [finding("rule-w", "fail", "warning", vm("a"))]
    made.plan = Plan(ways=[way("ineligible", "eligible")], evaluated=1, not_evaluated=[])
    steps = next_steps(made)
    assert [section for section, _ in steps] == ["findings", "plan", "unknowns", "findings", "findings"]
    said = [step for _, step in steps]
    assert "3 errors" in said[0].en and "エラー 3 件" in said[0].ja
    assert "DS01 (Online Not eligible → Eligible)" in said[1].en and "DS01 の変更" in said[1].ja
    facts = len(report.missing_facts)
    asks = {fact.ask for fact in report.missing_facts}
    assert str(facts) in said[2].ja and ("vSphere管理者 1" in said[2].ja) == ("vsphere" in asks)
    for text in (console.render(made, "ja"), markdown.render(made, "ja")):
        assert said[0].ja in text.replace("\n     ", "")


def test_what_is_undecided_without_a_missing_fact_is_told_too(report: Report) -> None:
    made = bare(report)
    made.summary.levels["unknown"] = 1
    assert [section for section, _ in next_steps(made)] == ["findings"]


def test_undecided_rules_that_bear_on_nothing_are_told_as_the_warnings_that_the_gate_counts(report: Report) -> None:
    made = bare(report)
    mild = finding("rule-n", "unknown", "warning", vm("a"))
    mild.bears_on = []
    made.results = [mild, finding("rule-m", "unknown", "error", vm("a"))]
    made.summary.levels = {"error": 0, "unknown": 1, "inquire": 0, "warning": 1}
    assert undecided_warnings(made) == 1
    assert "The warnings include 1" in console.render(made)
    assert undecided_warnings(bare(report)) == 0
