"""Files that people review or keep, waivers, baselines and reports: read whole, every mistake with its place and a hint, all at once."""

from __future__ import annotations

import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tenken.document import marked
from tenken.document.json_text import JsonText
from tenken.document.place import Place, Route, dotted
from tenken.document.problem import InputError, Problem, did_you_mean
from tenken.document.text import decode, read_bytes

M = TypeVar("M", bound=BaseModel)
Locate = Callable[[Route], Place]

_MAX_PROBLEMS = 1000
_EXPECTED = {
    "list_type": "must be a list",
    "model_type": "must be a mapping",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "string_too_long": "is too long",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
}
_PATTERNS = {
    "fingerprint": "a fingerprint is 16 digits of 0-9 and a-f, as reports print it",
    "rule": "a rule's id is made of small letters, digits and -, as reports print it",
}


def read(path: Path, cls: type[M], marker: str, what: str, hint: str | None = None, name: str = "") -> tuple[M, Locate]:
    """The content of a file and where it stands. ``marker``: the key that states the format's version; ``hint``: where
    such a file comes from; ``name``: what places call the file, if not by its path.

    Raises InputError with every mistake.
    """
    name = name or str(path)
    try:
        text = decode(read_bytes(path, name), name)
    except InputError as error:
        if path.exists():
            raise
        raise InputError([Problem(f"there is no such {what}", Place(name), "check the path")]) from error
    tree, locate = _parse(text, name)
    _insist_on_version(tree, locate, marker, what, hint or f"a {what} begins with {marker}: 1")
    try:
        return cls.model_validate(tree), locate
    except ValidationError as failure:
        errors = failure.errors(include_url=False)[:_MAX_PROBLEMS]
        raise InputError([_problem(error, tree, cls, locate) for error in errors]) from None


def _parse(text: str, name: str) -> tuple[Any, Locate]:
    if text.lstrip().startswith("{"):
        try:
            parsed = JsonText(text, name)
        except InputError:
            if not name.endswith((".yaml", ".yml")):
                raise
        else:
            return parsed.tree, parsed.locate
    from tenken.document import yaml_text  # only when there is YAML: its import takes a while

    tree = yaml_text.parse(text, name)
    return tree, lambda route: marked.locate(tree, route, name)


def _insist_on_version(tree: Any, locate: Locate, marker: str, what: str, hint: str) -> None:
    if not isinstance(tree, dict) or tree.get(marker) is None:
        raise InputError([Problem(f"this is no {what}", locate(()), hint)])
    if str(tree[marker]) != "1":
        shown = _shown(tree[marker])
        raise InputError([Problem(f"format version {shown} is not known", locate((marker,)), "this tenken reads version 1")])
    tree[marker] = 1


def _problem(error: Any, tree: Any, cls: type[BaseModel], locate: Locate) -> Problem:
    kind, route = error["type"], tuple(error["loc"])
    place, name = locate(route), dotted(route)
    if kind == "extra_forbidden":
        owner = _model_at(cls, route[:-1])
        known = owner.model_fields if owner is not None else {}
        return Problem(
            f"unknown key {route[-1]!r} in {dotted(route[:-1]) or 'the file'}", place, did_you_mean(route[-1], known)
        )
    if kind == "missing":
        return Problem(f"{name} is required", place)
    if kind == "value_error":
        return Problem(f"{name or 'the file'}: {error['msg'].removeprefix('Value error, ')}", place)
    shown = _shown(error["input"])
    if kind == "literal_error":
        words = _words_at(cls, route)
        return Problem(f"{name} is {shown}", place, did_you_mean(error["input"], words) or f"expected {', '.join(words)}")
    if kind == "string_pattern_mismatch":
        return Problem(f"{name} is {shown}", place, _PATTERNS.get(str(route[-1]), error["msg"]))
    expected = _EXPECTED.get(kind)
    if expected is None:
        return Problem(f"{name} is {shown}", place, error["msg"])
    return Problem(f"{name} {expected}, not {shown}", place)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _annotation_at(cls: type[BaseModel], route: Route) -> Any:
    annotation: Any = cls
    for step in route:
        candidates = [annotation, *typing.get_args(annotation)]
        if isinstance(step, int):
            annotation = next((typing.get_args(item)[0] for item in candidates if typing.get_origin(item) is list), None)
        else:
            owner = next((item for item in candidates if isinstance(item, type) and issubclass(item, BaseModel)), None)
            field = owner.model_fields.get(step) if owner is not None else None
            annotation = field.annotation if field is not None else None
    return annotation


def _model_at(cls: type[BaseModel], route: Route) -> type[BaseModel] | None:
    annotation = _annotation_at(cls, route)
    candidates = [annotation, *typing.get_args(annotation)]
    return next((item for item in candidates if isinstance(item, type) and issubclass(item, BaseModel)), None)


def _words_at(cls: type[BaseModel], route: Route) -> list[str]:
    annotation = _annotation_at(cls, route)
    return [str(word) for word in typing.get_args(annotation) if isinstance(word, (str, int))]
