"""Waivers are seen in every format: what one accepts, and each that does not act, with reason, owner and ticket.

No format is excepted. Where the forge cuts (GitHub's ten annotations), or a screen ends (the terminal), the rest is counted.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tenken.engine.selftest import overlay
from tenken.model.report import Report
from tenken.outputs import registry
from tenken.pipeline import check

STATES = {
    "acting": ("vm-not-encrypted", "app01", "2026-07-31"),
    "expired": ("vm-no-leftover-snapshot", "app01", "2026-06-29"),
    "malformed": ("vm-no-leftover-snapshot", "app01", "soon"),
    "orphaned": ("vm-not-encrypted", "nobody", "2026-07-31"),
    "ruleless": ("vm-not-encryptd", "app01", "2026-07-31"),
    "unused": ("vm-not-suspended", "app01", "2026-07-31"),
}
"""What becomes of a waiver: its rule, the VM, and its last day. The run is on 2026-06-30."""


@pytest.fixture(scope="module")
def judged(example_site: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A report with a waiver of each state; reason, owner and ticket of each are words that occur nowhere else."""
    waivers: list[dict[str, Any]] = [
        {
            "rule": rule, "subject": {"kind": "vm", "name": name}, "expires": expires,
            "reason": f"reason{state}", "owner": f"owner{state}", "ticket": f"ticket{state}",
        }
        for state, (rule, name, expires) in STATES.items()
    ]  # fmt: skip
    site, path = (tmp_path_factory.mktemp("judged") / name for name in ("site.json", "waivers.json"))
    path.write_text(json.dumps({"tenken_waivers": 1, "waivers": waivers}, indent=1), encoding="utf-8")
    bad = {"vms": [{"name": "app01", "encrypted": True, "snapshots": [{"name": "s1"}]}]}
    site.write_text(json.dumps(overlay(example_site, bad)), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SOURCE_DATE_EPOCH", "1782820800")
        return check([site], waivers=path, fail_on="warning")


@pytest.fixture(scope="module")
def shown(judged: Report) -> Callable[[str, str], str]:
    """What a reader of a format gets, in a language; a format is a pure function, so that once is enough."""
    return cache(lambda format, lang: read(registry.render(judged, format, lang)))


def read(content: str | bytes) -> str:
    """The text that a reader of the format gets, with nothing wrapped."""
    if isinstance(content, str):
        return " ".join(line.strip() for line in content.splitlines())
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return book.read("xl/sharedStrings.xml").decode("utf-8")
    return content.decode("utf-8-sig")


def test_the_report_has_one_of_each(judged: Report) -> None:
    found = {result.rule for result in judged.results if result.subject.kind == "waiver"}
    assert found == {"waiver-expired", "waiver-orphaned", "waiver-unused"}
    assert sum(result.subject.kind == "waiver" for result in judged.results) == len(STATES) - 1
    assert sum(result.outcome == "waived" for result in judged.results) == 1


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("format", registry.FORMATS)
def test_who_accepted_what_and_why_is_seen(format: str, lang: str, state: str, shown: Callable[[str, str], str]) -> None:
    text = shown(format, lang)
    missing = [word for word in (f"reason{state}", f"owner{state}", f"ticket{state}") if word not in text]
    assert missing == []


TABLES = ("json", "csv", "xlsx")
"""Formats of values: they have the verdicts themselves, or stand beside them."""


@pytest.mark.parametrize(("lang", "says"), [("en", "changes no verdict"), ("ja", "可否の判定は変わりません")])
@pytest.mark.parametrize("format", [format for format in registry.FORMATS if format not in TABLES])
def test_it_is_said_that_a_waiver_changes_no_verdict(
    format: str, lang: str, says: str, shown: Callable[[str, str], str]
) -> None:
    assert says.replace(" ", "") in shown(format, lang).replace(" ", "")


def test_the_terminal_tells_waivers_that_do_not_act_however_much_else_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The failing example has more rules with findings than a screen has room for, and waivers are only warnings."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782820800")
    waivers = [
        {"rule": rule, "subject": {"kind": "vm", "name": name}, "expires": expires, "reason": f"reason{state}", "owner": "o"}
        for state, (rule, name, expires) in {
            "expired": ("vm-not-encrypted", "secret01", "2026-06-29"),
            "orphaned": ("vm-not-encrypted", "nobody", "2026-07-31"),
            "unused": ("vm-no-fault-tolerance", "web01", "2026-07-31"),
        }.items()
    ]
    path = tmp_path / "waivers.json"
    path.write_text(json.dumps({"tenken_waivers": 1, "waivers": waivers}), encoding="utf-8")
    report = check([Path(__file__).parents[2] / "examples" / "failing"], waivers=path)
    said = read(registry.render(report, "console", "en"))
    assert [state for state in ("expired", "orphaned", "unused") if f"reason{state}" not in said] == []
