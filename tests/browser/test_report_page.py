"""The HTML report in a real browser: it works without a network, switches language, filters, and prints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.browser.conftest import count_becomes

from tenken.model.report import Report

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def vms(failing: Report) -> dict[str, str]:
    """The VMs of the site and their verdicts online."""
    return {v.subject.name: v.verdict for v in failing.verdicts if v.subject.kind == "vm" and v.method == "vmfs.online"}


@pytest.fixture
def page(opened: Callable[..., Any], failing_page: Path) -> Any:
    return opened(failing_page)


def test_it_switches_language(page: Any) -> None:
    heading = page.locator("#answer-title")
    assert heading.inner_text() == "Result"
    page.get_by_text("日本語").click()
    assert heading.inner_text() == "結果"
    assert page.evaluate("document.documentElement.lang") == "ja"
    assert "バックアップ可否点検レポート" in page.title()


def test_it_filters_by_text_and_verdict(page: Any, vms: dict[str, str]) -> None:
    rows = page.locator("#vm-table > tbody > tr:visible")
    assert rows.count() == len(vms)
    page.get_by_label("Filter by text").fill("lnx")
    assert rows.count() == sum("lnx" in name for name in vms) > 0
    page.get_by_label("Filter by text").fill("")
    page.locator("select[name=online]").select_option("ineligible")
    assert rows.count() == sum(verdict == "ineligible" for verdict in vms.values()) > 0
    page.get_by_role("button", name="Clear").click()
    count_becomes(page, "#vm-table > tbody > tr", len(vms))


def test_a_reason_leads_to_its_finding(page: Any) -> None:
    page.locator("#vm-table").get_by_role("link", name="vm-not-encrypted").first.click()
    target = page.evaluate("decodeURIComponent(location.hash.slice(1))")
    assert page.locator(f"[id='{target}']").is_visible()
    assert "secret01" in page.locator(f"[id='{target}']").inner_text()


@pytest.mark.parametrize("width", [360, 1024, 1440])
def test_nothing_sticks_out_at_any_width(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_can_be_used_from_the_keyboard(page: Any) -> None:
    for _ in range(6):
        page.keyboard.press("Tab")
        outline = page.evaluate(
            "(() => { const e = document.activeElement; return e && e !== document.body ? getComputedStyle(e).outlineStyle : 'none' })()"
        )
    assert outline != "none"


def test_it_prints_on_paper(page: Any) -> None:
    page.emulate_media(media="print")
    assert not page.locator("#vms form.filter").is_visible()
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert 2 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") + pdf.count(b"/Type/Page") <= 60


def test_it_works_without_script(opened: Callable[..., Any], failing_page: Path, vms: dict[str, str]) -> None:
    page = opened(failing_page, java_script_enabled=False)
    assert page.locator("#vm-table > tbody > tr").count() == len(vms)
    assert not page.locator("#vms form.filter").is_visible()
    page.get_by_text("日本語").click()
    assert page.locator("#answer-title").inner_text() == "結果"


def test_two_thousand_vms_are_shown_by_few_elements_and_stay_usable(opened: Callable[..., Any], big_page: Path) -> None:
    page = opened(big_page)
    assert page.locator("#vm-table > tbody > tr").count() == 200
    assert page.evaluate("document.getElementsByTagName('*').length") < 40_000
    assert page.evaluate("document.querySelectorAll('#vm-table > tbody *').length") < 2000 * 20
    page.get_by_label("Filter by text").fill("vm1999")
    count_becomes(page, "#vm-table > tbody > tr:not([hidden])", 1)
