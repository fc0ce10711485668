"""What a command was told, by its options and by all that stands behind them; and a run on these terms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from tenken.cli.errors import usage
from tenken.cli.options import FailOn, Lang, UnknownPolicy
from tenken.document.said import Said

if TYPE_CHECKING:
    from tenken.engine.pack import Catalog
    from tenken.engine.pack.terms import Terms
    from tenken.pipeline import Run
    from tenken.settings.resolve import Settings


def configured(
    *,
    paths: Sequence[Path] | None = None,
    rules: Sequence[Path] | None = None,
    lang: Lang | None = None,
    config: Path | None = None,
    profile: str | None = None,
    fail_on: FailOn | None = None,
    unknown: UnknownPolicy | None = None,
    locked: bool = False,
    assume_ldn: bool = False,
    waivers: Path | None = None,
    no_waivers: bool = False,
    baseline: Path | None = None,
    makes_baseline: bool = False,
) -> Settings:
    """All settings in force. Raises InputError with every mistake in them."""
    from tenken.settings.resolve import Options, resolve

    return resolve(
        Options(
            config=config,
            profile=profile,
            paths=list(paths or ()),
            packs=list(rules or ()),
            fail_on=_value(fail_on),
            unknown=_value(unknown),
            language=_value(lang),
            locked=locked,
            assumptions=["ldn_from_naa"] if assume_ldn else [],
            waivers=waivers,
            no_waivers=no_waivers,
            baseline=baseline,
            makes_baseline=makes_baseline,
        )
    )


def _value(option: Enum | None) -> str | None:
    return option.value if option is not None else None


def terms_of(settings: Settings, *, changes: bool = True, lock: bool = True) -> Terms:
    """On what terms rules are in force. changes: levels and switches, too; without them every rule can be asked about."""
    from tenken.engine.pack.terms import Terms

    return Terms(
        changes=tuple(setting.value for setting in settings.rules) if changes else (),
        pins=tuple(setting.value for setting in settings.packs),
        lock=settings.lock if lock and settings.locked.value else None,
    )


def catalog_of(settings: Settings, *, changes: bool = True) -> Catalog:
    """The rules, with their examples, for looking at and testing them: only a run is held to the lock."""
    from tenken.pipeline import load_rules

    return terms_of(settings, changes=changes, lock=False).applied(
        load_rules([setting.value.folder for setting in settings.packs])
    )


def run_of(
    settings: Settings,
    *,
    changes: bool = True,
    baseline: bool = True,
    progress: Callable[[str], None] = lambda step: None,
) -> Run:
    """Read and evaluate the inputs in force by the rules in force. baseline: hold the findings against it, if there is one."""
    from tenken import pipeline

    inputs = settings.found_inputs()
    if not inputs:
        where = settings.file.document.name if settings.file is not None else "tenken.toml"
        usage(
            Said(
                "no PATH is given, and no configuration names inputs",
                "入力のパスが指定されておらず、設定ファイルにも inputs がありません",
            ),
            Said(
                f"tenken check site.yaml, or inputs in {'' if settings.file is not None else 'a '}{where}; tenken init writes one",
                f"tenken check site.yaml のように指定するか、{where} に inputs を記述してください。インベントリは tenken init で作成できます",
            ),
        )
    return pipeline.evaluate_paths(
        [setting.value for setting in inputs],
        rules=[setting.value.folder for setting in settings.packs],
        terms=terms_of(settings, changes=changes),
        precedence=settings.order_of_sources or None,
        assumptions=[setting.value for setting in settings.assumptions],
        waivers=settings.waivers.value,
        baseline=settings.baseline.value if baseline else None,
        progress=progress,
    )
