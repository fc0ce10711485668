"""The command line in an empty repository."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from tests.cli.command_line import Tenken, tenken


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository as the working folder."""
    folder = tmp_path / "repository"
    (folder / ".git").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(here: Path) -> Tenken:
    """Runs tenken there."""
    return partial(tenken, cwd=here)
