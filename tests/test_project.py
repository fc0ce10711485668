"""The project as a whole: layers, generated files, and a wheel that works where nothing else is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tenken import schemas
from tenken.outputs import json as json_output
from tenken.outputs import registry
from tenken.pipeline import check

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*map(str, command)], capture_output=True, text=True, cwd=cwd, env={**os.environ, **environment}, check=False
    )


def test_layers() -> None:
    result = run(Path(sys.executable).parent / "lint-imports")
    assert result.returncode == 0, result.stdout


@pytest.mark.long
def test_generated_files_are_up_to_date() -> None:
    result = run(sys.executable, "scripts/generate.py", "--check")
    assert result.returncode == 0, result.stdout


def test_starting_up_imports_nothing_heavy() -> None:
    code = "import sys, tenken.cli.app; print([m for m in ('pydantic', 'yaml', 'jinja2', 'python_calamine', 'tenken.pipeline') if m in sys.modules])"
    assert run(sys.executable, "-c", code).stdout.strip() == "[]"


def test_a_check_imports_only_what_it_needs() -> None:
    code = (
        "import sys; from tenken.pipeline import check; from tenken.outputs import json; json.render(check(['examples/passing']));"
        "print([m for m in ('jinja2', 'python_calamine', 'typer') if m in sys.modules])"
    )
    assert run(sys.executable, "-c", code).stdout.strip() == "[]"


@pytest.mark.parametrize("name", schemas.NAMES)
def test_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schemas.generate(name))


@pytest.mark.parametrize("site", ["passing", "failing"])
def test_reports_keep_the_contract(site: str) -> None:
    report = json.loads(json_output.render(check([ROOT / "examples" / site], everything=True)))
    jsonschema.validate(report, schemas.generate("report"))
    assert report["tenken_report"] == 1
    assert {
        "rule",
        "outcome",
        "level",
        "subject",
        "bears_on",
        "clauses",
        "title",
        "message",
        "remedy",
        "in_plan",
        "facts",
        "missing",
        "location",
        "fingerprint",
    } <= set(report["results"][0])
    assert {"subject", "method", "verdict", "because", "blocked_by"} <= set(report["verdicts"][0])
    assert {"outcomes", "verdicts", "exit_code"} <= set(report["summary"])


def _plain(tree: Any) -> Any:
    """YAML as an editor's schema sees it: dates as text."""
    if isinstance(tree, dict):
        return {key: _plain(value) for key, value in tree.items()}
    return [_plain(item) for item in tree] if isinstance(tree, list) else tree


@pytest.mark.parametrize(
    "path",
    [
        "examples/passing/site.yaml",
        "examples/failing/vms.yaml",
        "examples/failing/array.yaml",
        "reports/init/inventory.en.yaml",
        "reports/init/inventory.ja.yaml",
    ],
)
def test_editors_accept_the_examples(path: str) -> None:
    tree = _plain(yaml.safe_load((ROOT / path).read_text(encoding="utf-8")))
    jsonschema.validate(tree, schemas.generate("inventory"))


def test_editors_accept_the_rules() -> None:
    for file in (ROOT / "rules").rglob("vmfs/*.yaml"):
        jsonschema.validate(yaml.safe_load(file.read_text(encoding="utf-8")), schemas.generate("rule"))


@pytest.mark.long
def test_the_wheel_works_in_an_empty_folder(tmp_path: Path) -> None:
    wheels, target, empty = tmp_path / "wheels", tmp_path / "target", tmp_path / "empty"
    empty.mkdir()
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    built = run(*pip, "wheel", ROOT, "--no-deps", "-w", wheels)
    assert built.returncode == 0, built.stderr
    (wheel,) = wheels.glob("tenken-*.whl")
    installed = run(*pip, "install", "--no-deps", "--target", target, wheel)
    assert installed.returncode == 0, installed.stderr
    environment = {"PYTHONPATH": str(target)}
    where = run(sys.executable, "-c", "import tenken; print(tenken.__file__)", cwd=empty, **environment)
    assert where.stdout.startswith(str(target))
    script = [sys.executable, "-m", "tenken"]
    assert run(*script, "init", "site.yaml", cwd=empty, **environment).returncode == 0
    checked = run(*script, "check", "site.yaml", "-o", "r.html", "-o", "r.md", "-o", "r.json", cwd=empty, **environment)
    assert checked.returncode == 0, checked.stderr
    assert json.loads((empty / "r.json").read_text(encoding="utf-8"))["summary"]["exit_code"] == 0
    assert run(*script, "schema", "inventory", cwd=empty, **environment).returncode == 0
    assert run(*script, "rules", "test", cwd=empty, **environment).stdout.strip().endswith("0 failed")


@pytest.mark.parametrize(("readme", "lang"), [("README.md", "en"), ("README.ja.md", "ja")])
def test_the_readme_shows_what_the_command_shows(readme: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    block = Path(readme).read_text(encoding="utf-8").partition("$ tenken check examples/failing")[2].partition("```")[0]
    shown = [line for line in block.splitlines()[1:] if line.strip() not in ("", "…")]
    told = str(registry.render(check(["examples/failing"]), "console", lang)).splitlines()
    assert len(shown) > 10
    assert [line for line in shown if line not in told] == []
