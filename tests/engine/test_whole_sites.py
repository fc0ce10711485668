"""Whole sites, searched for a wrong OK: whatever is taken away from them, no verdict and no exit code gets better by it.

What single rules promise (tests/packs/test_missing_facts.py) is not enough: what is judged at all, who is a candidate and what a job
copies is concluded by the graph and the judges.
"""

from __future__ import annotations

import copy
import json
import os
import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from benchmarks import defects, estate
from benchmarks.generate import generate
from pydantic import ValidationError
from tests.removal import without
from tests.sources.test_merge import document

from tenken.document.place import Place, Route, pointer
from tenken.document.problem import InputError
from tenken.engine import graph as graphs
from tenken.engine.evaluate import NAMES, evaluate
from tenken.engine.findings import verdicts_of
from tenken.engine.nodes import Node, VmNode
from tenken.engine.pack import Catalog
from tenken.engine.plan import Plan
from tenken.engine.selftest import base_of, overlay
from tenken.engine.verdict import judge
from tenken.model.inventory import Inventory, reader
from tenken.model.report import VERDICTS, Verdict
from tenken.model.severity import FAIL_ON, FailOn
from tenken.pipeline.run import Run, evaluate_paths
from tenken.pipeline.summary import summary
from tenken.sources.joining.assemble import assemble
from tenken.sources.native.export import plain

FUZZ = int(os.environ.get("TENKEN_FUZZ", "1"))
EXAMPLES = Path(__file__).parents[2] / "examples"
Tree = dict[str, Any]
Key = tuple[str, str, str]


@dataclass
class Judged:
    """What a run over one tree says: the verdicts, those of jobs and of the site whatever their method, and the gate."""

    verdicts: dict[Key, Verdict]
    planned: set[Key]
    exit_codes: dict[FailOn, int]
    results: set[tuple[str, str, str, str]]
    """Rule, kind and name of the subject, outcome."""

    def rank(self, key: Key) -> int:
        return VERDICTS.index(self.verdicts[key])


@dataclass
class Outcome:
    """As much of a result as the gate looks at: the rest costs ten times as much as the run."""

    rule: str
    outcome: str
    level: str
    in_plan: bool
    bears_on: Sequence[str]
    subject: Node
    waiver: None = None
    baseline: None = None


def judged(tree: Tree, catalog: Catalog) -> Judged:
    """Raises InputError and ValidationError for a tree that is no inventory."""
    return judged_as_read(reader().validate_python(tree), catalog)


def judged_as_read(inventory: Inventory, catalog: Catalog, in_part: frozenset[str] = frozenset()) -> Judged:
    graph = graphs.build(inventory, _place, in_part)
    run = Run(catalog, None, graph, evaluate(graph, catalog.rules.values()))  # type: ignore[arg-type]
    found = verdicts_of(judge(graph, run.runs))
    plan = Plan(graph)
    results: list[Any] = [
        Outcome(
            each.rule.id, NAMES[outcome], each.rule.rule.level, plan.holds(each.rule.rule, node), each.rule.rule.bears_on, node
        )
        for each in run.runs
        for _, node, outcome in each.notable()
    ]
    verdicts: dict[Key, Verdict] = {}
    planned, targets = set(), {vm.name for vm in graph.of(VmNode) if vm.is_target}
    for each in found:
        # Without its mode a job goes by another method, and a site without its name by another name.
        key = each.subject.kind, "" if each.subject.kind == "site" else each.subject.name, each.method
        key = (*key[:2], "") if key[0] in ("job", "site") else key
        verdicts[key] = max(verdicts.get(key, "eligible"), each.verdict, key=VERDICTS.index)
        if (each.planned or not graph.site.has_jobs) and (key[0] != "vm" or key[1] in targets):
            planned.add(key)
    codes = {fail_on: summary(run, results, found, fail_on).exit_code for fail_on in FAIL_ON}
    told = {(result.rule, result.subject.kind, result.subject.name, result.outcome) for result in results}
    return Judged(verdicts, planned, codes, told)


def _place(route: Route) -> Place:
    return Place("site", pointer=pointer(route))


