"""What people see of the example sites, to the letter. TENKEN_UPDATE_GOLDEN=1 writes the files anew; then read the diff."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tenken.model.report import Report
from tenken.outputs import console, html, markdown
from tenken.outputs import json as json_output
from tenken.pipeline import check

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    here = Path.cwd()
    os.chdir(ROOT)
    try:
        return {site: check([f"examples/{site}"]) for site in ("passing", "failing")}
    finally:
        os.chdir(here)


def steady(text: str, report: Report) -> str:
    """The text without what differs from run to run: the moment, and digests that any edit of a rule changes."""
    for pack in report.packs:
        text = text.replace(pack.digest, "<digest>").replace(pack.digest[:12], "<digest>")
    moments = (report.generated, html.moment(report.generated))
    for moment in moments:
        text = text.replace(moment, "<moment>")
    return text.replace(f"{report.tool.name} {report.tool.version}", "tenken <version>").replace(
        f'"version": "{report.tool.version}"', '"version": "<version>"'
    )


def same(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("TENKEN_UPDATE_GOLDEN") == "1":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("site", ["passing", "failing"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_console(site: str, lang: str, reports: dict[str, Report]) -> None:
    same(f"{site}.{lang}.txt", steady(console.render(reports[site], lang), reports[site]))


@pytest.mark.parametrize("site", ["passing", "failing"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_markdown(site: str, lang: str, reports: dict[str, Report]) -> None:
    same(f"{site}.{lang}.md", steady(markdown.render(reports[site], lang), reports[site]))


def test_json(reports: dict[str, Report]) -> None:
    same("passing.json", steady(json_output.render(reports["passing"]), reports["passing"]))


def test_colours_change_nothing_but_colours(reports: dict[str, Report]) -> None:
    import re

    plain, coloured = (console.render(reports["failing"], "en", color=color) for color in (False, True))
    assert coloured != plain
    without = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in without.splitlines()] == plain.splitlines()
