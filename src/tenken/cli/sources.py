"""``tenken sources``."""

from __future__ import annotations

import json
import textwrap
from typing import Annotated, Any

import typer

from tenken.cli.configured import configured
from tenken.cli.errors import errors_for_people
from tenken.cli.options import DebugOption, LangOption
from tenken.cli.root import app

_WORDS = {
    "en": {"export": "how", "can_say": "says", "cannot_say": "cannot say"},
    "ja": {"export": "作成方法", "can_say": "分かること", "cannot_say": "分からないこと"},
}


@app.command(epilog="What it is, is seen by the content of a file, not by its name.")
def sources(
    lang: LangOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, in both languages.")] = False,
    debug: DebugOption = False,
) -> None:
    """List the kinds of files that are understood, how they are made, and what each can and cannot say."""
    with errors_for_people(debug):
        from tenken.sources import registry

        described = list(registry.described())
        if as_json:
            listed = [
                {"name": name, **{key: getattr(about, key).model_dump() for key in ("title", *_WORDS["en"]) if about}}
                for name, about, _ in described
            ]
            typer.echo(json.dumps(listed, ensure_ascii=False, indent=1))
            return
        chosen = configured(lang=lang).language.value
        for name, about, documented in described:
            typer.echo(f"{name}: {getattr(about.title, chosen) if about is not None else documented}")
            for key, word in _WORDS[chosen].items() if about is not None else ():
                typer.echo(_paragraph(f"{word}: ", getattr(getattr(about, key), chosen)))
            typer.echo()


def _paragraph(head: str, text: Any) -> str:
    if any(ord(character) > 0x2E7F for character in text):
        return f"  {head}{text}"
    return textwrap.fill(text, 100, initial_indent=f"  {head}", subsequent_indent="    ")
