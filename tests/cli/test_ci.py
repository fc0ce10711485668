"""Where machines run tenken: GitHub Actions, GitLab CI and pre-commit, with the very commands of the files that we ship."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
import yaml
from tests.cli.command_line import ROOT, clean_environment, tenken
from tests.cli.test_commands import Write

FAILS = {"vms": [{"name": "app01", "encrypted": True}]}


def shell(script: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A script as CI runs it: bash, failing at the first error, with our tenken on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script],
        capture_output=True, text=True, encoding="utf-8", cwd=cwd, env={**clean_environment(), "PATH": path, **environment}, check=False,
    )  # fmt: skip


# --- GitHub Actions, without any option


def test_annotations_and_summary_come_by_themselves(site: Write, tmp_path: Path) -> None:
    site(FAILS, "design/site.json")
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    actions = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_WORKSPACE": str(tmp_path)}
    run = tenken("check", "site.json", cwd=tmp_path / "design", **actions)
    assert run.returncode == 1, run.stderr
    fence = re.match(r"::stop-commands::(\w+)\n", run.stdout)
    assert fence, "what the console report holds is no command"
    shown, _, annotations = run.stdout.partition(f"\n::{fence[1]}::\n")
    assert "app01 is encrypted" in shown
    (line,) = annotations.splitlines()
    where = re.match(r"::error file=design/site\.json,line=(\d+),", line)
    assert where, line
    stated = (tmp_path / "design" / "site.json").read_text(encoding="utf-8").splitlines()[int(where[1]) - 1]
    assert '"encrypted": true' in stated
    told = summary.read_text(encoding="utf-8")
    assert told.startswith("before\n") and "app01 is encrypted" in told


def test_whoever_asks_for_a_format_gets_that_and_no_more(site: Write, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    run = tenken("check", site(FAILS), "-f", "json", GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
    assert json.loads(run.stdout)["summary"]["exit_code"] == 1
    assert not summary.exists()
    asked = tenken("check", site(FAILS), "-f", "github", GITHUB_STEP_SUMMARY=str(summary))
    assert asked.stdout.startswith("::error ")
    assert summary.exists()


def test_a_full_summary_is_left_alone(site: Write, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_bytes(b"x" * 1_048_000)
    run = tenken("check", site(FAILS), GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
    assert run.returncode == 1
    assert "no room" in run.stderr
    assert summary.stat().st_size == 1_048_000


def test_only_junit_lists_what_passed(site: Write, tmp_path: Path) -> None:
    run = tenken("check", site(FAILS), "-o", tmp_path / "r.junit.xml", "-o", tmp_path / "r.json", "-o", tmp_path / "r.sarif")
    assert run.returncode == 1, run.stderr
    outcomes = {result["outcome"] for result in json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["results"]}
    assert outcomes == {"fail"}
    suites = Xml.parse(tmp_path / "r.junit.xml").getroot()
    assert int(suites.get("tests", "")) > 50 and suites.get("failures") == "1" and int(suites.get("skipped", "")) > 0
    assert len(json.loads((tmp_path / "r.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]) == 1


# --- the action


def action() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return read


def action_environment(step: dict[str, Any], tmp_path: Path, **inputs: str) -> dict[str, str]:
    """The variables of a step, its inputs filled in as Actions does."""
    values = {name: str(stated.get("default", "")) for name, stated in action()["inputs"].items()} | inputs
    filled = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda match: values[match[1]], text)
        for name, text in step.get("env", {}).items()
    }
    return {**filled, "GITHUB_OUTPUT": str(tmp_path / "outputs"), "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(tmp_path)}


def test_the_action_is_a_composite_one_that_runs_no_input() -> None:
    stated = action()
    assert stated["runs"]["using"] == "composite"
    assert all(step["shell"] == "bash" for step in stated["runs"]["steps"])
    assert all("${{" not in step["run"] for step in stated["runs"]["steps"])
    assert all(found["description"] for found in (*stated["inputs"].values(), *stated["outputs"].values()))


@pytest.mark.long
def test_the_action_installs_tenken(tmp_path: Path) -> None:
    step = action()["runs"]["steps"][0]
    path = tmp_path / "path"
    run = shell(step["run"], tmp_path, RUNNER_TEMP=str(tmp_path), GITHUB_ACTION_PATH=str(ROOT), GITHUB_PATH=str(path))
    assert run.returncode == 0, run.stderr
    installed = Path(path.read_text(encoding="utf-8").strip())
    checked = subprocess.run([installed / "tenken", "--version"], capture_output=True, text=True, check=True)
    assert checked.stdout.startswith("tenken ")


@pytest.mark.parametrize(("changes", "code"), [({}, 0), (FAILS, 1), ({"vms": [{"name": "app01", "encryptd": True}]}, 2)])
def test_the_action_checks(changes: dict[str, Any], code: int, site: Write, tmp_path: Path) -> None:
    site(changes, "a site; touch x.json")
    step = action()["runs"]["steps"][1]
    environment = action_environment(step, tmp_path, paths="a site; touch x.json\n")
    run = shell(step["run"], tmp_path, **environment)
    assert run.returncode == code, run.stdout + run.stderr
    outputs = (tmp_path / "outputs").read_text(encoding="utf-8")
    assert f"exit-code={code}\n" in outputs
    assert ("sarif=tenken-reports/tenken.sarif\n" in outputs) is (code != 2)
    made = {path.name for path in (tmp_path / "tenken-reports").glob("*")}
    assert made == (set() if code == 2 else {"tenken.sarif", "tenken.junit.xml", "tenken.json", "tenken.html"})
    assert not (tmp_path / "x.json").exists()


WAIVERS = """\
tenken_waivers: 1
waivers:
  - {rule: vm-not-encrypted, subject: {kind: vm, name: app01}, reason: moved in July, owner: ops, expires: 2099-12-31}
