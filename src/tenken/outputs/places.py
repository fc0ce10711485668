"""Where findings are, as the programs that show them want it: paths from the root of the repository, slashes forward.

A forge finds a file only by its path from the root, while a run may start in a folder below and be given any path.
"""

from __future__ import annotations

import dataclasses
import os
import posixpath
import re
from pathlib import Path
from urllib.parse import quote

from tenken.model.report import Location, Report
from tenken.outputs.inert import visible

_DRIVE = re.compile(r"^[A-Za-z]:[\\/]|^\\\\")


def from_root(report: Report, here: Path, root: Path) -> Report:
    """The report with the places of results relative to ``root``, where they lie below it. ``here``: what the report's
    own paths are relative to. The report that was given stays as it is."""
    known: dict[str, str] = {}

    def moved(location: Location) -> Location:
        source = location.source
        if source not in known:
            known[source] = _below(source, here, root)
        return location if known[source] == source else dataclasses.replace(location, source=known[source])

    results = [
        dataclasses.replace(
            result,
            location=moved(result.location),
            facts=[dataclasses.replace(fact, location=moved(fact.location)) for fact in result.facts],
            waiver=result.waiver and dataclasses.replace(result.waiver, location=moved(result.waiver.location)),
        )
        for result in report.results
    ]
    inputs = [dataclasses.replace(used, name=_below(used.name, here, root)) for used in report.inputs]
    return dataclasses.replace(report, results=results, inputs=inputs)


def _below(source: str, here: Path, root: Path) -> str:
    if not source or "\0" in source:
        return source
    whole = os.path.normpath(here / source)
    try:
        return Path(whole).relative_to(root).as_posix()
    except ValueError:
        return source


def path_of(location: Location, report: Report) -> str:
    """The path of a place, with forward slashes and nothing to be tidied; that of the first input where a place has none."""
    source = location.source or (report.inputs[0].name if report.inputs else "") or "inventory"
    if os.sep == "\\" or _DRIVE.match(source):
        source = source.replace("\\", "/")
    return posixpath.normpath(source)


def uri_of(path: str) -> str:
    """A path as a URI: relative where it is, ``file://`` where it is not. Any name, even one that no encoding can write."""
    try:
        data = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = path.encode("utf-8", "surrogatepass")
    if re.match(r"[A-Za-z]:/", path):
        return "file:///" + path[:2] + quote(data[2:], safe="/")
    return ("file://" if path.startswith("/") else "") + quote(data, safe="/")


def inside(location: Location) -> str | None:
    """The place inside a file that has no lines: a sheet's cell, or a pointer."""
    if location.sheet is not None:
        return visible(location.sheet + (f"!{location.cell}" if location.cell else ""))
    return visible(location.pointer) if location.pointer and location.line is None else None
