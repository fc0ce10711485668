"""``tenken questions``."""

from __future__ import annotations

from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Optional

import typer

from tenken.cli.configured import configured, run_of
from tenken.cli.errors import errors_for_people, tell, usage
from tenken.cli.options import (
    AssumeLdnOption,
    DebugOption,
    ForceOption,
    LangOption,
    Paths,
    RulesOption,
    or_standard_output,
)
from tenken.cli.root import app
from tenken.cli.terminal import deliver, progress, spare_existing
from tenken.document.said import Said

_FORMATS = {".xlsx": "xlsx", ".yaml": "yaml", ".yml": "yaml", ".md": "markdown"}


class Ask(str, Enum):
    vsphere = "vsphere"
    guest = "guest"
    storage = "storage"
    operations = "operations"


@app.command(
    epilog="Example: tenken questions RVTools.xlsx -o sheet.xlsx --lang ja; filled in, each form is read back: tenken check RVTools.xlsx sheet.xlsx"
)
def questions(
    paths: Paths = None,
    output: Annotated[
        Optional[Path],
        typer.Option(
            "--output",
            "-o",
            help="File to write: .xlsx, .yaml or .md. Default: Markdown to standard output.",
            metavar="FILE",
            callback=or_standard_output,
        ),
    ] = None,
    ask: Annotated[
        Optional[list[Ask]], typer.Option("--ask", help="Only what these people can answer (repeatable). Default: all.")
    ] = None,
    force: ForceOption = False,
    lang: LangOption = None,
    rules: RulesOption = None,
    assume_ldn: AssumeLdnOption = False,
    debug: DebugOption = False,
) -> None:
    """Write the questions whose answers could still change a verdict, the most valuable first, by whom to ask."""
    format = _FORMATS.get(output.suffix.lower()) if output is not None else "markdown"
    if format is None:
        usage(
            Said(f"no questionnaire can be written to {output}", f"{output} の拡張子では質問票を作成できません"),
            Said(f"choose a suffix of: {', '.join(_FORMATS)}", f"使用できる拡張子: {', '.join(_FORMATS)}"),
        )
    spare_existing(output, force, Said("it may hold answers", "回答が記入されている可能性があります"))
    with errors_for_people(debug):
        from tenken import pipeline
        from tenken.outputs.questions_xlsx import MissingLibrary

        with progress() as step:
            settings = configured(paths=paths, rules=rules, lang=lang, assume_ldn=assume_ldn)
            run = run_of(settings, changes=False, progress=step)
            found = pipeline.questionnaire(run)
            if ask:
                wanted = {item.value for item in ask}
                found.topics = [topic for topic in found.topics if topic.ask in wanted]
            made = import_module(f"tenken.outputs.questions_{format}")
            try:
                content: str | bytes = made.render(found, settings.language.value, output.name if output is not None else "")
            except MissingLibrary as error:
                usage(error.said)
        deliver(content, output)
        if output is None:
            return
        count = sum(len(topic.questions) for topic in found.topics)
        left = made.unlisted(found) if format == "markdown" else 0
        if settings.language.value == "en":
            tell(f"wrote {output}: {count - left} questions" + (f"; .xlsx and .yaml have {left} more" if left else ""))
        else:
            more = f"、ほか{left}件は .xlsx と .yaml のみ" if left else ""
            tell(f"{output} を作成しました（質問{count - left}件{more}）")
