"""The entry point, and which module holds which commands.

A command is one module: its options, and what it does. Only the module of the command that was called is imported, and
inside it whatever is slow to import only when it is needed, so that every command starts at once.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from tenken.cli.language import language
from tenken.cli.root import app

MODULES: dict[str, tuple[str, ...]] = {
    "check": ("check",),
    "explain": ("explain",),
    "why": ("why",),
    "runbook": ("runbook",),
    "questions": ("questions",),
    "plan": ("plan",),
    "bundle": ("bundle", "unmask"),
    "import_": ("import",),
    "collect": ("collect",),
    "sources": ("sources",),
    "rules": ("rules",),
    "baseline": ("baseline",),
    "diff": ("diff",),
    "config": ("config",),
    "schema": ("schema",),
    "init": ("init",),
}
"""Modules of this package and their commands, in the order of the help (which shows groups last)."""


def load(arguments: Sequence[str]) -> None:
    """Import what a command line needs: the module of its command; for the help, a completion or a mistyped command, all."""
    if list(arguments) == ["--version"]:
        return
    wanted = [module for module, commands in MODULES.items() if arguments and arguments[0] in commands]
    for module in wanted or MODULES:
        import_module(f"tenken.cli.{module}")


def main() -> None:
    """Entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # else pydantic searches every installed package for some
    gc.disable()  # nothing is so large and so short-lived as one run, after which the process ends
    load(sys.argv[1:])
    code: object = 0
    try:
        app()
    except SystemExit as stop:
        code = stop.code
    except BrokenPipeError:
        code = 1
    _leave(code)


def _leave(code: object) -> None:
    """End the process at once. Taking a million objects apart first would take a fifth of the time of a large check."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = 1  # what was not read to its end is not green
    except OSError as error:
        from tenken.document.wording import of_system

        reason = of_system(error)
        said = (
            f"標準出力に書き込めません: {reason.ja}" if language() == "ja" else f"standard output can't be written: {reason.en}"
        )
        os.write(2, f"tenken: {said}\n".encode())
        code = 2
    os._exit(code if isinstance(code, int) else int(code is not None))
