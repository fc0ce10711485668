"""``tenken check``."""

from __future__ import annotations

import dataclasses
import functools
import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional, cast

import typer

from tenken.cli import forge
from tenken.cli.configured import configured, run_of
from tenken.cli.errors import complain, errors_for_people, usage
from tenken.cli.options import (
    AssumeLdnOption,
    BaselineOption,
    ConfigOption,
    DebugOption,
    FailOnOption,
    LangOption,
    NoWaiversOption,
    Paths,
    ProfileOption,
    RulesOption,
    UnknownOption,
    WaiversOption,
    format_for,
)
from tenken.cli.root import app
from tenken.cli.terminal import color, progress, spare, write
from tenken.document.said import Said
from tenken.gate import exit_codes
from tenken.outputs import registry

if TYPE_CHECKING:
    from tenken.engine.pack import Catalog
    from tenken.model.report import Report
    from tenken.settings.resolve import Settings

Format = Enum("Format", {name: name for name in registry.FORMATS}, type=str)  # type: ignore[misc]


@app.command(
    epilog="Examples: tenken check site.yaml · tenken check RVTools.xlsx --lang ja -o report.html · tenken check design/ -f json. "
    "Exit codes: 0 clean, 1 findings at or above --fail-on, 2 wrong use or input, 3 nothing could be checked, 4 tenken or a rule broke."
)
def check(
    paths: Paths = None,
    formats: Annotated[
        Optional[list[Format]],
        typer.Option(
            "--format",
            "-f",
            help="Format of a report (repeatable). Without it: by the suffix of --output, else console; on GitHub Actions annotations, too.",
        ),
    ] = None,
    outputs: Annotated[
        Optional[list[Path]],
        typer.Option(
            "--output",
            "-o",
            help="File for the report of the same rank among --format; its suffix decides where there is none.",
            metavar="FILE",
        ),
    ] = None,
    lang: LangOption = None,
    rules: RulesOption = None,
    fail_on: FailOnOption = None,
    unknown: UnknownOption = None,
    waivers: WaiversOption = None,
    no_waivers: NoWaiversOption = False,
    baseline: BaselineOption = None,
    everything: Annotated[bool, typer.Option("--all", help="List what passed or does not apply, too.")] = False,
    plan: Annotated[
        Optional[bool],
        typer.Option(
            "--plan/--no-plan",
            help="Tell what to change, as tenken plan does (not in SARIF, JUnit, CSV). Without it: in HTML, Markdown and Excel, "
            "with fewer looks on a large site.",
        ),
    ] = None,
    template: Annotated[
        Optional[Path], typer.Option("--template", help="Folder with templates that replace ours.", metavar="DIR")
    ] = None,
    assume_ldn: AssumeLdnOption = False,
    config: ConfigOption = None,
    profile: ProfileOption = None,
    locked: Annotated[bool, typer.Option("--locked", help="Refuse rule packs other than those of tenken.lock.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again whenever inputs, rules or configuration change, until Ctrl-C.")
    ] = False,
    debug: DebugOption = False,
) -> None:
    """Check inventories and report for every VM and datastore whether it can be backed up, online and offline."""
    targets = pair([item.value for item in formats or ()], list(outputs or ()))
    annotates = not formats and forge.on_github_actions()
    if annotates:
        targets.append(("github", None))
    summarises = any(format == "github" for format, _ in targets)
    if template is not None and not template.is_dir():
        usage(
            Said(f"--template {template} is not a folder", f"--template の {template} はフォルダではありません"),
            Said("it holds files such as report.html.j2", "report.html.j2 などのファイルを置いたフォルダを指定してください"),
        )

    def settings() -> Settings:
        return configured(
            paths=paths,
            rules=rules,
            lang=lang,
            config=config,
            profile=profile,
            fail_on=fail_on.value if fail_on is not None else None,
            unknown=unknown.value if unknown is not None else None,
            locked=locked,
            assume_ldn=assume_ldn,
            waivers=waivers,
            no_waivers=no_waivers,
            baseline=baseline,
        )

    latest: list[object] = []
    """What was made last: the process ends, and nothing has to take a million objects apart before."""

    def once() -> Report:
        """One run: read, judge, write the reports. What is wrong with it is told, and ends it."""
        with errors_for_people(debug):
            from tenken import pipeline
            from tenken.document.collector import collector_paused
            from tenken.outputs.places import from_root

            with collector_paused(), progress() as step:
                chosen = settings()
                language = chosen.language.value
                run = run_of(chosen, progress=step)
                spare((path for _, path in targets), run.names_of_inputs)
                wanted = plan if plan is not None else any(format in registry.PLANNED for format, _ in targets)
                if wanted:
                    step("planning")
                way_out = pipeline.plan(run, asked=plan is True) if wanted else None

                @functools.cache
                def report_of(everything: bool) -> Report:
                    made = pipeline.report(
                        run, fail_on=chosen.fail_on.value, unknown=chosen.unknown.value, everything=everything, progress=step
                    )
                    made.plan = way_out
                    return made

                report = report_of(everything)
                here = Path.cwd()
                root = forge.repository_root(here)
                made = []
                for format, path in targets:
                    shown = report_of(everything or format in registry.NEED_EVERYTHING)
                    if plan is None and format not in registry.PLANNED:
                        shown = dataclasses.replace(shown, plan=None)
                    if format in registry.IN_REPOSITORY:
                        shown = from_root(shown, here, root)
                    content = registry.render(shown, format, language, template, color=path is None and color())
                    if annotates and path is None and format == "console":
                        content = forge.fenced(cast(str, content))
                    made.append((content, path))
                summary = registry.render(report, "markdown", language, template) if summarises else None
            for content, path in made:
                if path is not None:
                    write(path, content)
                elif isinstance(content, bytes):
                    sys.stdout.flush()
                    sys.stdout.buffer.write(content)
                else:
                    sys.stdout.write(content)
            if summary is not None:
                forge.append_summary(cast(str, summary))
            if report.summary.exit_code == exit_codes.NOTHING_CHECKED:
                complain(*_why_nothing(run.catalog, report))
            latest[:] = [run, report]
            return report

    if watch:
        from tenken.cli import watching

        raise typer.Exit(watching.watch(once, settings, ignored=list(outputs or ()), template=template))
    raise typer.Exit(once().summary.exit_code)


