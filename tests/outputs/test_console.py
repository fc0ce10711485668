"""The report for a terminal, as far as no golden file shows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tenken.outputs import console
from tenken.pipeline import check


@pytest.mark.parametrize(
    ("lang", "begins", "ends"),
    [("en", "→ Decrypt v1 by", ["", "Likewise for the other one.", "Likewise for the 4 others."]), ("ja", "→ v1 を停止し", ["", "（ほか 1 件も同様）", "（ほか 4 件も同様）"])],
)  # fmt: skip
@pytest.mark.parametrize(("count", "number"), [(1, 0), (2, 1), (5, 2)])
def test_the_remedy_of_several_subjects_is_for_all(
    lang: str, begins: str, ends: list[str], count: int, number: int, site: Callable[..., Path]
) -> None:
    path = site({"vms": [{"name": f"v{n + 1}", "encrypted": True} for n in range(count)]})
    text = " ".join(console.render(check([path]), lang).split())
    group = text[text.index(begins) :].partition(" ? ")[0]
    said = [words for words in ends if words and words.replace(" ", "") in group.replace(" ", "")]
    assert said == [ends[number]] * (number > 0)


def test_a_remedy_that_names_nobody_is_told_once(site: Callable[..., Path]) -> None:
    path = site({"vms": [{"name": name, "guest": {"os": {"family": "photon", "version": "4.0"}}} for name in ("v1", "v2")]})
    text = console.render(check([path]))
    group = text[text.index("vm-guest-os-online") :]
    assert "→ Back the VM up offline" in group and "Likewise" not in group.split("\n  × ")[0]
