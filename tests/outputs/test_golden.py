"""What people see of the example sites, to the letter. TENKEN_UPDATE_GOLDEN=1 writes the files anew; then read the diff."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tenken.model.report import Report
from tenken.outputs import console, digest, markdown, registry
from tenken.outputs import json as json_output
from tenken.pipeline import check

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"


@pytest.fixture(scope="module")
def reports() -> dict[str, Report]:
    here = Path.cwd()
    os.chdir(ROOT)
    try:
        return {site: check([f"examples/{site}"]) for site in ("passing", "failing", "planned")}
    finally:
        os.chdir(here)


@pytest.fixture(scope="module")
def everything() -> Report:
    here = Path.cwd()
    os.chdir(ROOT)
    try:
        return check(["examples/failing"], everything=True)
    finally:
        os.chdir(here)


def steady(text: str, report: Report) -> str:
    """The text without what differs from run to run: the moment, and digests that any edit of a rule changes."""
    for pack in report.packs:
        text = text.replace(pack.digest, "<digest>").replace(pack.digest[:12], "<digest>")
    moments = (report.generated, digest.moment(report.generated))
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


@pytest.mark.parametrize("site", ["passing", "failing", "planned"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_console(site: str, lang: str, reports: dict[str, Report]) -> None:
    same(f"{site}.{lang}.txt", steady(console.render(reports[site], lang), reports[site]))


@pytest.mark.parametrize("site", ["passing", "failing", "planned"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_markdown(site: str, lang: str, reports: dict[str, Report]) -> None:
    same(f"{site}.{lang}.md", steady(markdown.render(reports[site], lang), reports[site]))


def test_json(reports: dict[str, Report]) -> None:
    same("passing.json", steady(json_output.render(reports["passing"]).decode(), reports["passing"]))


MACHINES = {
    "sarif": "sarif",
    "junit": "junit.xml",
    "github": "github.txt",
    "gitlab": "gl-code-quality-report.json",
    "csv": "csv",
}


@pytest.mark.parametrize("format", MACHINES)
def test_formats_for_machines(format: str, reports: dict[str, Report], everything: Report) -> None:
    report = everything if format in registry.NEED_EVERYTHING else reports["failing"]
    made = registry.render(report, format, "en")
    text = made.decode("utf-8").replace("\r\n", "\n") if isinstance(made, bytes) else made
    for version in ("version", "semanticVersion"):
        text = text.replace(f'"{version}": "{report.tool.version}"', f'"{version}": "<version>"')
    zulu = re.sub(r'"endTimeUtc": "[^"]*"', '"endTimeUtc": "<moment>"', text)
    same(f"failing.{MACHINES[format]}", steady(zulu, report))


def test_colours_change_nothing_but_colours(reports: dict[str, Report]) -> None:
    plain, coloured = (console.render(reports["failing"], "en", color=color) for color in (False, True))
    assert coloured != plain
    without = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in without.splitlines()] == plain.splitlines()
