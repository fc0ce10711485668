"""``tenken diff``."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, Optional

import typer

from tenken.cli.configured import configured
from tenken.cli.errors import errors_for_people
from tenken.cli.options import (
    DebugOption,
    FailOnOption,
    LangOption,
    OutputOption,
    TemplateOption,
    UnknownOption,
    format_for,
    insist_on_templates,
)
from tenken.cli.root import app
from tenken.cli.terminal import color, deliver, spare


class DiffFormat(str, Enum):
    console = "console"
    json = "json"
    markdown = "markdown"
    html = "html"


@app.command(
    epilog="Example: tenken diff main.json branch.json -f markdown. --fail-on and --unknown are for what is new, worse or no longer waived. Exit codes: 0 nothing that fails is new, graver or no longer "
    "waived, 1 something is, 2 wrong use or input, 3 the newer report checked nothing, 4 a rule broke in it."
)
def diff(
    old: Annotated[Path, typer.Argument(help="The older report, as tenken check -f json writes it.", metavar="OLD.json")],
    new: Annotated[Path, typer.Argument(help="The newer report.", metavar="NEW.json")],
    format: Annotated[
        Optional[DiffFormat], typer.Option("--format", "-f", help="Without it: by the suffix of --output, else console.")
    ] = None,
    output: OutputOption = None,
    lang: LangOption = None,
    fail_on: FailOnOption = None,
    unknown: UnknownOption = None,
    template: TemplateOption = None,
    debug: DebugOption = False,
) -> None:
    """Compare two reports: what is new, fixed, worth more or less, no longer waived, and which verdicts changed."""
    chosen = format_for(output, format, DiffFormat)
    insist_on_templates(template)
    spare([output], [str(old), str(new)])
    with errors_for_people(debug):
        from tenken import pipeline
        from tenken.gate.unknowns import threshold
        from tenken.outputs import difference as output_of

        settings = configured(
            lang=lang,
            fail_on=fail_on,
            unknown=unknown,
        )
        difference = pipeline.diff(old, new, fail_on=threshold(settings.fail_on.value, settings.unknown.value))
        content = output_of.render(difference, chosen, settings.language.value, template, color=output is None and color())
        deliver(content, output)
        raise typer.Exit(difference.exit_code)
