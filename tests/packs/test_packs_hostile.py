"""Packs that others wrote, or damaged: whatever their files hold is a pack, or mistakes with places; never a traceback."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_custom_packs import PACK, RULE, pack

from tenken.document.problem import InputError
from tenken.engine import pack as packs

TEXT = {"en": "words", "ja": "文"}
FILES: dict[str, Any] = {
    "pack.yaml": {**yaml.safe_load(PACK), "definitions": {"vm": {"is_app": "vm.name.startsWith('app')"}}},
    "clauses.yaml": [
        {"id": "our-clause", "lines": "1", "text": TEXT},
        {"id": "our-note", "lines": "2", "text": TEXT, "note": TEXT, "note_when": {"subject": "vm", "applies": "vm.is_app"}},
    ],
    "facts.yaml": {"vm.name": {"en": "name", "ja": "名前", "ask": "vsphere"}},
    "overrides.yaml": [{"id": "our-name", "level": "error"}],
    "our-name.yaml": yaml.safe_load(RULE),
    "matrices/ours.yaml": {
        "id": "ours", "title": TEXT, "clauses": ["our-clause"], "keys": {"family": "vm.guest.os.family"}, "columns": ["online"],
        "rows": [{"match": {"family": ["rhel"]}, "marks": {"online": "supported"}, "line": "3", "label": TEXT}],
    },
    "procedures/ours.yaml": {
        "id": "ours", "title": TEXT, "lines": "4", "clauses": ["our-clause"], "use": "backup", "scenario": "backup", "pattern": "vmfs",
        "functions": ["DDR"],
        "steps": [{"id": "1", "action": "shutdown_vm", "actor": "business", "title": TEXT, "text": TEXT, "lines": "5"}],
    },
}  # fmt: skip
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["vm", "{vm.name}", "vm.name ==", "error", "1"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["en", "ja", "id", "rule", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def routes(value: Any, route: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [route, *(below for key, one in inner for below in routes(one, (*route, key)))]


def replaced(tree: Any, route: tuple[Any, ...], value: Any) -> Any:
    if not route:
        return value
    changed = copy.copy(tree)
    changed[route[0]] = replaced(tree[route[0]], route[1:], value)
    return changed


def written(folder: Path, files: dict[str, Any]) -> Path:
    made = pack(folder / "ours")
    for name, tree in files.items():
        file = made / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    return made


def loads_or_tells(folder: Path) -> list[str]:
    """What is wrong with a pack, each mistake with its place in one of its files."""
    try:
        packs.load([folder])
    except InputError as error:
        assert error.problems
        assert all(problem.place is not None and str(folder) in problem.place.source for problem in error.problems)
        assert all(problem.said.en and problem.said.ja for problem in error.problems)
        return [str(problem) for problem in error.problems]
    return []


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), value=VALUES)
def test_any_value_anywhere_in_a_pack(tmp_path: Path, data: st.DataObject, value: Any) -> None:
    changed = data.draw(st.sampled_from(sorted(FILES)))
    route = data.draw(st.sampled_from(routes(FILES[changed])))
    loads_or_tells(written(tmp_path, {**FILES, changed: replaced(FILES[changed], route, value)}))


def test_as_it_is_the_pack_is_in_order(tmp_path: Path) -> None:
    assert loads_or_tells(written(tmp_path, FILES)) == []


@pytest.mark.parametrize("name", ["clauses", "facts", "overrides"])
@pytest.mark.parametrize("text", ["7", "text", "true", "- 1", "a: 1", "a: {b: c}", "- {a: b}", "[[]]"])
def test_files_that_are_something_else(name: str, text: str, tmp_path: Path) -> None:
    told = loads_or_tells(pack(tmp_path / "ours", **{name: text}))
    assert any(f"{name}.yaml:1:" in problem for problem in told), told
