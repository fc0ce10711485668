"""What a reader does with the page: the picture, the table of VMs and its address, the keyboard, paper, and other senses."""

from __future__ import annotations

import copy
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.browser.conftest import count_becomes, page_of_many

from tenken.model.report import Report
from tenken.outputs import digest, html

pytestmark = pytest.mark.browser

ROWS = "#vm-table > tbody > tr:visible"


@pytest.fixture(scope="session")
def crowd_page(example_site: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """450 VMs, all on one datastore; every fiftieth is encrypted."""
    return page_of_many(450, example_site, tmp_path_factory.mktemp("crowd"))


# --- the table of VMs


def test_script_makes_the_very_rows_that_are_in_the_page(opened: Callable[..., Any], failing_page: Path) -> None:
    page = opened(failing_page)
    rows = "Array.from(document.querySelectorAll('#vm-table > tbody > tr'), (row) => row.outerHTML.replace(/\\s+/g, ''))"
    of_template = page.evaluate(rows)
    page.get_by_label("Filter by text").fill("no such VM")
    assert page.locator(ROWS).count() == 0
    page.get_by_label("Filter by text").fill("")
    assert page.evaluate(rows) == of_template


def test_a_filter_is_in_the_address_and_comes_back_from_it(opened: Callable[..., Any], failing_page: Path) -> None:
    page = opened(failing_page)
    page.locator("select[name=online]").select_option("ineligible")
    page.locator("select[name=rule]").select_option("vm-not-encrypted")
    page.locator("input[name=datastore]").fill("DS01")
    assert page.locator(ROWS).count() == 1
    fragment = page.evaluate("location.hash")
    assert fragment == "#vms?online=ineligible&rule=vm-not-encrypted&datastore=DS01"
    again = opened(failing_page, fragment)
    assert again.locator(ROWS).count() == 1
    assert again.locator("select[name=rule]").input_value() == "vm-not-encrypted"
    assert again.locator(ROWS).inner_text().startswith("secret01")


def test_an_address_that_asks_for_nonsense_shows_all(opened: Callable[..., Any], failing_page: Path, failing: Report) -> None:
    page = opened(failing_page, "#vms?sort=%3Cb%3E&page=-7&online=nothing")
    assert page.locator(ROWS).count() == sum(v.subject.kind == "vm" for v in failing.verdicts) / 2


def test_a_column_sorts_both_ways_and_says_so(opened: Callable[..., Any], failing_page: Path) -> None:
    page = opened(failing_page)
    head = page.locator("#vm-table th[data-sort=online]")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert "Eligible" in page.locator(ROWS).first.inner_text()
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert page.locator(ROWS).first.get_attribute("data-online") == "ineligible"
    assert page.evaluate("location.hash") == "#vms?sort=-online"


def test_the_worst_come_first_until_somebody_asks_for_names(opened: Callable[..., Any], failing_page: Path) -> None:
    page = opened(failing_page)
    names = page.locator(f"{ROWS} th")
    first = names.all_inner_texts()
    assert first != sorted(first, key=digest.natural)
    page.locator("#vm-table th[data-sort=name]").get_by_role("button").click()
    assert names.all_inner_texts() == sorted(first, key=digest.natural)
    assert page.evaluate("location.hash") == "#vms?sort=name"
    page.get_by_role("button", name="Clear").click()
    page.wait_for_url("**/*#vms")
    assert names.all_inner_texts() == first
    assert page.locator("#vm-table [aria-sort]").count() == 0


def test_long_tables_have_pages(opened: Callable[..., Any], crowd_page: Path) -> None:
    page = opened(crowd_page)
    assert page.locator(ROWS).count() == 200
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    assert page.locator(ROWS).count() == 50
    assert "vm449" in page.locator("#vm-table").inner_text()
    assert page.get_by_role("button", name="Next").is_disabled()
    assert page.evaluate("location.hash") == "#vms?page=3"
    page.locator("select[name=rule]").select_option("vm-not-encrypted")
    assert page.locator(ROWS).count() == 9
    assert not page.locator(".pager").is_visible()


def test_a_finding_leads_to_its_vms(opened: Callable[..., Any], failing_page: Path) -> None:
    page = opened(failing_page)
    page.locator("#rule-vm-not-encrypted a[data-rule]").click()
    count_becomes(page, "#vm-table > tbody > tr:nth-child(5)", 0)
    assert "secret01" in page.locator("#vm-table").inner_text()


# --- the picture


def test_what_is_chosen_tells_its_verdicts_and_leads_to_the_findings(opened: Callable[..., Any], failing_page: Path) -> None:
    page = opened(failing_page)
    page.locator("#picture .vm", has_text="secret01").first.click()
    told = page.locator("#picture .chosen")
    assert "secret01" in told.inner_text()
    assert page.locator("#picture .band.lit").count() == 1
    told.get_by_role("link", name="vm-not-encrypted").first.click()
    assert page.locator("#rule-vm-not-encrypted").is_visible()
    assert page.evaluate("location.hash") == "#rule-vm-not-encrypted"


def test_the_path_of_a_failure_is_marked_from_where_it_begins(opened: Callable[..., Any], failing_page: Path) -> None:
    page = opened(failing_page)
    heartbeat = page.locator("#picture .band", has_text="DS03")
    assert heartbeat.locator("[data-ld='M320-01/0030h'].ineligible").count() == 1
    assert heartbeat.locator(".edge.ineligible").count() >= 3, "logical disk, LUN, datastore, VMs"
    assert page.locator("#picture .band", has_text="DS06").locator(".edge.ineligible").count() == 0
    assert page.locator("#picture .band", has_text="DS08").locator(".edge.ineligible.partly").count() > 0, "offline is open"


def test_the_picture_folds_by_keyboard_and_finds(opened: Callable[..., Any], crowd_page: Path) -> None:
    page = opened(crowd_page)
    fold = page.locator("#picture .fold").first
    assert fold.get_attribute("aria-expanded") == "false"
    fold.focus()
    page.keyboard.press("Enter")
    assert fold.get_attribute("aria-expanded") == "true"
    assert page.locator("#picture .all .vm").count() == 450 - 3, "those that bar the datastore stand above"
    page.keyboard.press(" ")
    assert page.locator("#picture .all .vm").count() == 0
    page.get_by_label("Find in the picture").fill("vm449")
    assert page.locator("#picture .band:visible").count() == 1
    assert page.locator("#picture .all .vm").count() == 1
    assert page.locator("#picture .hits").inner_text().startswith("1 ")


def test_the_picture_zooms_within_its_frame(opened: Callable[..., Any], failing_page: Path) -> None:
    page = opened(failing_page)
    width = "document.querySelector('.drawing').getBoundingClientRect().width"
    before = page.evaluate(width)
    page.get_by_role("button", name="Larger").click()
    assert page.evaluate(width) > before
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_what_is_chosen_can_be_left_by_keyboard(opened: Callable[..., Any], failing_page: Path) -> None:
    page = opened(failing_page)
    page.locator("#picture a[data-node=datastore]").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#picture .chosen").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#picture .chosen").is_visible()


def test_without_script_the_picture_is_there_and_its_tools_are_not(
    opened: Callable[..., Any], failing_page: Path, failing: Report
) -> None:
    page = opened(failing_page, java_script_enabled=False)
    assert page.locator("#picture .band").count() == len(failing.topology.chains)
    assert not page.locator("#picture .tools").is_visible()
    assert page.locator("#picture .fold:visible").count() == 0


# --- paper and other senses


def test_paper_has_a_cover_heads_and_the_filtered_table(opened: Callable[..., Any], crowd_page: Path, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("there is no pdftotext")
    page = opened(crowd_page)
    paper = tmp_path / "report.pdf"
    page.pdf(path=paper, prefer_css_page_size=True)
    said = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, check=True).stdout.decode()
    sheets = said.split("\f")
    assert "Can be backed up" in sheets[0], "the answer is on the cover"
    assert "vm000" not in sheets[0]
    assert all("tenken" in sheet.strip().splitlines()[0] for sheet in sheets[1:-1]), "each page says whose report it is"
    assert {f"vm{number:03}" for number in range(450)} <= set(said.split()), "paper has no pages to turn in a table"
    for clickable in ("Next", "Find in the picture", "these VMs in the table"):
        assert clickable not in said


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(
    opened: Callable[..., Any], axe: Callable[[Any], list[Any]], failing_page: Path, scheme: str, lang: str, width: int
) -> None:
    page = opened(failing_page, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    page.locator(f"label[for=lang-{lang}]").click()
    page.evaluate("document.querySelectorAll('details').forEach((folded) => { folded.open = true })")
    page.locator("#picture a[data-node=datastore]").first.click()
    assert axe(page) == []


def test_twenty_thousand_vms_do_not_overwhelm_the_browser(opened: Callable[..., Any], failing: Report, tmp_path: Path) -> None:
    report = copy.deepcopy(failing)
    online, offline = (
        next(v for v in report.verdicts if v.subject.name == "web01" and v.method == method)
        for method in ("vmfs.online", "vmfs.offline")
    )
    for number in range(20_000):
        for verdict in (online, offline):
            more = copy.copy(verdict)
            more.subject = type(verdict.subject)("vm", f"crowd{number:05}")
            report.verdicts.append(more)
    path = tmp_path / "huge.html"
    path.write_text(html.render(report), encoding="utf-8")
    assert path.stat().st_size < 5_000_000
    page = opened(path)
    assert page.evaluate("document.getElementsByTagName('*').length") < 30_000
    page.get_by_label("Filter by text").fill("crowd19999")
    count_becomes(page, "#vm-table > tbody > tr", 1)
