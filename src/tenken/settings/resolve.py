"""Which value is in force: that of the command line, else of the environment, the file, the profile, else the default."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from tenken.document.place import Place
from tenken.document.problem import InputError, Problem, did_you_mean, nearest, one_of, perhaps
from tenken.document.said import Said
from tenken.document.wording import is_not, show
from tenken.engine.pack.levels import Change, ordered
from tenken.engine.pack.lock import NAME as LOCK_NAME
from tenken.engine.pack.lock import Pin
from tenken.model.config import PROFILES, UNKNOWN_POLICIES, Language, Profile, Switch, UnknownPolicy
from tenken.model.severity import FAIL_ON, FailOn
from tenken.settings import file as files
from tenken.settings.file import ConfigFile
from tenken.settings.inputs import expand
from tenken.settings.origin import DEFAULT, Origin, Setting, of_file
from tenken.settings.shown import shown

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says; None and empty for what it does not say."""

    config: Path | None = None
    profile: str | None = None
    paths: Sequence[Path] = ()
    packs: Sequence[Path] = ()
    fail_on: str | None = None
    unknown: str | None = None
    language: str | None = None
    locked: bool = False
    assumptions: Sequence[str] = ()
    waivers: Path | None = None
    no_waivers: bool = False
    baseline: Path | None = None
    makes_baseline: bool = False
    """The command writes the baseline, so that it need not be there yet."""


@dataclass(slots=True)
class Settings:
    """All values in force, each with its origin."""

    file: ConfigFile | None
    profile: Setting[str | None]
    inputs: list[Setting[Path]]
    """The paths given; see found_inputs."""
    packs: list[Setting[Pin]]
    locked: Setting[bool]
    lock: Path
    """Where the lock lies, or would lie."""
    fail_on: Setting[FailOn]
    unknown: Setting[UnknownPolicy]
    language: Setting[Language]
    rules: list[Setting[Change]]
    """In the order in which they are applied: a later one goes before an earlier one."""
    waivers: Setting[Path | None]
    baseline: Setting[Path | None]
    precedence: list[Setting[tuple[str, tuple[str, ...]]]]
    assumptions: list[Setting[str]]

    @property
    def order_of_sources(self) -> dict[str, tuple[str, ...]]:
        return dict(setting.value for setting in self.precedence)

    def found_inputs(self) -> list[Setting[Path]]:
        """The paths given, else what the inputs of the file stand for now.

        Raises InputError where one of those stands for nothing, NothingMatched where all do.
        """
        return self.inputs or (expand(self.file) if self.file is not None else [])


@dataclass(slots=True)
class _Layers:
    """The layers below the command line, and the mistakes found in them."""

    environment: Mapping[str, str]
    file: ConfigFile | None
    profile_name: str | None = None
    profile: Profile | None = None
    problems: list[Problem] = field(default_factory=list)

    def one(
        self, key: str, option: tuple[str, T | None] | None, variable: str | None, words: Sequence[str], default: T
    ) -> Setting[T]:
        """One value: the first layer that states it decides."""
        if option is not None and option[1] is not None:
            return Setting(key, option[1], Origin("option", option[0]))
        stated = self.environment.get(variable, "") if variable else ""
        if variable and stated:
            if words and stated not in words:
                hint = did_you_mean(stated, words) or one_of(words)
                self.problems.append(Problem(is_not(variable, show(stated)), Place("environment"), hint))
            return Setting(key, cast(T, stated), Origin("environment", variable))
        attribute = key.replace("-", "_")
        if self.file is not None and (value := getattr(self.file.config, attribute, None)) is not None:
            return Setting(key, value, of_file(self.file, key))
        if self.profile is not None and (value := getattr(self.profile, attribute, None)) is not None:
            return Setting(key, value, Origin("profile", self.profile_name or ""))
        return Setting(key, default, DEFAULT)


