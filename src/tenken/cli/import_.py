"""``tenken import``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from tenken.cli.configured import configured, run_of
from tenken.cli.errors import errors_for_people, tell, usage
from tenken.cli.options import AssumeLdnOption, DebugOption, LangOption, Paths, RulesOption
from tenken.cli.root import app
from tenken.cli.terminal import ANOTHER_NAME, exists_already, progress, write


@app.command(
    "import",
    epilog="Example: tenken import RVTools.xlsx ism.xml notes.yaml -o inventory.yaml; tenken check inventory.yaml then finds the same.",
)
def import_(
    paths: Paths = None,
    output: Annotated[
        Optional[Path], typer.Option("--output", "-o", help="File to write. Default: standard output.", metavar="FILE")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    lang: LangOption = None,
    rules: RulesOption = None,
    assume_ldn: AssumeLdnOption = False,
    debug: DebugOption = False,
) -> None:
    """Merge sources into one commented inventory: where everything came from, and what is not known yet."""
    if output is not None and output.exists() and not force:
        usage(exists_already(output), ANOTHER_NAME)
    with errors_for_people(debug):
        from tenken import pipeline
        from tenken.document.collector import collector_paused

        with collector_paused(), progress() as step:
            settings = configured(paths=paths, rules=rules, lang=lang, assume_ldn=assume_ldn)
            chosen = settings.language.value
            written = pipeline.merged(run_of(settings, progress=step), chosen)
        if output is None:
            typer.echo(written, nl=False)
            return
        write(output, written)
        done = f"wrote {output}" if chosen == "en" else f"{output} を作成しました"
        tell(done)