def _why_nothing(catalog: Catalog, report: Report) -> tuple[Said, Said]:
    """Why a run checked nothing, and what to do about it."""
    if not catalog.rules:
        return (
            Said("nothing could be checked: every rule is switched off", "点検できませんでした: すべてのルールが無効です"),
            Said(
                "tenken config show tells where; tenken rules list shows what is in force",
                "無効にした箇所は tenken config show、有効なルールは tenken rules list で確認できます",
            ),
        )
    if not any(report.summary.subjects.get(kind) for kind in ("vm", "datastore", "logical_disk", "host", "array")):
        return (
            Said(
                "nothing could be checked: the input has no VM, datastore, logical disk, host or array",
                "点検できませんでした: 入力に仮想マシン、データストア、論理ディスク、ホスト、ディスクアレイのいずれもありません",
            ),
            Said(
                "tenken init writes an inventory to start from; tenken schema inventory tells all that one may state",
                "インベントリのひな形は tenken init、記載できる項目は tenken schema inventory で確認できます",
            ),
        )
    if any(count for outcome, count in report.summary.outcomes.items() if outcome != "not_applicable"):
        return (
            Said(
                "nothing could be checked: the input has nothing that could be backed up: no datastore that may lie on an array, "
                "no VM but templates and vCLS agents, no RDM, no host that boots from SAN",
                "点検できませんでした: バックアップ対象になり得るものが入力にありません（アレイ上のデータストア、"
                "テンプレートとvCLSエージェント以外の仮想マシン、RDM、SANブートのホスト）",
            ),
            Said(
                "state the datastores with their extents, and the VMs; tenken questions lists what is missing",
                "データストアとその extents、仮想マシンを記入してください。不足している情報は tenken questions で確認できます",
            ),
        )
    return (
        Said(
            "nothing could be checked: no rule in force applies to anything in the input",
            "点検できませんでした: 入力に適用できる有効なルールがありません",
        ),
        Said(
            "tenken rules list shows the rules, tenken config show the switches",
            "ルールは tenken rules list、有効・無効の設定は tenken config show で確認できます",
        ),
    )


def pair(formats: list[str], outputs: list[Path]) -> list[tuple[str, Path | None]]:
    """Which format goes where. What has no file goes to standard output; at most one can, and where none does, the console report is shown there."""
    if not formats:
        formats = [format_for(path, None, Format) for path in outputs] or ["console"]
    if len(outputs) > len(formats):
        usage(
            Said(
                f"{len(outputs)} --output for {len(formats)} --format",
                f"--format が {len(formats)} 個に対して --output が {len(outputs)} 個あります",
            ),
            Said(
                "give as many --format as --output, or none: the suffix decides then",
                "--format を --output と同じ数だけ指定するか、省略してください（拡張子で決まります）",
            ),
        )
    targets: list[tuple[str, Path | None]] = list(zip(formats, outputs, strict=False))
    rest: list[tuple[str, Path | None]] = [(format, None) for format in formats[len(outputs) :]]
    if len(rest) > 1:
        names = [format for format, _ in rest]
        usage(
            Said(
                f"{' and '.join(names)} can't share standard output",
                f"標準出力に出力できる形式は1つだけです: {'、'.join(names)}",
            ),
            Said("give each but one an --output", "1つを除き、それぞれに --output を指定してください"),
        )
    if len({path.absolute() for path in outputs}) < len(outputs):
        usage(Said("two reports would be written to one file", "2つの報告書の出力先が同じファイルです"))
    return [*targets, *(rest or [("console", None)])]
