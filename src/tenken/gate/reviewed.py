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
from tenken.document.problem import InputError, Problem, did_you_mean, one_of
from tenken.document.said import Said
from tenken.document.text import decode, read_bytes
from tenken.document.wording import (
    READS_VERSION_1,
    inside,
    is_not,
    misfit,
    of_validator,
    required,
    show,
    unknown_key,
    unknown_version,
)

M = TypeVar("M", bound=BaseModel)
Locate = Callable[[Route], Place]

_MAX_PROBLEMS = 1000
_PATTERNS = {
    "fingerprint": Said(
        "a fingerprint is 16 digits of 0-9 and a-f, as reports print it",
        "フィンガープリントは報告書に表示される16桁の英数字（0-9、a-f）です",
    ),
    "rule": Said(
        "a rule's id is made of small letters, digits and -, as reports print it",
        "ルールのIDは報告書に表示される英小文字、数字、「-」の文字列です",
    ),
}
_WHOLE = Said("the file", "ファイル")


def read(path: Path, cls: type[M], marker: str, what: Said, hint: Said | None = None, name: str = "") -> tuple[M, Locate]:
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
        raise InputError(
            [
                Problem(
                    Said(f"there is no such {what.en}", f"{what.ja}が見つかりません"),
                    Place(name),
                    Said("check the path", "パスを確認してください"),
                )
            ]
        ) from error
    tree, locate = _parse(text, name)
    _insist_on_version(tree, locate, marker, what, hint or _beginning(what, marker))
    try:
        return cls.model_validate(tree), locate
    except ValidationError as failure:
        errors = failure.errors(include_url=False)[:_MAX_PROBLEMS]
        raise InputError([_problem(error, tree, cls, locate) for error in errors]) from None


def _beginning(what: Said, marker: str) -> Said:
    return Said(f"a {what.en} begins with {marker}: 1", f"{what.ja}は {marker}: 1 で始まります")


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


def _insist_on_version(tree: Any, locate: Locate, marker: str, what: Said, hint: Said) -> None:
    if not isinstance(tree, dict) or tree.get(marker) is None:
        raise InputError([Problem(Said(f"this is no {what.en}", f"{what.ja}ではありません"), locate(()), hint)])
    if str(tree[marker]) != "1":
        raise InputError([Problem(unknown_version(tree[marker]), locate((marker,)), READS_VERSION_1)])
    tree[marker] = 1


def _problem(error: Any, tree: Any, cls: type[BaseModel], locate: Locate) -> Problem:
    kind, route = error["type"], tuple(error["loc"])
    place, name = locate(route), dotted(route)
    if kind == "extra_forbidden":
        owner = _model_at(cls, route[:-1])
        known = owner.model_fields if owner is not None else {}
        return Problem(unknown_key(route[-1], inside(dotted(route[:-1]), _WHOLE)), place, did_you_mean(route[-1], known))
    if kind == "missing":
        return Problem(required(name), place)
    if kind == "value_error":
        said = of_validator(error)
        return Problem(Said(f"{name or _WHOLE.en}: {said.en}", f"{name or _WHOLE.ja}: {said.ja}"), place)
    shown = show(error["input"], 80)
    if kind == "literal_error":
        words = _words_at(cls, route)
        return Problem(is_not(name, shown), place, did_you_mean(error["input"], words) or one_of(words))
    if kind == "string_pattern_mismatch":
        return Problem(is_not(name, shown), place, _PATTERNS.get(str(route[-1])) or of_validator(error))
    wrong = misfit(name, kind, shown)
    return Problem(wrong, place) if wrong is not None else Problem(is_not(name, shown), place, of_validator(error))


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
