"""What the page's script works with: the VMs and datastores with their verdicts, as compact JSON inside the page.

Twenty thousand table rows would be too much for a browser, so the page holds the first rows as HTML and all of them as
data, from which the script makes the rows that are asked for.
"""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from tenken.model.report import STATES, Report, VerdictOf, state
from tenken.model.rule import VMFS_METHODS, Text
from tenken.outputs import words
from tenken.outputs.digest import Digest, Row
from tenken.outputs.inert import visible

SHOWN_BLOCKERS = 2
"""A cell names so many of the VMs that spoil a datastore, and counts the rest."""


def embedded(report: Report, digest: Digest) -> Markup:
    """The data as JSON that no HTML parser can take for an end of the script element."""
    rules = _Numbers()
    stores = _Numbers()
    vms = [_vm(row, rules, stores) for row in digest.vms]
    shown = [[visible(row.subject.name), *_cells(row, rules)] for row in digest.datastores]
    titles = {rule.id: rule.title for rule in report.rules}
    data = {
        "states": {name: [words.SYMBOLS[name], *_both(words.text(f"verdict.{name}"))] for name in STATES},
        "methods": [_both(words.named("short", method)) for method in VMFS_METHODS],
        "rules": [[visible(rule), digest.anchors.get(rule, ""), *_both(titles.get(rule))] for rule in rules.names],
        "stores": [visible(name) for name in stores.names],
        "vms": vms,
        "verdicts": shown,
        "words": {"close": _both(words.text("picture.close")), "table": _both(words.text("picture.to_table"))},
        "planned": digest.has_plan,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


class _Numbers:
    """Names by the order in which they were first used."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}

    def of(self, name: str) -> int:
        return self.names.setdefault(name, len(self.names))


def _vm(row: Row, rules: _Numbers, stores: _Numbers) -> list[Any]:
    """Name, datastores, methods that are planned, and a cell for each method."""
    planned = [VMFS_METHODS.index(method) for method in row.planned if method in VMFS_METHODS]
    return [visible(row.subject.name), [stores.of(name) for name in row.within], planned, *_cells(row, rules)]


def _cells(row: Row, rules: _Numbers) -> list[Any]:
    return [_cell(row.by_method.get(method), rules) for method in VMFS_METHODS]


def _cell(found: VerdictOf | None, rules: _Numbers) -> list[Any] | int:
    """State, rules, and the VMs that spoil a datastore: the first names, and how many there are; 0 where there is no verdict."""
    if found is None:
        return 0
    because = [rules.of(rule) for rule in found.because]
    blockers = [visible(subject.name) for subject in found.blocked_by[:SHOWN_BLOCKERS]]
    cell = [STATES.index(state(found)), because, blockers, len(found.blocked_by)]
    return cell[: 4 if blockers else 2]


def _both(text: Text | None) -> list[str]:
    return [visible(text.en), visible(text.ja)] if text is not None else ["", ""]
