"""The questionnaire as Markdown, to fill in, print or paste into a ticket; read back by ``sources.questions``.

A row ends with a comment, which no renderer shows, that identifies its object; so does the head, with our mark.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tenken.model.answers import expected
from tenken.model.questionnaire import ASKS, MARK, TABLE_COLUMNS, VERSION, Question, Questionnaire, Topic, key_of
from tenken.outputs.markdown_text import code, inert
from tenken.outputs.questions_words import elsewhere, in_words, names, say, who
from tenken.outputs.widths import pad

SHOWN = 200
"""Objects listed of one kind of fact; the workbook has all."""

_TO_WRITE = 12
"""Blanks in a cell for the answer: where to write is seen in the text as well."""
_ROOM = "&emsp;" * 4
"""Behind the word Answer: room to write on paper."""
_WIDEST = 44
_UNSAFE = re.compile(r"(?<=-)-|[|<>&`$]")
"""What would end a cell or a comment, or means something to a renderer that looks into comments."""


def render(questions: Questionnaire, lang: str, file: str = "") -> str:
    """The questionnaire as Markdown. ``file``: its name, for the words on how it is read back."""
    return "\n".join(_lines(questions, lang, file or "sheet.md")) + "\n"


def unlisted(questions: Questionnaire) -> int:
    """How many questions ``render`` tells of only by their number."""
    return sum(max(0, len(topic.questions) - SHOWN) for topic in questions.topics)


def _lines(questions: Questionnaire, lang: str, file: str) -> Iterator[str]:
    yield f"<!-- {MARK}: {VERSION} -->"
    yield ""
    yield f"# {inert(say('title', lang, site=questions.site))}"
    yield ""
    yield inert(say("made", lang, made=questions.made))
    yield ""
    if not questions.topics:
        yield inert(say("nothing", lang))
        return
    yield inert(say("intro", lang, open=questions.open))
    if questions.final:
        yield inert(say("final", lang, final=questions.final))
    yield ""
    several = any(len(topic.questions) > 1 for topic in questions.topics)
    for key in ("how.table", *(["how.all"] if several else []), "how.back"):
        yield f"- {inert(say(key, lang, file=file))}"
    for ask in ASKS:
        topics = questions.asked_of(ask)
        if topics:
            yield ""
            yield f"## {inert(who(ask, lang))}"
        for topic in topics:
            yield from _topic(topic, lang)


def _topic(topic: Topic, lang: str) -> Iterator[str]:
    yield ""
    yield f"### {inert(topic.label.text(lang))}"
    yield ""
    yield f"{inert(say('worth', lang, n=topic.verdicts, d=topic.decides))} ({code(topic.path)})  "
    if topic.how is not None:
        yield inert(say("how", lang, text=topic.how.text(lang)))
    if topic.subjects:
        yield ""
        yield inert(elsewhere(topic, lang))
    if topic.questions:
        yield ""
        yield from _table(topic, topic.questions[:SHOWN], lang)
        if len(topic.questions) > SHOWN:
            yield ""
            yield inert(say("unlisted", lang, n=len(topic.questions) - SHOWN))


def _table(topic: Topic, questions: list[Question], lang: str) -> Iterator[str]:
    head = [str(inert(say(f"column.{name}", lang))) for name in TABLE_COLUMNS]
    rows = [(str(inert(_subject(question, lang))), question, key_of(topic, question)) for question in questions]
    if len(questions) > 1:
        rows.insert(0, (str(inert(say("all", lang, n=len(questions)))), questions[0], key_of(topic, None)))
    first = min(_WIDEST, max(len(subject) for subject, _, _ in rows))
    yield _row([pad(head[0], first), head[1] + _ROOM, *head[2:]])
    yield "|:---|:---|:---|---:|"
    for subject, question, key in rows:
        wanted = inert(expected(question.type, question.field[-1]).text(lang))
        count = question.verdicts if "of" in key else topic.verdicts
        yield _row([pad(subject, first), " " * _TO_WRITE, str(wanted), f"{count:,} {_comment(key)}"])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _subject(question: Question, lang: str) -> str:
    """The object, with what is known already where that is not exact enough."""
    if question.seen is not None:
        return f"{question.subject} ({say('seen', lang, names=names(list(question.seen), lang))})"
    if question.current is not None:
        return f"{question.subject} ({say('column.current', lang)}: {in_words(question.current)})"
    return question.subject


def _comment(key: dict[str, Any]) -> str:
    """What identifies a row, in ASCII, so that no code page and no character of a name can harm it."""
    text = json.dumps(key, ensure_ascii=True, separators=(",", ":"))
    return "<!-- " + _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + " -->"
