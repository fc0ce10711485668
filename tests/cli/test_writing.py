"""Where reports go: files, links, pipes and devices, standard output."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.cli.command_line import Tenken

Write = Callable[..., Path]


@pytest.fixture
def private() -> Iterator[None]:
    """New files are for their owner alone."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_a_pipe_is_written_into_and_stays_one(site: Write, here: Path, run: Tenken) -> None:
    """So does a device: who may write to its folder would replace /dev/null by a file."""
    os.mkfifo(here / "pipe")
    reading = os.open(here / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        run("check", site({"vms": [{"name": "app01", "encrypted": True}]}), "-f", "csv", "-o", "pipe")
        assert b"vm-not-encrypted" in os.read(reading, 1 << 16)
    finally:
        os.close(reading)
    assert (here / "pipe").is_fifo()


def test_a_link_leads_to_the_report(site: Write, here: Path, run: Tenken) -> None:
    report = here / "reports" / "today.md"
    report.parent.mkdir()
    report.write_text("yesterday's", encoding="utf-8")
    report.chmod(0o640)
    (here / "latest.md").symlink_to(report)
    assert run("check", site(), "-o", "latest.md").returncode == 0
    assert (here / "latest.md").is_symlink()
    assert report.read_text(encoding="utf-8").startswith("# ")
    assert report.stat().st_mode & 0o777 == 0o640


@pytest.mark.usefixtures("private")
def test_a_new_report_is_for_those_whom_new_files_are_for(site: Write, here: Path, run: Tenken) -> None:
    assert run("check", site(), "-o", "r.md").returncode == 0
    assert (here / "r.md").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("stated", [["-f", "json"], []])
@pytest.mark.parametrize("output", ["reports", "reports/"])
def test_a_folder_is_no_file(output: str, stated: list[str], site: Write, here: Path, run: Tenken) -> None:
    (here / "reports").mkdir()
    ran = run("check", site(), *stated, "-o", output)
    assert ran.returncode == 2
    assert ran.stderr.startswith("tenken: reports can't be written: Is a directory\n")
    assert sorted(path.name for path in here.iterdir()) == [".git", "reports"], "nothing is left behind"


@pytest.mark.parametrize("command", [["check", "-f", "json"], ["plan", "-f", "json"], ["import"], ["questions"], ["check"]])
def test_a_dash_is_standard_output(command: list[str], site: Write, here: Path, run: Tenken) -> None:
    name, *options = command
    arguments = [name, site({"vms": [{"name": "app01", "encrypted": None}]}), *options]
    plain, dashed = (run(*arguments, *more, SOURCE_DATE_EPOCH="0") for more in ([], ["-o", "-"]))
    assert dashed.stdout == plain.stdout != ""
    assert dashed.returncode == plain.returncode
    assert not (here / "-").exists()


def test_one_report_goes_to_standard_output_and_others_to_files(site: Write, here: Path, run: Tenken) -> None:
    ran = run("check", site(), "-f", "json", "-f", "html", "-o", "-", "-o", "r.html")
    assert json.loads(ran.stdout)["tenken_report"] == 1
    assert (here / "r.html").exists()
    for outputs in (["-o", "-"], ["-o", "-", "-o", "-"]):
        assert "json and html can't share standard output" in run("check", site(), "-f", "json", "-f", "html", *outputs).stderr
