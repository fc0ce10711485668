"""The way out: the steps that a site needs, none that it does not, and what they do elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import combinations
from math import comb
from pathlib import Path
from typing import Any

import pytest
from benchmarks.generate import generate, write
from pydantic import TypeAdapter
from tests.built_in import built_in

from tenken import pipeline
from tenken.document.place import Place
from tenken.engine import graph as graphs
from tenken.engine import pack
from tenken.engine.evaluate import NAMES, evaluate
from tenken.engine.evidence.reasons import Reasons
from tenken.engine.selftest import base_tree, overlay
from tenken.engine.verdict import judge
from tenken.engine.way_out.changes import apply, steps_of
from tenken.engine.way_out.search import Way
from tenken.model.inventory import Inventory
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


_SITE_PACK = next(found for found in built_in().packs if found.info.about == "site")


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
    assert all(one.steps == [] for one in planned(path).ways if one.subject.name == "DS01")
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
    assert "DS01" in str(caught.value.hint)


def test_the_bound_on_evaluations_is_kept_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tenken.engine.way_out import search as way_out

    write(generate(200, 3, share=0.4, jobs=False)[0], tmp_path / "site.json", "json")
    monkeypatch.setattr(way_out, "MOST_EVALUATIONS", 2)
    found = planned(tmp_path / "site.json")
    assert found.evaluated <= 2 and found.not_evaluated


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("jobs", [False, True])
def test_no_smaller_choice_of_the_known_changes_would_do(seed: int, jobs: bool, tmp_path: Path) -> None:
    """Every smaller subset of all changes that the rules know for a subject is made: none reaches the verdict of its way."""
    from tenken.engine.way_out.search import Planner

    write(generate(30, seed, share=0.3, jobs=jobs)[0], tmp_path / "site.json", "json")
    run = pipeline.evaluate_paths([tmp_path / "site.json"])
    planner = Planner(run.assembled.inventory, run.graph, run.catalog, _builder(run), Reasons(run.graph, run.runs))
    ways, _ = planner.ways()
    assert ways
    tried = 0
    for found in ways:
        if not found.steps or sum(comb(len(found.pool), size) for size in range(len(found.steps))) > 100:
            continue
        for size in range(len(found.steps)):
            for chosen in combinations(found.pool, size):
                tried += 1
                assert _rank(run, found, list(chosen)) > found.after
        assert _rank(run, found, found.steps) == found.after
    assert tried


def test_what_is_found_late_makes_the_choice_anew(site: Site) -> None:
    """Two obstacles of different weight take one move, not a change for each, as their ranks would suggest one by one."""
    bad = vm("bad", encrypted=True, workloads=[], snapshots=[{"name": "s"}], passthrough_devices=[{"type": "vgpu"}])
    found = way(planned(site({"vms": [bad, vm("good")]}), subject="datastore/DS01", eligible=True), "DS01", "vmfs.online")
    assert [(step.action, step.target.name) for step in found.steps] == [("move", "bad")]
    assert found.after == "eligible"


RDM_SITE: dict[str, Any] = {
    "arrays": [
        {
            "name": "M320-01",
            "logical_disks": [
                {"ldn": "0040h", "uid": "naa.6000000000000040", "format": "LX", "roles": ["MV"], "capacity_gib": 10},
                {"ldn": "0140h", "uid": "naa.6000000000000140", "format": "WG", "roles": ["RV"], "capacity_gib": 10},
            ],
            "pairs": [{"function": "DDR", "mv": "0040h", "rv": "0140h", "rv_array": "M320-01", "state": "separated"}],
            "ld_sets": [{"name": "esx", "luns": [{"lun": 4, "ldn": "0040h"}]}],
        }
    ]
}


def _with_rdm(**disk: Any) -> dict[str, Any]:
    rdm = {"compatibility": "physical", "device": "naa.6000000000000040", "partition_style": "GPT", "filesystem": "NTFS"}
    whole = {"label": "Hard disk 2", "controller": "scsi0", "path": "[DS01] app01/app01_1.vmdk", "backing": "rdm"}
    return {**RDM_SITE, "vms": [{"name": "app01", "disks": [{**whole, "mode": "independent_persistent", "sharing": "none", "rdm": {**rdm, **disk}}]}]}  # fmt: skip


def test_an_rdm_disk_has_a_way_out(site: Site) -> None:
    path = site(_with_rdm(filesystem="ReFS"))
    found = way(planned(path, subject="disk/app01/Hard disk 2", method="rdm"), "app01/Hard disk 2", "rdm")
    assert told(found) == [
        ("change", "M320-01/0040h", "rdm-ld-format-by-guest"),
        ("change", "app01/Hard disk 2", "rdm-file-system-is-ntfs"),
    ]
    assert [(subject.kind, subject.name) for subject in found.gained] == [("disk", "app01/Hard disk 2")]
    assert found.after in ("eligible", "conditional") and {step.cost for step in found.steps} == {"rebuild"}


def test_a_job_and_a_san_boot_host_have_a_way_out(tmp_path: Path, catalog: Any) -> None:
    rule = catalog.rules["sanboot-job-uses-controlcommand"]
    copy = {"name": "esxi", "iopath": "DIRECT"}
    tree = overlay(base_tree(_SITE_PACK, rule), {"jobs": [copy]})
    for array in tree["arrays"]:
        for disk in array["logical_disks"]:
            if disk["ldn"] in ("0050h", "0150h"):
                disk["roles"] = []
        array["pairs"] = [pair for pair in array["pairs"] if pair["mv"] != "0050h"]
    path = tmp_path / "site.json"
    path.write_text(json.dumps({"tenken": 1, **tree}), encoding="utf-8")
    host = way(planned(path, method="sanboot"), "esx03", "sanboot")
    assert told(host) == [("change", "M320-01/0050h", "sanboot-system-disk-is-mv")]
    assert [subject.name for subject in host.gained] == ["esx03"]
    job = way(planned(path, method="job"), "esxi", "sanboot")
    assert told(job) == [
        ("change", "M320-01/0050h", "sanboot-system-disk-is-mv"),
        ("change", "esxi", "job-iopath-manager"),
    ]
    assert ("job", "esxi") in {(subject.kind, subject.name) for subject in job.gained}


def test_a_vm_that_moves_away_leaves_the_jobs_that_name_it(site: Site) -> None:
    job = {"name": "nightly", "pattern": "vmfs", "function": "DDR", "mode": "offline", "tool": "RepNavi Suite"}
    vcsa = vm("vcsa", roles=["vcenter"])
    path = site({"vms": [vcsa, vm("good")], "jobs": [{**job, "targets": {"vms": ["vcsa", "good"]}}]})
    found = way(planned(path, subject="datastore/DS01"), "DS01", "vmfs.offline")
    assert [(step.action, step.target.name) for step in found.steps] == [("move", "vcsa")]
    assert found.after != "ineligible"


def test_an_upgrade_is_offered_to_the_next_listed_release_and_never_back(site: Site) -> None:
    hosts = [{"name": "esx01", "version": "5.5"}, {"name": "esx02", "version": "5.5"}]
    found = way(planned(site({"hosts": hosts}), subject="datastore/DS01"), "DS01", "vmfs.online")
    assert {(step.rule, step.version, step.cost) for step in found.steps} == {("host-vsphere-version", "6.0", "upgrade")}
    assert all("6.0" in step.text.en and "6.0" in step.text.ja for step in found.steps)
    newer = site({"hosts": [{"name": "esx01", "version": "9.0"}, {"name": "esx02", "version": "9.0"}]})
    found = way(planned(newer, subject="datastore/DS01"), "DS01", "vmfs.online")
    assert found.steps == [] and {(left.rule, left.why) for left in found.left} == {("host-vsphere-version", "none")}


def test_what_nobody_asked_for_takes_fewer_looks_on_a_large_site() -> None:
    from types import SimpleNamespace

    from tenken.engine.way_out.search import MOST_EVALUATED, MOST_EVALUATIONS, bound

    for vms in (0, 10, 2_000, 1_000_000):
        graph: Any = SimpleNamespace(nodes={"vm": [None] * vms})
        assert bound(graph, asked=True) == MOST_EVALUATIONS
        assert bound(graph, asked=False) * vms <= MOST_EVALUATED
    assert bound(graph, asked=False) == 0


@pytest.mark.parametrize("subject", ["vm/app01", "DS01", "job/nightly"])
def test_a_subject_that_is_none_is_a_mistake(subject: str, site: Site) -> None:
    with pytest.raises(pipeline.NoSuchName):
        planned(site(), subject=subject)


def _builder(run: pipeline.Run) -> Callable[[Any], Any]:
    return lambda inventory: graphs.build(inventory, run.assembled.locate, run.assembled.partial)


def _rank(run: pipeline.Run, found: Way, steps: list[Any]) -> int:
    graph = _builder(run)(apply(run.assembled.inventory, steps))
    rulings = judge(graph, evaluate(graph, run.catalog.rules.values()))
    key = (found.subject.kind, found.subject.name, found.method)
    (rank,) = [r.judgement.rank for r in rulings if (r.node.kind, r.node.name, r.method) == key]
    return rank


# --- the changes of the pack -----------------------------------------------------------------------------------------


def test_every_change_of_the_pack_settles_an_example_that_violates_its_rule(catalog: Any) -> None:
    """Each change that is no move is made on the violating examples to which it applies: one of them is settled then."""
    unsettled = []
    for rule in catalog.rules.values():
        for number, change in enumerate(rule.changes):
            if change.change.move is None:
                outcomes = list(_after_change(catalog, rule, number))
                if not {"pass", "not_applicable"} & set(outcomes):
                    unsettled.append((rule.id, number, outcomes))
    assert not unsettled, "\n".join(map(str, unsettled))


def _after_change(catalog: Any, rule: Any, number: int) -> Iterator[str]:
    """The outcomes of a rule after one of its changes, on each of its violating examples to which that applies."""
    for example in rule.rule.examples:
        if example.expect in ("fail", "inquire") or (example.expect == "unknown" and example.missing == []):
            base = base_tree(_pack_of(catalog, rule), rule)
            inventory = TypeAdapter(Inventory).validate_python(example.given if example.alone else overlay(base, example.given))
            graph = graphs.build(inventory, _nowhere)
            (run,) = evaluate(graph, [rule])
            for position, node in enumerate(run.nodes):
                outcome = NAMES[run.outcomes[position]]
                if example.subject in (None, node.name) and outcome not in ("pass", "not_applicable"):
                    made = steps_of(run, position, rule.changes[number], graph.site)
                    (after,) = evaluate(graphs.build(apply(inventory, made), _nowhere), [rule]) if made else (None,)
                    if after is not None:
                        yield from (
                            NAMES[after.outcomes[at]] for at, other in enumerate(after.nodes) if other.name == node.name
                        )


def _nowhere(route: Any) -> Place:
    return Place("example")


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
        ("{compute: {host: vm.disks}, cost: shutdown}", "host would be a"),
        ("{add: {power_state: vm.name}, cost: shutdown}", "'power_state' is no list"),
        ("{nearest: {guest.os.version: version}, cost: upgrade}", "nearest goes with matrix"),
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
        pack.load([tmp_path])
    assert said in str(caught.value)
