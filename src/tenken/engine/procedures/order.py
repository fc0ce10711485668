"""Steps that are left out, or written before others that should have come before them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from tenken.engine.procedures.concerned import LEFT_OUT_BY, is_left_out, spellings
from tenken.engine.procedures.written import Deviation, Written, ldns_of, needed, originals_of, residents_of
from tenken.model.procedure import ProcedureStep
from tenken.model.rule import Text


def order(written: Written) -> Iterator[Deviation]:
    """Steps that must not be left out, and steps in the wrong order."""
    yield from _left_out(written, advised=False)
    yield from _out_of_order(written, written.procedure.predecessors())
    yield from _overwritten(written)


def advice(written: Written) -> Iterator[Deviation]:
    """What departs from the procedure as it is printed, though nothing that is backed up or restored hangs on it."""
    yield from _left_out(written, advised=True)
    yield from _out_of_order(written, {step.id: set(step.rather_after) for step in written.procedure.steps})


def _left_out(written: Written, advised: bool) -> Iterator[Deviation]:
    for step in written.procedure.steps:
        if step.advised is advised and not step.optional and not written.done(step):
            yield from _missing(written, step)


def _out_of_order(written: Written, earlier_of: dict[str, set[str]]) -> Iterator[Deviation]:
    """Steps that are written before others that should have come before them."""
    steps, predecessors = {step.id: step for step in written.procedure.steps}, written.procedure.predecessors()
    for later, earlier_ones in earlier_of.items():
        for earlier in sorted(earlier_ones, key=list(steps).index):
            swapped = _swapped(written, steps[earlier], steps[later], predecessors[earlier])
            if swapped is not None:
                first, second = steps[earlier].title, steps[later].title
                yield Deviation(
                    Text(en=f"“{second.en}” comes before “{first.en}”", ja=f"「{second.ja}」が「{first.ja}」より前にあります"),
                    swapped,
                )


BRINGS_BACK = frozenset({"restore_rv_to_mv", "restore_sv_to_bv", "tape_restore_to_lv"})


def _overwritten(written: Written) -> Iterator[Deviation]:
    """Backups that are run again before what they overwrite has been brought back. After that, any restore may end with one."""
    for step in written.procedure.steps:
        for position in written.found[step.id] if step.action in BRINGS_BACK else ():
            for other, too_soon in enumerate(written.steps[:position]):
                if too_soon.action == "rerun_backup" and _concern_the_same(written, position, other):
                    yield Deviation(
                        Text(
                            en=f"the backup is run again before “{step.title.en}”, and overwrites what that should bring back",
                            ja=f"「{step.title.ja}」より前にバックアップを再実行しており、戻す世代が上書きされます",
                        ),
                        (other, position),
                    )


def _missing(written: Written, step: ProcedureStep) -> Iterator[Deviation]:
    text = Text(en=f"“{step.title.en}” is missing", ja=f"「{step.title.ja}」がありません")
    missing: list[str] = []
    if step.secondary:
        job = written.job
        secondary = job.fact.secondary if job is not None else None
        if secondary == "none":
            return
        if secondary is None:
            missing.append("job.secondary" if job is not None else "runbook.job")
    if step.powered_off != "required":
        idle = [is_left_out(step, vm) for vm in needed(written, step)]
        if idle and all(idle):
            return
        if False not in idle:
            missing.append(LEFT_OUT_BY[step.powered_off])
    yield Deviation(text, (), tuple(missing))


def _swapped(
    written: Written, earlier: ProcedureStep, later: ProcedureStep, before_both: Iterable[str]
) -> tuple[int, int] | None:
    """Positions of a written step and of one that should have come before it, and concerns the same."""
    for position in written.found[later.id]:
        for other in written.found[earlier.id]:
            if other < position or not _concern_the_same(written, position, other):
                continue
            if later.again and written.done(later, after=other):
                continue  # it is done once more, after what has to come before it
            since = max((place for id in before_both for place in written.found[id] if place < position), default=-1)
            if earlier.again and written.done(earlier, since, position):
                continue  # it was done in time; this is once more
            return position, other
    return None


def _concern_the_same(written: Written, first: int, second: int) -> bool:
    scopes = [_scope(written, written.steps[position]) for position in (first, second)]
    return scopes[0] is None or scopes[1] is None or bool(scopes[0] & scopes[1])


def _scope(written: Written, step: Any) -> set[int] | None:
    """The datastores that a written step concerns; None for all, or where that can't be told."""
    concerned: set[int] = set()
    for name in step.vms or ():
        vm = next((vm for vm in residents_of(written) if vm is not None and name in (vm.name, vm.fact.name)), None)
        if vm is None or vm.datastores is None or None in vm.datastores:
            return None
        concerned.update(id(datastore) for datastore in vm.datastores)
    for ldn in ldns_of(step):
        original = next((ld for ld in originals_of(written) if ld is not None and ldn in spellings(ld)), None)
        if original is None:
            return None
        concerned.update(id(datastore) for datastore in original.datastores)
    return concerned or None
