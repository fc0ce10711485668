"""Which modules a command line imports, and that the table of commands is the whole of them."""

from __future__ import annotations

import subprocess
import sys

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
