"""What is said of a plan beside its ways: that nothing needs changing, only where that is so, and what is not known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tenken import pipeline
from tenken.model.report import Plan
from tenken.outputs import plan as outputs

Site = Callable[..., Path]

NOTHING_NEEDED = ("Nothing needs changing", "変更は不要です")
NO_CHANGE_KNOWN = ("No change is known that would", "変更案は見つかりませんでした")
NOTHING_JUDGED = ("nothing to plan for", "変更案の対象がありません")
HEADS = (NOTHING_NEEDED, NO_CHANGE_KNOWN, NOTHING_JUDGED)


def vm(**facts: Any) -> dict[str, Any]:
    return {"vms": [{"name": "app01", **facts}]}


def planned(path: Path, **options: Any) -> Plan:
    return pipeline.plan(pipeline.evaluate_paths([path]), **options)


@pytest.mark.parametrize("format", ["console", "markdown"])
@pytest.mark.parametrize("number", [0, 1], ids=["en", "ja"])
@pytest.mark.parametrize(
    ("changes", "options", "head", "said"),
    [
        ({}, {}, NOTHING_NEEDED, ()),
        (vm(snapshots=[{"name": "s"}]), {}, NOTHING_NEEDED, [("With conditions: 1 verdict.", "条件付き可 1 件")]),
        (vm(encrypted=None), {}, NO_CHANGE_KNOWN, [("Not decidable: 2", "判定不能 2 件")]),
        (vm(guest={"os": {"family": "rhel", "version": "8.6"}}), {}, NO_CHANGE_KNOWN, [("Ask the vendor: 1", "要問い合わせ 1 件")]),
        ({}, {"method": "sanboot"}, NOTHING_JUDGED, ()),
        (vm(disks=[], vmx=None, encrypted=True), {}, NO_CHANGE_KNOWN, [("Not eligible, on no datastore: 2", "データストア上にない不可の仮想マシン 2 件")]),
    ],
    ids=["in order", "warnings", "unknown", "vendor", "nothing judged", "a VM on no datastore"],
)  # fmt: skip
def test_what_is_said_where_nothing_is_to_be_changed(
    changes: dict[str, Any],
    options: dict[str, Any],
    head: tuple[str, str],
    said: list[tuple[str, str]],
    number: int,
    format: str,
    site: Site,
) -> None:
    text = outputs.render(planned(site(changes), **options), format, ("en", "ja")[number])
    assert [found[number] in text for found in HEADS] == [found is head for found in HEADS]
    assert all(words[number] in text for words in said)


def test_a_way_does_not_hide_what_is_not_known(site: Site) -> None:
    changes = {"vms": [{"name": "app01", "encrypted": True}], "datastores": [{"name": "DS02", "extents": None}]}
    made = planned(site(changes))
    assert any(way.steps for way in made.ways)
    assert made.as_they_are["unknown"] == 2
    assert "Not decidable: 2 verdicts" in outputs.render(made, "console", "en")


def test_what_was_not_looked_at_is_neither_in_order_nor_without_a_change(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from tenken.engine.way_out import search as way_out

    monkeypatch.setattr(way_out, "MOST_EVALUATIONS", 0)
    text = outputs.render(planned(site(vm(encrypted=True))), "console", "en")
    assert "Not looked at" in text and "DS01" in text
    assert not any(found[0] in text for found in HEADS)
