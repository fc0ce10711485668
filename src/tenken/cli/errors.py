"""Errors in words, for people: what is wrong, where, what was expected, a hint; and the exit code that goes with it."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from typing import NoReturn

import typer

from tenken.cli.language import language
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.document.wording import of_system, unreadable
from tenken.gate import exit_codes

_MAX_PROBLEMS = 100
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)

_NO_INPUT = Said(
    "nothing to check: no input of the configuration is there",
    "点検の対象がありません: 設定ファイルの入力が1つも見つかりません",
)


def tell(text: str) -> None:
    """Show a text beside the output of a command."""
    typer.echo(printable(text), err=True)


def complain(said: Said, hint: Said | None = None) -> None:
    """Tell what tenken has to say itself, in the language of the run."""
    lang = language()
    tell(f"tenken: {said.text(lang)}")
    if hint is not None:
        tell(_hint(hint, lang))


def usage(said: Said, hint: Said | None = None) -> NoReturn:
    complain(said, hint)
    raise typer.Exit(exit_codes.BAD_INPUT)


def print_problems(problems: list[Problem], summary: Said | None = None) -> None:
    lang = language()
    ordered = sorted(
        problems,
        key=lambda problem: (
            (problem.place.source, problem.place.line or 0, problem.place.column or 0) if problem.place else ("", 0, 0)
        ),
    )
    for problem in ordered[:_MAX_PROBLEMS]:
        where = f"{problem.place}: " if problem.place else ""
        tell(f"{where}{problem.said.text(lang)}")
        if problem.hint is not None:
            tell(_hint(problem.hint, lang))
    if (rest := len(ordered) - _MAX_PROBLEMS) > 0:
        tell(f"… ほか {rest} 件" if lang == "ja" else f"… and {rest} more")
    complain(summary or _mistakes(len(ordered)))


def _hint(hint: Said, lang: str) -> str:
    return f"  ヒント: {hint.ja}" if lang == "ja" else f"  hint: {hint.en}"


def _mistakes(count: int) -> Said:
    return Said(
        f"{count} mistake{'s' if count != 1 else ''} in the input; nothing was checked",
        f"入力に {count} 件の誤りがあります。点検は実施していません",
    )


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
        print_problems(error.problems, _NO_INPUT)
        raise typer.Exit(exit_codes.NOTHING_CHECKED) from None
    except NothingRecognised as error:
        complain(
            Said(
                f"nothing to check: no inventory was found in {error}",
                f"点検の対象がありません: {error} にインベントリが見つかりません",
            ),
            Said(
                "an inventory states tenken: 1 (tenken init writes one); tenken sources lists what else is understood",
                "インベントリには tenken: 1 の行が必要です（tenken init で作成できます）。対応している形式は tenken sources で確認できます",
            ),
        )
        raise typer.Exit(exit_codes.NOTHING_CHECKED) from None
    except (typer.Exit, typer.Abort, BrokenPipeError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            reason = of_system(error)
            usage(Said(f"the output can't be written: {reason.en}", f"出力を書き込めません: {reason.ja}"))
        if isinstance(error, PermissionError) and error.filename:
            path = error.filename
            usage(unreadable(error).each(lambda text: f"{path}: {text}"))
        if debug:
            import traceback

            traceback.print_exc()
        what = f"{type(error).__name__}: {error}"
        complain(
            Said(f"this is a mistake of tenken itself: {what}", f"tenken自体の不具合です: {what}"),
            Said(
                "please report it, with the output of the same command and --debug",
                "同じコマンドに --debug を付けた出力を添えて、開発元へご報告ください",
            ),
        )
        raise typer.Exit(exit_codes.BROKEN) from None
