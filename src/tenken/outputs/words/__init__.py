"""The fixed words of reports, in both languages. Every output takes them from here, so that all say the same.

Each module here holds the words of one matter. Keys are dotted: the kind of thing, then the thing as the report names it, as
in ``verdict.eligible``. Words may hold ``{n}`` and the like; a key that ends in ``.one`` is taken instead where ``n`` is 1.
"""

from __future__ import annotations

from typing import Any, Literal

from tenken.model.rule import Text
from tenken.outputs.words import compared, formats, plan, report, runbook, tables, terms

Lang = Literal["en", "ja"]
MATTERS = (terms, report, tables, compared, formats, plan, runbook)

SYMBOLS = {
    "eligible": "○",
    "conditional": "◇",
    "blocked": "‖",
    "inquire": "△",
    "unknown": "?",
    "ineligible": "×",
    "error": "×",
    "warning": "!",
    "note": "i",
    "broken": "‼",
    "waived": "–",
    "pass": "○",
    "not_applicable": "–",
}
"""One sign each, so that nothing is told by colour alone. ○ △ × are the guide's own; all are in every Japanese font."""

WORDS: dict[str, Text] = {
    key: Text.model_construct(en=en, ja=ja) for matter in MATTERS for key, (en, ja) in matter.WORDS.items()
}


def text(key: str, **values: Any) -> Text:
    """The words of a key in both languages, with values put in. KeyError where there are none."""
    chosen = f"{key}.one" if values.get("n") == 1 and f"{key}.one" in WORDS else key
    words = WORDS[chosen]
    if not values:
        return words
    return Text.model_construct(en=words.en.format(**values), ja=words.ja.format(**values))


def word(key: str, lang: str, **values: Any) -> str:
    """The words of a key in one language."""
    return text(key, **values).text(lang)


def exit_text(code: int, fail_on: str, group: str = "exit") -> Text:
    """What an exit code means, in words, and what the check was set to fail on."""
    threshold = named("threshold", fail_on)
    meaning = named(group, str(code))
    return Text.model_construct(
        en=meaning.en.replace("{threshold}", threshold.en), ja=meaning.ja.replace("{threshold}", threshold.ja)
    )


def named(group: str, name: str) -> Text:
    """The words for a name that comes from a report: the name itself where this version knows none for it."""
    found = WORDS.get(f"{group}.{name}")
    return found if found is not None else Text.model_construct(en=name, ja=name)
