"""In which language a person is told of mistakes: by the rule by which reports are written, at whatever moment one is found.

The command line is read for --lang, --config and --profile as it was typed, since the mistake may be in it, or be found
before its options are parsed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

_typed: list[str] = []


def begin(arguments: Sequence[str]) -> None:
    """A command line is about to be parsed."""
    _typed[:] = arguments


def language() -> str:
    """``en`` or ``ja``. Looked up where somebody is told something, so that a run without mistakes pays nothing for it."""
    option = _stated("--lang")
    if option in ("en", "ja"):
        return option
    from tenken.settings.resolve import Options, spoken

    config = _stated("--config")
    try:
        return spoken(Options(config=Path(config) if config else None, profile=_stated("--profile")))
    except OSError:  # the working folder is gone: the mistake is told all the same
        return "en"


def _stated(option: str) -> str | None:
    """The value of an option on the command line; the last one counts, as for the parser."""
    value = None
    for position, argument in enumerate(_typed):
        if argument == "--":
            break
        if argument == option:
            value = _typed[position + 1] if position + 1 < len(_typed) else None
        elif argument.startswith(f"{option}="):
            value = argument.partition("=")[2]
    return value