def gets_better(before: Judged, after: Judged) -> Iterator[str]:
    """What looks better than it did. Only that what was ineligible is unknown now is no more than honest."""
    for key in before.verdicts.keys() & after.verdicts.keys():
        if after.rank(key) < before.rank(key) and after.verdicts[key] != "unknown":
            yield f"{' '.join(key)}: {before.verdicts[key]} → {after.verdicts[key]}"
    for fail_on, code in after.exit_codes.items():
        if code == 0 and before.exit_codes[fail_on] != 0 and fail_on != "error":
            yield f"exit code with --fail-on {fail_on}: {before.exit_codes[fail_on]} → 0"


def against_the_gate(found: Judged) -> Iterator[str]:
    """Verdicts on what is planned that an exit code of 0 does not know of."""
    for fail_on, worst in (("unknown", "inquire"), ("inquire", "conditional"), ("warning", "eligible")):
        for key in found.planned if found.exit_codes[fail_on] == 0 else ():
            if found.rank(key) > VERDICTS.index(worst):
                yield f"--fail-on {fail_on} is 0, but {' '.join(key)} is {found.verdicts[key]}"


# --- the sites -----------------------------------------------------------------------------------------------------------


@cache
def example(name: str) -> Tree:
    """One of the examples, with its defaults in its objects."""
    return dict(plain(evaluate_paths([EXAMPLES / name]).assembled.inventory))


