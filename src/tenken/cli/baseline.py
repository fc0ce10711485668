"""``tenken baseline``: record what a site is found with, and take away what has been mended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from tenken.cli.configured import configured, run_of
from tenken.cli.errors import complain, errors_for_people, usage
from tenken.cli.options import (
    AssumeLdnOption,
    ConfigOption,
    DebugOption,
    LangOption,
    NoWaiversOption,
    Paths,
    ProfileOption,
    RulesOption,
    WaiversOption,
)
from tenken.cli.root import app
from tenken.cli.terminal import write
from tenken.document.said import Said
from tenken.gate import exit_codes

if TYPE_CHECKING:
    from tenken.model.report import Report
    from tenken.settings.resolve import Settings

commands = typer.Typer(no_args_is_help=True, help="Record what a site is found with, so that only what is new fails the gate.")
app.add_typer(commands, name="baseline")

BaselineFileOption = Annotated[
    Optional[Path],
    typer.Option("--baseline", help="The file. Default: that of the configuration, else tenken-baseline.json.", metavar="FILE"),
]
_DEFAULT = Path("tenken-baseline.json")


@commands.command("write", epilog="Example: tenken baseline write site.yaml --baseline tenken-baseline.json")
def write_baseline(
    paths: Paths = None,
    baseline: BaselineFileOption = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file: accepts all that is new.")] = False,
    waivers: WaiversOption = None,
    no_waivers: NoWaiversOption = False,
    rules: RulesOption = None,
    assume_ldn: AssumeLdnOption = False,
    config: ConfigOption = None,
    profile: ProfileOption = None,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> None:
    """Record all findings of the plan in a new file. What a waiver accepts is left out: the waiver is its record."""
    with errors_for_people(debug):
        from tenken.gate import baseline as baselines

        settings = configured(
            paths=paths,
            baseline=baseline,
            makes_baseline=True,
            waivers=waivers,
            no_waivers=no_waivers,
            rules=rules,
            assume_ldn=assume_ldn,
            config=config,
            profile=profile,
            lang=lang,
        )
        path, chosen = _file(settings), settings.language.value
        if path.exists() and not force:
            usage(
                Said(f"{path} exists already; nothing was written", f"{path} はすでに存在します。書き込みは行っていません"),
                Said(
                    "tenken baseline update takes away what is mended; --force records all that is new, too",
                    "解消した指摘を除くには tenken baseline update、新しい指摘も含めて作成し直すには --force を使用してください",
                ),
            )
        report = _whole_report(settings)
        findings = baselines.recorded(report.results, chosen)
        write(path, baselines.text(findings))
        _tell("baseline.written", chosen, path=path, n=len(findings))


@commands.command("update", epilog="Example: tenken baseline update site.yaml --baseline tenken-baseline.json")
def update_baseline(
    paths: Paths = None,
    baseline: BaselineFileOption = None,
    waivers: WaiversOption = None,
    no_waivers: NoWaiversOption = False,
    rules: RulesOption = None,
    assume_ldn: AssumeLdnOption = False,
    config: ConfigOption = None,
    profile: ProfileOption = None,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> None:
    """Take away what is mended, or waived by now. Nothing is ever added: what is new stays new."""
    with errors_for_people(debug):
        from tenken.gate import baseline as baselines

        settings = configured(
            paths=paths,
            baseline=baseline,
            makes_baseline=True,
            waivers=waivers,
            no_waivers=no_waivers,
            rules=rules,
            assume_ldn=assume_ldn,
            config=config,
            profile=profile,
            lang=lang,
        )
        path, chosen = _file(settings), settings.language.value
        before = baselines.read(path)
        report = _whole_report(settings)
        findings = baselines.updated(report.results, before, chosen)
        write(path, baselines.text(findings))
        new = sum(baselines.worth(result) is not None for result in report.results) - len(findings)
        _tell("baseline.updated", chosen, path=path, gone=len(before.findings) - len(findings), n=len(findings))
        if new:
            _tell("baseline.not_added", chosen, n=new)


def _file(settings: Settings) -> Path:
    return settings.baseline.value or _DEFAULT


def _whole_report(settings: Settings) -> Report:
    """The report of a run. One that checked nothing, or in which a rule broke, says nothing that a baseline could be made of."""
    from tenken import pipeline

    report = pipeline.report(run_of(settings, baseline=False))
    code = report.summary.exit_code
    if code == exit_codes.NOTHING_CHECKED:
        complain(
            Said(
                "nothing could be checked; no baseline was written",
                "点検できる対象がありませんでした。ベースラインは作成していません",
            )
        )
        raise typer.Exit(code)
    if code == exit_codes.BROKEN:
        broken = sorted({result.rule for result in report.results if result.outcome == "error"})
        names = ", ".join(broken)
        complain(
            Said(
                f"rules broke ({names}); no baseline was written",
                f"ルールの評価に失敗しました（{names}）。ベースラインは作成していません",
            )
        )
        raise typer.Exit(code)
    return report


def _tell(key: str, lang: str, **values: object) -> None:
    from tenken.cli.errors import printable
    from tenken.outputs import words

    typer.echo(printable(words.word(key, lang, **values)))
