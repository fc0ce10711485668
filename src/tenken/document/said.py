"""A sentence in both languages. It can't be made without its Japanese text, so that nothing a person reads lacks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, or a part of one."""

    en: str
    ja: str

    def text(self, lang: str) -> str:
        return self.ja if lang == "ja" else self.en

    def __str__(self) -> str:
        """English, for logs and programs; what people read asks for a language."""
        return self.en

    def each(self, change: Callable[[str], str]) -> Said:
        """The same done to both texts."""
        return Said(change(self.en), change(self.ja))

    def then(self, other: Said) -> Said:
        """This and another one, in one hint."""
        return Said(f"{self.en}; {other.en}", f"{self.ja}。{other.ja}")


def alike(text: str) -> Said:
    """What is the same in both languages: names, commands, what is written in a file."""
    return Said(text, text)


class SaidError(Exception):
    """An error that is told in both languages, with a hint where there is one. As a text it is English."""

    def __init__(self, said: Said, hint: Said | None = None) -> None:
        super().__init__(said.en)
        self.said, self.hint = said, hint


class WrongValue(SaidError, ValueError):
    """A value that can't be right. Validators raise it: pydantic takes a ValueError for a mistake of the input."""
