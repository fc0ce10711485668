"""What the pipeline offers by name, and what asking for it does not bring along."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tenken import pipeline

ROOT = Path(__file__).parents[2]

CHECK = "import sys, tenken; tenken.check(['examples/passing'])"
NOT_FOR_A_CHECK = [
    *(f"tenken.pipeline.{name}" for name in ("differences", "merging", "planning", "questions", "runbooks")),
    *(f"tenken.engine.{name}" for name in ("way_out", "questions", "runbook", "pack.folder")),
    "tenken.gate.settle",
    "tenken.outputs.words",
]


def test_every_name_is_there() -> None:
    for name in pipeline._HOMES:
        assert getattr(pipeline, name).__name__ == name
    with pytest.raises(AttributeError, match="has no attribute 'raport'"):
        pipeline.raport  # noqa: B018


def test_a_check_brings_along_nothing_that_it_does_not_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENKEN_CACHE_DIR", str(tmp_path))
    subprocess.run([sys.executable, "-c", CHECK], cwd=ROOT, check=True)  # so that the rules are kept
    code = f"{CHECK}; print(*(name for name in {NOT_FOR_A_CHECK!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
