"""What changed between two reports."""

from __future__ import annotations

from pathlib import Path

from tenken.document.collector import collector_paused
from tenken.document.problem import InputError, Problem
from tenken.gate import diff as differences
from tenken.gate import snapshot
from tenken.model.difference import Difference
from tenken.model.severity import FailOn


def diff(old: str | Path, new: str | Path, *, fail_on: FailOn | str = "unknown") -> Difference:
    """What changed between two JSON reports. Raises InputError with all mistakes of both files."""
    problems: list[Problem] = []
    read = []
    with collector_paused():
        for path in (old, new):
            try:
                read.append(snapshot.read(Path(path)))
            except InputError as error:
                problems += error.problems
        if problems:
            raise InputError(problems)
        return differences.diff(read[0], read[1], (str(old), str(new)), fail_on)
