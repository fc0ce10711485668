"""The commands."""

from __future__ import annotations

import os
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated, Optional

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
rules_app = typer.Typer(help="Look at the rules and test them.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(rules_app, name="rules")


class Lang(str, Enum):
    en = "en"
    ja = "ja"


class FailOnOption(str, Enum):
    error = "error"
    unknown = "unknown"
    inquire = "inquire"
    warning = "warning"


class FormatOption(str, Enum):
    console = "console"
    json = "json"
    markdown = "markdown"
    html = "html"


class SchemaName(str, Enum):
    inventory = "inventory"
    rule = "rule"
    matrix = "matrix"
    pack = "pack"
    report = "report"


def _default_lang() -> Lang:
    for name in ("TENKEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return Lang.ja if value.startswith("ja") else Lang.en
    return Lang.en


Paths = Annotated[
    list[Path], typer.Argument(help="Inventories: files or folders. What they are is seen by their content.", metavar="PATH...")
]
LangOption = Annotated[
    Optional[Lang], typer.Option("--lang", help="Language: en or ja. Default: TENKEN_LANG, then the locale.")
]
RulesOption = Annotated[
    Optional[list[Path]], typer.Option("--rules", help="Folder of a further rule pack (repeatable).", metavar="DIR")
]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")]


def _version(shown: bool) -> None:
    if shown:
        typer.echo(f"tenken {tenken.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    pass


@app.command(
    epilog="Examples: tenken check site.yaml · tenken check RVTools.xlsx --lang ja -o report.html · tenken check design/ -f json. "
    "Exit codes: 0 clean, 1 findings at or above --fail-on, 2 wrong use or input, 3 nothing could be checked, 4 tenken or a rule broke."
)
def check(
    paths: Paths,
    formats: Annotated[
        Optional[list[FormatOption]], typer.Option("--format", "-f", help="Format of a report (repeatable).")
    ] = None,
    outputs: Annotated[
        Optional[list[Path]],
        typer.Option(
            "--output",
            "-o",
            help="File for the report of the same rank among --format; its suffix decides where there is none.",
            metavar="FILE",
        ),
    ] = None,
    lang: LangOption = None,
    rules: RulesOption = None,
    fail_on: Annotated[
        FailOnOption,
        typer.Option("--fail-on", help="Exit 1 from this severity on: error > unknown > inquire > warning."),
    ] = FailOnOption.unknown,
    everything: Annotated[bool, typer.Option("--all", help="List what passed or does not apply, too.")] = False,
    template: Annotated[
        Optional[Path], typer.Option("--template", help="Folder with templates that replace ours.", metavar="DIR")
    ] = None,
    debug: DebugOption = False,
) -> None:
    """Check inventories and report for every VM and datastore whether it can be backed up, online and offline."""
    from tenken.cli import commands

    language = (lang or _default_lang()).value
    commands.check(
        paths,
        [item.value for item in formats or ()],
        list(outputs or ()),
        lang=language,
        rules=list(rules or ()),
        fail_on=fail_on.value,
        everything=everything,
        template=template,
        debug=debug,
    )


@app.command(epilog="Example: tenken explain vm-not-encrypted --lang ja")
def explain(
    rule: Annotated[str, typer.Argument(help="Id of a rule, or of a clause of the guide.")],
    lang: LangOption = None,
    rules: RulesOption = None,
    debug: DebugOption = False,
) -> None:
    """Explain a rule: what it demands, why, what to do, which clauses it carries out, with examples."""
    from tenken.cli import commands

    commands.explain(rule, (lang or _default_lang()).value, list(rules or ()), debug)


@app.command(epilog="Example: tenken why vm-disk-not-independent 'db01/Hard disk 2' site.yaml")
def why(
    rule: Annotated[str, typer.Argument(help="Id of a rule.")],
    subject: Annotated[str, typer.Argument(help="Name of the subject as reports print it.")],
    paths: Paths,
    lang: LangOption = None,
    rules: RulesOption = None,
    debug: DebugOption = False,
) -> None:
    """Show why a rule said what it said of one subject: every fact that it read, and where it stood."""
    from tenken.cli import commands

    commands.why(rule, subject, paths, (lang or _default_lang()).value, list(rules or ()), debug)


@app.command(epilog="Example: tenken schema inventory > inventory.schema.json")
def schema(name: Annotated[SchemaName, typer.Argument(help="Which schema.")]) -> None:
    """Print a JSON Schema, for editors and for other programs."""
    from tenken.cli import commands

    commands.schema(name.value)


@app.command(epilog="Example: tenken init site.yaml")
def init(
    path: Annotated[Path, typer.Argument(help="File to write.")] = Path("inventory.yaml"),
    lang: LangOption = None,
) -> None:
    """Write a small commented inventory to start from."""
    from tenken.cli import commands

    commands.init(path, (lang or _default_lang()).value)


@rules_app.command("list")
def rules_list(
    lang: LangOption = None,
    rules: RulesOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    debug: DebugOption = False,
) -> None:
    """List the rules in force."""
    from tenken.cli import commands

    commands.rules_list((lang or _default_lang()).value, list(rules or ()), as_json, debug)


@rules_app.command("test")
def rules_test(
    rules: RulesOption = None,
    only: Annotated[Optional[str], typer.Option("--rule", help="Only this rule.")] = None,
    debug: DebugOption = False,
) -> None:
    """Run the examples of all rules, ours and those of --rules."""
    from tenken.cli import commands

    commands.rules_test(list(rules or ()), only, debug)


@rules_app.command("coverage")
def rules_coverage(
    rules: RulesOption = None,
    lang: LangOption = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 while a clause is bound to nothing.")] = False,
    debug: DebugOption = False,
) -> None:
    """Print every clause of the guide and what carries it out."""
    from tenken.cli import commands

    commands.rules_coverage(list(rules or ()), (lang or _default_lang()).value, strict, debug)


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
