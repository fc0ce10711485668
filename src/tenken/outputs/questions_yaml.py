"""The questionnaire as a native inventory that states nothing yet: every question is a line to be uncommented.

Lines with ``##`` explain. Without a single answer the document reads as what it is: objects, and nothing said of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tenken.model.answers import expected
from tenken.model.questionnaire import Question, Questionnaire, Topic
from tenken.outputs.inert import visible
from tenken.outputs.questions_words import elsewhere, say, who

_LISTS = {
    "Workload": '[], [{product: SQL Server, version: "2019", edition: Standard}]',
    "Software": '[], [{product: RepNavi Suite for SQL, version: "12.4"}]',
    "Licence": "[], [{product: RepNavi Suite for Oracle}]",
    "Controller": "[], [{type: pvscsi, bus_sharing: none}]",
    "PassthroughDevice": "[], [{type: vgpu}]",
    "Snapshot": "[], [before-patch]",
}
"""How lists of objects are written in YAML."""


@dataclass(slots=True)
class _Entry:
    """An object, with its questions by field and the objects in its lists."""

    identity: dict[str, str]
    fields: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, dict[str, _Entry]] = field(default_factory=dict)


def render(questions: Questionnaire, lang: str, file: str = "") -> str:
    """The skeleton. ``file``: its name, for the words on how it is read back."""
    whole = _Entry({})
    nameless: list[tuple[Topic, Question]] = []
    for topic in questions.topics:
        for question in topic.questions:
            if question.nameless:
                nameless.append((topic, question))
            else:
                _place(whole, topic, question)
    head = [say("title", lang, site=questions.site), say("made", lang, made=questions.made)]
    if questions.topics:
        head += [say("intro", lang, open=questions.open), say("how.yaml", lang), say("how.back", lang, file=file)]
        if questions.final:
            head.append(say("final", lang, final=questions.final))
    else:
        head.append(say("nothing", lang))
    for topic in questions.topics:
        if topic.subjects:
            head.append(f"{topic.label.text(lang)}: {elsewhere(topic, lang)}")
    lines = [f"## {visible(line)}" for line in head]
    lines += ["tenken: 1", *_fields(whole.fields, "", lang), *_lists(whole, "", lang), *_answers(nameless, lang)]
    return "\n".join(lines) + "\n"


def _place(entry: _Entry, topic: Topic, question: Question) -> None:
    for name, identity in question.steps:
        entry = entry.lists.setdefault(name, {}).setdefault(json.dumps(identity, sort_keys=True), _Entry(identity))
    fields = entry.fields
    for name in question.field[:-1]:
        fields = fields.setdefault(name, {})
    fields[question.field[-1]] = (topic, question)


def _lists(entry: _Entry, indent: str, lang: str) -> Iterator[str]:
    for name, inner in entry.lists.items():
        yield f"{indent}{name}:"
        for found in inner.values():
            lead = f"{indent}  - "
            for key, value in found.identity.items():
                yield f"{lead}{key}: {_quoted(value)}"
                lead = f"{indent}    "
            yield from _fields(found.fields, f"{indent}    ", lang)
            yield from _lists(found, f"{indent}    ", lang)


def _answers(nameless: list[tuple[Topic, Question]], lang: str) -> Iterator[str]:
    """What is asked of things without a name: one line each, that says what it is about."""
    if nameless:
        yield "answers:"
    for topic, question in nameless:
        yield from _explained(topic, question, "  ", lang)
        steps = [
            f"{name}: {{{', '.join(f'{key}: {_quoted(value)}' for key, value in found.items())}}}"
            for name, found in question.steps
        ]
        seen = [f"seen: [{', '.join(map(_quoted, question.seen))}]"] if question.seen is not None else []
        yield f"  # - {{{', '.join([*steps, *seen, f'{question.field[-1]}: '])}}}"


def _fields(fields: dict[str, Any], indent: str, lang: str) -> Iterator[str]:
    for name, inner in fields.items():
        if isinstance(inner, dict):
            yield f"{indent}# {name}:"
            for line in _fields(inner, "", lang):
                yield f"{indent}#   {line.removeprefix('# ')}" if not line.startswith("##") else f"{indent}{line}"
        else:
            yield from _question(name, *inner, indent=indent, lang=lang)


def _question(name: str, topic: Topic, question: Question, *, indent: str, lang: str) -> Iterator[str]:
    yield from _explained(topic, question, indent, lang)
    yield f"{indent}# {name}:"  # no value to start from: one that is uncommented and left as it is states nothing


def _explained(topic: Topic, question: Question, indent: str, lang: str) -> Iterator[str]:
    wanted = _LISTS[cls] if (cls := _objects(question)) in _LISTS else expected(question.type, question.field[-1]).text(lang)
    label = f"{topic.label.text(lang)} [{who(topic.ask, lang)}]: {wanted}"
    yield f"{indent}## {visible(label)}"
    if topic.questions[0] is question and topic.how is not None:
        yield f"{indent}## {visible(say('how', lang, text=topic.how.text(lang)))}"


def _objects(question: Question) -> str:
    """The class of the objects that a list is of; nothing for other facts."""
    item = question.type.item
    return item.cls.__name__ if item is not None and item.cls is not None else ""


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=not value.isprintable())
