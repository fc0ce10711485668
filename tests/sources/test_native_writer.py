"""Whatever is written as YAML reads back as it was."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenken.document import yaml_text
from tenken.sources.native.writer import gib, write

# What XML can carry, and so what a vCenter can say: no control characters but tab and line ends, no surrogates.
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters="\t\n\r")) | st.sampled_from(
    ["6.10", "8.0", "yes", "no", "null", "~", "none", "true", "0x10", "1e3", "a: b", "a #b", "- a", "[DS01] a/a.vmdk", " a", "a ", "",
     "'", '"', "\\", "{", "*a", "&a", "!a", "%a", "@a", "2026-11-24", "1:20", "=", "<<", "日本語", "\u2028", "\ufeff", "..."]
)  # fmt: skip
SCALARS = TEXT | st.booleans() | st.integers(0, 2**31)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), inner, max_size=4)
    ),
    max_leaves=20,
)


def as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: as_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_text(inner) for inner in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


@given(st.dictionaries(st.sampled_from(["vms", "hosts", "site"]), TREES), st.text(), st.text())
@settings(max_examples=300)
def test_any_tree_reads_back(tree: dict[str, Any], head: str, comment: str) -> None:
    comments = {("vms",): comment, ("vms", 0): comment}
    text = write(tree, [head], comments)
    assert as_text(yaml_text.parse(text, "x.yaml")) == as_text({"tenken": 1, **tree})


def test_how_it_looks() -> None:
    tree = {
        "hosts": [{"name": "esx01", "version": "8.0", "devices": [{"device": "naa.6", "lun": 0}], "ports": []}],
        "vms": [],
        "site": {"name": "x" * 130},
    }
    assert write(tree, ["head", ""], {("hosts",): "about hosts", ("hosts", 0): "the first"}) == (
        "# head\n#\ntenken: 1\n\n"
        "# about hosts\nhosts:\n  # the first\n  - name: esx01\n    version: \"8.0\"\n    devices:\n"
        "      - {device: naa.6, lun: 0}\n    ports: []\n\n"
        "vms: []\n\n"
        f"site:\n  name: {'x' * 130}\n"
    )  # fmt: skip


@pytest.mark.parametrize(("size", "expected"), [(None, None), (0, None), (2**30, 1), (2**29, 0.5), (2**40, 1024)])
def test_sizes(size: int | None, expected: float | None) -> None:
    assert gib(size) == expected
