"""JSON, contract version 1: see schemas/report.schema.json."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter

from tenken.model.report import Report

_adapter: TypeAdapter[Report] | None = None


def adapter() -> TypeAdapter[Report]:
    global _adapter
    if _adapter is None:
        _adapter = TypeAdapter(Report)
    return _adapter


def render(report: Report, lang: str = "en", templates: Path | None = None, color: bool = False) -> str:
    """The report as JSON text; both languages are in it, so ``lang`` changes nothing, and neither does the rest."""
    return adapter().dump_json(report, indent=1).decode() + "\n"
