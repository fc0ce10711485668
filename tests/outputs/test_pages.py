"""HTML and Markdown: whole, harmless whatever a site is called, and replaceable by one's own templates."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jinja2
import pytest

from tenken.document.problem import InputError
from tenken.model.report import Report
from tenken.outputs import console, html, markdown, templating
from tenken.pipeline import check

ROOT = Path(__file__).parents[2]
Write = Callable[..., Path]

NASTY = [
    "<script>alert(1)</script>", "{{7*7}}", '"quoted" \'name\'', "a|b`c`d", "*bold* _it_ #1 @team ~x~", "line\nbreak\r\n# head",
    "\x1b[31mred", "\u202eevil", "=cmd|' /C calc'!A0", "[x](javascript:alert(1))", "https://evil.example/x", "会計①サーバ𠮷", "</style><b>",
]  # fmt: skip


class Parsed(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def failing() -> Report:
    return check([ROOT / "examples" / "failing"])


@pytest.fixture
def nasty(site: Write, example_site: dict[str, Any]) -> Report:
    vms = []
    for number, name in enumerate(NASTY):
        vm = copy.deepcopy(example_site["vms"][0])
        vms.append(
            {**vm, "name": name, "uuid": f"n{number}", "encrypted": True if number % 2 else None, "snapshots": [{"name": name}]}
        )
    return check([site({"vms": vms, "site": {"name": NASTY[0]}})])


def test_the_page_needs_nothing_from_outside(failing: Report) -> None:
    parsed = Parsed(html.render(failing))
    for tag, attributes in parsed.tags:
        assert tag not in ("link", "img", "iframe", "object", "embed", "base", "form action")
        for name, value in attributes.items():
            if name in ("src", "href", "action", "xlink:href"):
                assert value is not None
                assert value.startswith("#"), (tag, value)
    assert any(attributes.get("http-equiv") == "Content-Security-Policy" for _, attributes in parsed.tags)
    assert "http://" not in parsed.text
    assert "https://" not in parsed.text


def test_the_page_speaks_both_languages(failing: Report) -> None:
    for lang in ("en", "ja"):
        parsed = Parsed(html.render(failing, lang))
        assert parsed.tags[0] == ("html", {**parsed.tags[0][1], "lang": lang})
        assert "VM does not use VM encryption" in parsed.text
        assert "仮想マシンの暗号化を使用していない" in parsed.text


def test_every_link_leads_somewhere(failing: Report) -> None:
    parsed = Parsed(html.render(failing))
    ids = [attributes["id"] for _, attributes in parsed.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in parsed.tags:
        if tag == "a":
            assert (attributes["href"] or "").removeprefix("#") in ids


def test_every_finding_is_on_the_page_with_place_and_remedy(failing: Report) -> None:
    text = re.sub(r"\s+", " ", Parsed(html.render(failing)).text)
    for result in failing.results:
        if result.outcome in ("fail", "inquire"):
            assert re.sub(r"\s+", " ", result.message.en) in text
            assert re.sub(r"\s+", " ", result.remedy.ja) in text
            assert str(result.facts[0].location) in text
    for fact in failing.missing_facts:
        assert fact.label.ja in text


def test_names_are_text_in_html(nasty: Report) -> None:
    page = html.render(nasty)
    parsed = Parsed(page)
    assert [attributes.get("type") for tag, attributes in parsed.tags if tag == "script"] == ["application/json", None]
    assert "<script>alert(1)</script>" in parsed.text
    assert "{{7*7}}" in parsed.text
    for character in ("\x1b", "\u202e", "\r"):
        assert character not in page
    assert "会計①サーバ𠮷" in parsed.text


def test_names_are_text_in_markdown(nasty: Report) -> None:
    text = markdown.render(nasty)
    prose = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", text)  # what stands in a code span means nothing
    assert not re.search(r"(?<!\\)<(?!br>)", prose)
    for character in ("\x1b", "\u202e", "\r"):
        assert character not in text
    assert "\n# head" not in text
    assert not re.search(r"(?<!\\)\]\(", prose)
    tables = [line for line in text.splitlines() if line.startswith("|")]
    widths = {len(re.findall(r"(?<!\\)\|", line)) for line in tables}
    assert widths <= {3, 4, 5, 6, 7}, "a pipe in a name adds no column"


def test_names_are_text_on_the_console(nasty: Report) -> None:
    for lang in ("en", "ja"):
        text = console.render(nasty, lang)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


@pytest.mark.parametrize(("output", "name"), [(html, "report.html.j2"), (markdown, "report.md.j2")])
def test_templates_of_ones_own(output: Any, name: str, failing: Report, tmp_path: Path) -> None:
    (tmp_path / name).write_text("site {{ report.site }} has {{ digest.vms|length }} VMs", encoding="utf-8")
    assert output.render(failing, "en", tmp_path).strip() == "site Chiba (with mistakes) has 29 VMs"
    for broken, said in [
        ("{{ report.nothing }}", "nothing"),
        ("{% if %}", "template"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
    ]:
        (tmp_path / name).write_text(broken, encoding="utf-8")
        with pytest.raises(InputError) as error:
            output.render(failing, "en", tmp_path)
        assert said in str(error.value)


def test_a_template_that_changed_is_read_anew_and_each_language_fills_in_its_own(failing: Report, tmp_path: Path) -> None:
    """Templates are compiled once a process, and a check that watches renders again and again."""
    for text in ("{{ say('finding.remedy') }} 1", "{{ say('finding.remedy') }} 2"):
        (tmp_path / "report.md.j2").write_text(text, encoding="utf-8")
        said = [markdown.render(failing, lang, tmp_path).strip() for lang in ("en", "ja", "en")]
        assert said[0] == said[2] != said[1] and all(found[-1] == text[-1] for found in said)


def test_what_is_shared_by_templates_is_escaped_for_the_format_that_includes_it(failing: Report, tmp_path: Path) -> None:
    (tmp_path / "shared.j2").write_text("{{ report.site }}", encoding="utf-8")
    report = dataclasses.replace(failing, site="<b>")
    for name in ("report.md.j2", "report.html.j2"):
        (tmp_path / name).write_text("{% include 'shared.j2' %}", encoding="utf-8")
    for _ in range(2):
        assert markdown.render(report, templates=tmp_path).strip() == r"\<b\>"
        assert html.render(report, templates=tmp_path).strip() == "&lt;b&gt;"


@pytest.fixture
def kept_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[Path]]:
    """Forgets what this process compiled, and says what the cache folder keeps."""
    monkeypatch.setenv("TENKEN_CACHE_DIR", str(tmp_path / "cache"))

    def another_process() -> list[Path]:
        monkeypatch.setattr(templating._Compiled, "_codes", {})
        return sorted((tmp_path / "cache").glob("*.template"))

    another_process()
    return another_process


def test_compiled_templates_are_kept_for_the_next_process(
    kept_templates: Callable[[], list[Path]], failing: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = html.render(failing)
    assert len(kept_templates()) > 3
    monkeypatch.setattr(jinja2.Environment, "compile", None)
    assert html.render(failing) == page


@pytest.mark.parametrize(
    "damage", [lambda data: b"", lambda data: b"no pickle", lambda data: data[:-200], lambda data: data[:60]]
)
def test_a_damaged_entry_is_compiled_anew(
    kept_templates: Callable[[], list[Path]], failing: Report, damage: Callable[[bytes], bytes]
) -> None:
    page = markdown.render(failing)
    for entry in kept_templates():
        entry.write_bytes(damage(entry.read_bytes()))
    assert markdown.render(failing) == page
    for entry in kept_templates():
        entry.write_bytes(pickle.dumps(damage(pickle.loads(entry.read_bytes()))))
    assert markdown.render(failing) == page


def test_a_folder_without_a_template_of_ours_is_a_mistake(failing: Report, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        html.render(failing, "en", tmp_path)


def test_counts_on_the_page_are_those_of_the_report(failing: Report) -> None:
    text = Parsed(html.render(failing)).text
    for method in ("vmfs.online", "vmfs.offline"):
        assert str(failing.summary.ready[method]) in text
    levels = failing.summary.levels
    assert re.search(rf"Errors\s*{levels['error']}", re.sub(r"エラー", "", text))
