"""Mistakes in an input, for the person who must mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tenken.document.place import Place
from tenken.document.said import Said


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: what is wrong, where, and what to do about it; in both languages, as a text in English."""

    said: Said
    place: Place | None = None
    hint: Said | None = None

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self.said.en

    def text(self, lang: str) -> str:
        """On one line: place, sentence, hint."""
        text = (f"{self.place}: " if self.place else "") + self.said.text(lang)
        if self.hint is None:
            return text
        return f"{text}（{self.hint.ja}）" if lang == "ja" else f"{text} ({self.hint.en})"

    def __str__(self) -> str:
        return self.text("en")


class InputError(Exception):
    """An input cannot be used. Carries every mistake that was found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


def did_you_mean(word: object, candidates: Iterable[str]) -> Said | None:
    """A hint that names the nearest candidates, or all of them when they are few, or None."""
    names = list(dict.fromkeys(candidates))
    if near := nearest(word, names):
        return perhaps(*map(repr, near))
    return one_of(names) if names and len(names) <= 12 else None


def nearest(word: object, candidates: Iterable[str]) -> list[str]:
    """Up to three names that a word is probably a slip of."""
    from difflib import get_close_matches  # not at start-up: the command line imports this module for every command

    folded = {name.casefold(): name for name in reversed(list(candidates))}
    return [folded[name] for name in get_close_matches(str(word).casefold(), list(folded), n=3, cutoff=0.6)]


def perhaps(*names: str) -> Said:
    """The question whether one of these was meant."""
    return Said(f"did you mean {' or '.join(names)}?", f"{' または '.join(names)} の誤りではありませんか")


def there_are(names: Iterable[str]) -> Said:
    """All, or some, that there is to choose from."""
    listed = ", ".join(names) or None
    return Said(f"there are: {listed or 'none'}", f"指定できるもの: {listed or 'なし'}")


def one_of(words: Iterable[str]) -> Said:
    """What is right, where one of a few words is."""
    listed = ", ".join(words)
    return Said(f"expected one of: {listed}", f"次のいずれかを指定してください: {listed}")
