"""Which modules a command line imports, and that the table of commands is the whole of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from tenken.cli.app import app
from tenken.cli.start import MODULES


def test_the_table_names_all_commands() -> None:
    names = [command for commands in MODULES.values() for command in commands]
    assert sorted(names) == sorted(get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("arguments", "loaded"),
    [
        (["--version"], set()),
        (["schema", "rule"], {"schema"}),
        (["bundle"], {"bundle"}),
        (["unmask"], {"bundle"}),
        (["--help"], set(MODULES)),
        (["chekc"], set(MODULES)),
        ([], set(MODULES)),
    ],
)
def test_only_what_is_called_is_imported(arguments: list[str], loaded: set[str]) -> None:
    code = (
        "import sys, tenken.cli.start as s; s.load(sys.argv[1:]);"
        "print([name for name in s.MODULES if f'tenken.cli.{name}' in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    found = set(eval(run.stdout))
    assert loaded <= found and (loaded or not found)


EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    "arguments", [["check", EXAMPLES / "passing"], ["rules", "list"], ["check", EXAMPLES / "failing", "-f", "json"]]
)
def test_what_nobody_could_read_is_not_green(arguments: list[str | Path]) -> None:
    """Standard output is a full disk, or nobody reads it to its end: the process ends without green, and without a traceback."""
    command = [sys.executable, "-m", "tenken", *map(str, arguments)]
    with Path("/dev/full").open("wb") as full:
        run = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert run.returncode == 2
    assert "can't be written: No space left on device" in run.stderr and "Traceback" not in run.stderr
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "wb") as pipe:
        run = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, text=True, check=False)
    assert run.returncode == 1 and "Traceback" not in run.stderr and "Exception ignored" not in run.stderr


def test_the_whole_output_is_there_when_the_process_ends(tmp_path: Path) -> None:
    """It ends without taking its objects apart; what was buffered is written first, through a pipe as to a file."""
    command = [sys.executable, "-m", "tenken", "check", str(EXAMPLES / "failing"), "-f", "json", "--all"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0"}
    piped = subprocess.run(command, capture_output=True, check=False, env=environment)
    with (tmp_path / "report.json").open("wb") as file:
        subprocess.run(command, stdout=file, check=False, env=environment)
    assert json.loads(piped.stdout)["summary"]["exit_code"] == piped.returncode == 1
    assert (tmp_path / "report.json").read_bytes() == piped.stdout
