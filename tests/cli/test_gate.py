"""Waivers, baseline and diff on the command line: exit codes, what is said and where, what is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from tests.cli import command_line
from tests.cli.command_line import ROOT, Ran

from tenken import schemas

Write = Callable[..., Path]
DAY = "1782820800"  # 2026-06-30
FAILS = {"vms": [{"name": "app01", "encrypted": True}]}
OTHER = {"vms": [{"name": "app01", "power_state": "suspended"}]}
WAIVERS = """\
tenken_waivers: 1
time_zone: Asia/Tokyo
waivers:
  - rule: vm-not-encrypted
    subject: {kind: vm, name: "app*"}
    reason: moved in July
    owner: storage team
    ticket: CHG-7
    expires: 2026-07-31
"""


def tenken(*arguments: str | Path, cwd: Path, day: str = DAY) -> Ran:
    return command_line.tenken(*arguments, cwd=cwd, SOURCE_DATE_EPOCH=day)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "waivers.yaml").write_text(WAIVERS, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("options", "day", "code"),
    [
        ([], DAY, 1),
        (["--waivers", "waivers.yaml"], DAY, 0),
        (["--waivers", "waivers.yaml", "--no-waivers"], DAY, 1),
        (["--waivers", "waivers.yaml"], "1785509999", 0),  # the last second of 31 July in Tokyo
        (["--waivers", "waivers.yaml"], "1785510000", 1),
    ],
)
def test_waivers_decide_the_exit_code_by_the_day(options: list[str], day: str, code: int, site: Write, here: Path) -> None:
    run = tenken("check", site(FAILS).name, *options, "-f", "json", cwd=here, day=day)
    assert run.returncode == code, run.stderr
    report = json.loads(run.stdout)
    assert report["summary"]["exit_code"] == code
    jsonschema.validate(report, schemas.generate("report"))
    verdicts = {(v["subject"]["name"], v["method"]): v["verdict"] for v in report["verdicts"]}
    assert verdicts["app01", "vmfs.online"] == "ineligible"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "site.json", "--waivers", "nowhere.yaml"], "nowhere.yaml: there is no such waiver file"),
        (["check", "site.json", "--baseline", "nowhere.json"], "nowhere.json: there is no such baseline"),
        (["check", "site.json", "--waivers", "site.json"], "site.json:1:1: this is no waiver file"),
        (["check", "site.json", "--baseline", "waivers.yaml"], "waivers.yaml:1:1: this is no baseline"),
        (["baseline", "update", "site.json"], "tenken-baseline.json: there is no such baseline"),
        (["diff", "nowhere.json", "site.json"], "this is no report"),
        (["diff", "nowhere.json", "site.json"], "nowhere.json: there is no such report"),
        (["diff", "site.json"], "NEW"),
        (["diff", "site.json", "site.json", "-o", "x.doc"], "no format is known for x.doc"),
    ],
)
def test_mistakes_are_exit_code_2(arguments: list[str], said: str, site: Write, here: Path) -> None:
    site({})
    run = tenken(*arguments, cwd=here)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""


def test_a_baseline_from_beginning_to_end(site: Write, here: Path) -> None:
    path = site(FAILS).name
    written = tenken("baseline", "write", path, cwd=here)
    assert (written.returncode, written.stdout.startswith("wrote tenken-baseline.json: ")) == (0, True)
    file = here / "tenken-baseline.json"
    jsonschema.validate(json.loads(file.read_text(encoding="utf-8")), schemas.generate("baseline"))
    assert tenken("check", path, "--baseline", file.name, cwd=here).returncode == 0

    before = file.read_bytes()
    again = tenken("baseline", "write", path, cwd=here)
    assert (again.returncode, file.read_bytes()) == (2, before)
    assert "exists already" in again.stderr

    site(OTHER)
    swapped = tenken("check", path, "--baseline", file.name, cwd=here)
    assert swapped.returncode == 1
    assert "vm-not-suspended" in swapped.stdout
    assert "No longer found" in swapped.stdout

    updated = tenken("baseline", "update", path, "--lang", "ja", cwd=here)
    assert updated.returncode == 0
    assert "新規の指摘" in updated.stdout
    assert "vm-not-encrypted" not in file.read_text(encoding="utf-8")
    assert tenken("check", path, "--baseline", file.name, cwd=here).returncode == 1
    assert tenken("baseline", "write", path, "--force", "--lang", "ja", cwd=here).returncode == 0
    assert tenken("check", path, "--baseline", file.name, cwd=here).returncode == 0


def test_a_baseline_is_made_on_the_terms_of_the_check(site: Write, here: Path) -> None:
    (here / "house.toml").write_text('[profiles.lenient.rules]\nvm-not-encrypted = "note"\n', encoding="utf-8")
    path, terms = site(FAILS).name, ["--config", "house.toml", "--profile", "lenient"]
    assert tenken("baseline", "write", path, *terms, cwd=here).returncode == 0
    assert '"note"' in (here / "tenken-baseline.json").read_text(encoding="utf-8")
    graver = tenken("check", path, "--baseline", "tenken-baseline.json", cwd=here)
    assert graver.returncode == 1, "what was a note and is an error now is new"
    assert tenken("baseline", "update", path, *terms, cwd=here).returncode == 0


def test_nothing_checked_writes_no_baseline(here: Path) -> None:
    (here / "empty.yaml").write_text("tenken: 1\n", encoding="utf-8")
    run = tenken("baseline", "write", "empty.yaml", cwd=here)
    assert run.returncode == 3
    assert not (here / "tenken-baseline.json").exists()


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize(
    ("suffix", "marker"), [("md", "# "), ("html", "<!doctype html>"), ("json", '{\n "tenken_diff"'), ("txt", "")]
)
def test_diff_writes_every_format(suffix: str, marker: str, lang: str, site: Write, here: Path) -> None:
    for name, changes in (("old", {}), ("new", FAILS)):
        tenken("check", site(changes).name, "-f", "json", "-o", f"{name}.json", cwd=here)
    run = tenken("diff", "old.json", "new.json", "-o", f"out.{suffix}", "--lang", lang, cwd=here)
    assert (run.returncode, run.stdout, run.stderr) == (1, "", "")
    text = (here / f"out.{suffix}").read_text(encoding="utf-8")
    assert text.startswith(marker) and "vm-not-encrypted" in text
    assert tenken("diff", "new.json", "old.json", cwd=here).returncode == 0


def test_rules_about_waivers_can_be_explained(here: Path) -> None:
    for rule in ("waiver-expired", "waiver-orphaned", "waiver-unused"):
        run = tenken("explain", rule, "--lang", "ja", cwd=here)
        assert run.returncode == 0
        assert run.stdout.startswith(rule)


def _as_an_editor_reads_it(text: str) -> Any:
    """YAML 1.2, where a day is text."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


