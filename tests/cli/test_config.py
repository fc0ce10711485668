"""``tenken config show``, and what settings do to a check; locks of packs."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from tests.cli.command_line import Tenken

from tenken.engine.pack.seal import seal

ROOT = Path(__file__).parents[2]
UNKNOWN = "tenken: 1\nvms: [{name: a}]\n"
CONFIG = """
inputs = ["design"]
language = "ja"
profile = "design-review"
packs = [{path = "house", edition = "1"}]

[rules]
vm-not-encrypted = "note"

[precedence]
"vm.guest" = ["native", "vcenter"]
"""


@pytest.fixture
def site(here: Path) -> Path:
    shutil.copytree(ROOT / "examples" / "passing", here / "design")
    (here / "house" / "deep").mkdir(parents=True)
    (here / "house" / "pack.yaml").write_text('id: house\nedition: "1"\ntitle: {en: House, ja: 社内}\n', encoding="utf-8")
    (here / "house" / "clauses.yaml").write_text("[]\n", encoding="utf-8")
    (here / "tenken.toml").write_text(CONFIG, encoding="utf-8")
    return here


def test_config_show_tells_every_value_and_from_where(site: Path, run: Tenken) -> None:
    found = run("config", "show", "--lang", "en", "--json", TENKEN_UNKNOWN="fail")
    assert found.returncode == 0, found.stderr
    shown = json.loads(found.stdout)
    assert shown["file"] == "tenken.toml"
    values = {entry["name"]: (entry["value"], entry["origin"]) for entry in shown["settings"] if entry["name"] != "packs"}
    assert values["language"] == ("en", {"kind": "option", "name": "--lang"})
    assert values["unknown"] == ("fail", {"kind": "environment", "name": "TENKEN_UNKNOWN"})
    assert values["fail-on"] == ("inquire", {"kind": "profile", "name": "design-review"})
    at = {"kind": "file", "name": "tenken.toml", "file": "tenken.toml"}
    assert values["inputs"] == ("design", {**at, "line": 2, "column": 11})
    assert values["rules.vm-not-encrypted"] == ("note", {**at, "line": 8, "column": 1})
    assert values["precedence.vm.guest"] == (["native", "vcenter"], {**at, "line": 11, "column": 1})
    assert values["locked"] == (False, {"kind": "default"})
    assert values["waivers"] == (None, {"kind": "default"})
    packs = [entry["value"] for entry in shown["settings"] if entry["name"] == "packs"]
    assert packs[-1] == {"path": "house", "edition": "1"} and len(packs) == 3


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ["default", "profile design-review", "option --lang", "built in", "Profiles:"]),
     ("ja", ["既定値", "プロファイル design-review", "オプション --lang", "組み込み"])],
)  # fmt: skip
def test_config_show_for_people(lang: str, words: list[str], site: Path, run: Tenken) -> None:
    found = run("config", "show", "--lang", lang)
    assert all(word in found.stdout for word in words), found.stdout
    assert "tenken.toml:8:1" in found.stdout
    (site / "tenken.toml").unlink()
    nothing = run("config", "show", "--lang", lang)
    assert nothing.returncode == 0
    assert ("no configuration file" if lang == "en" else "設定ファイルなし") in nothing.stdout


def test_check_reads_the_configured_inputs_in_the_configured_language(site: Path, run: Tenken) -> None:
    found = run("check")
    assert found.returncode == 0 and "データストア" in found.stdout
    assert run("check", "--lang", "en").stdout.count("Datastores")
    assert run("explain", "vm-not-encrypted").stdout != run("explain", "vm-not-encrypted", "--lang", "en").stdout
    assert "app01" in run("why", "vm-not-encrypted", "app01").stdout


def test_all_that_speak_do_so_in_the_configured_language(site: Path, run: Tenken) -> None:
    assert run("check", "-f", "json", "-o", "r.json").returncode == 0
    for arguments in (["init", "new.yaml"], ["sources"], ["diff", "r.json", "r.json"], ["config", "show"], ["rules", "list"]):
        found = run(*arguments)
        assert found.returncode == 0 and re.search(r"[\u3040-\u30ff]", found.stdout), (arguments, found.stderr)
        (site / "new.yaml").unlink(missing_ok=True)
        assert not re.search(r"[\u3040-\u30ff]", run(*arguments, "--lang", "en").stdout)


@pytest.mark.parametrize(
    ("stated", "options", "code"),
    [("", [], 1), ('fail-on = "error"', [], 0), ('unknown = "ignore"', [], 0), ('fail-on = "error"', ["--fail-on", "unknown"], 1),
     ("", ["--unknown", "warn"], 0), ('fail-on = "error"', ["--unknown", "fail"], 1)],
)  # fmt: skip
def test_a_diff_fails_by_the_same_terms_as_a_check(stated: str, options: list[str], code: int, here: Path, run: Tenken) -> None:
    (here / "tenken.toml").write_text(stated, encoding="utf-8")
    shutil.copytree(ROOT / "examples" / "passing", here / "design")
    assert run("check", "design", "-o", "old.json").returncode == 0
    path = here / "design" / "site.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("encrypted: false", "encrypted: null"), encoding="utf-8")
    assert run("check", "design", *options, "-o", "new.json").returncode == code
    assert run("diff", "old.json", "new.json", *options).returncode == code


def test_levels_and_switches_are_told_in_the_report(site: Path, run: Tenken) -> None:
    file = site / "design" / "site.yaml"
    changed = file.read_text(encoding="utf-8").replace("encrypted: false", "encrypted: true")
    assert changed != file.read_text(encoding="utf-8")
    file.write_text(changed, encoding="utf-8")
    noted = json.loads(run("check", "-f", "json").stdout)
    assert {result["level"] for result in noted["results"] if result["rule"] == "vm-not-encrypted"} == {"note"}
    assert any("vm-not-encrypted (error → note)" in notice["en"] for notice in noted["notices"])
    (site / "tenken.toml").write_text('inputs = ["design"]\n[rules]\n"vm-not-*" = "off"\n', encoding="utf-8")
    off = json.loads(run("check", "-f", "json").stdout)
    assert not [result for result in off["results"] if result["rule"] == "vm-not-encrypted"]
    assert any("switched off" in notice["en"] and "vm-not-encrypted" in notice["en"] for notice in off["notices"])
    assert "vm-not-encrypted" not in run("rules", "list").stdout
    assert "vm-not-encrypted" in run("explain", "vm-not-encrypted").stdout, "one may ask about a rule that is switched off"


@pytest.mark.parametrize(
    ("fail_on", "policy", "code", "threshold"),
    [
        ("unknown", "threshold", 1, "unknown"), ("error", "threshold", 0, "error"),
        ("error", "fail", 1, "unknown"), ("warning", "fail", 1, "warning"),
        ("unknown", "warn", 0, "error"), ("inquire", "warn", 0, "inquire-not-unknown"), ("warning", "warn", 1, "warning"),
        ("unknown", "ignore", 0, "error"), ("warning", "ignore", 0, "warning-not-unknown"),
    ],
)  # fmt: skip
def test_the_policy_for_unknowns(fail_on: str, policy: str, code: int, threshold: str, here: Path, run: Tenken) -> None:
    """Verdicts stay unknown; what the gate makes of them is said, and every output agrees with the exit code."""
    (here / "site.yaml").write_text(UNKNOWN, encoding="utf-8")
    found = run("check", "site.yaml", "--fail-on", fail_on, "--unknown", policy, "-f", "json", "-o", "r.json")
    assert found.returncode == code, found.stderr
    report = json.loads((here / "r.json").read_text(encoding="utf-8"))
    assert report["summary"]["exit_code"] == code and report["summary"]["fail_on"] == threshold
    assert {verdict["verdict"] for verdict in report["verdicts"] if verdict["subject"]["kind"] == "vm"} == {"unknown"}
    assert any("policy for unknowns" in notice["en"] for notice in report["notices"]) is (policy != "threshold")
    for format in ("junit", "sarif", "github", "gitlab", "markdown", "html", "console"):
        shown = run("check", "site.yaml", "--fail-on", fail_on, "--unknown", policy, "-f", format)
        assert shown.returncode == code, format
        if format == "junit":
            assert (Xml.fromstring(shown.stdout.encode()).get("failures") == "0") is (code == 0)
        if format == "sarif":
            levels = {result["level"] for result in json.loads(shown.stdout)["runs"][0]["results"]}
            assert ("error" in levels) is (code == 1)


def test_a_lock_tells_which_file_changed(site: Path, run: Tenken) -> None:
    locked = run("rules", "lock")
    assert locked.returncode == 0 and f"house 1  {seal(site / 'house').digest}" in locked.stdout
    text = (site / "tenken.lock").read_text(encoding="utf-8")
    assert '"path": "house"' in text and str(site) not in text, "a lock says the same on every machine"
    assert run("rules", "verify").returncode == 0
    assert run("check", "--locked").returncode == 0
    (site / "house" / "clauses.yaml").write_text("[] # changed\n", encoding="utf-8")
    (site / "house" / "facts.yaml").write_text("{}\n", encoding="utf-8")
    verified = run("rules", "verify", TENKEN_LANG="en")
    assert verified.returncode == 1
    assert "house/clauses.yaml: has changed since the pack house was locked" in verified.stderr
    assert "house/facts.yaml: was added since the pack house was locked" in verified.stderr
    refused = run("check", "--locked", "--lang", "en")
    assert refused.returncode == 2 and "house/clauses.yaml: has changed" in refused.stderr and not refused.stdout
    assert run("check").returncode == 0, "nobody asked for the lock"
    (site / "tenken.toml").write_text("locked = true\n" + CONFIG, encoding="utf-8")
    assert run("check").returncode == 2
    assert run("rules", "lock").returncode == 0
    assert run("check").returncode == 0


def test_a_lock_knows_packs_that_came_or_went(site: Path, run: Tenken) -> None:
    run("rules", "lock")
    (site / "tenken.toml").write_text('inputs = ["design"]\n', encoding="utf-8")
    gone = run("check", "--locked")
    assert gone.returncode == 2 and "the pack house is locked but not in force" in gone.stderr
    run("rules", "lock")
    added = run("check", "--locked", "--rules", "house")
    assert added.returncode == 2 and "the pack house is not in tenken.lock" in added.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("[]", "the lock: "),
        ('{"tenken_lock": 2, "packs": []}', "tenken.lock:1:2: tenken_lock: "),
        ('{"tenken_lock": 1, "packs": [{"id": "x"}]}', "packs[0].digest is required"),
        ('{"tenken_lock": 1, "packs": []}', "the pack istorage-m-esxi is not in tenken.lock"),
    ],
)
def test_mistakes_of_a_lock(text: str, said: str, site: Path, run: Tenken) -> None:
    (site / "tenken.lock").write_text(text, encoding="utf-8")
    found = run("check", "--locked", "--lang", "en")
    assert found.returncode == 2
    assert said in found.stderr


WAIVERS = """
tenken_waivers: 1
waivers:
  - rule: vm-not-encrypted
    subject: {kind: vm, name: "*"}
    reason: accepted until the move
    owner: storage team
    expires: 2999-01-01
