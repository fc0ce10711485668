"""What holds for any sources: their order changes nothing, and more of them never turn unknown into pass by themselves."""

from __future__ import annotations

import copy
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources import rvtools_exports as rvtools
from tests.sources.test_merge import document

from tenken.document.place import Route
from tenken.document.problem import InputError
from tenken.engine import graph as graphs
from tenken.engine.evaluate import NAMES, evaluate
from tenken.engine.pack import Catalog
from tenken.engine.subjects import identity
from tenken.model.identity import IDENTITY
from tenken.pipeline import check, evaluate_paths, merged
from tenken.sources.base import Document
from tenken.sources.joining.assemble import Assembled, assemble
from tenken.sources.joining.defaults import DEFAULTS

FUZZ = int(os.environ.get("TENKEN_FUZZ", "1"))
ROOT = Path(__file__).parents[2]
SOURCES = ("vcenter", "rvtools", "ism", "terraform", "esxcli", "native")


def source_documents(tree: dict[str, Any], seed: int, lie: bool = False) -> list[Document]:
    """The facts of a site dealt out to several sources, some of them to two; ``lie``: now and then a source says another thing."""
    dice = random.Random(seed)
    found = []
    for name in SOURCES:
        part = _part(tree, (), dice, lie and name != "native")
        found.append(document("site: {}", name, name))
        found[-1].tree.update(part)
    return found


def _part(tree: Any, route: Route, dice: random.Random, lie: bool) -> Any:
    """Some of the facts of a tree; the names of objects always, so that they are the same objects."""
    if isinstance(tree, dict):
        keys = _names(route)
        kept: dict[str, Any] = {}
        for key, value in tree.items():
            nested = isinstance(value, list) and key in IDENTITY
            if key in keys or nested or key in ("tenken",) or dice.random() < 0.5:
                kept[key] = value if key in keys else _part(value, (*route, key), dice, lie)
        return kept
    if isinstance(tree, list) and route and route[-1] in IDENTITY and tree and isinstance(tree[0], dict):
        return [_part(item, (*route, position), dice, lie) for position, item in enumerate(tree)]
    if lie and isinstance(tree, bool) and dice.random() < 0.3:
        return not tree
    return copy.deepcopy(tree)


def _names(route: Route) -> tuple[str, ...]:
    if len(route) < 2 or not isinstance(route[-1], int):
        return ()
    return (*IDENTITY.get(str(route[-2]), ()), "uuid", "product")


def facts(found: Assembled) -> Any:
    from tenken.sources.native.export import plain

    return plain(found.inventory)


@settings(max_examples=25 * FUZZ)
@given(seed=st.integers(0, 10**6), lie=st.booleans())
def test_the_order_in_which_sources_are_given_changes_nothing(seed: int, lie: bool, example_site: dict[str, Any]) -> None:
    documents = source_documents(example_site, seed, lie)
    expected = facts(assemble(copy.deepcopy(documents)))
    random.Random(seed + 1).shuffle(documents)
    assert facts(assemble(copy.deepcopy(documents))) == expected


@settings(max_examples=25 * FUZZ)
@given(seed=st.integers(0, 10**6))
def test_facts_dealt_out_to_sources_and_merged_are_those_that_some_source_states(
    seed: int, example_site: dict[str, Any]
) -> None:
    documents = source_documents(example_site, seed)
    found = facts(assemble(copy.deepcopy(documents)))
    assert "disagreements" not in found
    assert set(_statements(found)) <= set(_statements(facts(assemble([_whole(example_site)]))))


def _whole(tree: dict[str, Any]) -> Document:
    whole = document("site: {}")
    whole.tree.update(copy.deepcopy(tree))
    return whole


