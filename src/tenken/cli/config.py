"""``tenken config``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tenken.cli.configured import configured
from tenken.cli.errors import errors_for_people, printable
from tenken.cli.options import (
    AssumeLdnOption,
    BaselineOption,
    ConfigOption,
    DebugOption,
    FailOnOption,
    LangOption,
    LockedOption,
    NoWaiversOption,
    Paths,
    ProfileOption,
    RulesOption,
    UnknownOption,
    WaiversOption,
)
from tenken.cli.root import app

if TYPE_CHECKING:
    from tenken.settings.origin import Origin, Setting
    from tenken.settings.resolve import Settings

config_app = typer.Typer(help="Look at the settings in force.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(config_app, name="config")

_WORDS = {
    "en": {"none": "no configuration file", "from": "from", "default": "default", "option": "option",
           "environment": "environment", "profile": "profile", "built in": "built in", "nothing": "none",
           "profiles": "Profiles:"},
    "ja": {"none": "設定ファイルなし", "from": "設定元", "default": "既定値", "option": "オプション",
           "environment": "環境変数", "profile": "プロファイル", "built in": "組み込み", "nothing": "なし",
           "profiles": "プロファイル:"},
}  # fmt: skip


@config_app.callback()
def _config() -> None:
    pass


@config_app.command(
    "show",
    epilog="A value on the command line goes before the environment, that before the file, the file before the profile. "
    "Takes the options of tenken check, so that one sees what they change. Example: tenken config show --profile strict",
)
def show(
    paths: Paths = None,
    config: ConfigOption = None,
    profile: ProfileOption = None,
    lang: LangOption = None,
    rules: RulesOption = None,
    fail_on: FailOnOption = None,
    unknown: UnknownOption = None,
    locked: LockedOption = False,
    assume_ldn: AssumeLdnOption = False,
    waivers: WaiversOption = None,
    no_waivers: NoWaiversOption = False,
    baseline: BaselineOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    debug: DebugOption = False,
) -> None:
    """Print every setting in force, and where it comes from."""
    with errors_for_people(debug):
        settings = configured(
            paths=paths,
            rules=rules,
            lang=lang,
            config=config,
            profile=profile,
            fail_on=fail_on,
            unknown=unknown,
            locked=locked,
            assume_ldn=assume_ldn,
            waivers=waivers,
            no_waivers=no_waivers,
            baseline=baseline,
        )
        typer.echo(_json(settings) if as_json else printable(_text(settings)))


def _rows(settings: Settings) -> Iterator[Setting[Any]]:
    """All settings, those that have a list once for each entry."""
    from tenken import resources
    from tenken.engine.pack.lock import Pin
    from tenken.settings.origin import DEFAULT, Setting

    yield settings.profile
    yield settings.fail_on
    yield settings.unknown
    yield settings.language
    yield from settings.found_inputs()
    if not settings.found_inputs():
        yield Setting("inputs", None, DEFAULT)
    for pack in resources.BUILTIN_PACKS:
        yield Setting("packs", Pin(pack), DEFAULT)
    yield from settings.packs
    yield settings.locked
    yield from settings.rules
    yield settings.waivers
    yield settings.baseline
    yield from settings.precedence
    yield from settings.assumptions


def _json(settings: Settings) -> str:
    entries = [
        {
            "name": setting.name,
            "value": _plain(setting.value),
            "origin": _origin(setting.origin),
        }
        for setting in _rows(settings)
    ]
    file = settings.file.document.name if settings.file is not None else None
    return json.dumps({"file": file, "settings": entries}, ensure_ascii=False, indent=1)


def _plain(value: Any) -> Any:
    from tenken.engine.pack.levels import Change
    from tenken.engine.pack.lock import Pin

    if isinstance(value, Change):
        return value.switch
    if isinstance(value, Pin):
        stated = {"path": value.folder.as_posix(), "id": value.id, "edition": value.edition, "digest": value.digest}
        return {key: found for key, found in stated.items() if found is not None}
    if isinstance(value, tuple):
        return list(value[1])
    return value.as_posix() if isinstance(value, Path) else value


def _origin(origin: Origin) -> dict[str, Any]:
    place = origin.place
    stated = {
        "kind": origin.kind,
        "name": origin.name or None,
        "file": place.source if place is not None else None,
        "line": place.line if place is not None else None,
        "column": place.column if place is not None else None,
    }
    return {key: value for key, value in stated.items() if value is not None}


def _text(settings: Settings) -> str:
    from tenken.model.config import PROFILES
    from tenken.outputs.widths import pad, width

    language = settings.language.value
    words = _WORDS[language]
    rows = [(setting.name, _value(setting, words), _where(setting.origin, words)) for setting in _rows(settings)]
    first, second = (max(width(row[column]) for row in rows) for column in (0, 1))
    lines = [settings.file.document.name if settings.file is not None else words["none"], ""]
    lines += [f"{pad(name, first)}  {pad(value, second)}  {where}" for name, value, where in rows]
    lines += ["", words["profiles"]]
    for name, profile in PROFILES.items():
        stated = f"fail-on = {profile.settings.fail_on}, unknown = {profile.settings.unknown}"
        lines.append(f"  {name:<13}  {stated}\n{'':17}{profile.about.text(language)}")
    own = settings.file.config.profiles if settings.file is not None else {}
    lines += [f"  {name:<13}  {profile.description or ''}".rstrip() for name, profile in own.items()]
    return "\n".join(lines)


def _value(setting: Setting[Any], words: dict[str, str]) -> str:
    value = _plain(setting.value)
    if value is None:
        return words["nothing"]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        if setting.origin.kind == "default":
            return f"{'/'.join(Path(value['path']).parts[-2:])} ({words['built in']})"
        return " ".join([value["path"], *(str(value[key])[:19] for key in ("id", "edition", "digest") if key in value)])
    return " > ".join(value) if isinstance(value, list) else str(value)


def _where(origin: Origin, words: dict[str, str]) -> str:
    if origin.kind == "file":
        return str(origin.place)
    where = f" ({origin.place})" if origin.place is not None else ""
    return f"{words[origin.kind]} {origin.name}".rstrip() + where
