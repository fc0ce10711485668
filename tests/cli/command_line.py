"""tenken as a command: in this process, which tests the same in a fraction of the time, or as a process of its own."""

from __future__ import annotations

import gc
import io
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from tenken.cli import start

ROOT = Path(__file__).parents[2]
SAY = ("LC_", "LANG", "TENKEN", "GITHUB_", "CI_")
"""Variables beginning so have a say; a test states its own."""

Ran = subprocess.CompletedProcess[str]
Tenken = Callable[..., Ran]


def tenken(*arguments: str | Path, cwd: Path = ROOT, **environment: str) -> Ran:
    """The entry point called in this process: exit code and what was said, as a process would leave them.

    What only a process shows (start-up, imports, signals, pipes, the last flush) is tested by processes: ``process``,
    test_start, test_watching, and what test_ci runs by bash.
    """
    command = [*map(str, arguments)]
    said, told = (io.TextIOWrapper(io.BytesIO()) for _ in range(2))
    codes: list[object] = []
    with pytest.MonkeyPatch.context() as patched, Path(os.devnull).open(encoding="utf-8") as nobody:
        for name in set(os.environ) - set(clean_environment()):
            patched.delenv(name)
        for name, value in environment.items():
            patched.setenv(name, value)
        patched.chdir(cwd)
        patched.setattr(sys, "argv", ["tenken", *command])
        patched.setattr(sys, "stdin", nobody)
        patched.setattr(sys, "stdout", said)
        patched.setattr(sys, "stderr", told)
        patched.setattr(start, "app", _command())
        patched.setattr(start, "_leave", codes.append)
        try:
            start.main()
        finally:
            gc.enable()  # the process of a command goes without
    (code,) = codes
    return Ran(command, code if isinstance(code, int) else int(code is not None), *map(_text, (said, told)))


def clean_environment() -> dict[str, str]:
    """The environment of the tests without what has a say, but for where they keep compiled rules."""
    return {key: value for key, value in os.environ.items() if not key.startswith(SAY) or key == "TENKEN_CACHE_DIR"}


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.buffer.read().decode("utf-8")


@cache
def _command() -> Any:
    """The command with all its commands, made once: making it takes as long as checking a small site."""
    start.load([])
    return get_command(start.app)


def process(*arguments: str | Path, cwd: Path = ROOT, **environment: str) -> Ran:
    """A process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "tenken", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", cwd=cwd, env={**clean_environment(), **environment}, check=False,
    )  # fmt: skip
