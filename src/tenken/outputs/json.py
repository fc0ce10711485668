"""JSON, contract version 1: see schemas/report.schema.json."""

from __future__ import annotations

from pydantic import TypeAdapter

from tenken.model.report import Report

_adapter: TypeAdapter[Report] | None = None


def adapter() -> TypeAdapter[Report]:
    global _adapter
    if _adapter is None:
        _adapter = TypeAdapter(Report)
    return _adapter


def render(report: Report, lang: str = "en") -> str:
    """The report as JSON text; both languages are in it, so ``lang`` changes nothing."""
    return adapter().dump_json(report, indent=1).decode() + "\n"
