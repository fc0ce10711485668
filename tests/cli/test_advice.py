"""``tenken questions`` and ``tenken plan`` as their users meet them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.command_line import tenken

FAILING = str(Path(__file__).parents[2] / "examples" / "failing")


def run(*arguments: str, code: int = 0) -> str:
    result = tenken(*arguments, TENKEN_LANG="en")
    assert result.returncode == code, result.stderr
    return result.stdout + result.stderr


@pytest.mark.parametrize("suffix", [".xlsx", ".yaml", ".md"])
def test_each_form_is_written_once_and_replaced_only_if_told(suffix: str, tmp_path: Path) -> None:
    sheet = tmp_path / f"sheet{suffix}"
    run("questions", FAILING, "-o", str(sheet))
    before = sheet.read_bytes()
    assert "may hold answers" in run("questions", FAILING, "-o", str(sheet), code=2)
    assert sheet.read_bytes() == before
    run("questions", FAILING, "-o", str(sheet), "--force")


def test_only_those_who_are_named_are_asked() -> None:
    said = run("questions", FAILING, "--ask", "guest")
    assert "## Owner of the guest system" in said and "## vSphere administrator" not in said


def test_an_unknown_form_is_refused(tmp_path: Path) -> None:
    assert "choose a suffix" in run("questions", FAILING, "-o", str(tmp_path / "sheet.doc"), code=2)


def test_the_plan_tells_what_moving_the_vcenter_gains() -> None:
    found = json.loads(run("plan", FAILING, "-f", "json", "--datastore", "DS04"))
    assert found["tenken_plan"] == 1
    for way in found["ways"]:
        assert [(step["action"], step["target"]["name"]) for step in way["steps"]] == [("move", "vcsa01")]
        assert [subject["name"] for subject in way["gained"]] == ["app01"]


def test_a_mistyped_datastore_is_told_with_the_nearest() -> None:
    assert "DS04" in run("plan", FAILING, "--datastore", "DS4", code=2)


@pytest.mark.parametrize(
    ("options", "people", "machines"), [([], True, False), (["--plan"], True, True), (["--no-plan"], False, False)]
)
def test_reports_that_people_read_tell_what_to_change(options: list[str], people: bool, machines: bool, tmp_path: Path) -> None:
    files = [tmp_path / f"report.{suffix}" for suffix in ("html", "md", "json")]
    run("check", FAILING, *options, *(part for file in files for part in ("-o", str(file))), code=1)
    html, markdown, report = (file.read_text(encoding="utf-8") for file in files)
    assert ('id="plan"' in html) == ("## What to change" in markdown) == people
    assert (json.loads(report)["plan"] is not None) == machines


def test_the_console_points_to_the_plan_or_has_it() -> None:
    assert "tenken plan" in run("check", FAILING, code=1)
    assert "Move vcsa01" in run("check", FAILING, "--plan", code=1)


def test_a_subject_is_named_by_kind_and_name() -> None:
    found = json.loads(run("plan", FAILING, "-f", "json", "--subject", "disk/file02/Hard disk 2"))
    assert {(way["subject"]["kind"], way["method"]) for way in found["ways"]} == {("disk", "rdm")}
    assert "job/NAME" in run("plan", FAILING, "--subject", "vm/app01", code=2)
    assert "same question" in run("plan", FAILING, "--subject", "datastore/DS01", "--datastore", "DS01", code=2)
