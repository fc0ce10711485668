"""JSON, contract version 1: see schemas/report.schema.json."""

from __future__ import annotations

import json
from pathlib import Path

from tenken.model.core_schema import serializer_of
from tenken.model.report import Report


def render(report: Report, lang: str = "en", templates: Path | None = None, color: bool = False) -> bytes:
    """The report as JSON in UTF-8; both languages are in it, so ``lang`` changes nothing, and neither does the rest."""
    from pydantic_core import PydanticSerializationError

    writer = serializer_of(Report)
    try:
        return writer.to_json(report, indent=1) + b"\n"
    except PydanticSerializationError:
        # a name holds half of a character, which UTF-8 can't write; JSON can, as \ud800
        return json.dumps(writer.to_python(report), indent=1).encode() + b"\n"
