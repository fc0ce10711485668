"""What holds of every format there is, whatever an inventory holds. A format in the registry is tested here by itself."""

from __future__ import annotations

import csv
import io
import json
import re
from xml.etree import ElementTree as Xml

import pytest

from tenken.model.report import Location, Report
from tenken.outputs import registry
from tenken.outputs.inert import visible

DATA = {"json"}
"""Formats that carry names unchanged, since programs compare them."""

UNSEEN = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def parses(format: str, text: str) -> object:
    """The text read as the programs read it that it is for."""
    if format in ("json", "sarif", "gitlab"):
        return json.loads(text)
    if format == "junit":
        return Xml.fromstring(text.encode())
    if format == "csv":
        return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    return text


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("format", registry.FORMATS)
def test_any_name_is_only_a_name(format: str, lang: str, nasty: tuple[str, Report]) -> None:
    name, made = nasty
    content = registry.render(made, format, lang)
    if isinstance(content, bytes) and content.startswith(b"PK"):
        return  # a workbook: what it holds is looked at where it is written
    text = content.decode("utf-8") if isinstance(content, bytes) else content
    text.encode("utf-8")
    assert parses(format, text)
    if format not in DATA:
        assert not UNSEEN.search(text.removeprefix("\ufeff"))
    if format in ("sarif", "gitlab", "junit"):
        assert visible(name).strip()[:5] in _all_text(format, text)


def _all_text(format: str, text: str) -> str:
    if format == "junit":
        root = Xml.fromstring(text)
        return "\n".join(value for element in root.iter() for value in (*element.attrib.values(), element.text or ""))
    return "\n".join(_strings(json.loads(text)))


def _strings(tree: object) -> list[str]:
    if isinstance(tree, dict):
        return [text for value in tree.values() for text in _strings(value)]
    if isinstance(tree, list):
        return [text for value in tree for text in _strings(value)]
    return [tree] if isinstance(tree, str) else []


@pytest.mark.parametrize("format", registry.FORMATS)
def test_a_format_is_a_pure_function(format: str, report: Report) -> None:
    assert registry.render(report, format) == registry.render(report, format)


@pytest.mark.parametrize("format", ["sarif", "junit", "github", "gitlab", "csv"])
def test_it_speaks_the_language_asked(format: str, report: Report) -> None:
    english, japanese = (registry.render(report, format, lang) for lang in ("en", "ja"))
    texts = [made.decode("utf-8-sig") if isinstance(made, bytes) else made for made in (english, japanese)]
    assert not re.search("[\u3040-\u30ff\u4e00-\u9fff]", texts[0])
    assert "in English" not in texts[1]
    assert "（日本語）" in texts[1]


@pytest.mark.parametrize("format", sorted(set(registry.FORMATS) - {"github"}))
def test_a_waived_finding_shows_its_waiver(format: str, report: Report) -> None:
    made = registry.render(report, format)
    if isinstance(made, bytes) and made.startswith(b"PK"):
        return
    text = " ".join((made.decode("utf-8-sig") if isinstance(made, bytes) else made).replace("\\", "").split())
    for part in ("accepted until the move", "ops", "CHG-7", "2026-12-31"):
        assert part in text


@pytest.mark.parametrize("format", registry.FORMATS)
def test_a_place_without_a_file_breaks_nothing(format: str, report: Report) -> None:
    report.inputs, report.clauses, report.rules = [], [], []
    for result in report.results:
        result.location = Location("")
        result.facts = []
    assert registry.render(report, format) is not None


def test_the_longest_suffix_decides() -> None:
    from pathlib import Path

    for name, format in {
        "out.sarif": "sarif", "OUT.SARIF.JSON": "sarif", "report.json": "json", "junit.xml": "junit", "x.junit.xml": "junit",
        "gl-code-quality-report.json": "gitlab", "findings.csv": "csv", "notes.txt": "console",
    }.items():  # fmt: skip
        assert registry.format_of(Path(name)) == format
