"""What written steps leave untouched."""

from __future__ import annotations

from collections.abc import Iterator

from tenken.engine.nodes import LdNode, Node
from tenken.engine.procedures.actors import wrong_access
from tenken.engine.procedures.concerned import LEFT_OUT_BY, is_left_out, links_of, names_of
from tenken.engine.procedures.written import Deviation, Written, names_in, needed
from tenken.model.procedure import ProcedureStep
from tenken.model.rule import Text

LEFT_OUT = "left out"
"""Said of a VM to which a step need not be done."""


def targets(written: Written) -> Iterator[Deviation]:
    """VMs and disks that a step has to be done to and does not name, and access of the wrong machine."""
    for step in written.procedure.steps:
        positions = written.found[step.id]
        yield from wrong_access(written, step)
        stated = [names_in(written.steps[position], step) for position in positions]
        if not positions or None in stated:
            continue  # a step that names nothing is done to all
        named = {name for names in stated for name in names or ()}
        yield from _destroyed(written, step, named, positions)
        untouched = [node for node in needed(written, step) if named.isdisjoint(names_of(node, step))]
        doubts = {id(node): _doubt(step, node) for node in untouched}
        untouched = [node for node in untouched if doubts[id(node)] is not LEFT_OUT]
        certain = [node for node in untouched if node is not None and not doubts[id(node)]]
        if certain:
            names = ", ".join(node.name for node in certain)
            yield Deviation(
                Text(
                    en=f"“{step.title.en}” leaves out {names}",
                    ja=f"「{step.title.ja}」の対象に {names} が含まれていません",
                ),
                tuple(positions),
            )
        elif untouched:
            yield Deviation(
                Text(
                    en=f"“{step.title.en}” may leave something out",
                    ja=f"「{step.title.ja}」の対象に漏れがある可能性があります",
                ),
                tuple(positions),
                tuple(dict.fromkeys(doubts[id(node)] for node in untouched)),
            )


DESTROYS = frozenset({"delete_vm_files", "rebuild_ld"})
"""What is lost by it comes back for what is restored alone. Of any other step, more than is needed does no such harm."""


def _destroyed(written: Written, step: ProcedureStep, named: set[str], positions: list[int]) -> Iterator[Deviation]:
    """What a step destroys though it is not to be restored. An LV may be rebuilt with its BV."""
    nodes = needed(written, step)
    nodes += [link for node in nodes if isinstance(node, LdNode) for link in links_of(node)]
    besides = named - {name for node in nodes for name in names_of(node, step) if name is not None}
    if step.action in DESTROYS and besides and None not in nodes:
        names = ", ".join(sorted(besides))
        yield Deviation(
            Text(
                en=f"“{step.title.en}” is done to {names}, which is not to be restored",
                ja=f"「{step.title.ja}」の対象に、リストアの対象ではない {names} が含まれています",
            ),
            tuple(positions),
        )


def _doubt(step: ProcedureStep, node: Node | None) -> str:
    """The fact that would decide whether a step has to be done to what it does not name; empty where it has to be."""
    if node is None:
        if step.each in ("vm", "resident"):
            return "datastore.vms"
        return "array.snapshot_sets" if step.each == "with_link" else "datastore.lds"
    if isinstance(node, LdNode):
        if None not in names_of(node, step):
            return ""
        facts = node.array.fact
        pairs_open = facts.pairs is None or (step.each == "copy" and facts.snapshot_sets is not None)
        return "array.pairs" if pairs_open else "array.snapshot_sets"
    left_out = is_left_out(step, node)
    return LEFT_OUT if left_out else LEFT_OUT_BY[step.powered_off] if left_out is None else ""
