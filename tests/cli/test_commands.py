"""The command line as its users meet it: what goes in, which exit code, what is said and where."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.command_line import ROOT, Tenken, process, tenken

Write = Callable[..., Path]

UNKNOWN = {"vms": [{"name": "app01", "encrypted": None}]}
FAILS = {"vms": [{"name": "app01", "encrypted": True}]}
WARNS = {"vms": [{"name": "app01", "snapshots": [{"name": "s1"}]}]}
ASKS = {"vms": [{"name": "app01", "guest": {"os": {"family": "rhel", "version": "8.6"}}}]}


@pytest.mark.parametrize(
    ("changes", "fail_on", "code"),
    [
        ({}, None, 0), ({}, "warning", 0),
        (UNKNOWN, None, 1), (UNKNOWN, "error", 0), (UNKNOWN, "unknown", 1), (UNKNOWN, "warning", 1),
        (FAILS, None, 1), (FAILS, "error", 1), (FAILS, "warning", 1),
        (WARNS, None, 0), (WARNS, "error", 0), (WARNS, "inquire", 0), (WARNS, "warning", 1),
        (ASKS, None, 0), (ASKS, "inquire", 1), (ASKS, "warning", 1),
    ],
)  # fmt: skip
def test_exit_code_follows_the_threshold(changes: dict[str, Any], fail_on: str | None, code: int, site: Write) -> None:
    run = tenken("check", site(changes), "-f", "json", *(["--fail-on", fail_on] if fail_on else []))
    assert run.returncode == code, run.stderr
    assert json.loads(run.stdout)["summary"]["exit_code"] == code


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "examples/passing"], 0),
        (["check", "examples/failing", "-f", "markdown", "--lang", "ja"], 1),
        (["check", "examples/pasing"], 2),
        (["check", "docs"], 3),
        (["rules", "list", "--lang", "ja"], 0),
        (["check", "--help"], 0),
        (["chek"], 2),
        ([], 2),
    ],
)
def test_a_process_does_what_a_call_of_its_entry_point_does(arguments: list[str], code: int) -> None:
    """So that the other tests can call it, which takes a fraction of the time."""
    alone, called = (run(*arguments, SOURCE_DATE_EPOCH="0", COLUMNS="100") for run in (process, tenken))
    assert alone.returncode == called.returncode == code
    for said, told in ((alone.stdout, called.stdout), (alone.stderr, called.stderr)):
        assert said.replace("python -m tenken", "tenken") == told
    assert alone.stdout or alone.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["check", "nowhere.yaml"], 2, "nowhere.yaml: there is no such file or folder"),
        (["check", "examples/pasing"], 2, "did you mean examples/passing?"),
        (["check", "examples/passing", "--fail-on", "eror"], 2, "error"),
        (["check", "examples/passing", "-f", "jsn"], 2, "json"),
        (["check"], 2, "PATH"),
        (["check", "examples/passing", "-f", "json", "-f", "markdown"], 2, "can't share standard output"),
        (["check", "examples/passing", "-f", "json", "-o", "a", "-o", "b"], 2, "2 --output for 1 --format"),
        (["check", "examples/passing", "-o", "report.doc"], 2, "no format is known for report.doc"),
        (["plan", "examples/passing", "-o", "plan.html"], 2, "a suffix of: .txt, .md, .markdown, .json"),
        (["runbook", "examples/passing", "--datastore", "DS01", "-o", "a.doc"], 2, "a suffix of: .md, .markdown, .html, .htm"),
        (["diff", "a.json", "b.json", "-o", "a.sarif"], 2, "a suffix of: .txt, .json, .md, .markdown, .html, .htm"),
        (["check", "examples/passing", "--rules", "examples"], 2, "there is no pack.yaml"),
        (["check", "examples/passing", "--template", "nowhere"], 2, "is not a folder"),
        (["diff", "a.json", "b.json", "--template", "nowhere"], 2, "is not a folder"),
        (["runbook", "examples/planned", "--job", "nightly-ds01", "--template", "nowhere"], 2, "is not a folder"),
        (["check", "examples/passing", "--template", "t" * 300], 2, "is not a folder"),
        (["check", "docs"], 3, "no inventory was found"),
        (["check", "README.md"], 2, "no source understands this file"),
        (["explain", "vm-not-encryptd"], 2, "did you mean 'vm-not-encrypted'"),
        (["why", "vm-not-encrypted", "nobody", "examples/passing"], 2, "there are:"),
        (["rules", "test", "--rule", "nothing"], 2, "there is no rule"),
        (["schema", "inventry"], 2, "inventory"),
        (["chek"], 2, "chek"),
    ],
)  # fmt: skip
def test_mistakes_of_the_user(arguments: list[str], code: int, said: str) -> None:
    run = tenken(*arguments)
    assert run.returncode == code
    assert said in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""


def test_a_site_with_nothing_to_check_is_never_green(tmp_path: Path) -> None:
    path = tmp_path / "empty.yaml"
    path.write_text("tenken: 1\nvms: []\ndatastores: []\nhosts: []\narrays: []\nvcenters: []\n", encoding="utf-8")
    run = tenken("check", path)
    assert run.returncode == 3
    assert "nothing could be checked" in run.stderr
    path.write_text("", encoding="utf-8")
    assert tenken("check", path).returncode == 2
    assert tenken("check", tmp_path / "sub").returncode == 2
    (tmp_path / "sub").mkdir()
    assert tenken("check", tmp_path / "sub").returncode == 3


def test_several_reports_in_one_run(site: Write, tmp_path: Path) -> None:
    outputs = [tmp_path / "out" / name for name in ("r.json", "r.md", "r.html")]
    run = tenken("check", site(FAILS), *[word for path in outputs for word in ("-o", path)])
    assert run.returncode == 1
    assert "app01 is encrypted" in run.stdout, "the terminal shows the console report beside the files"
    texts = [path.read_text(encoding="utf-8") for path in outputs]
    assert json.loads(texts[0])["tenken_report"] == 1
    assert texts[1].startswith("# ")
    assert texts[2].lower().startswith("<!doctype html>")
    assert not list(tmp_path.glob("out/.*")), "no half-written file is left"


def test_a_failed_run_leaves_no_report(site: Write, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("tenken: 1\nvms: [{nme: a}]\n", encoding="utf-8")
    assert tenken("check", site(), broken, "-o", tmp_path / "r.json").returncode == 2
    assert not (tmp_path / "r.json").exists()


def test_no_report_replaces_what_was_read(here: Path, run: Tenken) -> None:
    shutil.copytree(ROOT / "examples" / "passing", here / "site")
    before = (here / "site" / "site.yaml").read_bytes()
    (here / "link.json").symlink_to(here / "site" / "site.yaml")
    for output in ("site/site.yaml", "link.json"):
        for command in (["check", "site", "-f", "json"], ["plan", "site", "-f", "json"], ["check", "link.json", "-f", "html"]):
            ran = run(*command, "-o", output)
            assert ran.returncode == 2, ran.stdout
            assert f"tenken: {output} is one of the inputs\n  hint: choose another name; nothing was written" in ran.stderr
    assert (here / "site" / "site.yaml").read_bytes() == before


@pytest.mark.parametrize(("lang", "said"), [("en", "can't be read: Permission denied"), ("ja", "読み込めません")])
def test_what_lies_below_a_closed_folder_is_no_mistake_of_tenken(
    lang: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether there is such a file can't be seen."""
    closed, exists = tmp_path / "closed" / "site.yaml", Path.exists

    def refused(path: Path) -> bool:
        if path == closed:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return exists(path)

    monkeypatch.setattr(Path, "exists", refused)
    ran = tenken("check", closed, TENKEN_LANG=lang)
    assert ran.returncode == 2
    assert ran.stderr.startswith(f"tenken: {closed}: {said}")


