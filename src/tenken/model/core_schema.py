"""The large models' core schemas, which pydantic validates and serialises by, kept between runs.

pydantic needs forty milliseconds to make the inventory's out of its classes, and two to load it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import VERSION, TypeAdapter
from pydantic_core import SchemaSerializer, SchemaValidator

from tenken import kept

_KEPT = 4
"""So many entries stay: one a model, and those of another tenken beside this one."""


@cache
def validator_of(cls: type) -> SchemaValidator:
    """What reads trees as a class: ``validate_python(tree)``, which raises pydantic's ValidationError."""
    return SchemaValidator(_core_schema(cls))


@cache
def serializer_of(cls: type) -> SchemaSerializer:
    """What writes an object of a class: ``to_json(value)`` and ``to_python(value)``."""
    return SchemaSerializer(_core_schema(cls))


def _core_schema(cls: type) -> Any:
    folder = kept.folder()
    if folder is None:
        return _made(cls)
    words = (cls.__qualname__, cls.__module__, VERSION)
    file = folder / f"{kept.key(words, sorted(Path(__file__).parent.glob('*.py')))}.schema"
    schema = kept.read(file, dict)
    if schema is None:
        schema = _made(cls)
        kept.write(file, schema, _KEPT)
    return schema


def _made(cls: type) -> Any:
    return TypeAdapter(cls).core_schema
