"""The command line in this process: as its users meet it, but without starting Python for every case."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tenken.cli.app import app

Tenken = Callable[..., Result]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository as the working folder, with nothing of ours in the environment."""
    folder = tmp_path / "repository"
    (folder / ".git").mkdir(parents=True)
    monkeypatch.chdir(folder)
    for name in os.environ:
        if name.startswith(("LC_", "LANG", "GITHUB_", "CI_")) or (name.startswith("TENKEN") and name != "TENKEN_CACHE_DIR"):
            monkeypatch.delenv(name)
    return folder


@pytest.fixture
def run(here: Path) -> Tenken:
    """Runs tenken there."""

    def call(*arguments: str | Path, **environment: str) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], env=environment, catch_exceptions=False)

    return call