def resolve(options: Options, environment: Mapping[str, str] | None = None, here: Path | None = None) -> Settings:
    """All settings of a run. Raises InputError with every mistake. Inputs are looked for only when they are asked for."""
    environment = os.environ if environment is None else environment
    file = _file(options, environment, here or Path.cwd())
    layers = _Layers(environment, file)
    profile = _profile(layers, options)
    packs = list(_packs(file, options.packs, layers.problems))
    waivers = _existing(file, "waivers", options.waivers, layers.problems)
    if options.no_waivers:
        waivers = Setting("waivers", None, Origin("option", "--no-waivers"))
    baseline = _existing(file, "baseline", options.baseline, layers.problems if not options.makes_baseline else [])
    settings = Settings(
        file=file,
        profile=profile,
        inputs=[Setting("inputs", path, Origin("option", "PATH")) for path in options.paths],
        packs=packs,
        locked=layers.one("locked", ("--locked", options.locked or None), None, (), False),
        lock=Path(shown((file.folder if file is not None else here or Path.cwd()) / LOCK_NAME)),
        fail_on=layers.one("fail-on", ("--fail-on", cast(Any, options.fail_on)), "TENKEN_FAIL_ON", FAIL_ON, "unknown"),
        unknown=layers.one(
            "unknown", ("--unknown", cast(Any, options.unknown)), "TENKEN_UNKNOWN", UNKNOWN_POLICIES, "threshold"
        ),
        language=_language(layers, options.language),
        rules=list(_rules(layers)),
        waivers=waivers,
        baseline=baseline,
        precedence=list(_precedence(file)),
        assumptions=list(_assumptions(file, options.assumptions)),
    )
    if layers.problems:
        raise InputError(layers.problems)
    return settings


def spoken(options: Options, environment: Mapping[str, str] | None = None, here: Path | None = None) -> Language:
    """The language of a run whose settings may have mistakes: what can't be read decides nothing."""
    environment = os.environ if environment is None else environment
    stated = options.config or _of_environment(environment)
    try:
        path = stated if stated is not None else files.find(here or Path.cwd())
    except InputError:
        path = None
    layers = _Layers(environment, files.legible(path) if path is not None else None)
    _profile(layers, options)
    return _language(layers, options.language).value


def _of_environment(environment: Mapping[str, str]) -> Path | None:
    return Path(environment["TENKEN_CONFIG"]) if environment.get("TENKEN_CONFIG") else None


def _file(options: Options, environment: Mapping[str, str], here: Path) -> ConfigFile | None:
    stated = options.config or _of_environment(environment)
    path = stated if stated is not None else files.find(here)
    return files.read(path) if path is not None else None


def _profile(layers: _Layers, options: Options) -> Setting[str | None]:
    file = layers.file
    own = file.config.profiles if file is not None else {}
    setting = layers.one("profile", ("--profile", options.profile), "TENKEN_PROFILE", (), None)
    name = setting.value
    if name is None:
        return setting
    layers.profile_name = name
    layers.profile = own[name] if name in own else PROFILES[name].settings if name in PROFILES else None
    if layers.profile is None:
        whose = f"{setting.origin.name}: " if setting.origin.kind in ("option", "environment") else ""
        hint = did_you_mean(name, [*PROFILES, *own])
        said = files.no_profile(name).each(lambda text: whose + text)
        layers.problems.append(Problem(said, setting.origin.place, hint))
    return setting


def _language(layers: _Layers, option: str | None) -> Setting[Language]:
    """The locale is the default; TENKEN_LANG is read as a locale is, so that ja_JP.UTF-8 will do."""
    chosen = layers.one("language", ("--lang", option), "TENKEN_LANG", (), "")
    if chosen.value:
        return Setting("language", "ja" if chosen.value.startswith("ja") else "en", chosen.origin)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := layers.environment.get(name):
            return Setting("language", "ja" if value.startswith("ja") else "en", Origin("default", name))
    return Setting("language", "en", DEFAULT)


