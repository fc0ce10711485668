"""All commands, in the order in which the help shows them; and the entry point.

A command is one module: its options, and what it does. Whatever is slow to import is imported inside the command, so
that the others start at once.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

from tenken.cli.root import app

for _module in (
    "check",
    "explain",
    "why",
    "runbook",
    "questions",
    "plan",
    "bundle",
    "import_",
    "collect",
    "sources",
    "rules",
    "baseline",
    "diff",
    "config",
    "schema",
    "init",
):
    import_module(f"tenken.cli.{_module}")


def main() -> None:
    """Entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
