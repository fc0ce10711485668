"""Errors in words, for people: what is wrong, where, what was expected, a hint; and the exit code that goes with it."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from typing import NoReturn

import typer

from tenken.document.problem import InputError, Problem
from tenken.gate import exit_codes

_MAX_PROBLEMS = 100
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def complain(text: str) -> None:
    typer.echo(text, err=True)


def usage(message: str, hint: str | None = None) -> NoReturn:
    complain(printable(f"tenken: {message}" + (f"\n  hint: {hint}" if hint else "")))
    raise typer.Exit(exit_codes.BAD_INPUT)


def print_problems(problems: list[Problem], summary: str | None = None) -> None:
    ordered = sorted(
        problems,
        key=lambda problem: (
            (problem.place.source, problem.place.line or 0, problem.place.column or 0) if problem.place else ("", 0, 0)
        ),
    )
    for problem in ordered[:_MAX_PROBLEMS]:
        where = f"{problem.place}: " if problem.place else ""
        complain(printable(f"{where}{problem.message}"))
        if problem.hint:
            complain(printable(f"  hint: {problem.hint}"))
    if len(ordered) > _MAX_PROBLEMS:
        complain(f"… and {len(ordered) - _MAX_PROBLEMS} more")
    mistakes = f"{len(ordered)} mistake{'s' if len(ordered) != 1 else ''} in the input; nothing was checked"
    complain(f"tenken: {summary or mistakes}")


def printable(text: str) -> str:
    """Text that can't steer a terminal: control characters, escapes and direction marks are shown, not sent."""
    from tenken.outputs.inert import visible

    return "\n".join(map(visible, text.split("\n")))


@contextlib.contextmanager
def errors_for_people(debug: bool) -> Iterator[None]:
    """Every error in words, with its exit code; a traceback only where it was asked for."""
    from tenken.settings import NothingMatched
    from tenken.sources.registry import NothingRecognised

    try:
        yield
    except InputError as error:
        print_problems(error.problems)
        raise typer.Exit(exit_codes.BAD_INPUT) from None
    except NothingMatched as error:
        print_problems(error.problems, "nothing to check: no input of the configuration is there")
        raise typer.Exit(exit_codes.NOTHING_CHECKED) from None
    except NothingRecognised as error:
        complain(f"tenken: nothing to check: no inventory was found in {printable(str(error))}")
        complain("  hint: an inventory states tenken: 1 (tenken init writes one); tenken sources lists what else is understood")
        raise typer.Exit(exit_codes.NOTHING_CHECKED) from None
    except (typer.Exit, typer.Abort, BrokenPipeError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            usage(f"the output can't be written: {error.strerror}")
        if debug:
            import traceback

            traceback.print_exc()
        complain(f"tenken: this is a mistake of tenken itself: {type(error).__name__}: {printable(str(error))}")
        complain("  hint: please report it, with the output of the same command and --debug")
        raise typer.Exit(exit_codes.BROKEN) from None
