"""JSON Schemas of everything that people and programs write or read: generated from the models, never by hand."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

NAMES = ("inventory", "rule", "matrix", "pack", "report", "config", "waivers", "baseline", "diff")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def generate(name: str) -> dict[str, Any]:
    """The schema of that name, one of NAMES. Raises KeyError for another."""
    title, schema = {
        "inventory": _inventory, "rule": _rule, "matrix": _matrix, "pack": _pack, "report": _report, "config": _config, "waivers": _waivers,
        "baseline": _baseline, "diff": _diff,
    }[name]()  # fmt: skip
    return {"$schema": _DIALECT, "title": title, **{key: value for key, value in schema.items() if key != "title"}}


def _inventory() -> tuple[str, dict[str, Any]]:
    from tenken.engine.nodes import KINDS
    from tenken.model.inventory import Inventory
    from tenken.sources.joining.defaults import DEFAULTS

    schema = _lenient(TypeAdapter(Inventory).json_schema())
    schema["required"] = ["tenken"]
    schema["properties"]["defaults"] = {
        "description": "Facts stated once for every object of a kind that does not state them itself",
        "type": "object",
        "additionalProperties": False,
        "properties": {kind: _optional(schema["$defs"][KINDS[kind].facts.__name__]) for kind in DEFAULTS},
    }
    schema["properties"]["answers"] = {
        "description": "Answers to a questionnaire about things that have no name: what finds each, list by list, and its facts",
        "type": ["array", "null"],
        "items": {"type": "object"},
    }
    return "tenken inventory, version 1", schema


def _optional(definition: dict[str, Any]) -> dict[str, Any]:
    """The same object with nothing required: a default states only what is common."""
    return {key: value for key, value in definition.items() if key != "required"}


def _lenient(schema: Any) -> Any:
    """Texts may be written without quotes: an editor must not call ``version: 8.0`` wrong, since tenken reads it as text."""
    if isinstance(schema, dict):
        changed = {key: _lenient(value) for key, value in schema.items()}
        if changed.get("type") == "string" and "enum" not in changed and "const" not in changed and "format" not in changed:
            changed["type"] = ["string", "number"]
        return changed
    return [_lenient(item) for item in schema] if isinstance(schema, list) else schema


def _rule() -> tuple[str, dict[str, Any]]:
    from tenken.model.rule import Rule

    return "tenken rule", Rule.model_json_schema()


def _matrix() -> tuple[str, dict[str, Any]]:
    from tenken.model.rule import Matrix

    return "tenken support matrix", Matrix.model_json_schema()


def _pack() -> tuple[str, dict[str, Any]]:
    from tenken.model.rule import PackInfo

    return "tenken rule pack", PackInfo.model_json_schema()


def _config() -> tuple[str, dict[str, Any]]:
    from tenken.model.config import Config

    return "tenken configuration", Config.model_json_schema()


def _report() -> tuple[str, dict[str, Any]]:
    from tenken.model.report import Report

    return "tenken report, version 1", TypeAdapter(Report).json_schema(mode="serialization")


def _waivers() -> tuple[str, dict[str, Any]]:
    from tenken.model.waiver import WaiverFile

    schema = _lenient(WaiverFile.model_json_schema())
    selectors = [{"required": ["subject"]}, {"required": ["fingerprint"]}]
    schema["$defs"]["Waiver"]["oneOf"] = selectors
    return "tenken waivers, version 1", schema


def _baseline() -> tuple[str, dict[str, Any]]:
    from tenken.model.baseline import BaselineFile

    return "tenken baseline, version 1", BaselineFile.model_json_schema()


def _diff() -> tuple[str, dict[str, Any]]:
    from tenken.model.difference import Difference

    return "tenken diff, version 1", TypeAdapter(Difference).json_schema(mode="serialization")
