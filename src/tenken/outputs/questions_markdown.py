"""The questionnaire to read, print or paste into a ticket."""

from __future__ import annotations

from collections.abc import Iterator

from tenken.model.answers import expected
from tenken.model.questionnaire import ASKS, Questionnaire, Topic
from tenken.outputs.markdown import code, inert
from tenken.outputs.questions_words import ASK_WORDS, elsewhere, say

SHOWN = 200
"""Objects listed of one kind of fact; the workbook has all."""


def render(questions: Questionnaire, lang: str, file: str = "") -> str:
    """The questionnaire as Markdown."""
    return "\n".join(_lines(questions, lang)) + "\n"


def _lines(questions: Questionnaire, lang: str) -> Iterator[str]:
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
    yield inert(say("how.print", lang))
    for ask in ASKS:
        topics = questions.asked_of(ask)
        if topics:
            yield ""
            yield f"## {inert(say(ASK_WORDS[ask], lang))}"
        for topic in topics:
            yield from _topic(topic, lang)


def _topic(topic: Topic, lang: str) -> Iterator[str]:
    yield ""
    yield f"### {inert(getattr(topic.label, lang))}"
    yield ""
    yield f"{inert(say('worth', lang, n=topic.verdicts, d=topic.decides))} ({code(topic.path)})  "
    if topic.how is not None:
        yield inert(say("how", lang, text=getattr(topic.how, lang)))
    if topic.subjects:
        yield ""
        yield inert(elsewhere(topic, lang))
    if topic.questions:
        yield ""
        yield (
            "| "
            + " | ".join(inert(say(f"column.{name}", lang)) for name in ("subject", "expected", "verdicts", "answer"))
            + " |"
        )
        yield "|---|---|---:|---|"
        for question in topic.questions[:SHOWN]:
            wanted = getattr(expected(question.type, question.field[-1]), lang)
            yield f"| {inert(question.subject)} | {inert(wanted)} | {question.verdicts:,} | |"
        if len(topic.questions) > SHOWN:
            yield f"| {inert(say('more', lang, n=len(topic.questions) - SHOWN))} | | | |"
