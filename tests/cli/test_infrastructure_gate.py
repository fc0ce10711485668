"""The sample infrastructure repository, gated end to end: green as it should be, and one bad disk is one annotation on its line.

TENKEN_UPDATE_GOLDEN=1 writes the files of each format anew; then read the diff.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from tests.cli.command_line import tenken

from tenken import __version__

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "infrastructure"
DB = "vsphere_virtual_machine.db"
FORMATS = {
    "console": "txt", "markdown": "md", "json": "json", "sarif": "sarif", "junit": "junit.xml", "github": "github.txt",
    "gitlab": "gl-code-quality-report.json", "csv": "csv",
}  # fmt: skip


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of the example as it stands on its main branch, where the disk is in order."""
    folder = tmp_path / "repo"
    shutil.copytree(ROOT / "examples" / "infrastructure", folder)
    (folder / ".git").mkdir()
    set_mode(folder, "persistent")
    return folder


def set_mode(folder: Path, mode: str) -> None:
    """What a pull request changes: the mode of one disk, in the code and, by terraform plan, in the plan."""
    code = folder / "vms.tf"
    code.write_text(
        re.sub(r'(disk_mode\s*=\s*)"\w+"', rf'\1"{mode}"', code.read_text(encoding="utf-8"), count=1), encoding="utf-8"
    )
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    for change in plan["resource_changes"]:
        if change["address"] == DB:
            change["change"]["after"]["disk"][1]["disk_mode"] = mode
    (folder / "plan.json").write_text(json.dumps(plan, indent=1), encoding="utf-8")


def test_a_pull_request_with_one_bad_disk_fails_with_one_annotation_on_its_line(repository: Path) -> None:
    green = tenken("check", ".", "-f", "github", cwd=repository)
    assert (green.returncode, re.findall("(?m)^::(?:error|warning)", green.stdout)) == (0, [])
    set_mode(repository, "independent_persistent")
    red = tenken("check", ".", "-f", "github", cwd=repository)
    annotations = re.findall(r"(?m)^::(?:error|warning|notice).*$", red.stdout)
    assert red.returncode == 1 and len(annotations) == 1
    (found,) = re.findall(r"^::error file=vms\.tf,line=(\d+)", annotations[0])
    code = (repository / "vms.tf").read_text(encoding="utf-8").splitlines()
    assert "disk {" in code[int(found) - 1]


def test_what_is_known_or_waived_lets_the_pull_request_pass(repository: Path) -> None:
    set_mode(repository, "independent_persistent")
    assert tenken("baseline", "write", ".", "--baseline", "known.json", cwd=repository).returncode == 0
    assert tenken("check", ".", "--baseline", "known.json", cwd=repository).returncode == 0
    (repository / "waivers.yaml").write_text(
        "tenken_waivers: 1\nwaivers:\n"
        "  - {rule: vm-disk-not-independent, subject: {kind: disk, name: db01/data}, reason: moved next week, owner: ops, expires: 2099-12-31}\n",
        encoding="utf-8",
    )
    for accepted in (("--baseline", "known.json"), ("--waivers", "waivers.yaml")):
        told = tenken("check", ".", *accepted, "-f", "github", cwd=repository)
        assert re.findall(r"(?m)^::(\w+ \w+)=", told.stdout) == ["notice title"], "one notice, and on no line"
    waived = tenken("check", ".", "--waivers", "waivers.yaml", "-f", "json", cwd=repository)
    report = json.loads(waived.stdout)
    assert waived.returncode == 0 and report["summary"]["outcomes"]["waived"] == 1
    verdicts = {(v["subject"]["name"], v["method"]): v["verdict"] for v in report["verdicts"]}
    assert verdicts["db01", "vmfs.online"] == "ineligible", "a waiver accepts the risk, it does not make the backup possible"


@pytest.mark.parametrize("format", FORMATS)
def test_each_format_to_the_letter(format: str, repository: Path) -> None:
    set_mode(repository, "independent_persistent")
    run = tenken("check", ".", "-f", format, cwd=repository, SOURCE_DATE_EPOCH="1767225600")
    assert run.returncode == 1, run.stderr
    digests = r'\b[0-9a-f]{12}\b(?=`|$)|(?<="digest": ")[0-9a-f]{64}'
    text = re.sub(digests, "<digest>", run.stdout.replace("\r\n", "\n")).replace(__version__, "<version>")
    golden = GOLDEN / f"report.{FORMATS[format]}"
    if os.environ.get("TENKEN_UPDATE_GOLDEN") == "1":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
