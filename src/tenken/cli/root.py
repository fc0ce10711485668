"""The command itself, before any of its commands."""

from __future__ import annotations

from typing import Annotated

import typer

import tenken

app = typer.Typer(
    name="tenken",
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
