"""``tenken runbook``."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Optional

import typer

from tenken.cli.configured import configured, run_of
from tenken.cli.errors import errors_for_people, usage
from tenken.cli.options import (
    DebugOption,
    LangOption,
    OutputOption,
    Paths,
    RulesOption,
    TemplateOption,
    format_for,
    insist_on_templates,
)
from tenken.cli.root import app
from tenken.cli.terminal import deliver, spare


class Scenario(str, Enum):
    backup = "backup"
    restore = "restore"
    mv_failure = "mv-failure"
    bv_failure = "bv-failure"
    file_failure = "file-failure"
    from_secondary = "from-secondary"
    other_disk = "other-disk"


class Function(str, Enum):
    DDR = "DDR"
    RDR = "RDR"
    DSV = "DSV"


class Mode(str, Enum):
    online = "online"
    offline = "offline"


class Tool(str, Enum):
    repnavi = "repnavi"
    manual = "manual"


class RunbookFormat(str, Enum):
    markdown = "markdown"
    html = "html"


@app.command(
    epilog="Examples: tenken runbook site.yaml --job nightly -o nightly.html · tenken runbook site.yaml --datastore DS01 --scenario mv-failure "
    "--lang ja -o mv.html. What is not known becomes a blank to fill in."
)
def runbook(
    paths: Paths = None,
    job: Annotated[Optional[str], typer.Option("--job", help="Write it for this backup job.")] = None,
    datastore: Annotated[Optional[str], typer.Option("--datastore", help="Write it for this datastore.")] = None,
    host: Annotated[Optional[str], typer.Option("--host", help="Write it for the system disk of this ESXi host.")] = None,
    vm: Annotated[Optional[str], typer.Option("--vm", help="The VM that failed, for --scenario file-failure.")] = None,
    scenario: Annotated[Scenario, typer.Option("--scenario", help="What happened, or is to happen.")] = Scenario.backup,
    procedure: Annotated[
        Optional[str], typer.Option("--procedure", help="Id of a procedure of the guide, instead of the scenario.")
    ] = None,
    function: Annotated[
        Optional[Function], typer.Option("--function", help="Copy function, where the inventory does not tell it.")
    ] = None,
    mode: Annotated[Optional[Mode], typer.Option("--mode", help="Online or offline, where no job tells it.")] = None,
    tool: Annotated[
        Optional[Tool], typer.Option("--tool", help="With RepNavi Suite or by hand, where no job tells it.")
    ] = None,
    format: Annotated[
        Optional[RunbookFormat], typer.Option("--format", "-f", help="Format; else the suffix of --output decides.")
    ] = None,
    output: OutputOption = None,
    template: TemplateOption = None,
    lang: LangOption = None,
    rules: RulesOption = None,
    debug: DebugOption = False,
) -> None:
    """Write a procedure of the guide for this site: with its names, LDNs, LUNs, VMs and hosts, and boxes to tick."""
    insist_on_templates(template)
    chosen = format_for(output, format, RunbookFormat)
    with errors_for_people(debug):
        from tenken import pipeline
        from tenken.engine.procedures.choice import NoRunbook
        from tenken.outputs import runbook as output_of

        settings = configured(paths=paths, rules=rules, lang=lang)
        run = run_of(settings)
        spare([output], run.names_of_inputs)
        try:
            written = pipeline.runbook(
                run,
                job=job,
                datastore=datastore,
                host=host,
                vm=vm,
                scenario=scenario.value,
                procedure=procedure,
                function=function.value if function is not None else None,
                mode=mode.value if mode is not None else None,
                repnavi=None if tool is None else tool is Tool.repnavi,
            )
        except NoRunbook as error:
            usage(error.said, error.hint)
        text = output_of.render(written, chosen, settings.language.value, pipeline.moment(), template)
        deliver(text, output)
