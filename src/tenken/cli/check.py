"""``tenken check``."""

from __future__ import annotations

from enum import Enum
from functools import partial
from pathlib import Path
from typing import Annotated, Optional

import typer

from tenken.cli import forge
from tenken.cli.checking import Check
from tenken.cli.configured import configured
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
    TemplateOption,
    UnknownOption,
    WaiversOption,
    insist_on_templates,
)
from tenken.cli.root import app
from tenken.cli.targets import paired
from tenken.outputs import registry

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
    template: TemplateOption = None,
    assume_ldn: AssumeLdnOption = False,
    config: ConfigOption = None,
    profile: ProfileOption = None,
    locked: LockedOption = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again whenever inputs, rules or configuration change, until Ctrl-C.")
    ] = False,
    debug: DebugOption = False,
) -> None:
    """Check inventories and report for every VM and datastore whether it can be backed up, online and offline."""
    insist_on_templates(template)
    annotates = not formats and forge.on_github_actions()
    targets = paired([format.value for format in formats or ()], outputs or ())
    settings = partial(
        configured,
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
    asked = Check(
        settings,
        targets=[*targets, ("github", None)] if annotates else targets,
        everything=everything,
        plan=plan,
        template=template,
        annotates=annotates,
        debug=debug,
    )
    if watch:
        from tenken.cli import watching

        raise typer.Exit(watching.watch(asked.once, settings, ignored=outputs or (), template=template))
    raise typer.Exit(asked.once().summary.exit_code)
