"""What was skipped or doubtful while many files were read, so that a thousand alike make a few warnings."""

from __future__ import annotations

from tenken.document.place import Place
from tenken.document.problem import Problem

_SHOWN = 10
"""So many warnings of a kind are shown one by one."""


class Doubts:
    """Gathers warnings by their hint, which tells the kind."""

    def __init__(self) -> None:
        self._alike: dict[str, list[Problem]] = {}
        self._counts: dict[str, int] = {}

    def gather(self, message: str, place: Place, hint: str) -> None:
        self._counts[hint] = self._counts.get(hint, 0) + 1
        if self._counts[hint] <= _SHOWN + 1:
            self._alike.setdefault(hint, []).append(Problem(message, place, hint))

    def strange(self, value: str, place: Place) -> None:
        """A value that is not understood, so that its fact stays unknown."""
        self.gather(f"{value[:100]!r} is not understood here", place, "this fact stays unknown")

    def warnings(self) -> list[Problem]:
        """The first ones of each kind, and how many more there are."""
        found: list[Problem] = []
        for hint, problems in self._alike.items():
            found += problems[:_SHOWN]
            more = self._counts[hint] - _SHOWN
            if more > 0:
                last = problems[-1]
                found.append(Problem(f"and {more} more of this kind, the next one here: {last.message}", last.place, hint))
        return found
