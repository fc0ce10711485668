"""Core schemas kept between runs: they read and write as those made anew, and are never stale."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from tenken.model import core_schema
from tenken.model.inventory import Inventory
from tenken.model.report import Report
from tenken.pipeline import check

ROOT = Path(__file__).parents[2]
SITES: list[dict[str, Any]] = [
    {"tenken": 1},
    {"tenken": 1, "vms": [{"name": " web01 ", "disks": [{"name": "Hard disk 1", "mode": "persistent"}]}]},
    {"tenken": 1, "arrays": [{"name": "M320", "logical_disks": [{"ldn": "0x10", "capacity_gib": "1.5"}]}]},
    {"tenken": 1, "vms": [{"name": "web01", "gust": {}}, {}], "lun_map": 3},
    {"tenken": 1, "jobs": [{"name": "j", "secondary": "none", "job_manager": {"product": 1}}], "arrays": [{"ld_sets": "none"}]},
    {"tenken": 2, "precedence": [{"fact": "vm", "order": []}]},
]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("TENKEN_CACHE_DIR", str(folder))
    return folder


def validator() -> SchemaValidator:
    """Not the one that this process remembers."""
    return core_schema.validator_of.__wrapped__(Inventory)


def said(read: Any, tree: dict[str, Any]) -> Any:
    try:
        return read(tree)
    except ValidationError as error:
        return [(each["type"], each["loc"], each["msg"]) for each in error.errors(include_url=False)]


@pytest.mark.parametrize("tree", SITES)
def test_a_kept_validator_reads_as_a_new_one(tree: dict[str, Any], cache: Path) -> None:
    validator()
    assert len(list(cache.glob("*.schema"))) == 1
    assert said(validator().validate_python, tree) == said(TypeAdapter(Inventory).validate_python, tree)


def test_a_kept_serializer_writes_as_a_new_one(cache: Path) -> None:
    report = check([ROOT / "examples" / "failing"])
    for _ in range(2):
        writer = core_schema.serializer_of.__wrapped__(Report)
        assert writer.to_json(report, indent=1) == TypeAdapter(Report).dump_json(report, indent=1)


@pytest.mark.parametrize("content", [b"", b"not a pickle", b"\x80\x05N."])
def test_a_broken_entry_is_made_anew(content: bytes, cache: Path) -> None:
    validator()
    (entry,) = cache.glob("*.schema")
    entry.write_bytes(content)
    assert validator().validate_python({"tenken": 1}) == Inventory()
    assert entry.stat().st_size > len(content)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="permissions are those of POSIX")
def test_nothing_is_taken_from_where_others_can_write(cache: Path) -> None:
    validator()
    (entry,) = cache.glob("*.schema")
    entry.write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    entry.chmod(0o666)
    assert validator().validate_python({"tenken": 1}) == Inventory()


def test_a_changed_model_has_an_entry_of_its_own(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    validator()
    monkeypatch.setattr(core_schema, "VERSION", "another pydantic")
    validator()
    assert len(list(cache.glob("*.schema"))) == 2


def test_another_process_takes_what_is_kept(cache: Path) -> None:
    validator()
    assert list(cache.glob("*.schema"))
    code = (
        "from tenken.model import core_schema\n"
        "core_schema._made = None\n"
        "from tenken.model.inventory import reader\n"
        "assert reader().validate_python({'tenken': 1, 'vms': [{'name': 'a'}]}).vms[0].name == 'a'\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_no_cache_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TENKEN_CACHE_DIR", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert validator().validate_python({"tenken": 1}) == Inventory()
    assert not list(tmp_path.iterdir())
