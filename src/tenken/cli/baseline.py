"""``tenken baseline``: record what a site is found with, and take away what has been mended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tenken.cli.errors import complain, errors_for_people, usage
from tenken.cli.options import DebugOption, LangOption, NoWaiversOption, Paths, RulesOption, WaiversOption, language
from tenken.cli.root import app
from tenken.cli.terminal import write
from tenken.gate import exit_codes

if TYPE_CHECKING:
    from tenken.model.report import Report

commands = typer.Typer(no_args_is_help=True, help="Record what a site is found with, so that only what is new fails the gate.")
app.add_typer(commands, name="baseline")

BaselineFileOption = Annotated[Path, typer.Option("--baseline", help="The file.", metavar="FILE")]
_DEFAULT = Path("tenken-baseline.json")


@commands.command("write", epilog="Example: tenken baseline write site.yaml --baseline tenken-baseline.json")
def write_baseline(
    paths: Paths,
    baseline: BaselineFileOption = _DEFAULT,
    force: Annotated[bool, typer.Option("--force", help="Replace the file: accepts all that is new.")] = False,
    waivers: WaiversOption = None,
    no_waivers: NoWaiversOption = False,
    rules: RulesOption = None,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> None:
    """Record all findings of the plan in a new file. What a waiver accepts is left out: the waiver is its record."""
    if baseline.exists() and not force:
        usage(
            f"{baseline} exists already; nothing was written",
            "tenken baseline update takes away what is mended; --force records all that is new, too",
        )
    with errors_for_people(debug):
        from tenken import pipeline
        from tenken.gate import baseline as baselines

        report = pipeline.check(paths, rules=list(rules or ()), waivers=None if no_waivers else waivers)
        _insist_on_whole(report)
        findings = baselines.recorded(report.results, language(lang))
        write(baseline, baselines.text(findings))
        _tell("baseline.written", lang, path=baseline, n=len(findings))


@commands.command("update", epilog="Example: tenken baseline update site.yaml --baseline tenken-baseline.json")
def update_baseline(
    paths: Paths,
    baseline: BaselineFileOption = _DEFAULT,
    waivers: WaiversOption = None,
    no_waivers: NoWaiversOption = False,
    rules: RulesOption = None,
    lang: LangOption = None,
    debug: DebugOption = False,
) -> None:
    """Take away what is mended, or waived by now. Nothing is ever added: what is new stays new."""
    with errors_for_people(debug):
        from tenken import pipeline
        from tenken.gate import baseline as baselines

        before = baselines.read(baseline)
        report = pipeline.check(paths, rules=list(rules or ()), waivers=None if no_waivers else waivers)
        _insist_on_whole(report)
        findings = baselines.updated(report.results, before, language(lang))
        write(baseline, baselines.text(findings))
        new = sum(baselines.worth(result) is not None for result in report.results) - len(findings)
        _tell("baseline.updated", lang, path=baseline, gone=len(before.findings) - len(findings), n=len(findings))
        if new:
            _tell("baseline.not_added", lang, n=new)


def _insist_on_whole(report: Report) -> None:
    """A run that checked nothing, or in which a rule broke, says nothing that a baseline could be made of."""
    code = report.summary.exit_code
    if code == exit_codes.NOTHING_CHECKED:
        complain("tenken: nothing could be checked; no baseline was written")
        raise typer.Exit(code)
    if code == exit_codes.BROKEN:
        broken = sorted({result.rule for result in report.results if result.outcome == "error"})
        complain(f"tenken: rules broke ({', '.join(broken)}); no baseline was written")
        raise typer.Exit(code)


def _tell(key: str, lang: LangOption, **values: object) -> None:
    from tenken.cli.errors import printable
    from tenken.outputs import words

    typer.echo(printable(words.word(key, language(lang), **values)))
