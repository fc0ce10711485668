"""What a baseline knows is told apart from what is new, in both languages; what it knows and is gone is told, too."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest

from tenken.model.report import BaselineUsed, GoneFinding, Report, SubjectName
from tenken.outputs import digest, registry, words

Build = Callable[[], Report]


@pytest.fixture
def compared(report: Report) -> Report:
    """The report built by hand with everything of the rule ``barred`` known, and a hostile finding gone."""
    made = copy.deepcopy(report)
    for result in made.results:
        if result.in_plan and result.outcome in ("fail", "inquire", "unknown"):
            result.baseline = "known" if result.rule == "barred" else "new"
    marks = [result.baseline for result in made.results]
    gone = [GoneFinding("once", SubjectName("vm", "<script>x</script>\x1b[31m"), "was | here <b>", "f" * 16)]
    made.baseline = BaselineUsed("b.json", marks.count("new"), marks.count("known"), gone)
    return made


def test_groups_hold_only_what_is_new(compared: Report) -> None:
    story = digest.digest(compared)
    assert [group.rule.id for group in story.known] == ["barred"]
    assert len(story.known[0].results) == compared.baseline.known  # type: ignore[union-attr]
    for group in story.groups:
        assert all(result.baseline != "known" for result in group.results)
    assert "barred" in story.anchors


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("format", ["console", "markdown", "html"])
def test_people_see_both(format: str, lang: str, compared: Report) -> None:
    text = str(registry.render(compared, format, lang))
    assert words.word("section.known", lang) in text
    assert words.word("section.gone", lang) in text
    assert "once" in text and "b.json" in text.replace("\\", "")
    assert format == "console" or "<script>x" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize("format", ["console", "markdown", "html"])
def test_without_a_baseline_nothing_is_said_of_it(format: str, report: Report) -> None:
    assert words.word("section.known", "en") not in str(registry.render(report, format, "en"))
