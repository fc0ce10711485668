"""Codes of the inventory in sentences: told in words, in both languages, and nothing else is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.built_in import built_in

from tenken.engine.in_words import CODES, in_words
from tenken.model.schema import STRING, Type
from tenken.pipeline import check


def codes_of_messages() -> Iterator[tuple[str, str, str]]:
    """Rule, placeholder and code, for each code that a sentence of our packs can hold."""
    for rule in built_in().rules.values():
        for inner, expression in rule.placeholders.items():
            kind: Type = expression.type.item or expression.type
            yield from ((rule.id, inner, code) for code in kind.words)


def test_every_code_that_a_sentence_can_hold_has_words() -> None:
    found = list(codes_of_messages())
    assert len({code for _, _, code in found}) > 40
    without = {code for _, _, code in found if code not in CODES and re.fullmatch("[a-z_0-9]+", code)}
    assert without == set()


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_what_is_no_code_is_told_as_it_stands(lang: str) -> None:
    assert in_words("physical", lang) == in_words("physical", lang, STRING) == "physical"
    assert in_words(["none"], lang, Type("list", item=STRING)) == "none"
    assert in_words("VMFS", lang, Type("string", words=("VMFS", "NFS"))) == "VMFS"


@pytest.mark.parametrize(
    ("changes", "rule", "said", "told"),
    [
        (
            {"vms": [{"name": "app01", "disks": [{"label": "Hard disk 1", "mode": "independent_persistent"}]}]},
            "vm-disk-not-independent", "Hard disk 1 of app01 is independent (persistent)", "app01 の Hard disk 1 は独立型（通常）です",
        ),
        (
            {"vms": [{"name": "app01", "passthrough_devices": [{"type": "directpath_io"}]}]},
            "vm-no-directpath-io", "app01 has passthrough devices: DirectPath I/O", "app01 にパススルーデバイスがあります: DirectPath I/O",
        ),
        (
            {"vms": [{"name": "app01", "power_state": "powered_on", "guest": {"tools": "not_running"}}]},
            "vm-tools-running", "VMware Tools on app01: not running", "app01 のVMware Tools: 停止中",
        ),
        (
            {"jobs": [{"name": "j", "pattern": "vmfs", "mode": "online", "quiesce": "power_off", "targets": {"vms": ["app01"]}}]},
            "vmfs-online-job-quiesces-by-snapshot", "j is an online job but quiesces its VMs by power-off", "j はオンラインのジョブですが、静止方法が電源オフです",
        ),
    ],
)  # fmt: skip
def test_sentences_hold_words(changes: dict[str, Any], rule: str, said: str, told: str, site: Callable[..., Path]) -> None:
    (found,) = [result for result in check([site(changes)]).results if result.rule == rule]
    assert (found.message.en, found.message.ja) == (said, told)
    assert any(fact.value in ("independent_persistent", "directpath_io", "not_running", "power_off") for fact in found.facts)
