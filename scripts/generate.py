"""Writes everything that is generated: JSON Schemas, the reference of the command line and that of the rules. ``--check`` only compares."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from typer.main import get_command

from tenken import schemas
from tenken.cli.app import app
from tenken.outputs import rule_page
from tenken.pipeline import load_rules

ROOT = Path(__file__).parent.parent
RULE_PAGES = ROOT / "docs" / "rules"


def contents() -> dict[Path, str]:
    """Every generated file and what it must hold."""
    files = {
        ROOT / "schemas" / f"{name}.schema.json": json.dumps(schemas.generate(name), ensure_ascii=False, indent=2) + "\n"
        for name in schemas.NAMES
    }
    files[ROOT / "docs" / "cli.md"] = command_line()
    catalog = load_rules()
    files[RULE_PAGES / "README.md"] = rule_page.index(catalog)
    for rule in catalog.rules.values():
        files[RULE_PAGES / f"{rule.id}.md"] = rule_page.markdown(catalog, rule)
    return files


def _commands(command: Any, path: str = "") -> list[str]:
    """All commands below one, itself first."""
    below = getattr(command, "commands", {})
    return [path, *(name for key, inner in below.items() for name in _commands(inner, f"{path} {key}".strip()))]


def command_line() -> str:
    parts = ["# The command line\n\nGenerated from `tenken --help`; `make generate` writes it anew.\n"]
    for command in _commands(get_command(app)):
        environment = {**os.environ, "COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1", "TENKEN_LANG": "en"}
        help_text = subprocess.run(
            [sys.executable, "-m", "tenken", *command.split(), "--help"],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        ).stdout
        lines = "\n".join(line.rstrip() for line in help_text.replace("python -m tenken", "tenken").strip().splitlines())
        parts.append(f"## tenken {command}".rstrip() + f"\n\n```text\n{lines}\n```\n")
    return "\n".join(parts)


def main() -> int:
    files = contents()
    stale = [path for path, text in files.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    left_over = sorted(set(RULE_PAGES.glob("*.md")) - set(files))
    if "--check" in sys.argv[1:]:
        for path in [*stale, *left_over]:
            print(f"{path.relative_to(ROOT)} is not what the code generates; run: make generate")
        return 1 if stale or left_over else 0
    for path in left_over:
        path.unlink()
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