def test_all_lists_what_passed(site: Write) -> None:
    short = json.loads(tenken("check", site(), "-f", "json").stdout)
    long = json.loads(tenken("check", site(), "-f", "json", "--all").stdout)
    assert short["results"] == []
    assert {result["outcome"] for result in long["results"]} == {"pass", "not_applicable"}
    assert len(long["results"]) == sum(short["summary"]["outcomes"].values())


def test_language_by_option_environment_and_locale(site: Write) -> None:
    path = site(FAILS)
    assert "データストア" in tenken("check", path, "--lang", "ja").stdout
    assert "データストア" in tenken("check", path, TENKEN_LANG="ja").stdout
    assert "データストア" in tenken("check", path, LANG="ja_JP.UTF-8").stdout
    assert "Datastores" in tenken("check", path, LANG="de_DE.UTF-8").stdout
    assert "Datastores" in tenken("check", path, "--lang", "en", LANG="ja_JP.UTF-8").stdout


def test_names_cannot_steer_the_terminal(site: Write, example_site: dict[str, Any]) -> None:
    vm = {**example_site["vms"][0], "name": "\x1b[31mred\x1b[0m\u202eevil\r\nx", "uuid": "1", "encrypted": True}
    run = tenken("check", site({"vms": [vm]}))
    assert run.returncode == 1
    assert "\x1b" not in run.stdout
    assert "\u202e" not in run.stdout
    assert "\r" not in run.stdout
    assert "U+001B" in run.stdout


