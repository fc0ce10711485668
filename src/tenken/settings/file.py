"""The configuration file: where it lies, and what it states, with a place for every mistake."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from tenken.document.place import Place, Route, dotted
from tenken.document.problem import InputError, Problem, did_you_mean
from tenken.document.text import decode, read_bytes
from tenken.document.toml_text import TomlText
from tenken.model.config import PROFILES, Config, PackPin, Profile
from tenken.settings.shown import shown

NAME = "tenken.toml"
PYPROJECT = "pyproject.toml"
_TABLE = ("tool", "tenken")
_EXPECTED = {
    "string_type": "must be text",
    "list_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "bool_type": "must be true or false",
    "missing": "is required",
    "string_too_short": "is empty",
}


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A configuration file that was read."""

    path: Path
    config: Config
    document: TomlText
    table: Route
    """Where the settings stand in it: at the top, or in [tool.tenken]."""

    @property
    def folder(self) -> Path:
        return self.path.absolute().parent

    def locate(self, *route: str | int) -> Place:
        return self.document.locate((*self.table, *route))


def find(start: Path) -> Path | None:
    """The file that is in force in a folder: its own or that of the nearest folder above, within the repository.

    What lies beside a checkout, in a home folder or on a runner, decides nothing. Raises InputError where a folder has two.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        own, project = folder / NAME, folder / PYPROJECT
        has_own, in_project = os.path.isfile(own), os.path.isfile(project) and _has_table(project)
        if has_own and in_project:
            message = f"{NAME} and [tool.tenken] in {PYPROJECT} both state settings"
            raise InputError([Problem(message, Place(shown(own)), "keep one of the two; none would be a surprise")])
        if has_own:
            return own
        if in_project:
            return project
        if os.path.exists(folder / ".git"):
            return None
    return None


def _has_table(project: Path) -> bool:
    """Whether a pyproject.toml has settings of ours. One that is no TOML has, if it speaks of us."""
    import tomllib

    text = decode(read_bytes(project, shown(project)), shown(project))
    if "tenken" not in text:
        return False
    try:
        return "tenken" in tomllib.loads(text).get("tool", {})
    except (tomllib.TOMLDecodeError, AttributeError, RecursionError, ValueError):
        return True


def read(path: Path) -> ConfigFile:
    """The settings of a file. Raises InputError with all its mistakes, each with its place."""
    name = shown(path)
    if not path.is_file():
        raise InputError([Problem("there is no such configuration file", Place(name), f"tenken looks for {NAME} by itself")])
    document = TomlText(decode(read_bytes(path, name), name), name)
    table: Route = _TABLE if path.name == PYPROJECT else ()
    tree: Any = document.tree
    for step in table:
        tree = tree.get(step) if isinstance(tree, dict) else None
    if tree is None:
        raise InputError([Problem("there is no table [tool.tenken]", Place(name), f"or keep settings in {NAME}")])
    problems = _problems_of_profiles(tree, document, table)
    try:
        config = Config.model_validate(tree)
    except ValidationError as failure:
        problems += (_problem(error, document, table) for error in failure.errors(include_url=False))
    if problems:
        raise InputError(problems)
    return ConfigFile(path, config, document, table)


def _problems_of_profiles(tree: Any, document: TomlText, table: Route) -> list[Problem]:
    """Names of profiles that are taken, and one that there is not; whatever else is wrong with the file."""
    if not isinstance(tree, dict):
        return []
    own, chosen = tree.get("profiles"), tree.get("profile")
    own = own if isinstance(own, dict) else {}
    problems = [
        Problem(
            f"the profile {name!r} is built in", document.locate((*table, "profiles", name)), "choose another name for your own"
        )
        for name in own
        if name in PROFILES
    ]
    if isinstance(chosen, str) and chosen not in (known := [*PROFILES, *own]):
        place = document.locate((*table, "profile"))
        problems.append(Problem(f"there is no profile {chosen!r}", place, did_you_mean(chosen, known)))
    return problems


def _problem(error: Any, document: TomlText, table: Route) -> Problem:
    route: Route = error["loc"]
    place, name, kind, given = document.locate((*table, *route)), dotted(route), error["type"], error["input"]
    if kind == "extra_forbidden":
        where = f"[{dotted((*table, *route[:-1]))}]" if table or len(route) > 1 else "the configuration"
        return Problem(f"unknown key {route[-1]!r} in {where}", place, did_you_mean(route[-1], _keys(route[:-1])))
    if kind == "literal_error":
        words = [word.strip("' ") for word in error["ctx"]["expected"].replace(" or ", ",").split(",")]
        hint = did_you_mean(given, words) if isinstance(given, str) else None
        return Problem(f"{name} is {_show(given)}", place, hint or f"expected one of: {', '.join(words)}")
    if kind == "string_pattern_mismatch" and route[-1] == "digest":
        return Problem(
            f"{name} is {_show(given)}", place, "expected sha256: and 64 hex digits, as tenken rules lock prints them"
        )
    expected = _EXPECTED.get(kind)
    if kind == "missing":
        return Problem(f"{name} is required", place)
    if expected is None:
        return Problem(f"{name} is {_show(given)}", place, error["msg"])
    return Problem(f"{name} {expected}, not {_show(given)}", place)


def _show(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value) if isinstance(value, str | int | float) else f"a {'table' if isinstance(value, dict) else 'list'}"
    return text if len(text) <= 60 else text[:59] + "…"


def _keys(route: Route) -> list[str]:
    """The keys that are right in a table of the file."""
    model: type[BaseModel] = Config
    if route[:1] == ("packs",):
        model = PackPin
    elif route[:1] == ("profiles",):
        model = Profile
    return [field.alias or name for name, field in model.model_fields.items()]