def _statements(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Every fact with the names of the objects that it belongs to."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _statements(value, (*path, key))
    elif isinstance(tree, list) and path and path[-1] in IDENTITY and tree and isinstance(tree[0], dict):
        for item in tree:
            yield from _statements(item, (*path, tuple(item.get(key) for key in IDENTITY[path[-1]])))
    else:
        yield path, repr(tree)


@settings(max_examples=12 * FUZZ)
@given(seed=st.integers(0, 10**6), lie=st.booleans())
def test_another_source_turns_unknown_into_pass_only_where_it_states_what_was_missing(
    seed: int, lie: bool, example_site: dict[str, Any], catalog: Catalog
) -> None:
    documents = source_documents(example_site, seed, lie)
    chosen = [documents[0], documents[1]]
    before, _ = _outcomes(chosen, catalog)
    after, _ = _outcomes([*chosen, document("vms: []\nhosts: []", "terraform", "nothing", partial=("vms", "hosts"))], catalog)
    assert {key for key, outcome in after.items() if outcome == "pass"} <= {
        key for key, outcome in before.items() if outcome == "pass"
    }


@settings(max_examples=12 * FUZZ)
@given(seed=st.integers(0, 10**6))
def test_where_sources_disagree_nothing_that_it_touches_is_eligible(
    seed: int, example_site: dict[str, Any], catalog: Catalog
) -> None:
    from tenken.engine.verdict import judge

    documents = source_documents(example_site, seed, lie=True)
    graph, runs = _run(documents, catalog)
    told = [node for run in runs if run.rule.id == "sources-disagree" for _, node, _ in run.notable()]
    touched = {id(node) for disagreement in told for node in disagreement.touches}  # type: ignore[attr-defined]
    for ruling in judge(graph, runs):
        if id(ruling.node) in touched:
            assert ruling.judgement.verdict != "eligible"


def _run(documents: list[Document], catalog: Catalog) -> tuple[Any, Any]:
    found = assemble(copy.deepcopy(documents))
    graph = graphs.build(found.inventory, found.locate, found.partial)
    return graph, evaluate(graph, catalog.rules.values())


def _outcomes(documents: list[Document], catalog: Catalog) -> tuple[dict[tuple[str, str], str], Any]:
    graph, runs = _run(documents, catalog)
    return {
        (run.rule.id, identity(node, graph)): NAMES[outcome]
        for run in runs
        for node, outcome in zip(run.nodes, run.outcomes, strict=True)
    }, graph


# --- a written inventory reads back to the same results --------------------------------------------------------------


def results(paths: list[Path]) -> Any:
    report = check(paths, everything=True)
    return (
        sorted(
            (r.rule, r.subject.kind, r.subject.name, r.outcome, r.in_plan, tuple(sorted(r.missing))) for r in report.results
        ),
        sorted((v.subject.kind, v.subject.name, v.method, v.verdict, tuple(v.because)) for v in report.verdicts),
        report.summary.outcomes,
        report.summary.exit_code,
    )


def written(paths: list[Path], folder: Path, lang: str = "en") -> Path:
    path = folder / "inventory.yaml"
    path.write_text(merged(evaluate_paths(paths), lang), encoding="utf-8")
    return path


@pytest.mark.parametrize("site", ["passing", "failing"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_example_sites_read_back_to_the_same_results(site: str, lang: str, tmp_path: Path) -> None:
    paths = [ROOT / "examples" / site]
    assert results([written(paths, tmp_path, lang)]) == results(paths)


NOTES = """tenken: 1
defaults: {vm: {encrypted: false}}
vms:
  - {name: web01, fault_tolerance: false, encrypted: null}
  - {name: 'x: #"y"', datacenter: "DC1", roles: [], guest: {os: {version: "6.10"}}}
hosts: [{name: esx01.example, boot: {kind: local}}]
arrays:
  - {name: M320-01, model: iStorage M320F, logical_disks: [{ldn: 0010h, uid: LUN, roles: [MV]}], ld_sets: []}
""".replace("LUN", rvtools.LUN0)


def test_an_export_with_notes_reads_back_to_the_same_results(tmp_path: Path) -> None:
    book = rvtools.write_workbook(tmp_path, rvtools.site(), name="RVTools.xlsx")
    notes = tmp_path / "notes.yaml"
    notes.write_text(NOTES, encoding="utf-8")
    expected = results([book, notes])
    assert results([notes, book]) == expected
    path = written([book, notes], tmp_path)
    assert results([path]) == expected
    text = path.read_text(encoding="utf-8")
    assert f"# from {notes}:4:5, {book}[vInfo!A3]" in text
    assert "# not known: " in text
    assert any(rule == "sources-disagree" and name == "web01" for rule, _, name, *_ in expected[0])


def test_every_kind_that_defaults_reach_is_one_that_merging_knows() -> None:
    assert {name for lists in DEFAULTS.values() for name in lists} <= set(IDENTITY)


def test_documents_that_no_schema_allows_are_mistakes_with_places_whatever_their_shape() -> None:
    shapes: list[Any] = [
        1,
        "x",
        [],
        {},
        [1],
        [None],
        [[]],
        {"a": 1},
        [{"name": 1}],
        [{"name": []}],
        [{"name": "a", "disks": 3, "vmx": 4}],
        None,
        True,
    ]
    kinds = [
        "vms",
        "hosts",
        "datastores",
        "vcenters",
        "clusters",
        "arrays",
        "jobs",
        "precedence",
        "disagreements",
        "lun_map",
        "partial",
        "source",
    ]
    for kind in kinds:
        for shape in shapes:
            one, other = document("site: {}", "vcenter"), document("site: {}", "rvtools")
            one.tree[kind], other.tree[kind] = copy.deepcopy(shape), copy.deepcopy(shapes[8])
            try:
                assemble([one, other])
            except InputError as error:
                assert all(problem.place is not None for problem in error.problems)
