"""One browser, and the pages that several modules look at. Without Chromium these tests are skipped, loudly."""

from __future__ import annotations

import copy
import json
import os
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tenken.model.report import Report
from tenken.outputs import html
from tenken.pipeline import check

CHROMIUM = shutil.which("chromium")
AXE = Path(sys.prefix) / "axe" / "node_modules" / "axe-core" / "axe.min.js"
REQUIRED = os.environ.get("TENKEN_REQUIRE_BROWSER") == "1"


def missing(what: str) -> None:
    """Skip what needs it; with TENKEN_REQUIRE_BROWSER=1 that is an error."""
    if REQUIRED:
        raise RuntimeError(f"TENKEN_REQUIRE_BROWSER=1, and there is no {what}: run scripts/browser.py")
    warnings.warn(f"NO {what.upper()}: THE BROWSER TESTS ARE SKIPPED", stacklevel=1)
    pytest.skip(f"there is no {what}")


def count_becomes(page: Any, selector: str, count: int) -> None:
    """Wait until a page has so many of something. Its policy lets no text be run, so that nothing else can be waited for."""
    from playwright.sync_api import expect

    expect(page.locator(selector)).to_have_count(count)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        missing("Chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


@pytest.fixture
def opened(browser: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page. Whatever the browser complains of fails the test, and so does what it asks for but the page itself."""
    contexts, complaints, asked, given = [], [], [], set()

    def open_page(path: Path, fragment: str = "", **options: Any) -> Any:
        context = browser.new_context(offline=True, **{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        given.add(path.as_uri())
        page.goto(path.as_uri() + fragment)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
    assert {url.partition("#")[0] for url in asked} == given, "nothing but the file itself is read"


@pytest.fixture(scope="session")
def axe() -> Callable[[Any], list[Any]]:
    """What axe-core finds wrong with a page: the rules that are broken, and where."""
    if not AXE.exists():
        missing("axe-core")
    script = AXE.read_text(encoding="utf-8")

    def violations(page: Any) -> list[Any]:
        page.evaluate(script)
        found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        assert len(found["passes"]) > 20
        return [(broken["id"], [node["html"][:120] for node in broken["nodes"][:3]]) for broken in found["violations"]]

    return violations


@pytest.fixture(scope="session")
def failing() -> Report:
    """The failing example."""
    return check([Path(__file__).parents[2] / "examples" / "failing"])


@pytest.fixture(scope="session")
def failing_page(failing: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("failing") / "report.html"
    path.write_text(html.render(failing), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def big_page(example_site: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2,000 VMs, all on one datastore; every fiftieth is encrypted."""
    return page_of_many(2000, example_site, tmp_path_factory.mktemp("big"))


def page_of_many(count: int, example_site: dict[str, Any], folder: Path) -> Path:
    vms = [
        {
            **copy.deepcopy(example_site["vms"][0]),
            "name": f"vm{number:0{len(str(count - 1))}}",
            "uuid": f"u{number}",
            "encrypted": number % 50 == 0,
        }
        for number in range(count)
    ]
    site, path = folder / "site.json", folder / "report.html"
    site.write_text(json.dumps({**example_site, "vms": vms}), encoding="utf-8")
    path.write_text(html.render(check([site])), encoding="utf-8")
    return path