def test_why_shows_the_facts_and_their_places() -> None:
    run = tenken("why", "vm-disk-not-independent", "scratch01/Hard disk 2", "examples/failing")
    assert run.returncode == 0
    assert "scratch01/Hard disk 2: Violation  vm-disk-not-independent" in run.stdout
    assert "disk.mode = 'independent_persistent'" in run.stdout
    assert "examples/failing/vms.yaml:" in run.stdout


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_explain_teaches_the_rule(lang: str) -> None:
    run = tenken("explain", "vm-guest-os-online", "--lang", lang)
    assert run.returncode == 0
    assert "vmfs-guest-rhel" in run.stdout
    assert ("要問い合わせ" if lang == "ja" else "asked of the vendor") in run.stdout
    assert ("RHEL 7.0" in run.stdout) and ("2022: 対応\n" if lang == "ja" else "2022: supported\n") in run.stdout
    assert tenken("explain", "vm-ft-not-backupable").stdout.count("vm-no-fault-tolerance") == 1


def test_rules_commands() -> None:
    listed = json.loads(tenken("rules", "list", "--json").stdout)
    assert len(listed) > 50
    tested = tenken("rules", "test")
    assert tested.returncode == 0, tested.stdout
    assert tested.stdout.splitlines()[-1].endswith("0 failed")
    coverage = tenken("rules", "coverage")
    assert coverage.returncode == 0
    assert len(coverage.stdout.splitlines()) == 284
    assert tenken("rules", "coverage").returncode == 0


def test_what_init_writes_is_called_by_its_own_name(here: Path, run: Tenken) -> None:
    for lang in ("en", "ja"):
        assert run("init", f"{lang}.yaml", "--lang", lang).returncode == 0
        assert f"tenken check {lang}.yaml " in (here / f"{lang}.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_init_writes_an_inventory_that_passes(lang: str, tmp_path: Path) -> None:
    assert tenken("init", tmp_path / "site.yaml", "--lang", lang).returncode == 0
    run = tenken("check", tmp_path / "site.yaml")
    assert run.returncode == 0, run.stdout + run.stderr
    assert tenken("init", tmp_path / "site.yaml").returncode == 2, "an existing file is not overwritten"


def test_the_examples_say_what_they_show() -> None:
    passing = tenken("check", "examples/passing", "-f", "json", "--fail-on", "warning")
    assert passing.returncode == 0
    assert json.loads(passing.stdout)["results"] == []
    failing = json.loads(tenken("check", "examples/failing", "-f", "json").stdout)
    verdicts = {(v["subject"]["name"], v["method"]): v["verdict"] for v in failing["verdicts"]}
    assert verdicts["web01", "vmfs.online"] == "eligible"
    assert verdicts["DS01", "vmfs.online"] == "ineligible"
    assert verdicts["DS08", "vmfs.online"] == "ineligible"
    assert verdicts["DS08", "vmfs.offline"] == "eligible"
    assert verdicts["lnx02", "vmfs.online"] == "inquire"
    assert verdicts["DS06+DS07", "vmfs"] == "eligible"
    assert verdicts["new01", "vmfs.online"] == "unknown"
    blocked = {v["subject"]["name"]: v["blocked_by"] for v in failing["verdicts"] if v["method"] == "vmfs.online"}
    assert blocked["web01"] == [{"kind": "vm", "name": "secret01"}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["explain", "vm-disk-not-independent", "--lang", "ja"], "対象: 仮想ディスク (disk)    レベル: エラー    判定に関わる方式: 無停止（オンライン）\n"),
        (["explain", "vm-disk-not-independent"], "Subject: Disk (disk)    Level: Error    Decides: Online\n"),
        (["explain", "vm-guest-os-online", "--lang", "ja"], "\n  要問い合わせ  "),
        (["why", "vm-not-encrypted", "secret01", "examples/failing", "--lang", "ja"], "secret01: 不適合  vm-not-encrypted\n"),
    ],
)  # fmt: skip
def test_rules_are_explained_in_words(arguments: list[str], said: str) -> None:
    assert said in tenken(*arguments).stdout
