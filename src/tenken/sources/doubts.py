"""What was skipped or doubtful while many files were read, so that a thousand alike make a few warnings."""

from __future__ import annotations

from tenken.document.place import Place
from tenken.document.said import Said
from tenken.sources.said import STAYS_UNKNOWN, Notice, first_few, not_understood

_SHOWN = 10
"""So many warnings of a kind are shown one by one."""


class Doubts:
    """Gathers warnings by their hint, which tells the kind."""

    def __init__(self) -> None:
        self._alike: dict[Said, list[Notice]] = {}
        self._counts: dict[Said, int] = {}

    def gather(self, said: Said, place: Place, hint: Said) -> None:
        self._counts[hint] = self._counts.get(hint, 0) + 1
        if self._counts[hint] <= _SHOWN + 1:
            self._alike.setdefault(hint, []).append(Notice(said, place, hint))

    def strange(self, value: str, place: Place) -> None:
        """A value that is not understood, so that its fact stays unknown."""
        self.gather(not_understood(value), place, STAYS_UNKNOWN)

    def warnings(self) -> list[Notice]:
        """The first ones of each kind, and how many more there are."""
        return [told for hint, alike in self._alike.items() for told in first_few(alike, _SHOWN, self._counts[hint])]
