"""The fixed words: complete, alike in both languages, and enough for whatever a report may hold."""

from __future__ import annotations

import re
import string
import typing

import pytest

from tenken import resources
from tenken.model.report import OUTCOMES, STATES, VERDICTS, Obstacle
from tenken.model.rule import COSTS, NO_CHANGES, FactLabel, Level, Method, SubjectKind
from tenken.model.severity import FAIL_ON
from tenken.outputs import digest, words
from tenken.outputs.inert import visible


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_name_the_same_values() -> None:
    for key, found in words.WORDS.items():
        if not key.endswith(".one"):
            assert fields(found.en) == fields(found.ja), key
        assert found.en.strip() or key.startswith("punctuation"), key
        assert found.ja.strip(), key


def test_no_word_stands_in_two_places() -> None:
    assert len(words.WORDS) == sum(len(matter.WORDS) for matter in words.MATTERS)


def test_japanese_is_not_english_by_mistake() -> None:
    same = {key for key, found in words.WORDS.items() if found.en == found.ja}
    assert same <= {"kind.vcenter", "method.vmfs", "short.rdm"}


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("verdict", [*VERDICTS, *STATES]),
        ("outcome", OUTCOMES),
        ("level", typing.get_args(Level)),
        ("tone", digest.TONES),
        ("kind", typing.get_args(SubjectKind)),
        ("method", [*typing.get_args(Method), "vmfs", "as_planned"]),
        ("short", typing.get_args(Method)),
        ("ask", typing.get_args(FactLabel.model_fields["ask"].annotation)),
        ("threshold", FAIL_ON),
        ("exit", "01234"),
        ("cost", COSTS),
        ("stuck", typing.get_args(typing.get_type_hints(Obstacle)["why"])),
        ("stuck", NO_CHANGES),
        ("count", FAIL_ON),
    ],
)
def test_there_is_a_word_for_everything_a_report_may_name(group: str, names: typing.Iterable[str]) -> None:
    for name in names:
        assert f"{group}.{name}" in words.WORDS


def test_every_word_that_a_template_asks_for_is_there() -> None:
    asked = set()
    for path in resources.TEMPLATES.rglob("*.j2"):
        asked |= set(re.findall(r"(?:say|word)\('([a-z_.]+)'(?=[,)])", path.read_text(encoding="utf-8")))
    assert len(asked) > 60
    assert asked <= set(words.WORDS)


def test_signs_tell_verdicts_and_tones_apart() -> None:
    for names in (STATES, digest.TONES):
        signs = [words.SYMBOLS[name] for name in names]
        assert len(set(signs)) == len(signs)


def test_one_is_not_many() -> None:
    assert words.word("finding.subjects", "en", n=1) == "1 subject"
    assert words.word("finding.subjects", "en", n=2000) == "2,000 subjects"


def test_names_that_no_word_is_known_for_stay_as_they_are() -> None:
    assert words.named("method", "telepathy").ja == "telepathy"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain 会計①𠮷", "plain 会計①𠮷"),
        ("a\nb", "a‹U+000A›b"),
        ("\x1b[31m", "‹U+001B›[31m"),
        ("\u202egnp", "‹U+202E›gnp"),
        ("\ud800", "‹U+D800›"),
        ("\ue000", "\ue000"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown
