"""Options that several commands share, each with one meaning everywhere."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import Annotated, Optional

import typer

from tenken.cli.errors import usage
from tenken.cli.terminal import STANDARD_OUTPUT, unwritable
from tenken.document.said import Said
from tenken.outputs import registry


class Lang(str, Enum):
    en = "en"
    ja = "ja"


class UnknownPolicy(str, Enum):
    threshold = "threshold"
    fail = "fail"
    warn = "warn"
    ignore = "ignore"


class FailOn(str, Enum):
    error = "error"
    unknown = "unknown"
    inquire = "inquire"
    warning = "warning"


Paths = Annotated[
    Optional[list[Path]],
    typer.Argument(
        help="Inventories: files or folders. What they are is seen by their content. Default: inputs of the configuration.",
        metavar="PATH...",
    ),
]
ConfigOption = Annotated[
    Optional[Path],
    typer.Option(
        "--config",
        help="Configuration file. Default: TENKEN_CONFIG, then tenken.toml or pyproject.toml here or above.",
        metavar="FILE",
    ),
]
ProfileOption = Annotated[
    Optional[str],
    typer.Option(
        "--profile", help="Profile: strict, design-review, support, or one of the configuration's own.", metavar="NAME"
    ),
]
FailOnOption = Annotated[
    Optional[FailOn],
    typer.Option("--fail-on", help="Exit 1 from this severity on: error > unknown > inquire > warning. Default: unknown."),
]
UnknownOption = Annotated[
    Optional[UnknownPolicy],
    typer.Option("--unknown", help="What can't be decided fails, warns, is ignored, or counts as --fail-on says (threshold)."),
]
LangOption = Annotated[
    Optional[Lang], typer.Option("--lang", help="Language: en or ja. Default: TENKEN_LANG, the configuration, the locale.")
]
RulesOption = Annotated[
    Optional[list[Path]], typer.Option("--rules", help="Folder of a further rule pack (repeatable).", metavar="DIR")
]
AssumeLdnOption = Annotated[
    bool,
    typer.Option(
        "--assume-ldn-from-naa",
        help="Assume that the last four hex digits of a NEC device id are the LDN, where nothing else tells. Such verdicts are conditional.",
    ),
]
WaiversOption = Annotated[
    Optional[Path],
    typer.Option("--waivers", help="File of accepted risks (tenken schema waivers). They change no verdict.", metavar="FILE"),
]
NoWaiversOption = Annotated[
    bool, typer.Option("--no-waivers", help="Accept no risk: judge as if there were no file of waivers.")
]
BaselineOption = Annotated[
    Optional[Path],
    typer.Option("--baseline", help="File of known findings (tenken baseline write): only what is new fails.", metavar="FILE"),
]
LockedOption = Annotated[bool, typer.Option("--locked", help="Refuse rule packs other than those of tenken.lock.")]


def or_standard_output(value: Optional[Path]) -> Optional[Path]:
    """A file to write; None for the dash that stands for standard output."""
    return None if value == STANDARD_OUTPUT else value


OutputOption = Annotated[
    Optional[Path],
    typer.Option(
        "--output", "-o", help="File to write. Default: standard output.", metavar="FILE", callback=or_standard_output
    ),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")]
TemplateOption = Annotated[
    Optional[Path], typer.Option("--template", help="Folder with templates that replace ours.", metavar="DIR")
]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")]


def format_for(output: Path | None, stated: Enum | None, formats: type[Enum]) -> str:
    """The format that was stated, else the one that the name of the file means, else, for standard output, the first."""
    names = [str(format.value) for format in formats]
    if stated is not None:
        return str(stated.value)
    return names[0] if output is None else format_by_suffix(output, names)


def format_by_suffix(output: Path, among: Iterable[str]) -> str:
    """The format of some that the name of a file means; where it means none, the command ends."""
    names = list(among)
    if os.path.isdir(output):
        usage(unwritable(output, IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))))
    found = registry.format_of(output, names)
    if found is None:
        suffixes = ", ".join(registry.suffixes(names))
        usage(
            Said(f"no format is known for {output}", f"{output} の拡張子から形式を判断できません"),
            Said(f"give --format, or a suffix of: {suffixes}", f"--format を指定するか、次の拡張子にしてください: {suffixes}"),
        )
    return found


def insist_on_templates(folder: Path | None) -> None:
    """Templates of the user's own lie in a folder; what is none ends the command."""
    if folder is not None and not os.path.isdir(folder):
        usage(
            Said(f"--template {folder} is not a folder", f"--template の {folder} はフォルダではありません"),
            Said("it holds files such as report.html.j2", "report.html.j2 などのファイルを置いたフォルダを指定してください"),
        )
