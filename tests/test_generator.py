"""Generated estates: tenken finds exactly what was planted in them, no more and no less, in JSON and in YAML alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import rego
from benchmarks.generate import generate, write

from tenken.engine.pack import Catalog
from tenken.pipeline import check


@pytest.mark.parametrize("jobs", [True, False])
@pytest.mark.parametrize(("vms", "seed"), [(50, 1), (50, 2), (200, 3), (500, 4)])
def test_the_findings_are_the_planted_ones(vms: int, seed: int, jobs: bool, tmp_path: Path) -> None:
    tree, expected = generate(vms, seed, share=0.1, jobs=jobs)
    for format in ("json", "yaml"):
        path = tmp_path / f"estate.{format}"
        write(tree, path, format)
        report = check([path])
        assert {(r.rule, r.subject.kind, r.subject.name, r.outcome) for r in report.results} == {
            tuple(found) for found in expected
        }
        assert len(report.results) == len(expected)


def test_an_estate_is_the_same_for_the_same_seed() -> None:
    assert generate(100, 7) == generate(100, 7)
    assert generate(100, 7) != generate(100, 8)


def test_rules_of_the_side_by_side_run_exist(catalog: Catalog) -> None:
    assert len(rego.RULES) == 20
    assert set(rego.RULES) <= set(catalog.rules)
