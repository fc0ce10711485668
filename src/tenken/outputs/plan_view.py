"""The way out, as all formats show it: what both methods need alike is one row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tenken.model.report import Plan, PlanStep, SubjectName, WayOut
from tenken.model.rule import Text
from tenken.outputs.inert import visible
from tenken.outputs.words import named, word

SHOWN = 5
"""Names told of those that gain or lose; JSON has all."""


@dataclass(slots=True)
class Row:
    """The steps for one datastore, and what they do for each method."""

    datastore: SubjectName
    ways: list[WayOut]
    steps: list[PlanStep]
    gained: list[str]
    """VMs that can be backed up by one of the methods and could not before."""
    better: int
    worse: list[str]
    left: list[str]
    other_method: str | None


def rows(plan: Plan) -> list[Row]:
    """The ways of a plan in its order."""
    found: dict[tuple[object, ...], Row] = {}
    for way in plan.ways:
        key = (way.datastore, *sorted((step.action, step.target.kind, step.target.name, step.cost) for step in way.steps))
        key = (*key, way.method) if not way.steps else key
        row = found.setdefault(key, Row(way.datastore, [], way.steps, [], way.gained_verdicts, [], [], way.other_method))
        row.ways.append(way)
        row.gained = list(dict.fromkeys([*row.gained, *(subject.name for subject in way.gained)]))
        row.worse = list(dict.fromkeys([*row.worse, *(subject.name for subject in way.worse)]))
        row.left = sorted({*row.left, *way.left})
        row.other_method = row.other_method if len(row.ways) == 1 else None
    return list(found.values())


def lines(plan: Plan, lang: str, strong: Callable[[str], str] = str) -> Iterator[str]:
    """The plan as lines for a terminal."""
    yield strong(word("section.plan", lang))
    if not plan.ways:
        yield f"  {word('plan.none', lang)}"
    for number, row in enumerate(rows(plan), 1):
        yield ""
        yield strong(f"  {number}. {visible(row.datastore.name)}: {effect(row, lang)}")
        for step in row.steps:
            cost = getattr(named("cost", step.cost), lang)
            yield f"     - {visible(told(step, lang))} [{cost}] ({step.rule})"
        yield from (f"       {visible(remark)}" for remark in remarks(row, lang))
    if plan.not_evaluated:
        yield ""
        yield f"  {visible(skipped(plan, lang))}"


def told(step: PlanStep, lang: str) -> str:
    """What to do, and to what."""
    text: str = getattr(step.text, lang)
    return text if step.action == "move" else f"{step.target.name}: {text}"


def effect(row: Row, lang: str) -> str:
    """The verdicts before and after, and what is gained."""
    verdicts = [
        f"{getattr(named('short', way.method), lang)} {getattr(named('verdict', way.before), lang)} → "
        f"{getattr(named('verdict', way.after), lang)}"
        for way in row.ways
    ]
    gains = [word("plan.gains", lang, n=len(row.gained))] if row.gained else []
    gains += [word("plan.better", lang, n=row.better)] if row.better else []
    comma = word("punctuation.comma", lang)
    return comma.join(verdicts) + (f" ({comma.join(gains)})" if gains else "")


def remarks(row: Row, lang: str) -> Iterator[str]:
    """What has to be known before following it."""
    if row.worse:
        yield word("plan.worse", lang, names=_some(row.worse, lang))
    if row.left:
        yield word("plan.left" if row.steps else "plan.stuck", lang, rules=", ".join(row.left))
    if row.other_method is not None:
        yield word("plan.other", lang, method=getattr(named("short", row.other_method), lang))


def remarks_in_both(row: Row) -> list[Text]:
    """The same in both languages."""
    return [Text(en=en, ja=ja) for en, ja in zip(remarks(row, "en"), remarks(row, "ja"), strict=True)]


def skipped(plan: Plan, lang: str) -> str:
    """The datastores that were not looked at."""
    return word("plan.skipped", lang, n=plan.evaluated, names=_some([subject.name for subject in plan.not_evaluated], lang))


def _some(names: list[str], lang: str) -> str:
    more = len(names) - SHOWN
    return word("punctuation.comma", lang).join(names[:SHOWN]) + (f" +{more}" if more > 0 else "")


def render(plan: Plan, format: str, lang: str, color: bool = False) -> str:
    """The plan by itself: console, markdown or json."""
    if format == "json":
        from pydantic import TypeAdapter

        made: dict[str, object] = {"tenken_plan": 1, **TypeAdapter(Plan).dump_python(plan)}
        return json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    if format == "markdown":
        from tenken.outputs.markdown import plan_by_itself

        return plan_by_itself(plan, lang)
    return "\n".join(lines(plan, lang, (lambda text: f"\x1b[1m{text}\x1b[0m") if color else str)) + "\n"
