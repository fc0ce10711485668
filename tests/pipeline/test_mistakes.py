"""Whoever mends an input is told all that is wrong with it in one run."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sources import rvtools_exports as rvtools

from tenken import pipeline

FILES = {
    "a.yaml": "tenken: 1\nvms:\n  - {name: web01, encryptd: true}\n",
    "b.yaml": "tenken: 1\nhosts: [\n",
    "c.json": '{"tenken": 1, "hosts": [{"name": "esx01", "version": []}]}',
    "d.yaml": "tenken: 1\nclusters: [{name: cl01, hosts: [esx99]}]\n",
    "answers.md": "| a table | of nobody |\n",
}


@pytest.mark.parametrize("named", [True, False])
def test_a_file_that_cannot_be_read_hides_no_mistake_of_another(named: bool, tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "RVTools.xlsx").write_bytes(b"PK\x03\x04" + b"x" * 500)
    rvtools.write_workbook(tmp_path, rvtools.site(), name="good.xlsx")
    paths = [tmp_path / name for name in (*FILES, "RVTools.xlsx", "good.xlsx") if name != "answers.md"] if named else [tmp_path]
    with pytest.raises(pipeline.InputError) as error:
        pipeline.evaluate_paths(paths)
    found = sorted(str(problem.place).removeprefix(f"{tmp_path}/") for problem in error.value.problems)
    assert found == ["RVTools.xlsx", "a.yaml:3:19", "b.yaml:3:1", "c.json:1:43"], "not esx99, who may be in b.yaml"
