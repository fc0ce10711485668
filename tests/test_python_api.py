"""tenken from Python: what docs/python.md promises, to the reader and to a type checker."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tenken

ROOT = Path(__file__).parents[1]
DOCUMENTATION = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
SCRIPTS = re.findall(r"```python\n(.*?)```", DOCUMENTATION, re.DOTALL)


def test_the_documented_scripts_run(tmp_path: Path) -> None:
    for number, script in enumerate(SCRIPTS):
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert done.returncode in (0, 1), f"script {number}: {done.stderr}"
        assert "Traceback" not in done.stderr
        assert done.stdout


def test_a_type_checker_understands_them(tmp_path: Path) -> None:
    """py.typed is there and nothing of what a user touches is Any by accident."""
    for number, script in enumerate(SCRIPTS):
        (tmp_path / f"script{number}.py").write_text(script, encoding="utf-8")
    (tmp_path / "wrong.py").write_text("import tenken\n\ntenken.check(['x'], fail_on='eror').sumary\n", encoding="utf-8")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(ROOT / ".mypy_cache")]
    done = subprocess.run(
        [*mypy, *map(str, sorted(tmp_path.glob("*.py")))],
        cwd=tmp_path, capture_output=True, text=True, check=False, env={**os.environ, "MYPYPATH": str(ROOT / "src")},
    )  # fmt: skip
    lines = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert len(lines) == 2, done.stdout + done.stderr
    assert all(line.startswith("wrong.py:3") for line in lines), lines
    assert any("fail_on" in line for line in lines) and any("sumary" in line for line in lines)


def test_everything_that_is_promised_is_there() -> None:
    assert (Path(tenken.__file__).parent / "py.typed").exists()
    for name in tenken.__all__:
        assert getattr(tenken, name) is not None
        assert name == "__version__" or f"`{name}" in DOCUMENTATION, f"docs/python.md tells nothing of {name}"
    with pytest.raises(AttributeError, match="has no attribute 'chek'"):
        tenken.chek  # noqa: B018


def test_errors_are_those_that_are_documented(tmp_path: Path) -> None:
    with pytest.raises(tenken.InputError) as error:
        tenken.check([tmp_path / "nothing.yaml"])
    assert isinstance(error.value.problems[0], tenken.Problem)
    with pytest.raises(tenken.NothingRecognised):
        tenken.check([tmp_path])
    with pytest.raises(tenken.InputError, match="there is no rule 'vm-not-encryptd'"):
        tenken.check([ROOT / "examples" / "passing"], levels={"vm-not-encryptd": "off"})
    with pytest.raises(tenken.InputError, match="there is no lock"):
        tenken.check([ROOT / "examples" / "passing"], lock=tmp_path / "tenken.lock")


def test_no_file_has_a_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a program asks for is what it gets, wherever it runs."""
    (tmp_path / "tenken.toml").write_text('fail-on = "warning"\n[rules]\n"*" = "off"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    report = tenken.check([ROOT / "examples" / "passing"])
    assert report.summary.exit_code == 0 and report.summary.fail_on == "unknown"