@pytest.mark.parametrize(
    ("change", "valid"),
    [
        (("", ""), True), (("moved in July", "2026"), True), (("    owner: storage team\n", ""), False), (("ticket", "tickt"), False),
        (("kind: vm", "kind: wm"), False), (("Asia/Tokyo", "+09:00"), True), (("subject: {kind: vm, name: \"app*\"}", "fingerprint: 1e294cbad40f2df8"), True),
        (("tenken_waivers: 1", "tenken_waivers: 2"), False), (("    owner:", "    fingerprint: 1e294cbad40f2df8\n    owner:"), False),
    ],
)  # fmt: skip
def test_editors_and_tenken_agree_about_a_waiver_file(change: tuple[str, str], valid: bool, site: Write, here: Path) -> None:
    text = WAIVERS.replace(*change) if change[0] else WAIVERS
    (here / "waivers.yaml").write_text(text, encoding="utf-8")
    validator = jsonschema.Draft202012Validator(schemas.generate("waivers"))
    assert validator.is_valid(_as_an_editor_reads_it(text)) is valid
    run = tenken("check", site({}).name, "--waivers", "waivers.yaml", cwd=here)
    assert (run.returncode != 2) is valid, run.stderr


def test_the_example_of_the_docs_is_right(site: Write, here: Path) -> None:
    text = (ROOT / "docs" / "waivers.md").read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    (here / "waivers.yaml").write_text(text, encoding="utf-8")
    run = tenken("check", site({}).name, "--waivers", "waivers.yaml", cwd=here, day="1798675200")  # 2026-12-31
    assert run.returncode == 0, run.stderr
