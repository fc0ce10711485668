"""JUnit, GitHub annotations, GitLab Code Quality and CSV, from reports built by hand."""

from __future__ import annotations

import copy
import csv as csv_module
import dataclasses
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from tests.outputs.conftest import finding, vm, waiver

from tenken.model.report import BaselineUsed, FactRead, GoneFinding, Location, Report, SubjectName
from tenken.model.severity import fails
from tenken.outputs import csv, github, gitlab, junit
from tenken.outputs.places import from_root, path_of

# --- JUnit


def with_passes(report: Report) -> Report:
    for outcome in ("pass", "not_applicable"):
        more = copy.copy(report.results[3])
        more.outcome, more.subject = outcome, SubjectName("vm", outcome)
        report.results.append(more)
    return report


def test_a_suite_for_each_rule_a_case_for_each_subject(report: Report) -> None:
    root = Xml.fromstring(junit.render(with_passes(report)))
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == [rule.id for rule in report.rules]
    states = {case.get("name"): [child.tag for child in case] for case in suites["barred"].iter("testcase")}
    assert states == {
        "VM bad2": ["failure"], "VM bad10": ["failure"], "VM dark": ["failure"], "VM idle": ["skipped"], "VM waived": ["skipped"],
        "VM pass": [], "VM not_applicable": ["skipped"],
    }  # fmt: skip
    assert [suites["barred"].get(count) for count in ("tests", "failures", "errors", "skipped")] == ["7", "3", "0", "3"]
    assert suites["broken"].find("testcase/error") is not None
    assert sum(len(suite.findall("testcase")) for suite in root) == int(root.get("tests", ""))


def test_what_is_not_decided_never_passes(report: Report) -> None:
    report.summary.fail_on = "error"
    root = Xml.fromstring(junit.render(report))
    passed = [case.get("name") for case in root.iter("testcase") if not len(case)]
    assert passed == []
    (case,) = [case for suite in root if suite.get("name") == "wanting" for case in suite.iter("testcase")]
    assert "Not decidable" in (case[0].get("message") or "")


def test_nothing_checked_is_a_broken_case(report: Report) -> None:
    report.summary.exit_code, report.results, report.rules = 3, [], []
    root = Xml.fromstring(junit.render(report))
    assert (root.get("tests"), root.get("errors")) == ("1", "1")


def cases_by_state(root: Xml.Element) -> dict[str, int]:
    return Counter(case[0].tag if len(case) else "passed" for case in root.iter("testcase"))


