"""The questionnaire: facts that could still change a verdict, for those who can be asked for them.

A question is about one fact of one object. ``steps`` and ``field`` say which, by what identifies the object and never by
its position, so that an answer finds it again in another export.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from tenken.model.identity import TOLD_APART
from tenken.model.rule import Ask, Text
from tenken.model.schema import Type

ASKS: tuple[Ask, ...] = get_args(Ask)

Step = tuple[str, dict[str, str]]
"""One list (``cluster.software`` for one in an object) on the way to an object, and what identifies its entry there: ``("vms", {"name": "db01", "uuid": "42…"})``."""

WhyNot = Literal["derived", "unnamed"]
"""Why something is not asked: it follows from other facts, or entries of a list can't be told apart without a guess."""

SHEET = "tenken"
"""The hidden sheet by which a workbook is known as ours."""
MARK = "tenken_questions"
VERSION = 1
COLUMNS = ("subject", "answer", "expected", "verdicts", "decides", "current", "key")
"""Columns of a sheet of questions, in their order; what identifies the object is in the last one, which is hidden."""
ANSWER, OFFERED, KEY = COLUMNS.index("answer"), COLUMNS.index("expected"), COLUMNS.index("key")

TABLE_COLUMNS = ("subject", "answer", "expected", "verdicts")
"""Columns of a table in Markdown; what identifies the object is a comment in the last one."""
TABLE, TABLE_ANSWER, TABLE_OFFERED = len(TABLE_COLUMNS), TABLE_COLUMNS.index("answer"), TABLE_COLUMNS.index("expected")


@dataclass(slots=True)
class Question:
    """One fact of one object that was not collected, or not exactly enough."""

    subject: str
    """The object as reports name it."""
    steps: tuple[Step, ...]
    field: tuple[str, ...]
    type: Type
    verdicts: int
    """Verdicts that could still change by the answer."""
    decides: int
    """Those of them that nothing else leaves open: with this answer they are settled, whatever it is."""
    current: Any = None
    """What is known already, where it is not exact enough."""
    seen: tuple[str, ...] | None = None
    """For the controllers that an export does not show: those that it does."""

    @property
    def nameless(self) -> bool:
        """It is about something that only its facts tell from others, so that its answer is no object of its own."""
        return self.seen is not None or any(name.rpartition(".")[2] in TOLD_APART for name, _ in self.steps)


@dataclass(slots=True)
class Topic:
    """One kind of fact, and all objects of which it is asked; the most valuable first."""

    path: str
    label: Text
    ask: Ask
    how: Text | None
    verdicts: int
    decides: int
    rules: list[str]
    questions: list[Question] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    """Objects for which a sheet can't hold the answer."""
    reason: WhyNot | None = None
    """Why it can't."""


def key_of(topic: Topic, question: Question | None) -> dict[str, Any]:
    """What goes with an answer, for it to find its object again. None: the answer is for all objects of the topic."""
    if question is None:
        return {"all": topic.path}
    key: dict[str, Any] = {"in": topic.path, "of": question.steps, "fact": question.field}
    return key if question.seen is None else {**key, "seen": question.seen}


@dataclass(slots=True)
class Questionnaire:
    """All that is worth asking."""

    site: str
    made: str
    open: int
    """Verdicts that are undecided."""
    final: int
    """Verdicts that are undecided for other reasons than a missing fact, and stay so whatever is answered."""
    topics: list[Topic]

    def asked_of(self, ask: Ask) -> list[Topic]:
        return [topic for topic in self.topics if topic.ask == ask]
