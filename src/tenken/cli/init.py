"""``tenken init``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from tenken.cli.configured import configured
from tenken.cli.errors import errors_for_people, usage
from tenken.cli.options import DebugOption, LangOption
from tenken.cli.root import app
from tenken.cli.terminal import exists_already, write
from tenken.document.said import Said


@app.command(epilog="Example: tenken init site.yaml")
def init(
    path: Annotated[Path, typer.Argument(help="File to write.")] = Path("inventory.yaml"),
    lang: LangOption = None,
    debug: DebugOption = False,
) -> None:
    """Write a small commented inventory to start from."""
    from tenken import resources

    with errors_for_people(debug):
        chosen = configured(lang=lang).language.value
    if os.path.exists(path):
        usage(
            exists_already(path),
            Said("choose another name; nothing was written", "別の名前を指定してください。書き込みは行っていません"),
        )
    text = (resources.INIT / f"inventory.{chosen}.yaml").read_text(encoding="utf-8")
    write(path, text.replace("tenken check inventory.yaml", f"tenken check {path.name}"))
    typer.echo(
        f"wrote {path}; fill it in, then: tenken check {path}"
        if chosen == "en"
        else f"{path} を作成しました。 tenken check {path} で点検できます"
    )