@pytest.mark.parametrize("most", [20, 40, 100])
def test_what_there_is_no_room_for_is_counted_and_what_fails_goes_last(
    most: int, crowded: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = crowded(findings=20)
    made.results = [result for result in made.results if result.outcome != "error"]
    failing = sum(fails(result, made.summary.fail_on) for result in made.results)
    made.results = [result for result in made.results if fails(result, made.summary.fail_on)]
    for number in range(60):
        passing = finding("barred", "pass", "error", vm(f"a{number}"))
        made.results.insert(0, passing)
        made.results.insert(0, dataclasses.replace(passing, outcome="not_applicable"))
    monkeypatch.setattr(junit, "MOST_CASES", most)
    root = Xml.fromstring(junit.render(made))
    told, *_ = root.iter("testcase")
    assert told.get("name") == "tenken" and f"of {len(made.results)} cases were left out" in (told[0].get("message") or "")
    states = cases_by_state(root)
    assert (states["failure"], states["passed"]) == (min(most, failing), min(60, max(most - failing, 0)))
    assert states["skipped"] - 1 == max(most - failing - 60, 0), "those that do not apply go first"
    assert root.get("tests") == str(most + 1)


def test_a_file_is_never_larger_than_gitlab_reads(crowded: Callable[..., Report]) -> None:
    made = crowded(findings=6_000)
    for result in made.results:
        result.facts = [FactRead(f"vm.fact{number}", "語" * 5_000, Location("site.yaml", 1, 1)) for number in range(8)]
    text = junit.render(made, "ja")
    assert 20_000_000 < len(text.encode()) < 30_000_000
    assert "省略しました" in text


def test_of_two_cases_of_one_name_the_graver_is_first(report: Report) -> None:
    passing = finding("barred", "pass", "error", vm("bad2"))
    root = Xml.fromstring(junit.render(dataclasses.replace(report, results=[passing, *report.results])))
    twins = [case for case in root.iter("testcase") if (case.get("name"), case.get("classname")) == ("VM bad2", "barred")]
    assert [len(case) for case in twins] == [1, 0], "GitLab shows the first and drops the other"


# --- GitHub


def commands(report: Report) -> list[tuple[str, dict[str, str], str]]:
    """What GitHub reads out of the lines."""
    found = []
    for line in github.render(report).splitlines():
        match = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
        assert match, line
        properties = dict(part.split("=", 1) for part in match[2].split(","))
        found.append((match[1], {key: _plain(value) for key, value in properties.items()}, _plain(match[3])))
    return found


def _plain(text: str) -> str:
    for code, character in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_annotations_stand_on_their_lines(report: Report) -> None:
    found = commands(report)
    assert [name for name, _, _ in found] == ["error"] * 6 + ["warning"] * 2 + ["notice"]
    assert found[0][1]["title"].startswith("broken: ")
    assert {"file": "site.yaml", "line": "3", "col": "5"}.items() <= found[1][1].items()
    assert all("waived" not in text and "idle" not in text for name, _, text in found if name != "notice")


def notices(report: Report) -> list[tuple[dict[str, str], str]]:
    return [(properties, text) for name, properties, text in commands(report) if name == "notice"]


def test_the_waived_are_one_notice_on_no_line(report: Report) -> None:
    other = copy.copy(report.results[5])
    other.subject, other.location = SubjectName("vm", "waived too"), Location("site.yaml", 9, 5)
    report.results.append(other)
    ((properties, text),) = notices(report)
    assert properties == {"title": "tenken: Waived findings"}, "a line of the pull request shows only what is to be done"
    head, told = text.split("\n", 1)
    assert head.startswith("2 findings are waived")
    assert told == (
        "- barred: VM waived (site.yaml:3:5), VM waived too (site.yaml:9:5)\n"
        "  Waived by ops until 2026-12-31: accepted until the move (ticket: CHG-7). Without the waiver: Violation. "
        "It changes no verdict."
    )


def test_many_waivers_fill_notices_up_to_ten_and_the_rest_is_counted(report: Report) -> None:
    for number in range(400):
        level, words = ("warning" if number < 395 else "error"), f"reason {number} " + "語" * 300
        report.results.append(finding("accepted", "waived", level, vm(f"w{number}"), waiver=waiver(words)))
    report.baseline = BaselineUsed("b.json", 1, 2, [])
    found = notices(report)
    assert len(found) == github.SHOWN
    assert all(len(text) <= 4_096 for _, text in found), "the runner cuts longer messages"
    *waived, (_, known), (_, more) = [(properties["title"], text) for properties, text in found]
    assert "2 known" in known
    shown = sum(text.count("Waived by ops") for _, text in waived)
    assert f"0 errors, 0 warnings, {401 - shown} waived" in more
    assert "reason 399 " in waived[0][1] and "reason 0 " not in waived[-1][1], "the gravest come first"


def test_a_baseline_is_told_in_one_notice(report: Report) -> None:
    for result in report.results:
        result.baseline = "known"
    report.results[3].baseline = "new"
    report.results[5].outcome = report.results[8].outcome = "pass"
    report.baseline = BaselineUsed("b.json", 1, 9, [GoneFinding("once", vm("gone"), "was", "f" * 16)])
    said = [(name, text.splitlines()[0]) for name, _, text in commands(report)]
    assert said[0] == ("error", "bad2 against barred in English")
    ((name, told),) = said[1:]
    assert name == "notice" and "1 new, 9 known, 1 no longer found" in told


def test_ten_of_a_level_and_the_rest_counted(crowded: Callable[..., Report]) -> None:
    found = commands(crowded(findings=25))
    assert [name for name, _, _ in found].count("error") == github.SHOWN
    *_, (_, more) = notices(crowded(findings=25))
    assert "21 errors, 0 warnings, 0 waived" in more


def test_that_a_rule_broke_takes_the_place_of_an_error(crowded: Callable[..., Report]) -> None:
    made = crowded(findings=25)
    made.summary.exit_code = 4
    found = commands(made)
    assert [name for name, _, _ in found].count("error") == github.SHOWN, "GitHub would drop the last one without a word"
    assert "22 errors" in found[-1][2]


def test_no_name_ends_a_command_or_begins_one(nasty: tuple[str, Report]) -> None:
    _, made = nasty
    assert len(commands(made)) == 9


def test_nothing_checked_is_an_error(report: Report) -> None:
    report.summary.exit_code, report.results = 3, []
    ((name, _, text),) = commands(report)
    assert name == "error" and "Nothing could be checked" in text


# --- GitLab


def test_issues_have_what_gitlab_demands(report: Report) -> None:
    issues = json.loads(gitlab.render(report))
    assert len(issues) == len(report.results)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["location"]["lines"]["begin"] >= 1 and not issue["location"]["path"].startswith("./")
    assert len({issue["fingerprint"] for issue in issues}) == len(issues), "GitLab drops issues that share one"
    assert [issue["severity"] for issue in issues] == ["blocker"] + ["critical"] * 2 + ["major"] * 4 + ["minor"] + ["info"] * 4


def test_no_finding_is_an_empty_list(report: Report) -> None:
    report.results = []
    assert json.loads(gitlab.render(report)) == []


# --- CSV


def rows(report: Report, lang: str = "en") -> list[list[str]]:
    content = csv.render(report, lang)
    assert content.startswith(b"\xef\xbb\xbf") and content.endswith(b"\r\n")
    return list(csv_module.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_row_for_each_result(report: Report) -> None:
    head, *body = rows(with_passes(report))
    assert len(head) == len(csv.COLUMNS) == len(set(head))
    assert {len(row) for row in body} == {len(head)}
    assert len(body) == len(report.results)
    waived = next(row for row in body if row[head.index("Name")] == "waived")
    assert waived[-5:] == ["fail", "accepted until the move", "ops", "CHG-7", "2026-12-31"]


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_no_cell_is_a_formula(nasty: tuple[str, Report], lang: str) -> None:
    _, made = nasty
    for row in rows(made, lang):
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠")), cell
            assert "\n" not in cell and "\r" not in cell


# --- places


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("vms.yaml", "design/vms.yaml"), ("./vms.yaml", "design/vms.yaml"), ("../top.yaml", "top.yaml"),
        ("/repo/x/y.yaml", "x/y.yaml"), ("/elsewhere/y.yaml", "/elsewhere/y.yaml"), ("../../out.yaml", "../../out.yaml"),
    ],
)  # fmt: skip
def test_paths_are_relative_to_the_root(source: str, path: str, report: Report) -> None:
    report.results[0].location = Location(source, 1, 1)
    report.results[0].facts = [FactRead("a", 1, Location(source, 2, 1))]
    moved = from_root(report, Path("/repo/design"), Path("/repo")).results[0]
    assert path_of(moved.location, report) == path
    assert path_of(moved.facts[0].location, report) == path
    assert moved.location.line == 1 and report.results[0].location.source == source
