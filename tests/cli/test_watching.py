"""``tenken check --watch``: each change is one run, and says what it brought."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.cli.command_line import Tenken

from tenken.cli import watching

ROOT = Path(__file__).parents[2]
Rounds = Callable[[Callable[[], watching.Seen]], Iterator[tuple[list[str], int]]]


@pytest.fixture
def site(here: Path) -> Path:
    shutil.copytree(ROOT / "examples" / "passing", here / "design")
    (here / "tenken.toml").write_text('inputs = ["design"]\n', encoding="utf-8")
    return here / "design" / "site.yaml"


def edits(*steps: Callable[[], object]) -> Rounds:
    """Rounds in which somebody edits, instead of a clock: after the last one comes Ctrl-C."""

    def rounds(look: Callable[[], watching.Seen]) -> Iterator[tuple[list[str], int]]:
        last = look()
        yield [], len(last)
        for step in steps:
            step()
            now = look()
            yield watching.changes(last, now), len(now)
            last = now
        raise KeyboardInterrupt

    return rounds


def test_each_change_says_what_is_new_and_what_is_fixed(site: Path, run: Tenken, monkeypatch: pytest.MonkeyPatch) -> None:
    text = site.read_text(encoding="utf-8")
    config = site.parent.parent / "tenken.toml"
    other = site.parent / "more.yaml"
    steps = edits(
        lambda: site.write_text(text.replace("encrypted: false", "encrypted: true"), encoding="utf-8"),
        lambda: site.write_text("tenken: 1\nvms: [\n", encoding="utf-8"),
        lambda: site.write_text("# moved\n\n" + text.replace("encrypted: false", "encrypted: true"), encoding="utf-8"),
        lambda: config.write_text(
            'inputs = ["design"]\nlanguage = "ja"\n[rules]\nvm-not-encrypted = "off"\n', encoding="utf-8"
        ),
        lambda: other.write_text("tenken: 1\nvms: [{name: new01}]\n", encoding="utf-8"),
    )
    monkeypatch.setattr(watching, "_rounds", steps)
    found = run("check", "--watch", "--lang", "en")
    told = [line for line in found.stderr.splitlines() if "Ctrl-C" in line]
    assert told[0] == "watching 2 files; Ctrl-C ends"
    assert re.match(r"design.site\.yaml changed: [1-9]\d* new, 0 fixed; watching 2 files", told[1])
    assert re.search(r"^  new  vm-not-encrypted  \S+ is encrypted", found.stderr, re.MULTILINE)
    assert "changed, and can't be checked" in told[2] and "not YAML" in found.stderr
    assert "0 new, 0 fixed" in told[3], "lines that moved change nothing, and what was before the mistake counts"
    assert re.match(r"tenken\.toml changed: 0 new, [1-9]\d* fixed", told[4])
    assert re.search(r"^  fixed  vm-not-encrypted", found.stderr, re.MULTILINE)
    assert "more.yaml changed" in told[5] and "watching 3 files" in told[5]
    assert found.returncode == 1, "the exit code is that of the last run"
    assert "\x1b[2J" not in found.stdout, "only a terminal is cleared"


def test_reports_that_it_writes_itself_are_no_change(site: Path, run: Tenken, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []

    def rounds(look: Callable[[], watching.Seen]) -> Iterator[tuple[list[str], int]]:
        before = look()
        yield [], len(before)
        seen.append(watching.changes(before, look()))

    monkeypatch.setattr(watching, "_rounds", rounds)
    assert run("check", "--watch", "-o", "design/report.json").returncode == 0
    assert (site.parent / "report.json").exists()
    assert seen == [[]]


def test_files_that_come_go_and_change(tmp_path: Path) -> None:
    a, b = tmp_path / "a.yaml", tmp_path / "sub" / "b.yaml"
    b.parent.mkdir()
    a.write_text("1", encoding="utf-8")
    first = watching.seen([tmp_path, tmp_path / "nothing", a])
    assert list(first) == [str(a)]
    b.write_text("1", encoding="utf-8")
    a.write_text("22", encoding="utf-8")
    second = watching.seen([tmp_path])
    assert watching.changes(first, second) == [str(a), str(b)]
    a.unlink()
    assert watching.changes(second, watching.seen([tmp_path])) == [str(a)]
    assert watching.changes(second, second) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a pseudo-terminal")
def test_on_a_terminal(site: Path) -> None:
    """As a designer sees it: the screen is cleared, an edit is picked up, and Ctrl-C ends without a traceback."""
    import pty

    leader, follower = pty.openpty()
    ours = signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests in the background ignores Ctrl-C
    process = subprocess.Popen(
        [sys.executable, "-m", "tenken", "check", "--watch", "--lang", "en"],
        stdin=follower, stdout=follower, stderr=follower, cwd=site.parent.parent, start_new_session=True,
        env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    signal.signal(signal.SIGINT, ours)
    os.close(follower)
    shown = ""

    def until(text: str) -> None:
        nonlocal shown
        while text not in shown:
            assert select.select([leader], [], [], 60)[0], f"{text!r} never came: {shown}"
            shown += os.read(leader, 65536).decode("utf-8", "replace")

    try:
        until("watching 2 files; Ctrl-C ends")
        assert "\x1b[2J" in shown
        shown = ""
        site.write_text(site.read_text(encoding="utf-8").replace("encrypted: false", "encrypted: true"), encoding="utf-8")
        until("watching 2 files, Ctrl-C ends")
        until("new  vm-not-encrypted")
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(60) == 1
        assert "Traceback" not in shown
    finally:
        process.kill()
        process.wait()
        os.close(leader)
