"""The pack about the inventory itself: which facts decide, and that it alone makes nothing checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from tenken.engine.cel.syntax import Expr, Select
from tenken.engine.nodes import KINDS
from tenken.engine.pack import Catalog
from tenken.model.schema import fields_of
from tenken.pipeline import check


def _reads(expression: Any) -> Iterator[tuple[type | None, str]]:
    """The facts that an expression reads: the class of what has it, and its name."""
    if isinstance(expression, Select):
        yield expression.operand.type.cls, expression.field
    if is_dataclass(expression) and isinstance(expression, Expr):
        for field in fields(expression):
            value = getattr(expression, field.name)
            for inner in value if isinstance(value, (list, tuple)) else [value]:
                yield from _reads(inner)


def _owner(fact: str) -> tuple[type | None, str]:
    """The same of a fact as disagreements name it: ``vm.guest.os.name`` is the name of an OperatingSystem."""
    variable, *steps = fact.split(".")
    node = next(cls for cls in KINDS.values() if cls.variable == variable)
    if len(steps) == 1:
        return node, steps[0]
    found = fields_of(node.facts)[steps[0]]
    for step in steps[1:-1]:
        found = fields_of((found.item or found).cls or object)[step]
    return (found.item or found).cls, steps[-1]


def test_no_rule_reads_a_fact_that_is_called_mere_description(catalog: Catalog) -> None:
    (pack,) = [pack for pack in catalog.packs if pack.info.id == "inventory"]
    described = re.findall(r"'([\w.]+)'", pack.info.definitions["disagreement"]["is_of_description"])
    assert len(described) > 10
    read = {
        fact
        for rule in catalog.rules.values()
        if rule.about_site
        for expression in (rule.applies, rule.require, *rule.key_expressions)
        if expression is not None
        for fact in _reads(expression)
    }
    assert {_owner("vm.encrypted"), _owner("disk.mode"), _owner("vm.guest.os.family"), _owner("host.devices.vendor")} <= read
    assert {_owner(fact) for fact in described} & read == set()


def test_a_site_of_which_only_the_inventory_was_judged_is_not_checked(site: Callable[..., Path], tmp_path: Path) -> None:
    path = tmp_path / "empty.json"
    path.write_text(
        '{"tenken": 1, "disagreements": [{"kind": "vm", "name": "a", "fact": "vm.host", "value": "x", "other": "y", "settled": false}]}'
    )
    report = check([path])
    assert report.summary.exit_code == 3
    assert all(verdict.verdict != "eligible" for verdict in report.verdicts)


def test_a_disagreement_makes_what_it_touches_conditional_and_nothing_else(site: Callable[..., Path]) -> None:
    def verdicts(*told: dict[str, Any]) -> dict[tuple[str, str], str]:
        changes = {"disagreements": list(told)} if told else {}
        return {(v.subject.name, v.method): v.verdict for v in check([site(changes)]).verdicts}

    said = {"value": "x", "source": "vcenter", "other": "y", "other_source": "rvtools", "settled": False}
    before = verdicts()
    assert before["DS01", "vmfs.online"] == "eligible"
    of_vm = verdicts({"kind": "vm", "name": "app01", "fact": "vm.encrypted", **said})
    assert (of_vm["app01", "vmfs.online"], of_vm["DS01", "vmfs.offline"]) == ("conditional", "conditional")
    assert of_vm.get(("DS02", "vmfs.online")) == before.get(("DS02", "vmfs.online"))
    for told in (
        {"kind": "disk", "name": "app01/Hard disk 1", "fact": "disk.mode"},
        {"kind": "host", "name": "esx01", "fact": "host.boot.device"},
        {"kind": "host", "name": "esx02", "fact": "host.devices.state", "part": "naa.6000000000000010"},
        {"kind": "cluster", "name": "cl01", "fact": "cluster.ha.enabled"},
        {"kind": "logical_disk", "name": "M320-01/0010h", "fact": "ld.format"},
        {"kind": "logical_disk", "name": "M320-01/0110h", "fact": "ld.roles"},
        {"kind": "ld_set", "name": "M320-01/esx", "fact": "ld_set.platform"},
        {"kind": "array", "name": "M320-01", "fact": "array.pairs.state", "part": "0010h-0110h"},
        {"kind": "vcenter", "name": "vc01", "fact": "vcenter.version"},
        {"kind": "vm", "name": "nobody", "fact": "vm.encrypted"},
    ):
        after = verdicts({**said, **told})
        assert after["DS01", "vmfs.online"] == "conditional", told
    note = verdicts({"kind": "vm", "name": "app01", "fact": "vm.guest.os.name", **said})
    assert note == before
    settled = verdicts({"kind": "vm", "name": "app01", "fact": "vm.encrypted", **said, "settled": True})
    assert settled == before