"""
DARK = {"vms": [{"name": "app01", "encrypted": None}]}
ASKED: list[tuple[dict[str, Any], dict[str, str], int]] = [
    (FAILS, {"waivers": "accepted/our waivers.yaml"}, 0),
    (FAILS, {"waivers": "accepted/our waivers.yaml", "no-waivers": "true"}, 1),
    (FAILS, {"waivers": "accepted/our waivers.yaml", "no-waivers": "false"}, 0),
    (FAILS, {"waivers": "accepted/our waivers.yaml", "no-waivers": "yes"}, 2),
    (FAILS, {"waivers": "nowhere.yaml"}, 2),
    (FAILS, {"baseline": "known.json"}, 0),
    (FAILS, {"baseline": "nowhere.json"}, 2),
    (DARK, {}, 1),
    (DARK, {"unknown": "warn"}, 0),
    (DARK, {"unknown": "wrn"}, 2),
    (DARK, {"fail-on": "error"}, 0),
    (DARK, {"profile": "design-review"}, 0),
    (DARK, {"profile": "strict"}, 1),
    (DARK, {"config": "lenient.toml"}, 0),
    (DARK, {"config": "nowhere.toml"}, 2),
    ({}, {"locked": "true"}, 2),
    ({}, {"locked": "maybe"}, 2),
]
"""What a pipeline may ask for: the site, the inputs of the action (the variables of the template), and the exit code."""


@pytest.fixture
def asked_of(site: Write, tmp_path: Path) -> Path:
    """A repository with a file of waivers, a baseline and two configurations."""
    (tmp_path / "accepted").mkdir()
    (tmp_path / "accepted" / "our waivers.yaml").write_text(WAIVERS, encoding="utf-8")
    (tmp_path / "lenient.toml").write_text('inputs = ["site.json"]\nunknown = "ignore"\n', encoding="utf-8")
    (tmp_path / "tenken.toml").write_text('inputs = ["site.json"]\n', encoding="utf-8")
    assert tenken("baseline", "write", site(FAILS), "--baseline", tmp_path / "known.json", cwd=tmp_path).returncode == 0
    return tmp_path


@pytest.mark.parametrize(("changes", "inputs", "code"), ASKED, ids=str)
def test_the_action_hands_on_what_is_asked_of_it(
    changes: dict[str, Any], inputs: dict[str, str], code: int, site: Write, asked_of: Path
) -> None:
    site(changes)
    step = action()["runs"]["steps"][1]
    run = shell(step["run"], asked_of, **action_environment(step, asked_of, **inputs))
    assert run.returncode == code, run.stdout + run.stderr
    assert f"exit-code={code}\n" in (asked_of / "outputs").read_text(encoding="utf-8")


# --- GitLab and pre-commit


def gitlab_template() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "ci" / "gitlab" / "tenken.yml").read_text(encoding="utf-8"))
    assert set(read) == {"variables", "tenken"} and "variables" not in read["tenken"], (
        "a pipeline can't say otherwise than a job"
    )
    return read


@pytest.mark.parametrize(("changes", "inputs", "code"), ASKED, ids=str)
def test_the_gitlab_template_hands_on_what_is_asked_of_it(
    changes: dict[str, Any], inputs: dict[str, str], code: int, site: Write, asked_of: Path
) -> None:
    site(changes)
    template = gitlab_template()
    job = template["tenken"]
    variables = {f"TENKEN_{name.replace('-', '_').upper()}": value for name, value in inputs.items()}
    assert set(variables) <= set(template["variables"]), "each can be seen in the template"
    run = shell("\n".join(job["script"]), asked_of, **{**template["variables"], **variables})
    assert run.returncode == code, run.stdout + run.stderr


def test_action_and_template_offer_the_same() -> None:
    template = gitlab_template()
    offered = {name.removeprefix("TENKEN_").replace("_", "-").lower() for name in template["variables"]}
    assert offered == set(action()["inputs"]) - {"output"}
    documented = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in documented for name in action()["inputs"])


def test_the_gitlab_template(site: Write, tmp_path: Path) -> None:
    template = gitlab_template()
    job = template["tenken"]
    site(FAILS)
    (tmp_path / "tenken.toml").write_text('inputs = ["site.json"]\n', encoding="utf-8")
    environment = {key: str(value) for key, value in template["variables"].items()} | {"CI_PROJECT_DIR": str(tmp_path)}
    unset = shell("\n".join(job["before_script"]), tmp_path, **environment)
    assert unset.returncode != 0 and "TENKEN_PACKAGE: set it to" in unset.stderr
    run = shell("\n".join(job["script"]), tmp_path, **environment)
    assert run.returncode == 1, run.stderr
    reports = job["artifacts"]["reports"]
    (issue,) = json.loads((tmp_path / reports["codequality"]).read_text(encoding="utf-8"))
    assert issue["location"]["path"] == "site.json"
    assert Xml.parse(tmp_path / reports["junit"]).getroot().get("failures") == "1"
    assert all((tmp_path / path).exists() for path in job["artifacts"]["paths"])


def test_the_pre_commit_hook(site: Write, tmp_path: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["language"] == "python" and hook["pass_filenames"] is False
    for name in ("design/vms.yaml", "site.json", "RVTools.xlsx", "export/vInfo.csv"):
        assert re.search(hook["files"], name)
    assert not re.search(hook["files"], "README.md")
    command = " ".join([hook["entry"], *hook["args"]])
    site()
    assert shell(command, tmp_path).returncode == 0
    site(FAILS)
    assert shell(command, tmp_path).returncode == 1
