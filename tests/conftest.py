"""Shared by all tests: the built-in rules, loaded once, and inventories written to files."""

from __future__ import annotations

import gc
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import settings
from tests.built_in import built_in

from tenken import kept
from tenken.engine.pack import Catalog
from tenken.engine.selftest import base_tree, overlay

gc.set_threshold(100_000, 20, 20)
"""What a run makes, it drops as a whole: to look for circles every 700 objects takes a tenth of the time of all tests."""

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
"""No example has to be quick: how long one takes says more about the machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that at the end no processor waits for one of them."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session", autouse=True)
def _kept_rules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compiled rules are kept for these tests alone, and unpickled once: the same bytes are the same rules, which no run changes."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # of all workers
    once = SimpleNamespace(**{**vars(pickle), "loads": lru_cache(maxsize=4)(pickle.loads)})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(kept, "pickle", once)
        patched.setenv("TENKEN_CACHE_DIR", str(folder / "kept"))
        yield


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return built_in()


@pytest.fixture(scope="session")
def example_site(catalog: Catalog) -> dict[str, Any]:
    """The site that rule examples start from: fully known and in order."""
    return base_tree(catalog.packs[0])


@pytest.fixture
def site(example_site: dict[str, Any], tmp_path: Path) -> Callable[..., Path]:
    """Writes the example site with changes laid over it, as JSON, and returns its path."""
    import json

    def write(changes: dict[str, Any] | None = None, name: str = "site.json") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(overlay(example_site, changes or {}), ensure_ascii=False, indent=1), encoding="utf-8")
        return path

    return write


@pytest.fixture
def steps_taken() -> Callable[[Callable[[], object]], int]:
    """Counts the steps of Python's own machine that a call takes: what grows with the square of its input shows, on any machine."""

    def count(call: Callable[[], object]) -> int:
        steps = 0

        def follow(frame: FrameType, event: str, argument: object) -> object:
            nonlocal steps
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
            steps += event == "opcode"
            return follow

        before = sys.gettrace()
        sys.settrace(follow)
        try:
            call()
        finally:
            sys.settrace(before)
        return steps

    return count