def _packs(file: ConfigFile | None, options: Sequence[Path], problems: list[Problem]) -> Iterator[Setting[Pin]]:
    """Packs add up: an option never takes away what the file demands."""
    seen: set[str] = set()
    for position, pin in enumerate(file.config.packs if file is not None else ()):
        assert file is not None
        origin, folder = of_file(file, "packs", position), file.folder / pin.path
        place = file.locate("packs", position, "path")
        if not folder.is_dir():
            said = Said(
                f"the pack {pin.path!r}: there is no such folder", f"ルールパック {pin.path!r} のフォルダが見つかりません"
            )
            problems.append(Problem(said, place, _near(folder)))
            continue
        seen.add(os.path.realpath(folder))
        yield Setting("packs", Pin(Path(shown(folder)), pin.id, pin.edition, pin.digest, origin.place), origin)
    for folder in options:
        if os.path.realpath(folder) not in seen:
            yield Setting("packs", Pin(folder), Origin("option", "--rules"))


def _near(folder: Path) -> Said | None:
    if not folder.parent.is_dir():
        return _no_folder(folder.parent)
    return did_you_mean(folder.name, [entry.name for entry in folder.parent.iterdir() if entry.is_dir()])


def _existing(file: ConfigFile | None, key: str, option: Path | None, problems: list[Problem]) -> Setting[Path | None]:
    """A file that the configuration names must be there: a missing list of waivers is no empty list."""
    if option is not None:
        return Setting(key, option, Origin("option", f"--{key}"))
    stated = getattr(file.config, key) if file is not None else None
    if file is None or stated is None:
        return Setting(key, None, DEFAULT)
    path = file.folder / stated
    if not path.is_file():
        said = Said(f"{key} {stated!r}: there is no such file", f"{key} のファイル {stated!r} が見つかりません")
        problems.append(Problem(said, file.locate(key), _near_file(path)))
    return Setting(key, Path(shown(path)), of_file(file, key))


def _near_file(path: Path) -> Said:
    if not path.parent.is_dir():
        return _no_folder(path.parent)
    if near := nearest(path.name, [entry.name for entry in path.parent.iterdir() if entry.is_file()]):
        return perhaps(*map(repr, near))
    return Said(f"it is looked for at {shown(path)}", f"検索した場所: {shown(path)}")


def _no_folder(folder: Path) -> Said:
    return Said(f"there is no folder {shown(folder)}", f"フォルダ {shown(folder)} が見つかりません")


def _rules(layers: _Layers) -> Iterator[Setting[Change]]:
    """What the profile makes of rules, then what the file does: the later one decides."""

    def settings(rules: Mapping[str, Switch], origin_of: Any) -> Iterator[Setting[Change]]:
        for change in ordered(Change(rule, switch) for rule, switch in rules.items()):
            origin: Origin = origin_of(change.rule)
            yield Setting(f"rules.{change.rule}", Change(change.rule, change.switch, origin.place), origin)

    file, name = layers.file, layers.profile_name or ""
    if layers.profile is not None:
        own = file is not None and name in file.config.profiles

        def of_profile(rule: str) -> Origin:
            place = file.locate("profiles", name, "rules", rule) if own and file is not None else None
            return Origin("profile", name, place)

        yield from settings(layers.profile.rules, of_profile)
    if file is not None:
        yield from settings(file.config.rules, lambda rule: of_file(file, "rules", rule))


def _precedence(file: ConfigFile | None) -> Iterator[Setting[tuple[str, tuple[str, ...]]]]:
    for fact, order in file.config.precedence.items() if file is not None else ():
        assert file is not None
        yield Setting(f"precedence.{fact}", (fact, tuple(order)), of_file(file, "precedence", fact))


def _assumptions(file: ConfigFile | None, options: Sequence[str]) -> Iterator[Setting[str]]:
    for name in options:
        yield Setting("assumptions", name, Origin("option", "--assume-ldn-from-naa"))
    for position, name in enumerate(file.config.assumptions if file is not None else ()):
        assert file is not None
        if name not in options:
            yield Setting("assumptions", name, of_file(file, "assumptions", position))
