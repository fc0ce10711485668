"""The page of a site with accepted risks and a baseline: only what is new stands open, and who accepted what can be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.browser.test_report_look import CONTRAST

from tenken.gate import baseline as baselines
from tenken.model.report import Report
from tenken.outputs import html
from tenken.pipeline import check

ROOT = Path(__file__).parents[2]
REASON = "The HR system moves to another array in March; until then its backup is made inside the guest. " * 3
TICKET = "https://tickets.example.com/browse/CHG-" + "1" * 40

pytestmark = pytest.mark.browser


def waiver(rule: str, kind: str, name: str, expires: str) -> dict[str, Any]:
    return {
        "rule": rule, "subject": {"kind": kind, "name": name}, "expires": expires,
        "reason": REASON, "owner": "storage team <storage@example.com>", "ticket": TICKET,
    }  # fmt: skip


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The failing example: some findings waived, one waiver expired, one orphaned; of the rest one new, one gone."""
    folder = tmp_path_factory.mktemp("settled")
    accepted, known = folder / "waivers.json", folder / "known.json"
    stated = [
        waiver("vm-not-encrypted", "vm", "*", "2026-12-31"),
        waiver("vm-disk-not-independent", "disk", "*", "2026-06-29"),
        waiver("vm-not-suspended", "vm", "nobody", "2026-12-31"),
    ]
    accepted.write_text(json.dumps({"tenken_waivers": 1, "waivers": stated}), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SOURCE_DATE_EPOCH", "1782820800")  # 2026-06-30
        found = baselines.recorded(check([ROOT / "examples" / "failing"], waivers=accepted).results, "en")
        kept = [finding for finding in found if finding.rule != "datastore-on-istorage"]
        gone = kept[0].model_copy(update={"fingerprint": "f" * 16, "subject": "vm/" + "gone" * 40})
        known.write_text(baselines.text([*kept, gone]), encoding="utf-8")
        return check([ROOT / "examples" / "failing"], waivers=accepted, baseline=known)


@pytest.fixture(scope="module")
def page_file(settled: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(html.render(settled), encoding="utf-8")
    return path


def test_only_what_is_new_stands_open(opened: Callable[..., Any], settled: Report, page_file: Path) -> None:
    page = opened(page_file)
    assert settled.baseline is not None and settled.baseline.new == 1 and len(settled.baseline.gone) == 1
    open_rules = {
        name.removeprefix("rule-")
        for name in page.evaluate("Array.from(document.querySelectorAll('#findings article'), a => a.id)")
    }
    assert open_rules == {
        "datastore-on-istorage", "waiver-expired", "waiver-orphaned",
        "vm-not-encrypted", "outside-vm-not-vcls",  # what is waived stays visible; what is outside the plan is folded away
    }  # fmt: skip
    summary = page.locator("#known > p")
    assert f"1 new, {settled.baseline.known} known, 1 no longer found" in summary.inner_text()
    assert not page.locator("#known article").first.is_visible()
    page.locator("#known summary").first.click()
    assert page.locator("#known article").first.is_visible()
    page.locator("#known summary").last.click()
    assert "gonegone" in page.locator("#known details:last-of-type ul.plain > li").first.inner_text()


def test_a_link_to_a_known_finding_unfolds_it(opened: Callable[..., Any], page_file: Path) -> None:
    page = opened(page_file)
    name = page.locator("#known article").first.get_attribute("id")
    assert page.locator(f"a[href='#{name}']").count() > 0, "verdicts lead to what bars them, known or not"
    assert opened(page_file, f"#{name}").locator(f"#{name}").is_visible()


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("width", [360, 800, 1440])
def test_who_accepted_what_can_be_read_at_any_width(
    opened: Callable[..., Any],
    settled: Report,
    page_file: Path,
    width: int,
    lang: str,
) -> None:
    page = opened(page_file, viewport={"width": width, "height": 900})
    page.locator(f"label[for=lang-{lang}]").click()
    page.evaluate("document.querySelectorAll('details').forEach((folded) => { folded.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    rows = page.locator("#waivers tbody tr")
    assert rows.count() == sum(result.outcome == "waived" for result in settled.results) > 0
    said = rows.first.inner_text()
    assert all(
        word in said
        for word in (REASON.strip(), "storage team <storage@example.com>", TICKET, "2026-12-31", "vm-not-encrypted")
    )
    lines = "(cell) => cell.getBoundingClientRect().height / parseFloat(getComputedStyle(cell).lineHeight)"
    for cell in page.locator("#waivers thead th:visible").all():
        assert cell.evaluate(lines) < 2.5, "no word is broken into a column of letters"
    assert page.locator("#waivers tbody th").first.evaluate("(cell) => cell.getBoundingClientRect().width") > 90


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_as_accessible_as_the_rest(
    opened: Callable[..., Any], page_file: Path, scheme: str, axe: Callable[[Any], list[Any]]
) -> None:
    page = opened(page_file, color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach((folded) => { folded.open = true })")
    assert axe(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(opened: Callable[..., Any], page_file: Path, scheme: str) -> None:
    page = opened(page_file, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((folded) => { folded.open = true })")
    assert page.evaluate(CONTRAST) == []
