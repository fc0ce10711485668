"""``tenken plan``."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Optional

import typer

from tenken.cli.configured import configured, run_of
from tenken.cli.errors import errors_for_people, usage
from tenken.cli.options import AssumeLdnOption, DebugOption, LangOption, OutputOption, Paths, RulesOption, format_for
from tenken.cli.root import app
from tenken.cli.terminal import color, deliver, progress, spare
from tenken.document.said import Said


class PlanFormat(str, Enum):
    console = "console"
    markdown = "markdown"
    json = "json"


class PlanMethod(str, Enum):
    online = "vmfs.online"
    offline = "vmfs.offline"
    rdm = "rdm"
    sanboot = "sanboot"
    job = "job"


class Goal(str, Enum):
    conditional = "conditional"
    eligible = "eligible"


@app.command(
    epilog="Example: tenken plan site.yaml --datastore DS01 --method vmfs.online; tenken check --plan puts it into the report."
)
def plan(
    paths: Paths = None,
    subject: Annotated[
        Optional[str],
        typer.Option(
            "--subject",
            help="Only for this one, and what stands in the way where there is no way: datastore/NAME, disk/VM/LABEL (an RDM), "
            "host/NAME (SAN boot), job/NAME.",
            metavar="KIND/NAME",
        ),
    ] = None,
    datastore: Annotated[
        Optional[str], typer.Option("--datastore", help="Short for --subject datastore/NAME.", metavar="NAME")
    ] = None,
    method: Annotated[Optional[PlanMethod], typer.Option("--method", help="Only for this method. Default: all.")] = None,
    goal: Annotated[
        Goal, typer.Option("--goal", help="conditional: warnings may stay; eligible: nothing is left to be settled.")
    ] = Goal.conditional,
    format: Annotated[
        Optional[PlanFormat], typer.Option("--format", "-f", help="Default: by the suffix of --output, else console.")
    ] = None,
    output: OutputOption = None,
    lang: LangOption = None,
    rules: RulesOption = None,
    assume_ldn: AssumeLdnOption = False,
    debug: DebugOption = False,
) -> None:
    """Show the fewest changes after which datastores, RDM disks, hosts and jobs can be backed up, the most gained first, each tried on a copy."""
    if subject is not None and datastore is not None:
        usage(
            Said("--subject and --datastore are the same question", "--subject と --datastore は同時に指定できません"),
            Said("give one of them", "どちらか一方だけを指定してください"),
        )
    chosen = format_for(output, format, PlanFormat)
    with errors_for_people(debug):
        from tenken import pipeline
        from tenken.outputs import plan as output_of

        with progress() as step:
            settings = configured(paths=paths, rules=rules, lang=lang, assume_ldn=assume_ldn)
            run = run_of(settings, changes=False, progress=step)
            spare([output], run.names_of_inputs)
            step("planning")
            try:
                found = pipeline.plan(
                    run,
                    subject=subject if datastore is None else f"datastore/{datastore}",
                    method=method.value if method else None,
                    eligible=goal is Goal.eligible,
                )
            except pipeline.NoSuchName as error:
                usage(error.said, error.hint)
            content = output_of.render(found, chosen, settings.language.value, color=output is None and color())
        deliver(content, output)
