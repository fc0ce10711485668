"""The way out, as all formats show it: what both methods need alike is one row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tenken.model.report import VERDICTS, Obstacle, Plan, PlanStep, SubjectName, WayOut
from tenken.model.rule import Text
from tenken.outputs.inert import visible
from tenken.outputs.words import named, text, word

SHOWN = 5
"""Names told of those that gain or lose; JSON has all."""

SHOWN_CONDITIONS = 4
"""Rules told of those that a change leaves open: of an export that says little there are twenty; JSON has all."""

SHOWN_WAYS, SHOWN_STEPS, SHOWN_STUCK = 25, 40, 15
"""Ways, steps of one, and subjects without a way that reports tell; JSON and ``tenken plan`` have all."""


@dataclass(slots=True)
class Row:
    """The steps that one or several subjects need, and what they do for each method."""

    subjects: list[SubjectName]
    ways: list[WayOut]
    steps: list[PlanStep]
    gained: list[SubjectName]
    """What can be backed up by one of the methods and could not before."""
    better: int
    worse: list[str]
    left: list[Obstacle]
    other_method: str | None

    def title(self, lang: str) -> str:
        """The subjects: datastores by name, others with their kind."""
        comma = word("punctuation.comma", lang)
        told = [
            name.name if name.kind == "datastore" else f"{named('kind', name.kind).text(lang)} {name.name}"
            for name in self.subjects[:SHOWN]
        ]
        more = len(self.subjects) - SHOWN
        return comma.join(told) + (f" +{more}" if more > 0 else "")

    @property
    def costs(self) -> list[str]:
        """What its steps cost, each once, the dearest last."""
        return list(dict.fromkeys(step.cost for step in self.steps))


def rows(plan: Plan) -> list[Row]:
    """The ways of a plan in its order. What needs the same steps is one row."""
    return [row for row in _rows(plan) if row.steps]


def stuck(plan: Plan) -> list[Row]:
    """What can't be backed up and for which no change is known."""
    return [row for row in _rows(plan) if not row.steps]


def _rows(plan: Plan) -> list[Row]:
    found: dict[tuple[object, ...], Row] = {}
    for way in plan.ways:
        steps = tuple(sorted((step.action, step.target.kind, step.target.name, step.rule) for step in way.steps))
        left = tuple((obstacle.rule, obstacle.why, *map(str, obstacle.subjects)) for obstacle in way.left)
        row = found.setdefault(
            (steps or way.subject, left), Row([], [], way.steps, [], way.gained_verdicts, [], [], way.other_method)
        )
        row.ways.append(way)
        row.subjects = list(dict.fromkeys([*row.subjects, way.subject]))
        row.gained = list(dict.fromkeys([*row.gained, *way.gained]))
        row.worse = list(dict.fromkeys([*row.worse, *(subject.name for subject in way.worse)]))
        row.left = way.left
        row.other_method = row.other_method if len(row.ways) == 1 else None
    return list(found.values())


def standing(plan: Plan) -> list[Text]:
    """What is to be said beside ways: that nothing has to be changed, only where that is so, and what is open all the same."""
    unsettled = [verdict for verdict in reversed(VERDICTS) if verdict != "eligible" and plan.as_they_are.get(verdict)]
    told = [text(f"plan.open.{verdict}", n=plan.as_they_are[verdict]) for verdict in unsettled]
    if plan.not_evaluated or rows(plan):
        return told
    if plan.ways or set(unsettled) - {"conditional"}:
        return [text("plan.none"), *told]
    return [text("plan.none.needed" if plan.as_they_are else "plan.none.judged"), *told]


