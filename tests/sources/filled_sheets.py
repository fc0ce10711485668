"""Questionnaires as people fill them in: a workbook or a Markdown table, and answers that are true of a site."""

from __future__ import annotations

import copy
import io
import json
import random
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import xlsxwriter
from benchmarks.generate import generate
from python_calamine import CalamineWorkbook

from tenken import pipeline
from tenken.model.questionnaire import ANSWER, KEY, Questionnaire
from tenken.sources.native.export import plain

Tree = dict[str, Any]
Answer = Callable[[Tree, str], str | None]
"""What somebody writes into a row, by its key and the name of its object; None leaves it blank."""


def asked(*paths: Path) -> Questionnaire:
    return pipeline.questionnaire(pipeline.evaluate_paths(paths))


def verdicts(*paths: Path) -> dict[tuple[str, str, str], str]:
    """The verdicts that somebody waits for: with jobs, those on what is planned."""
    report = pipeline.check(paths)
    planned = any(found.subject.kind == "job" for found in report.verdicts)
    return {
        (found.subject.kind, found.subject.name, found.method): found.verdict
        for found in report.verdicts
        if found.planned or not planned
    }


# --- sheets --------------------------------------------------------------------------------------------------------------


def fill_workbook(content: bytes, path: Path, answer: Answer) -> Path:
    """The workbook as a person saves it: the same cells, and an answer for each row that has one."""
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in sheets_of(content):
            sheet = workbook.add_worksheet(name)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
                key = key_of(cells)
                said = answer(key, str(cells[0])) if key is not None else None
                if said is not None:
                    sheet.write(number, ANSWER, said)
    return path


@lru_cache(maxsize=1)
def sheets_of(content: bytes) -> list[tuple[str, list[list[Any]]]]:
    """The sheets of a workbook: name, and rows of cells."""
    opened = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [(name, opened.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in opened.sheet_names]


def key_of(cells: list[Any]) -> Tree | None:
    """Which question a row asks; None for a row that asks none."""
    if len(cells) <= KEY or not str(cells[KEY]).startswith("{"):
        return None
    key: Tree = json.loads(cells[KEY])
    return key


def fill_table(text: str, answer: Answer) -> str:
    """The tables as a person edits them: an answer in the second cell of each row that has one."""
    filled = []
    for line in text.split("\n"):
        key = re.search(r"<!-- (\{.*\}) -->", line)
        said = answer(json.loads(key[1]), line.split("|")[1].strip()) if key else None
        before, _, after = line.partition("|              |")
        filled.append(f"{before}| {said} |{after}" if said is not None else line)
    return "\n".join(filled)


# --- a site of which not all is known, and what is true of it -------------------------------------------------------------


def half_known(
    folder: Path, seed: int, count: int, share: float, forget: Callable[[Tree, random.Random], None]
) -> tuple[Tree, Path, Path]:
    """A site as it is: its description, the file of it, and a file from which facts were taken away."""
    whole, known = folder / "whole.json", folder / "known.json"
    whole.write_text(json.dumps(generate(count, seed, share=share, jobs=seed % 2 == 0)[0]), encoding="utf-8")
    tree = plain(pipeline.evaluate_paths([whole]).assembled.inventory)
    less = copy.deepcopy(tree)
    forget(less, random.Random(seed))
    for site, described in ((whole, tree), (known, less)):
        site.write_text(json.dumps(described), encoding="utf-8")
    return tree, whole, known


def forget(tree: Tree, chance: random.Random) -> None:
    """Take facts away that somebody can be asked for."""
    for vm in tree["vms"]:
        for name in ("encrypted", "fault_tolerance", "vtpm", "roles", "power_state", "cluster", "passthrough_devices", "host"):
            if chance.random() < 0.3:
                vm[name] = None
        vm.setdefault("guest", {})
        for name in ("tools", "state", "dynamic_disks", "raw_disks", "iscsi_initiator"):
            if chance.random() < 0.3:
                vm["guest"][name] = None
        for entry in [*vm.get("disks", ()), *vm.get("controllers", ())]:
            for name in ("mode", "sharing", "backing", "bus_sharing", "type"):
                if name in entry and chance.random() < 0.2:
                    entry[name] = None
    for array in tree["arrays"]:
        for entry in [*array["logical_disks"], *array["ld_sets"]]:
            for name in ("format", "platform"):
                if name in entry and chance.random() < 0.3:
                    entry[name] = None
    for datastore in tree["datastores"]:
        if chance.random() < 0.3:
            datastore["type"] = None
    for host in tree["hosts"]:
        if chance.random() < 0.5:
            host["boot"] = host["version"] = None


def true_of(tree: Tree, key: Tree) -> str | None:
    """What somebody who knows the site would write into a row; None where even its description does not say."""
    return None if "all" in key else in_words(truth_of(tree, key))


def truth_of(tree: Tree, key: Tree) -> Any:
    """What a site's complete description says of the fact that a row asks for."""
    value: Any = tree
    for name, identity in key["of"]:
        found = [entry for entry in value[name] if all(entry.get(part) == said for part, said in identity.items())]
        assert len(found) == 1, identity
        value = found[0]
    for name in key["fact"]:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def in_words(value: Any) -> str | None:
    """A fact as somebody would write it into a cell."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "はい" if value else "no"
    if value == []:
        return "none"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return json.dumps(value) if isinstance(value, (list, dict)) else str(value)
