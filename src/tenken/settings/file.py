"""The configuration file: where it lies, and what it states, with a place for every mistake."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from tenken.document.place import Place, Route, dotted
from tenken.document.problem import InputError, Problem, did_you_mean, one_of
from tenken.document.said import Said
from tenken.document.text import decode, read_bytes
from tenken.document.toml_text import TomlText
from tenken.document.wording import inside, is_not, misfit, must_be, of_validator, required, show, unknown_key, words_of
from tenken.model.config import PROFILES, Config, PackPin, Profile
from tenken.settings.shown import shown

NAME = "tenken.toml"
PYPROJECT = "pyproject.toml"
_TABLE = ("tool", "tenken")
_TABLES = ("dict_type", "model_type")
_MUST_BE_TABLE = Said("must be a table", "はテーブルで指定してください")
_WHOLE = Said("the configuration", "設定ファイル")


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
            said = Said(
                f"{NAME} and [tool.tenken] in {PYPROJECT} both state settings",
                f"{NAME} と {PYPROJECT} の [tool.tenken] の両方に設定があります",
            )
            hint = Said("keep one of the two; none would be a surprise", "どちらか一方だけにしてください")
            raise InputError([Problem(said, Place(shown(own)), hint)])
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
    document, table, tree = _opened(path)
    problems = _problems_of_profiles(tree, document, table)
    try:
        config = Config.model_validate(tree)
    except ValidationError as failure:
        problems += (_problem(error, document, table) for error in failure.errors(include_url=False))
    if problems:
        raise InputError(problems)
    return ConfigFile(path, config, document, table)


def legible(path: Path) -> ConfigFile | None:
    """As much of a file that may have mistakes as decides on the language of a run; None where it can't be read at all."""
    try:
        document, table, tree = _opened(path)
    except InputError:
        return None
    found = {}
    for key in ("language", "profile", "profiles"):
        with contextlib.suppress(ValidationError, KeyError, TypeError):
            Config.model_validate({key: tree[key]})
            found[key] = tree[key]
    return ConfigFile(path, Config.model_validate(found), document, table)


def _opened(path: Path) -> tuple[TomlText, Route, Any]:
    """A file, where settings stand in it, and what stands there. Raises InputError."""
    name = shown(path)
    if not os.path.isfile(path):
        said = Said("there is no such configuration file", "設定ファイルが見つかりません")
        hint = Said(f"tenken looks for {NAME} by itself", f"{NAME} は指定しなくても自動的に検索されます")
        raise InputError([Problem(said, Place(name), hint)])
    document = TomlText(decode(read_bytes(path, name), name), name)
    table: Route = _TABLE if path.name == PYPROJECT else ()
    tree: Any = document.tree
    for step in table:
        tree = tree.get(step) if isinstance(tree, dict) else None
    if tree is None:
        said = Said("there is no table [tool.tenken]", "テーブル [tool.tenken] がありません")
        raise InputError([Problem(said, Place(name), Said(f"or keep settings in {NAME}", f"設定は {NAME} にも記述できます"))])
    return document, table, tree


def _problems_of_profiles(tree: Any, document: TomlText, table: Route) -> list[Problem]:
    """Names of profiles that are taken, and one that there is not; whatever else is wrong with the file."""
    if not isinstance(tree, dict):
        return []
    own, chosen = tree.get("profiles"), tree.get("profile")
    own = own if isinstance(own, dict) else {}
    problems = [
        Problem(
            Said(f"the profile {name!r} is built in", f"プロファイル {name!r} は組み込みのものです"),
            document.locate((*table, "profiles", name)),
            Said("choose another name for your own", "独自のプロファイルには別の名前を付けてください"),
        )
        for name in own
        if name in PROFILES
    ]
    if isinstance(chosen, str) and chosen not in (known := [*PROFILES, *own]):
        place = document.locate((*table, "profile"))
        problems.append(Problem(no_profile(chosen), place, did_you_mean(chosen, known)))
    return problems


def _problem(error: Any, document: TomlText, table: Route) -> Problem:
    route: Route = error["loc"]
    place, name, kind, given = document.locate((*table, *route)), dotted(route), error["type"], error["input"]
    if kind == "extra_forbidden":
        where = inside(f"[{dotted((*table, *route[:-1]))}]" if table or len(route) > 1 else "", _WHOLE)
        return Problem(unknown_key(route[-1], where), place, did_you_mean(route[-1], _keys(route[:-1])))
    if kind == "literal_error":
        words = words_of(error)
        hint = did_you_mean(given, words) if isinstance(given, str) else None
        return Problem(is_not(name, _show(given)), place, hint or one_of(words))
    if kind == "string_pattern_mismatch" and route[-1] == "digest":
        hint = Said(
            "expected sha256: and 64 hex digits, as tenken rules lock prints them",
            "tenken rules lock が表示する sha256: と64桁の16進数を指定してください",
        )
        return Problem(is_not(name, _show(given)), place, hint)
    if kind == "missing":
        return Problem(required(name), place)
    shown = _show(given)
    said = must_be(name, _MUST_BE_TABLE, shown) if kind in _TABLES else misfit(name, kind, shown)
    return Problem(said, place) if said is not None else Problem(is_not(name, shown), place, of_validator(error))


def no_profile(name: str) -> Said:
    return Said(f"there is no profile {name!r}", f"プロファイル {name!r} が見つかりません")


def _show(value: Any) -> Said:
    return Said("a table", "テーブル") if isinstance(value, dict) else show(value)


def _keys(route: Route) -> list[str]:
    """The keys that are right in a table of the file."""
    model: type[BaseModel] = Config
    if route[:1] == ("packs",):
        model = PackPin
    elif route[:1] == ("profiles",):
        model = Profile
    return [field.alias or name for name, field in model.model_fields.items()]
