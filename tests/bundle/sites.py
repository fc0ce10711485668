"""Sites for the tests of bundles: exports and a hand-written file that disagree, and what comes out of an archive."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.generate import generate, write
from tests.cli.command_line import tenken

from tenken import bundle, pipeline
from tenken.sources.workbook.sheets import read_sheets


def run_of(*paths: Path) -> pipeline.Run:
    return pipeline.evaluate_paths(paths)


def bundle_of(*paths: Path, **facts: Any) -> bundle.Bundle:
    return bundle.make(paths, run_of(*paths), **facts)


def rvtools_with_overlay(folder: Path, seed: int = 2, extra: str | None = None) -> list[Path]:
    """A workbook, a hand-written file and a merged one that say other things of three facts. extra: a column that nobody knows."""
    workbook = folder / "export.xlsx"
    write(generate(12, seed, share=0.4, jobs=False)[0], workbook, "rvtools")
    if extra is not None:
        add_column(workbook, extra)
    inventory = run_of(workbook).assembled.inventory
    assert inventory.vms and inventory.hosts
    vm, other = inventory.vms[2].name, inventory.vms[4].name
    host = inventory.hosts[0].name.partition(".")[0].upper()
    overlay, merged = folder / "notes.yaml", folder / "cmdb.yaml"
    overlay.write_text(
        f"# {extra or 'a comment'}\ntenken: 1\n"
        f"vms:\n  - {{name: {vm}, power_state: suspended, encrypted: false}}\n  - {{name: {other}, fault_tolerance: true}}\n"
        "precedence: [{fact: vm.fault_tolerance, order: [rvtools, native]}]\n",
        encoding="utf-8",
    )
    merged.write_text(
        f"tenken: 1\nsource: cmdb\nhosts: [{{name: {host}, version: '6.7'}}]\nvms: [{{name: {vm}, power_state: powered_off}}]\n",
        encoding="utf-8",
    )
    return [workbook, overlay, merged]


def add_column(workbook: Path, text: str) -> None:
    """A custom attribute with a text in every row of every tab, and a tab of that name."""
    import xlsxwriter

    sheets = read_sheets(workbook, workbook.name, lambda sheet: True)[1]
    with xlsxwriter.Workbook(str(workbook), {"strings_to_formulas": False, "strings_to_urls": False}) as written:
        for name, rows in [*sheets, (text[:31], [["Owner"], [text]])]:
            sheet = written.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate([*row, text if number else f"Our {text}"]):
                    sheet.write(number, column, str(cell) if not isinstance(cell, (str, int, float, bool)) else cell)


def unpacked(made: bundle.Bundle, folder: Path) -> Path:
    for name, content in made.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8"))
    return folder


def archive(folder: Path, *arguments: str) -> dict[str, bytes]:
    """What ``tenken bundle`` packs, by name in the archive."""
    made = tenken("bundle", *arguments, "-o", folder / "s.zip", "--force", cwd=Path.cwd())
    assert made.returncode == 0, made.stderr
    with zipfile.ZipFile(folder / "s.zip") as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def names_in(folder: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((folder / "s.map.json").read_text(encoding="utf-8"))["names"]
    return found


def outcomes(report: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What a report says, without names and places: rules and outcomes, in order, and what each missed."""
    return [
        (found["rule"], found["outcome"], found["level"], [re.sub(r"\[.*?\]", "", path) for path in found["missing"]])
        for found in report["results"]
    ]


def verdicts(report: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(found["subject"]["kind"], found["method"], found["verdict"], found["because"]) for found in report["verdicts"]]


def disagreements(report: dict[str, Any]) -> Iterable[tuple[str, ...]]:
    """Who said what of which fact: the sources that a disagreement names, and which of them is believed."""
    for found in report["results"]:
        if found["rule"] == "sources-disagree":
            facts = {fact["path"].rpartition(".")[2]: fact["value"] for fact in found["facts"]}
            yield tuple(f"{key}={facts.get(key)}" for key in ("fact", "settled"))
