"""How the HTML report looks and behaves in a real browser: contrast, policy, paper, and what is folded away."""

from __future__ import annotations

import copy
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.browser.conftest import count_becomes

from tenken.outputs import html
from tenken.pipeline import check

pytestmark = pytest.mark.browser

CONTRAST = """() => {
  const channel = (value) => { value /= 255; return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4; };
  const light = (rgb) => 0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2]);
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const weak = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility() || element.closest("script")) continue;
    const [a, b] = [light(numbers(getComputedStyle(element).color)), light(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) weak.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)} ${node.textContent.trim().slice(0, 30)}`);
  }
  return [...weak];
}"""


@pytest.fixture
def site_with_plan(example_site: dict[str, Any]) -> dict[str, Any]:
    """One datastore planned offline: what bears on online backup alone is outside the plan."""
    tree = copy.deepcopy(example_site)
    vm = tree["vms"][0]
    second = {**copy.deepcopy(vm), "name": "<b onclick=alert(1)>\u202e</b>", "uuid": "x2", "encrypted": True}
    second["disks"][0]["mode"] = "independent_persistent"
    tree["vms"] = [vm, second]
    target = {"datastores": ["DS01"]}
    tree["jobs"] = [{"name": "nightly", "pattern": "vmfs", "function": "DDR", "mode": "offline", "targets": target}]
    return tree


@pytest.fixture
def opened(
    opened: Callable[..., Any], site_with_plan: dict[str, Any], site: Callable[..., Path], tmp_path: Path
) -> Callable[..., Any]:
    """Opens the report of that site."""
    path = tmp_path / "report.html"
    path.write_text(html.render(check([site(site_with_plan)])), encoding="utf-8")
    return partial(opened, path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_text_stands_out_from_its_ground(opened: Callable[..., Any], scheme: str, lang: str) -> None:
    page = opened(color_scheme=scheme)
    page.locator(f"label[for=lang-{lang}]").click()
    page.evaluate("document.querySelectorAll('details').forEach((folded) => { folded.open = true })")
    assert page.evaluate(CONTRAST) == []


def test_the_sign_of_a_verdict_does_not_hang_on_colour(opened: Callable[..., Any]) -> None:
    page = opened()
    for cell in page.locator("#vm-table td.v").all():
        assert cell.evaluate("(cell) => getComputedStyle(cell, '::before').content") not in ("none", "normal")
        assert cell.inner_text().strip()


def test_a_name_runs_no_script(opened: Callable[..., Any]) -> None:
    page = opened()
    assert page.get_by_role("rowheader", name="<b onclick=alert(1)>‹U+202E›</b>").count() > 0
    assert page.evaluate("document.querySelectorAll('[onclick]').length") == 0


def test_a_link_into_what_is_folded_unfolds_it(opened: Callable[..., Any]) -> None:
    page = opened()
    assert not page.locator("#outside article").first.is_visible()
    name = page.locator("#outside article").first.get_attribute("id")
    page.evaluate("(name) => { location.hash = name }", name)
    count_becomes(page, "#outside[open]", 1)
    assert page.locator("#outside article").first.is_visible()
    assert opened(f"#{name}").locator("#outside").evaluate("(folded) => folded.open")


def test_paper_shows_what_the_screen_folds_and_nothing_to_click(opened: Callable[..., Any], tmp_path: Path) -> None:
    page = opened(color_scheme="dark")
    paper = tmp_path / "report.pdf"
    page.pdf(path=paper, prefer_css_page_size=True)
    if shutil.which("pdftotext") is None:
        pytest.skip("there is no pdftotext")
    said = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, check=True).stdout.decode()
    assert "vm-disk-not-independent, Error" in said, "folded on the screen"
    for clickable in ("日本語", "Filter by text"):
        assert clickable not in said
    assert "What to do next" in said.split("\f")[0], "on the cover"
    size = subprocess.run(["pdfinfo", paper], capture_output=True, check=True).stdout.decode()
    assert "(A4)" in size


def test_the_head_of_a_long_table_is_whole_on_every_page_of_paper(big_page: Path, browser: Any, tmp_path: Path) -> None:
    """Words inside buttons are not repeated by Chromium, and the heads that sort are buttons on the screen."""
    if shutil.which("pdftotext") is None:
        pytest.skip("there is no pdftotext")
    page = browser.new_page()
    page.goto(big_page.as_uri())
    page.evaluate("document.querySelectorAll('main > section:not(#vms)').forEach((section) => section.remove())")
    paper = tmp_path / "report.pdf"
    page.pdf(path=paper, prefer_css_page_size=True)
    page.close()
    said = subprocess.run(["pdftotext", "-layout", "-f", "2", "-l", "4", paper, "-"], capture_output=True, check=True)
    for sheet in said.stdout.decode().split("\f")[:3]:
        head = " ".join(sheet.split("\n")[:8])
        assert "VM" in head and "Datastores" in head and head.count("Verdict") == 2 and head.count("Because of") == 2
