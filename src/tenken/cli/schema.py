"""``tenken schema``."""

from __future__ import annotations

import json
from enum import Enum
from typing import Annotated

import typer

from tenken.cli.root import app


class SchemaName(str, Enum):
    inventory = "inventory"
    rule = "rule"
    matrix = "matrix"
    pack = "pack"
    report = "report"
    config = "config"
    waivers = "waivers"
    baseline = "baseline"
    diff = "diff"


@app.command(epilog="Example: tenken schema inventory > inventory.schema.json")
def schema(name: Annotated[SchemaName, typer.Argument(help="Which schema.")]) -> None:
    """Print a JSON Schema, for editors and for other programs."""
    from tenken.schemas import generate

    typer.echo(json.dumps(generate(name.value), ensure_ascii=False, indent=2))
