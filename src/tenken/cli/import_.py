"""``tenken import``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from tenken.cli.errors import complain, errors_for_people, usage
from tenken.cli.options import AssumeLdnOption, DebugOption, LangOption, Paths, RulesOption, language
from tenken.cli.root import app
from tenken.cli.terminal import progress, write


@app.command(
    "import",
    epilog="Example: tenken import RVTools.xlsx ism.xml notes.yaml -o inventory.yaml; tenken check inventory.yaml then finds the same.",
)
def import_(
    paths: Paths,
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
        usage(f"{output} exists already", "choose another name, or --force; nothing was written")
    with errors_for_people(debug):
        from tenken import pipeline
        from tenken.sources.assemble import collector_paused

        with collector_paused(), progress() as step:
            assumptions = ["ldn_from_naa"] if assume_ldn else []
            run = pipeline.evaluate_paths(paths, rules=list(rules or ()), assumptions=assumptions, progress=step)
            written = pipeline.merged(run, language(lang))
        if output is None:
            typer.echo(written, nl=False)
            return
        write(output, written)
        done = f"wrote {output}" if language(lang) == "en" else f"{output} を作成しました"
        complain(done)
