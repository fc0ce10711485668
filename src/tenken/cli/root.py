"""The command itself, before any of its commands."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import tenken
from tenken.cli.language import begin

UsageError: type[Exception] = typer.BadParameter.__mro__[1]  # typer gives no name to it
"""Whatever is wrong with a command line."""


class Tenken(TyperGroup):
    """The parser, whose findings are told in the language of the run."""

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **extra: Any) -> Any:
        begin(args)
        try:
            return super().make_context(info_name, args, *more, **extra)
        except UsageError as error:
            raise _told(error) from None

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except UsageError as error:
            raise _told(error) from None


def _told(error: Exception) -> Exception:
    from tenken.cli.wrong_use import told  # only where something is wrong

    return told(error)


app = typer.Typer(
    name="tenken",
    cls=Tenken,
    help="Check whether a VMware ESXi site on an NEC iStorage M array obeys the vendor's backup guide (DDR, RDR, DSV).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(shown: bool) -> None:
    if shown:
        typer.echo(f"tenken {tenken.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    pass
