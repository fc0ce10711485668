"""The way out: the steps that a site needs, none that it does not, and what they do elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from benchmarks.generate import generate, write

from tenken import pipeline
from tenken.engine.changes import apply, steps_of
from tenken.engine.evaluate import NAMES
from tenken.engine.selftest import base_tree, overlay
from tenken.model.report import Plan, WayOut
from tenken.model.rule import COSTS

Site = Callable[..., Path]


def _renamed(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(inner, name) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner, name) for inner in value]
    return value.replace("app01", name) if isinstance(value, str) else value


def vm(name: str, **facts: Any) -> dict[str, Any]:
    """A VM like that of the example site, in order but for some facts."""
    whole = _renamed(base_tree(_SITE_PACK)["vms"][0], name)
    return overlay({"vms": [{**whole, "uuid": None}]}, {"vms": [{"name": name, **facts}]})["vms"][0]


_SITE_PACK = next(pack for pack in pipeline.load_rules().packs if pack.info.about == "site")


def planned(path: Path, **options: Any) -> Plan:
    return pipeline.plan(pipeline.evaluate_paths([path]), **options)


def way(plan: Plan, datastore: str, method: str) -> WayOut:
    (found,) = [one for one in plan.ways if one.subject.name == datastore and one.method == method]
    return found


def told(found: WayOut) -> list[tuple[str, str, str]]:
    return sorted((step.action, step.target.name, step.rule) for step in found.steps)


@pytest.mark.parametrize(
    ("facts", "steps"),
    [
        ({"encrypted": True}, [("change", "bad", "vm-not-encrypted")]),
        ({"guest": {"raw_disks": True}}, [("change", "bad", "vm-no-raw-disk")]),
        ({"passthrough_devices": [{"type": "directpath_io"}]}, [("change", "bad", "vm-no-directpath-io")]),
        ({"power_state": "suspended"}, [("change", "bad", "vm-not-suspended")]),
        ({"controllers": [{"id": "scsi0", "type": "pvscsi", "bus_sharing": "virtual"}]}, [("change", "bad/scsi0", "vm-no-scsi-bus-sharing")]),
    ],
)  # fmt: skip
def test_one_obstacle_takes_one_step_and_frees_the_neighbours(
    facts: dict[str, Any], steps: list[tuple[str, str, str]], site: Site
) -> None:
    found = way(planned(site({"vms": [vm("bad", **facts), vm("good")]})), "DS01", "vmfs.online")
    assert told(found) == steps
    assert found.before != found.after in ("eligible", "conditional")
    assert {subject.name for subject in found.gained} >= {"good", "bad"}
    assert found.worse == [] and found.left == []


def test_a_vm_with_two_obstacles_moves_in_one_step(site: Site) -> None:
    bad = vm("bad", encrypted=True, guest={"iscsi_initiator": True})
    found = way(planned(site({"vms": [bad, vm("good")]})), "DS01", "vmfs.online")
    assert [(step.action, step.target.name) for step in found.steps] == [("move", "bad")]
    assert "bad" not in {subject.name for subject in found.gained}


def test_a_vcenter_moves_and_takes_its_own_obstacles_along(site: Site) -> None:
    vcsa = vm("vcsa", roles=["vcenter"], encrypted=True, guest={"os": {"family": "photon", "version": "4.0"}})
    found = way(planned(site({"vms": [vcsa, vm("good")]})), "DS01", "vmfs.offline")
    assert [(step.action, step.target.name, step.cost) for step in found.steps] == [("move", "vcsa", "storage_vmotion")]


def test_two_rules_that_one_change_settles_make_one_step(site: Site) -> None:
    found = way(planned(site({"vms": [vm("bad", guest={"tools": "not_installed"})]})), "DS01", "vmfs.online")
    assert [step.action for step in found.steps] == ["change"]


def test_where_one_obstacle_has_no_change_there_is_no_step_at_all(site: Site) -> None:
    elsewhere = {"name": "DS01", "extents": ["naa.6000000000000099"]}
    seen = [{"device": "naa.6000000000000099", "vendor": "OTHER", "state": "attached"}]
    path = site({"datastores": [elsewhere], "hosts": [{"name": "esx01", "devices": seen}], "vms": [vm("bad", encrypted=True)]})
    assert not [one for one in planned(path).ways if one.subject.name == "DS01"]
    found = way(planned(path, subject="datastore/DS01"), "DS01", "vmfs.online")
    assert found.steps == [] and found.before == found.after
    assert [(left.rule, left.why, [subject.name for subject in left.subjects]) for left in found.left] == [
        ("datastore-on-istorage", "design", ["DS01"])
    ]


def test_what_is_merely_unknown_has_no_way_out_but_a_question(site: Site) -> None:
    assert planned(site({"vms": [vm("new", encrypted=None)]})).ways == []


def test_a_vendor_question_moves_no_vm_away(site: Site) -> None:
    asks = vm("asks", guest={"os": {"family": "rhel", "version": "8.6"}})
    assert planned(site({"vms": [asks]}), eligible=True).ways == []


def test_the_goal_eligible_clears_warnings_too(site: Site) -> None:
    path = site({"vms": [vm("old", snapshots=[{"name": "s"}])]})
    assert planned(path).ways == []
    assert told(way(planned(path, eligible=True), "DS01", "vmfs.online")) == [("change", "old", "vm-no-leftover-snapshot")]


def test_the_method_that_is_open_already_is_told(site: Site) -> None:
    found = way(planned(site({"vms": [vm("bad", guest={"raw_disks": True})]})), "DS01", "vmfs.online")
    assert found.other_method == "vmfs.offline"


def test_a_datastore_that_is_not_there_is_a_mistake(site: Site) -> None:
    with pytest.raises(pipeline.NoSuchName) as caught:
        planned(site(), subject="datastore/DS1")
    assert "DS01" in (caught.value.hint or "")


def test_the_bound_on_evaluations_is_kept_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tenken.engine import way_out

    write(generate(200, 3, share=0.4, jobs=False)[0], tmp_path / "site.json", "json")
    monkeypatch.setattr(way_out, "MOST_EVALUATIONS", 2)
    found = planned(tmp_path / "site.json")
    assert found.evaluated <= 2 and found.not_evaluated


@pytest.mark.parametrize("seed", range(4))
def test_no_smaller_choice_of_the_known_changes_would_do(seed: int, tmp_path: Path) -> None:
    """Every subset of the steps that a way names is tried by hand: none but the whole reaches its verdict."""
    write(generate(30, seed, share=0.3, jobs=False)[0], tmp_path / "site.json", "json")
    run = pipeline.evaluate_paths([tmp_path / "site.json"])
    tried = 0
    for found in pipeline.plan(run).ways:
        if not 1 < len(found.steps) <= 4:
            continue
        steps = list(_steps_again(run, found))
        assert len(steps) == len(found.steps)
        for size in range(len(steps)):
            for chosen in combinations(steps, size):
                tried += 1
                assert _verdict(run, found, list(chosen)) != found.after
        assert _verdict(run, found, steps) == found.after
    assert tried or seed


def _steps_again(run: pipeline.Run, found: WayOut) -> Any:
    """The steps that a way tells of, made anew from the rules that it names."""
    runs = {rule_run.rule.id: rule_run for rule_run in run.runs}
    for told_step in found.steps:
        rule_run = runs[told_step.rule]
        (position,) = [
            place
            for place, node in enumerate(rule_run.nodes)
            if node.name == told_step.subject.name and NAMES[rule_run.outcomes[place]] not in ("pass", "not_applicable")
        ]
        made = [
            step
            for change in rule_run.rule.changes
            for step in steps_of(rule_run, position, change, run.graph.site)
            if (step.moved is not None) == (told_step.action == "move") and step.target.name == told_step.target.name
        ]
        yield made[0]


def _verdict(run: pipeline.Run, found: WayOut, steps: list[Any]) -> str:
    from tenken.engine import graph as graphs
    from tenken.engine.evaluate import evaluate
    from tenken.engine.verdict import judge
    from tenken.model.report import VERDICTS

    graph = graphs.build(apply(run.assembled.inventory, steps), run.assembled.locate, run.assembled.partial)
    rulings = judge(graph, evaluate(graph, run.catalog.rules.values()))
    (rank,) = [r.judgement.rank for r in rulings if r.node.name == found.subject.name and r.method == found.method]
    return VERDICTS[rank]


# --- the changes of the pack -----------------------------------------------------------------------------------------


def test_every_change_of_the_pack_settles_an_example_that_violates_its_rule(catalog: Any, tmp_path: Path) -> None:
    """Each change that is no move is made on the first violating example to which it applies: the rule is settled then."""
    from tenken.engine import graph as graphs
    from tenken.engine.evaluate import evaluate

    unsettled = []
    for rule in catalog.rules.values():
        for number, change in enumerate(rule.changes):
            if change.change.move is not None:
                continue
            settled = []
            for example in rule.rule.examples:
                if example.expect not in ("fail", "inquire") and not (example.expect == "unknown" and example.missing == []):
                    continue
                base = base_tree(_pack_of(catalog, rule), rule)
                tree = example.given if example.alone else overlay(base, example.given)
                path = tmp_path / "example.json"
                path.write_text(json.dumps({"tenken": 1, **tree}), encoding="utf-8")
                run = pipeline.evaluate_paths([path])
                rule_run = next(one for one in run.runs if one.rule.id == rule.id)
                for position, node in enumerate(rule_run.nodes):
                    if example.subject not in (None, node.name) or NAMES[rule_run.outcomes[position]] in (
                        "pass",
                        "not_applicable",
                    ):
                        continue
                    made = steps_of(rule_run, position, rule_run.rule.changes[number], run.graph.site)
                    if made:
                        graph = graphs.build(apply(run.assembled.inventory, made), run.assembled.locate, run.assembled.partial)
                        after = evaluate(graph, [rule_run.rule])[0]
                        settled += [NAMES[after.outcomes[i]] for i, other in enumerate(after.nodes) if other.name == node.name]
            if not {"pass", "not_applicable"} & set(settled):
                unsettled.append((rule.id, number, settled))
    assert not unsettled, "\n".join(map(str, unsettled))


def _pack_of(catalog: Any, rule: Any) -> Any:
    return next(pack for pack in catalog.packs if pack.info.id == rule.pack)


def test_costs_are_ordered_and_named() -> None:
    from tenken.outputs import words

    assert [key for key in words.WORDS if key.startswith("cost.")] == [f"cost.{cost}" for cost in COSTS]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("{set: {encripted: false}, cost: shutdown}", "'encripted' is no fact of VirtualMachine"),
        ("{set: {power_state: on}, cost: shutdown}", "'on' is no value of power_state"),
        ("{move: vm.host, cost: shutdown}", "move is a"),
        ("{set: {encrypted: false}, remove: true, cost: shutdown}", "either set, compute, nearest, add, drop, remove or move"),
    ],
)
def test_a_change_that_makes_no_sense_is_a_mistake_of_the_rule(change: str, said: str, tmp_path: Path) -> None:
    from tenken import resources
    from tenken.document.problem import InputError

    source = next(folder for folder in resources.BUILTIN_PACKS if (folder / "vmfs").is_dir()) / "vmfs" / "vm-not-encrypted.yaml"
    text = (
        source.read_text(encoding="utf-8")
        .replace("vm-not-encrypted", "my-rule")
        .replace("vm-encryption-not-backupable", "my-clause")
    )
    begin, rest = text.split("changes:\n", 1)
    (tmp_path / "my-rule.yaml").write_text(
        begin + f"changes:\n  - {change}\nexamples:{rest.split('examples:', 1)[1]}", encoding="utf-8"
    )
    (tmp_path / "pack.yaml").write_text("id: mine\nedition: '1'\ntitle: {en: Mine, ja: 独自}\n", encoding="utf-8")
    (tmp_path / "clauses.yaml").write_text("- {id: my-clause, lines: '1', text: {en: a, ja: あ}}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        pipeline.load_rules([tmp_path])
    assert said in str(caught.value)
