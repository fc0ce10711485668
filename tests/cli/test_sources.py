"""tenken import and tenken sources, and merging as the user of tenken check meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.command_line import tenken
from tests.sources import rvtools_exports as rvtools


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rvtools.write_workbook(tmp_path, rvtools.site(), name="RVTools.xlsx")
    (tmp_path / "notes.yaml").write_text(
        "tenken: 1\nvms:\n  - {name: web01, fault_tolerance: false}\n"
        "arrays: [{name: M, model: iStorage M320F, logical_disks: [{ldn: cd00h, roles: [MV]}]}]\n",
        encoding="utf-8",
    )
    return tmp_path


def report(folder: Path, *arguments: str) -> dict[str, Any]:
    run = tenken("check", *arguments, "-f", "json", cwd=folder)
    assert run.returncode == 1, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_a_disagreement_is_a_result_like_any_other(folder: Path) -> None:
    found = report(folder, "RVTools.xlsx", "notes.yaml", "--fail-on", "warning")
    (told,) = [result for result in found["results"] if result["rule"] == "sources-disagree"]
    assert told["subject"] == {"kind": "vm", "name": "web01"}
    assert (told["outcome"], told["level"], told["clauses"]) == ("fail", "warning", ["inventory-sources-agree"])
    places = {fact["path"]: (fact["value"], fact["location"]["source"]) for fact in told["facts"]}
    assert places["disagreement.value"] == ("false", "notes.yaml")
    assert places["disagreement.other"] == ("true", "RVTools.xlsx")
    assert "native では false" in told["message"]["ja"]
    (counted,) = [rule["counts"] for rule in found["rules"] if rule["id"] == "sources-disagree"]
    assert counted == {"fail": 1}
    why = tenken("why", "sources-disagree", "web01", "RVTools.xlsx", "notes.yaml", cwd=folder)
    assert "RVTools.xlsx[vInfo!" in why.stdout
    assert tenken("explain", "sources-disagree", "--lang", "ja").returncode == 0


def test_precedence_in_a_file_beside_settles_it(folder: Path) -> None:
    (folder / "order.yaml").write_text("tenken: 1\nprecedence: [{fact: vm.fault_tolerance, order: [rvtools, native]}]\n")
    found = report(folder, "RVTools.xlsx", "notes.yaml", "order.yaml")
    rules = {result["rule"] for result in found["results"] if result["subject"]["name"] == "web01"}
    assert "sources-disagree" not in rules
    assert "vm-no-fault-tolerance" in rules


def test_the_last_digits_are_assumed_only_when_asked_for_and_the_verdict_says_so(folder: Path) -> None:
    paths = ("RVTools.xlsx", "notes.yaml")
    assert not any(result["rule"] == "ld-join-is-stated" for result in report(folder, *paths)["results"])
    found = report(folder, *paths, "--assume-ldn-from-naa")
    told = [result for result in found["results"] if result["rule"] == "ld-join-is-stated"]
    assert [(result["subject"]["name"], result["outcome"]) for result in told] == [("M/cd00h", "fail")]
    assert any("last four hex digits" in notice["en"] and "みなしています" in notice["ja"] for notice in found["notices"])


def test_import_writes_what_reads_back_and_does_not_overwrite(folder: Path) -> None:
    shown = tenken("import", "RVTools.xlsx", "notes.yaml", cwd=folder)
    assert shown.returncode == 0
    assert shown.stdout.startswith("# Written by tenken import from RVTools.xlsx, notes.yaml.\n")
    made = tenken("import", "RVTools.xlsx", "notes.yaml", "-o", "inventory.yaml", "--lang", "ja", cwd=folder)
    assert (made.returncode, made.stdout) == (0, "")
    text = (folder / "inventory.yaml").read_text(encoding="utf-8")
    assert "# 出典: notes.yaml:3:5, RVTools.xlsx[vInfo!A3]" in text
    assert "# 未収集: " in text
    again = tenken("import", "notes.yaml", "-o", "inventory.yaml", cwd=folder)
    assert again.returncode == 2
    assert "exists already" in again.stderr
    assert (folder / "inventory.yaml").read_text(encoding="utf-8") == text
    merged, written = report(folder, "RVTools.xlsx", "notes.yaml"), report(folder, "inventory.yaml")
    assert written["summary"]["outcomes"] == merged["summary"]["outcomes"]
    assert written["verdicts"] == merged["verdicts"]
    assert tenken("import", "notes.yaml", "-o", "inventory.yaml", "--force", cwd=folder).returncode == 0


@pytest.mark.parametrize(("lang", "said"), [("en", "cannot say: Encryption"), ("ja", "分からないこと: 暗号化")])
def test_sources_lists_what_each_can_and_cannot_say(lang: str, said: str) -> None:
    run = tenken("sources", "--lang", lang)
    assert run.returncode == 0
    assert said in run.stdout
    listed = json.loads(tenken("sources", "--json").stdout)
    assert {"native", "rvtools"} <= {entry["name"] for entry in listed}
    assert listed[1]["can_say"]["ja"]
