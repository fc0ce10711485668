"""The HTML report in a real browser: it works without a network, switches language, filters, and prints."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tenken.model.report import Report
from tenken.outputs import html
from tenken.pipeline import check

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")
REQUIRED = os.environ.get("TENKEN_REQUIRE_BROWSER") == "1"

pytestmark = pytest.mark.browser

if CHROMIUM is None:
    if REQUIRED:
        raise RuntimeError("TENKEN_REQUIRE_BROWSER=1, and there is no chromium")
    warnings.warn("NO CHROMIUM: THE BROWSER TESTS ARE SKIPPED", stacklevel=1)
    pytest.skip("there is no chromium", allow_module_level=True)

sync_api = pytest.importorskip("playwright.sync_api") if not REQUIRED else __import__("playwright.sync_api").sync_api


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def failing() -> Report:
    return check([ROOT / "examples" / "failing"])


@pytest.fixture(scope="module")
def vms(failing: Report) -> dict[str, str]:
    """The VMs of the site and their verdicts online."""
    return {v.subject.name: v.verdict for v in failing.verdicts if v.subject.kind == "vm" and v.method == "vmfs.online"}


@pytest.fixture(scope="module")
def page_file(failing: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(html.render(failing), encoding="utf-8")
    return path


@pytest.fixture
def page(browser: Any, page_file: Path) -> Iterator[Any]:
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(page_file.as_uri())
    yield opened
    assert complaints == []
    context.close()


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
    page.wait_for_function(f"document.querySelectorAll('#vm-table > tbody > tr').length === {len(vms)}")


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


def test_it_works_without_script(browser: Any, page_file: Path, vms: dict[str, str]) -> None:
    context = browser.new_context(offline=True, java_script_enabled=False)
    opened = context.new_page()
    opened.goto(page_file.as_uri())
    assert opened.locator("#vm-table > tbody > tr").count() == len(vms)
    assert not opened.locator("#vms form.filter").is_visible()
    opened.get_by_text("日本語").click()
    assert opened.locator("#answer-title").inner_text() == "結果"
    context.close()


def test_two_thousand_vms_stay_usable(browser: Any, tmp_path: Path, example_site: dict[str, Any]) -> None:
    import copy
    import json

    vms = []
    for number in range(2000):
        vm = copy.deepcopy(example_site["vms"][0])
        vm |= {"name": f"vm{number:04}", "uuid": f"u{number}", "encrypted": number % 50 == 0}
        vms.append(vm)
    site = tmp_path / "site.json"
    site.write_text(json.dumps({**example_site, "vms": vms}), encoding="utf-8")
    path = tmp_path / "big.html"
    path.write_text(html.render(check([site])), encoding="utf-8")
    context = browser.new_context(offline=True)
    opened = context.new_page()
    opened.goto(path.as_uri())
    assert opened.locator("#vm-table > tbody > tr").count() == 200
    assert opened.evaluate("document.getElementsByTagName('*').length") < 40_000
    opened.get_by_label("Filter by text").fill("vm1999")
    opened.wait_for_function("document.querySelectorAll('#vm-table > tbody > tr:not([hidden])').length === 1")
    context.close()