def lines(plan: Plan, lang: str, strong: Callable[[str], str] = str) -> Iterator[str]:
    """The plan as lines for a terminal."""
    yield strong(word("section.plan", lang))
    for number, row in enumerate(rows(plan), 1):
        yield ""
        yield strong(f"  {number}. {visible(row.title(lang))}: {verdicts(row, lang)}{_bracketed(gains(row, lang))}")
        for step in row.steps:
            cost = named("cost", step.cost).text(lang)
            yield f"     - {visible(told(step, lang))} [{cost}] ({step.rule})"
        yield from (f"       {visible(remark)}" for remark in remarks(row, lang))
    if stuck(plan):
        yield ""
        yield strong(f"  {word('section.plan.stuck', lang)}")
    for row in stuck(plan):
        yield f"     - {visible(row.title(lang))}: {methods(row, lang)}"
        yield from (f"       {visible(remark)}" for remark in remarks(row, lang))
    if plan.not_evaluated:
        yield ""
        yield f"  {visible(skipped(plan, lang))}"
    if said := standing(plan):
        yield from ([""] if plan.ways or plan.not_evaluated else [])
        yield from (f"  {each.text(lang)}" for each in said)


def told(step: PlanStep, lang: str) -> str:
    """What to do, and to what."""
    text: str = step.text.text(lang)
    return text if step.action == "move" else f"{step.target.name}: {text}"


def verdicts(row: Row, lang: str) -> str:
    """The verdicts before and after."""
    changes = [
        f"{named('short', method).text(lang)} {named('verdict', before).text(lang)} → {named('verdict', after).text(lang)}"
        for method, before, after in dict.fromkeys((way.method, way.before, way.after) for way in row.ways)
    ]
    return word("punctuation.comma", lang).join(changes)


def methods(row: Row, lang: str) -> str:
    """The methods by which something can't be backed up."""
    told = [f"{named('short', way.method).text(lang)} {named('verdict', way.before).text(lang)}" for way in row.ways]
    return word("punctuation.comma", lang).join(dict.fromkeys(told))


def gains(row: Row, lang: str) -> str:
    """What is gained, in words; nothing said where it is nothing."""
    counts = Counter(subject.kind for subject in row.gained)
    told = [word(f"plan.gains.{kind}", lang, n=n) for kind, n in counts.items()]
    told += [word("plan.better", lang, n=row.better)] if row.better else []
    return word("punctuation.comma", lang).join(told)


def _bracketed(text: str) -> str:
    return f" ({text})" if text else ""


def remarks(row: Row, lang: str) -> Iterator[str]:
    """What has to be known before following it."""
    if row.worse:
        yield word("plan.worse", lang, names=_some(row.worse, lang))
    for why in dict.fromkeys(obstacle.why for obstacle in row.left):
        comma = word("punctuation.comma", lang)
        obstacles = [obstacle for obstacle in row.left if obstacle.why == why]
        what = [
            word(
                "plan.condition",
                lang,
                title=obstacle.title.text(lang),
                rule=obstacle.rule,
                names=_some([subject.name for subject in obstacle.subjects], lang),
            )
            for obstacle in obstacles[:SHOWN_CONDITIONS]
        ]
        more = len(obstacles) - SHOWN_CONDITIONS
        what += [word("plan.conditions.more", lang, n=more)] if more > 0 else []
        yield word("plan.left" if row.steps else "plan.stuck", lang, what=comma.join(what), why=word(f"stuck.{why}", lang))
    if row.other_method is not None:
        yield word("plan.other", lang, method=named("short", row.other_method).text(lang))


def remarks_in_both(row: Row) -> list[Text]:
    """The same in both languages."""
    return [Text(en=en, ja=ja) for en, ja in zip(remarks(row, "en"), remarks(row, "ja"), strict=True)]


def skipped(plan: Plan, lang: str) -> str:
    """What was not looked at."""
    return word("plan.skipped", lang, n=plan.evaluated, names=_some([subject.name for subject in plan.not_evaluated], lang))


def _some(names: list[str], lang: str) -> str:
    more = len(names) - SHOWN
    return word("punctuation.comma", lang).join(names[:SHOWN]) + (f" +{more}" if more > 0 else "")
