"""Mistakes in an input, for the person who must mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tenken.document.place import Place


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: what is wrong, where, and what to do about it."""

    message: str
    place: Place | None = None
    hint: str | None = None

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.message}" + (f" ({self.hint})" if self.hint else "")


class InputError(Exception):
    """An input cannot be used. Carries every mistake that was found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


def did_you_mean(word: object, candidates: Iterable[str]) -> str | None:
    """A hint that names the nearest candidates, or all of them when they are few, or None."""
    from difflib import get_close_matches  # not at start-up: the command line imports this module for every command

    names = list(dict.fromkeys(candidates))
    folded = {name.casefold(): name for name in reversed(names)}
    near = get_close_matches(str(word).casefold(), list(folded), n=3, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(repr(folded[name]) for name in near) + "?"
    if names and len(names) <= 12:
        return "expected one of: " + ", ".join(names)
    return None
