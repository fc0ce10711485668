"""The way out by itself, as ``tenken plan`` shows it: console, Markdown or JSON."""

from __future__ import annotations

import json

from tenken.model.report import Plan
from tenken.outputs import markdown, plan_view

FORMATS = ("console", "markdown", "json")


def render(plan: Plan, format: str, lang: str, color: bool = False) -> str:
    """The plan in one of FORMATS. ``color`` adds ANSI colours for a terminal and nothing else."""
    if format == "json":
        return _json(plan)
    if format == "markdown":
        return markdown.plan(plan, lang)
    return "\n".join(plan_view.lines(plan, lang, (lambda text: f"\x1b[1m{text}\x1b[0m") if color else str)) + "\n"


def _json(plan: Plan) -> str:
    from pydantic import TypeAdapter

    made: dict[str, object] = {"tenken_plan": 1, **TypeAdapter(Plan).dump_python(plan)}
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"
