"""Options that several commands share, each with one meaning everywhere."""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path
from typing import Annotated, Optional

import typer


class Lang(str, Enum):
    en = "en"
    ja = "ja"


class FailOn(str, Enum):
    error = "error"
    unknown = "unknown"
    inquire = "inquire"
    warning = "warning"


Paths = Annotated[
    list[Path], typer.Argument(help="Inventories: files or folders. What they are is seen by their content.", metavar="PATH...")
]
LangOption = Annotated[
    Optional[Lang], typer.Option("--lang", help="Language: en or ja. Default: TENKEN_LANG, then the locale.")
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
DebugOption = Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")]


def language(chosen: Lang | None) -> str:
    """The language chosen, or that of TENKEN_LANG, or of the locale."""
    if chosen is not None:
        return chosen.value
    for name in ("TENKEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "ja" if value.startswith("ja") else "en"
    return "en"