@contextmanager
def small(**sizes: int) -> Iterator[None]:
    """Estates of two VMs a datastore and three datastores a cluster."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in {"VMS_PER_DATASTORE": 2, "DATASTORES_PER_CLUSTER": 3, "DSV_EVERY": 3, **sizes}.items():
            patched.setattr(estate, name, value)
        yield


def small_estate(seed: int, jobs: bool) -> Tree:
    """A generated site of twelve VMs on six datastores, about half of them with a defect."""
    with small(SPLIT_EVERY=4):
        tree, _ = generate(12, seed, share=0.5, jobs=jobs)
    return with_defaults(tree)


def healthy() -> estate.Estate:
    """One with nothing wrong in it and no jobs, where no VM lies on two datastores."""
    with small():
        found = estate.healthy(12, 1, jobs=False)
    found.tree["inquiries"] = list(found.inquiries.values())
    return found


def with_defaults(tree: Tree) -> Tree:
    """A copy with the defaults of a generated estate in its objects."""
    tree = copy.deepcopy(tree)
    defaults = tree.pop("defaults")
    for vm in tree["vms"]:
        vm["disks"] = vm["disks"] and [{**defaults["disk"], **disk} for disk in vm["disks"]]
        guest = {**defaults["vm"]["guest"], **vm["guest"]} if vm["guest"] is not None else None
        vm.update({**defaults["vm"], **vm, "guest": guest})
    return tree


# --- planting defects ---------------------------------------------------------------------------------------------------------


DEFECTS = [(defect, False) for defect in defects.VM_DEFECTS] + [(defect, True) for defect in defects.STORE_DEFECTS]


@pytest.mark.parametrize(("defect", "below"), DEFECTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_defect_makes_what_it_concerns_worse_and_nothing_else(defect: Any, below: bool, catalog: Catalog) -> None:
    """Nothing gets better, what is found wrong is not eligible, and what shares no datastore, host or array with it stays as it is."""
    sound, spoilt = healthy(), healthy()
    store, vm = spoilt.stores[0], spoilt.stores[0].vms[0]
    if below:
        found = list(defect(spoilt, store))
    else:
        defects._settle(sound, sound.stores[0].vms[0])
        defects._settle(spoilt, vm)
        found = list(defect(spoilt, store, vm))
    before, after = (judged(with_defaults(each.tree), catalog) for each in (sound, spoilt))
    assert set(before.exit_codes.values()) == {0}
    assert after.results - before.results == {tuple(finding) for finding in found}
    assert not [*gets_better(before, after), *against_the_gate(after)]
    worse = {key for key in after.verdicts if after.rank(key) > (before.rank(key) if key in before.verdicts else 0)}
    for finding in found:
        rule = catalog.rules[finding.rule].rule
        name = finding.name.partition("/")[0] if finding.kind in ("disk", "controller", "workload") else finding.name
        kind = "vm" if finding.kind in ("disk", "controller", "workload") else finding.kind
        for method in rule.bears_on if rule.level != "note" else ():
            assert (kind, name, method) in worse or (kind, name, method) not in after.verdicts, finding
    stores = store.cluster.stores if below else [store]  # what is below a datastore has its hosts and their cluster in common
    names = {each.name for each in stores} | {each["name"] for one in stores for each in one.vms}
    names |= {disk["path"].partition("]")[0][1:] for disk in vm["disks"]}
    assert not {key for key in worse if key[0] in ("vm", "datastore") and key[1] not in names}


# --- taking facts away -----------------------------------------------------------------------------------------------------


NOT_TAKEN = ("jobs", "runbooks", "inquiries", "tenken")
"""What is planned and what was asked: without it, another question is asked."""

TWO_STATEMENTS = {"servers.software", "servers.software.version", "servers.software.gpt_raw_capable"}
"""What is stated twice and contradicts itself: without the one, the other decides."""


def facts(tree: Any, route: Route = ()) -> Iterator[Route]:
    """Everything that is stated, whole lists and objects too."""
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        if value is not None and isinstance(key, str):
            yield (*route, key)
        yield from facts(value, (*route, key))


def path(route: Route) -> str:
    return ".".join(step for step in route if isinstance(step, str))


SITES: dict[str, Callable[[], Tree]] = {
    **{name: partial(example, name) for name in ("passing", "failing", "planned")},
    **{f"estate {seed}": partial(small_estate, seed, jobs=bool(seed % 2)) for seed in (2, 3)},
}


@pytest.mark.parametrize("name", SITES)
def test_knowing_less_of_a_site_makes_nothing_better(name: str, catalog: Catalog) -> None:
    """Of each kind of fact one is taken away alone, and pairs at random; the same in each run. TENKEN_FUZZ takes more."""
    tree, dice = SITES[name](), random.Random(name)
    before = judged(tree, catalog)
    assert not list(against_the_gate(before))
    kinds: dict[str, list[Route]] = {}
    for route in facts(tree):
        if route[0] not in NOT_TAKEN and path(route) not in TWO_STATEMENTS:
            kinds.setdefault(path(route), []).append(route)
    alone = [(route,) for routes in kinds.values() for route in dice.sample(routes, min(FUZZ, len(routes)))]
    every = [route for routes in kinds.values() for route in routes]
    pairs = [tuple(sorted(dice.sample(every, 2), key=len, reverse=True)) for _ in range(30 * FUZZ)]
    tried = 0
    for taken in (*alone, *pairs):
        less = tree
        try:
            for route in taken:
                less = without(less, route)
            after = judged(less, catalog)
        except (InputError, ValidationError, TypeError):  # no inventory any more, or the one is part of the other
            continue
        tried += 1
        assert not [*gets_better(before, after), *against_the_gate(after)], f"without {taken}"
    assert tried > len(alone) / 2


@pytest.mark.parametrize("name", ["planned", "estate 3"])
def test_a_job_of_which_less_is_known_never_turns_the_gate_green(name: str, catalog: Catalog) -> None:
    """Verdicts on what a job no longer names may change; that it is judged, and that the gate agrees, may not."""
    tree = SITES[name]()
    before = judged(tree, catalog)
    for route in facts(tree["jobs"], ("jobs",)):
        try:
            after = judged(without(tree, route), catalog)
        except (InputError, ValidationError):
            continue
        assert not list(against_the_gate(after)), f"without {route}"
        assert after.exit_codes["unknown"] == before.exit_codes["unknown"] or before.exit_codes["unknown"] == 0, route


# --- the same site, said in another way ---------------------------------------------------------------------------------------


NAMED = ("arrays", "vcenters", "clusters", "hosts", "datastores", "vms", "servers", "jobs")
STYLES = (
    "{name} of ours",
    "業務（{name}）",
    "a/{name}",
    "{name}.corp.example",
    "%2f{name}",
    "💾{name}",
    "か\u3099{name} &*#:",
    "{lower}-{name}",
)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ["passing", "failing", "planned"])
def test_names_mean_nothing(name: str, style: str, catalog: Catalog) -> None:
    tree = SITES[name]()
    names = {entry["name"] for kind in NAMED for entry in tree.get(kind) or ()}
    one = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})(?![\w-])")

    def renamed(text: str) -> str:
        return one.sub(lambda found: style.format(name=found[0], lower=found[0].lower()), text)

    before = judged(tree, catalog)
    after = judged(json.loads(renamed(json.dumps(tree, ensure_ascii=False, default=str))), catalog)
    assert after.verdicts == {
        (kind, renamed(subject), method): verdict for (kind, subject, method), verdict in before.verdicts.items()
    }
    assert after.exit_codes == before.exit_codes


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", SITES)
def test_the_order_of_a_site_means_nothing(name: str, seed: int, catalog: Catalog) -> None:
    """Neither that of a list, but for steps, nor that in which several files tell parts of it."""
    tree, dice = json.loads(json.dumps(SITES[name](), default=str)), random.Random(seed)
    files = [document("site: {}", name=f"{number}.yaml") for number in range(3)]
    for key, value in shuffled(tree, dice).items():
        for entry in value if isinstance(value, list) else ():
            dice.choice(files).tree.setdefault(key, []).append(entry)
        if not isinstance(value, list):
            dice.choice(files).tree[key] = value
    found, expected = judged_as_read(assemble(files).inventory, catalog), judged(tree, catalog)
    assert in_any_order(found) == in_any_order(expected)
    assert found.exit_codes == expected.exit_codes


def shuffled(value: Any, dice: random.Random, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: shuffled(inner, dice, name) for name, inner in dice.sample(list(value.items()), len(value))}
    if isinstance(value, list) and key != "steps":
        return [shuffled(inner, dice) for inner in dice.sample(value, len(value))]
    return value


def in_any_order(found: Judged) -> dict[Key, Verdict]:
    """A restore group is called by its datastores, in the order of the inventory."""
    return {
        (kind, "+".join(sorted(name.split("+"))), method): found.verdicts[kind, name, method]
        for kind, name, method in found.verdicts
    }


# --- what is a candidate -----------------------------------------------------------------------------------------------------


SPOILT = {"arrays": [{"name": "M320-01", "logical_disks": [{"ldn": "0020h", "format": "WG"}]}]}


@pytest.mark.parametrize(
    "less",
    [
        {"datastores": [{"name": "DS02", "extents": None}]},
        {"arrays": [{"name": "M320-01", "logical_disks": [{"ldn": "0020h", "uid": None}]}]},
        {"arrays": [{"name": "M320-01", "logical_disks": None}]},
        {"arrays": None},
    ],
)
def test_an_empty_datastore_is_not_hidden_by_what_nobody_stated(less: Tree, example_site: Tree, catalog: Catalog) -> None:
    """DS02 holds no VM, and is a candidate since it lies on an array: that was an error, and then no datastore at all."""
    spoilt = overlay(example_site, SPOILT)
    assert judged(spoilt, catalog).verdicts["datastore", "DS02", "vmfs.online"] == "ineligible"
    found = judged(overlay(spoilt, less), catalog)
    assert found.verdicts["site", "", ""] in ("unknown", "ineligible")
    assert found.exit_codes["unknown"] == 1


@pytest.mark.parametrize("less", [{"logical_disks": None}, {}])
def test_an_empty_datastore_on_an_array_of_which_little_was_collected_is_undecided(
    less: Tree, example_site: Tree, catalog: Catalog
) -> None:
    """All else of the site is known and in order, so that it would be eligible without this datastore."""
    (array,) = example_site["arrays"]
    other = {"name": "M320-02", "model": "iStorage M320F", "pairs": [], "snapshot_sets": [], "ld_sets": [], "logical_disks": []}
    disk = {"ldn": "0020h", "uid": "naa.6000000000000077", "format": "WG", "roles": ["MV"]}
    store = {"name": "DS09", "vcenter": "vc01", "type": "VMFS", "extents": ["naa.6000000000000077"], "hosts": ["esx01"]}
    devices = [{"name": "esx01", "devices": [{"device": "naa.6000000000000077", "state": "attached", "vendor": "NEC"}]}]
    site = overlay(example_site, {"datastores": [store], "hosts": devices})
    known = {**site, "arrays": [array, {**other, "logical_disks": [disk]}]}
    assert judged(known, catalog).verdicts["datastore", "DS09", "vmfs.online"] == "ineligible"
    found = judged({**site, "arrays": [array, {**other, **less}] if less else None}, catalog)
    assert found.verdicts["datastore", "DS09", "vmfs.online"] == "unknown"
    assert found.verdicts["site", "", ""] == "unknown"
    assert found.exit_codes["unknown"] == 1


@pytest.mark.parametrize("listed", ["arrays", "logical_disks"])
def test_an_empty_datastore_may_lie_on_a_logical_disk_that_is_not_listed(
    listed: str, example_site: Tree, catalog: Catalog
) -> None:
    (array,) = example_site["arrays"]
    found = [ld for ld in array["logical_disks"] if ld["ldn"] in ("0010h", "0110h")]
    array = {**array, "logical_disks": found, "snapshot_sets": []}
    inventory = reader().validate_python({**example_site, "arrays": [array]})
    assert judged_as_read(inventory, catalog, frozenset({listed, "logical_disks"})).verdicts["site", "", ""] == "unknown"


def test_an_empty_datastore_that_lies_elsewhere_is_no_candidate(example_site: Tree, catalog: Catalog) -> None:
    other = {"name": "LOCAL", "vcenter": "vc01", "type": "VMFS", "extents": ["naa.5000000000000099"], "hosts": ["esx01"]}
    for tree in (
        overlay(example_site, {"datastores": [other]}),
        overlay(example_site, {"datastores": [{**other, "type": "NFS", "extents": None}]}),
        overlay(example_site, {"datastores": [{**other, "extents": []}]}),
    ):
        assert ("datastore", "LOCAL", "vmfs.online") not in judged(tree, catalog).verdicts


def test_a_host_on_a_logical_disk_boots_from_the_san_whoever_forgot_to_say_so(catalog: Catalog) -> None:
    """Its system disk is an RV: an error, and then no SAN boot host at all."""
    base = base_of(catalog, catalog.rules["sanboot-system-disk-is-mv"])
    copies = [{"name": "M320-01", "pairs": [], "logical_disks": [{"ldn": "0050h", "roles": ["RV"]}]}]
    base = overlay({**base, "jobs": None}, {"arrays": copies})
    for kind, verdict in (("san", "ineligible"), (None, "ineligible"), ("local", None)):
        found = judged(overlay(base, {"hosts": [{"name": "esx03", "boot": {"kind": kind}}]}), catalog)
        assert found.verdicts.get(("host", "esx03", "sanboot")) == verdict, kind


def test_a_host_that_is_called_as_a_server_is_has_the_access_of_a_host(example_site: Tree, catalog: Catalog) -> None:
    """An LD set that names it would be that of a server otherwise, and give no host access to anything."""
    servers = [{"name": name, "physical": True, "vm": "none"} for name in ("esx01", "esx02")]
    for platform, verdict in (("VW", "eligible"), ("WN", "ineligible")):
        tree = overlay(example_site, {"arrays": [{"name": "M320-01", "ld_sets": [{"name": "esx", "platform": platform}]}]})
        found = judged({**tree, "servers": servers}, catalog)
        assert found.verdicts == judged(tree, catalog).verdicts
        assert found.verdicts["vm", "app01", "vmfs.online"] == verdict


@pytest.mark.parametrize("targets", [None, {}, {"hosts": None}, {"hosts": []}, {"vms": []}])
@pytest.mark.parametrize("job", ["nightly", "db", "esxi"])
def test_a_job_that_names_nothing_is_no_pass(job: str, targets: Tree | None, catalog: Catalog) -> None:
    tree = base_of(catalog, catalog.rules["job-targets-fit-pattern"])
    (stated,) = (each for each in tree["jobs"] if each["name"] == job)
    found = judged({**tree, "jobs": [{**stated, "targets": targets}]}, catalog)
    assert found.verdicts["job", job, ""] in ("unknown", "ineligible")
    assert found.exit_codes["unknown"] == 1


@pytest.mark.parametrize(
    "less", [{"datastores": None}, {"arrays": [{"name": "M320-01", "logical_disks": None}], "datastores": []}]
)
def test_a_site_of_which_nothing_can_be_backed_up_is_not_green(less: Tree, example_site: Tree, catalog: Catalog) -> None:
    """Nothing but a template, and rules that pass on its host and array."""
    template = {"name": "app01", "template": True, "vmx": None, "disks": []}
    cluster = {"name": "cl01", "ha": {"heartbeat_datastores": []}}
    tree = overlay(example_site, {"vms": [template], "clusters": [cluster], **less})
    assert set(judged(tree, catalog).exit_codes.values()) == {3}


# --- contradictions ----------------------------------------------------------------------------------------------------------

ARRAY, APP, DB, DISK = ("arrays", 0), ("vms", 0), ("vms", 1), ("vms", 0, "disks", 0)


@pytest.mark.parametrize(
    ("route", "other"),
    [
        ((*APP, "encrypted"), True),
        ((*APP, "fault_tolerance"), True),
        ((*APP, "template"), True),
        ((*APP, "roles"), ["vcenter"]),
        ((*APP, "roles"), ["vcls"]),
        ((*APP, "software"), [{"product": "VMware vCenter Server", "version": "8.0"}]),
        ((*APP, "snapshots"), [{"name": "before-patch"}]),
        ((*APP, "cluster"), {"feature": "rac", "shared_disk": True}),
        ((*APP, "guest", "iscsi_initiator"), True),
        ((*APP, "guest", "os", "version"), "2025"),
        ((*APP, "controllers", 0, "bus_sharing"), "physical"),
        ((*DISK, "mode"), "independent_persistent"),
        ((*DISK, "path"), "[DS_HB] app01/app01.vmdk"),
        ((*DB, "disks", 0, "backing"), "rdm"),
        ((*DB, "disks", 1, "rdm", "compatibility"), "virtual"),
        (("datastores", 0, "extents"), ["naa.6000000000000010", "naa.6000000000000020"]),
        (("hosts", 0, "version"), "5.5"),
        (("vcenters", 0, "version"), "5.5"),
        ((*ARRAY, "ld_sets"), []),
        ((*ARRAY, "logical_disks", 0, "format"), "WG"),
        ((*ARRAY, "logical_disks", 0, "roles"), ["SV"]),
        ((*ARRAY, "ld_sets", 0, "platform"), "WN"),
    ],
    ids=str,
)
def test_a_contradiction_never_ends_as_the_better_of_two(route: Route, other: Any, catalog: Catalog) -> None:
    """One source says what keeps the site in order, another says ``other``: whoever is believed, nothing that it bears on is eligible."""
    site = dict(base_of(catalog, catalog.rules["job-targets-fit-pattern"]))
    site.pop("jobs")
    site["vms"] = [site["vms"][0], site["vms"][1], {**copy.deepcopy(site["vms"][0]), "name": "app02", "uuid": "other-uuid"}]
    for holder, key in ((site["vms"][2], "vmx"), (site["vms"][2]["disks"][0], "path")):
        holder[key] = holder[key].replace("app01", "app02")
    changed = with_fact(site, route, other)
    alone = judged(site, catalog), judged(changed, catalog)
    assert any(verdicts != alone[0].verdicts[key] for key, verdicts in alone[1].verdicts.items() if key in alone[0].verdicts)
    for native, export in ((site, changed), (changed, site)):
        sources = [document("site: {}", name) for name in ("native", "vcenter")]
        for source, tree in zip(sources, (native, export), strict=True):
            source.tree.update(copy.deepcopy(tree))
        found = assemble(sources)
        for key, verdict in judged_as_read(found.inventory, catalog, found.partial).verdicts.items():
            worst = max((each.verdicts.get(key, "eligible") for each in alone), key=VERDICTS.index)
            assert verdict != "eligible" or worst == "eligible", (key, worst)


def with_fact(tree: Any, route: Route, value: Any) -> Any:
    changed = copy.copy(tree)
    changed[route[0]] = with_fact(tree[route[0]], route[1:], value) if route[1:] else value
    return changed