"""


def test_waivers_and_baseline_of_the_configuration(site: Path, run: Tenken) -> None:
    file = site / "design" / "site.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("encrypted: false", "encrypted: true"), encoding="utf-8")
    (site / "tenken.toml").write_text('inputs = ["design"]\nbaseline = "known.json"\n', encoding="utf-8")
    assert run("check").returncode == 2, "a baseline that is named must be there"
    written = run("baseline", "write")
    assert written.returncode == 0, written.stderr
    assert (site / "known.json").exists()
    assert run("check").returncode == 0
    assert run("baseline", "write").returncode == 2, "it is not written over"
    assert run("baseline", "update").returncode == 0
    (site / "tenken.toml").write_text('inputs = ["design"]\nwaivers = "waivers.yaml"\n', encoding="utf-8")
    (site / "waivers.yaml").write_text(WAIVERS, encoding="utf-8")
    assert run("check").returncode == 0
    assert run("check", "--no-waivers").returncode == 1
    assert run("check", "--no-waivers", "--baseline", "known.json").returncode == 0
    shown = json.loads(run("config", "show", "--json").stdout)["settings"]
    assert {
        "name": "waivers",
        "value": "waivers.yaml",
        "origin": {"kind": "file", "name": "tenken.toml", "file": "tenken.toml", "line": 2, "column": 1},
    } in shown
