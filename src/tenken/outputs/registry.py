"""Which formats there are, and the module that renders each. A format is one module and one line here.

Each module has ``render(report, lang, templates, color)``: a pure function of the report to text, or to bytes: of what is
no text, and of JSON, which may be large. ``templates`` is a folder whose files replace ours, for formats that have templates; ``color`` is for a
terminal. A module is imported only when its format is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line reads FORMATS at every start, and the report's classes are slow to import
    from tenken.model.report import Report

FORMATS: dict[str, tuple[str, ...]] = {
    "console": (".txt",),
    "json": (".json",),
    "markdown": (".md", ".markdown"),
    "html": (".html", ".htm"),
    "sarif": (".sarif", ".sarif.json"),
    "junit": (".xml",),
    "github": (),
    "gitlab": ("gl-code-quality-report.json",),
    "csv": (".csv",),
    "xlsx": (".xlsx",),
}
"""Formats, and the suffixes of a file name that mean them. The module of a format has its name."""

NEED_EVERYTHING = frozenset({"junit"})
"""Formats that are made of a report with what passed and does not apply, whether or not --all was given."""

PLANNED = frozenset({"html", "markdown", "xlsx"})
"""Formats that people read at leisure: they tell what to change, too, unless --no-plan was given; the others with --plan."""

IN_REPOSITORY = frozenset({"sarif", "junit", "github", "gitlab"})
"""Formats for programs that find a file by its path from the root of the repository."""


def render(report: Report, format: str, lang: str = "en", templates: Path | None = None, color: bool = False) -> str | bytes:
    """The report in one of FORMATS. Raises InputError where a user's template is at fault."""
    made: str | bytes = import_module(f"tenken.outputs.{format}").render(report, lang, templates, color)
    return made


def format_of(path: Path, among: Iterable[str] = FORMATS) -> str | None:
    """The format of some that a file name means by its suffix; the longest suffix decides."""
    name = path.name.lower()
    fitting = [(len(suffix), format) for format in among for suffix in FORMATS[format] if name.endswith(suffix)]
    return max(fitting)[1] if fitting else None


def suffixes(among: Iterable[str] = FORMATS) -> list[str]:
    """All suffixes that mean one of some formats, for messages."""
    return [suffix for format in among for suffix in FORMATS[format]]
