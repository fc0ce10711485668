"""Whatever stands in a configuration or a lock: settings, or mistakes with places; never a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.document.test_toml_text import TREES, document

from tenken.document.problem import InputError
from tenken.engine.pack import lock
from tenken.model.config import Config
from tenken.settings.file import read

KEYS = st.sampled_from([field.alias or name for name, field in Config.model_fields.items()] + ["languge", ""])
BOUNDED = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "path", "digest", "files", "x"]), inner),
    max_leaves=10,
)


def judged(reading: Any, path: Path) -> None:
    try:
        reading(path)
    except InputError as error:
        assert error.problems
        assert all(problem.place is not None and problem.place.line for problem in error.problems)


@BOUNDED
@given(tree=st.dictionaries(KEYS, TREES, max_size=5))
def test_any_values_of_a_configuration(tree: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "tenken.toml"
    path.write_text(document(tree), encoding="utf-8")
    judged(read, path)


@BOUNDED
@given(data=st.binary(max_size=80))
def test_any_bytes_as_a_configuration_or_a_lock(data: bytes, tmp_path: Path) -> None:
    for name, reading in (("tenken.toml", read), ("tenken.lock", lock.read)):
        (tmp_path / name).write_bytes(data)
        judged(reading, tmp_path / name)


@BOUNDED
@given(version=st.sampled_from([1, 2, "1", None]), packs=JSON)
def test_any_values_of_a_lock(version: Any, packs: Any, tmp_path: Path) -> None:
    path = tmp_path / "tenken.lock"
    path.write_text(json.dumps({"tenken_lock": version, "packs": packs}), encoding="utf-8")
    judged(lock.read, path)
