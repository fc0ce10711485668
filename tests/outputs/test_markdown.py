"""The Markdown report, from reports built by hand, and as a reader of Markdown understands it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tenken import pipeline
from tenken.model.report import FactRead, Location, Report
from tenken.model.rule import Text
from tenken.outputs import markdown, words
from tenken.outputs.inert import visible
from tenken.outputs.markdown_text import inert
from tenken.pipeline import check

EXAMPLES = Path(__file__).parents[2] / "examples"
Crowded = Callable[..., Report]


def headings(text: str) -> list[str]:
    return re.findall(r"^## (.*)$", text, re.M)


def tables(text: str) -> list[list[str]]:
    """The tables, each as its lines."""
    blocks = re.split(r"\n(?!\|)", text)
    return [lines for block in blocks if len(lines := [line for line in block.splitlines() if line.startswith("|")]) > 1]


def cells(line: str) -> int:
    return len(re.findall(r"(?<!\\)\|", line)) - 1


def test_sections_come_in_the_order_of_the_page(report: Report) -> None:
    assert headings(markdown.render(report)) == [
        "Result", "Notices", "Backup jobs", "Datastores", "Virtual machines", "Other subjects", "Findings",
        "Not decidable: what is missing, and whom to ask", "Waived findings", "Coverage of the guide", "Restore groups",
    ]  # fmt: skip


def test_it_speaks_one_language(report: Report) -> None:
    english, japanese = markdown.render(report, "en"), markdown.render(report, "ja")
    assert not re.search("[\u3040-\u30ff]", english)
    assert "in English" not in japanese
    assert "指摘事項" in japanese


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_tables_are_even(report: Report, lang: str) -> None:
    found = tables(markdown.render(report, lang))
    assert len(found) > 8
    for lines in found:
        assert len({cells(line) for line in lines}) == 1, lines[0]
        assert re.fullmatch(r"\|(-+:?\|)+", lines[1])


def test_it_needs_no_html(report: Report) -> None:
    assert not re.search(r"<[a-z/!]", markdown.render(report))


def test_groups_tell_what_the_page_tells(report: Report) -> None:
    text = markdown.render(report)
    group = text[text.index("### × Error: title of barred") :].split("\n### ")[0]
    for said in (
        "why barred", "words of barred", "lines 12-13", "`clause-of-barred`", "bad10 against barred", "`vm.encrypted = true` `site.yaml:7:9`",
        "another remedy", "not decidable for 1 more", "1 more outside the plan",
    ):  # fmt: skip
        assert said in group
    assert "| idle against" not in text


def test_vms_in_trouble_come_first(report: Report) -> None:
    text = markdown.render(report)
    rows = text[text.index("## Virtual machines") :].split("## ")[1]
    assert rows.index("| bad2 |") < rows.index("| dark |") < rows.index("| good |")
    assert "| good | DS01 | Online | ‖ Eligible alone |" in rows


@pytest.mark.parametrize(
    "crowd",
    [
        {"findings": 500}, {"vms": 3000}, {"rules": 120}, {"findings": 500, "vms": 3000, "rules": 60}, {"jobs": 1000}, {"undecided": 250},
        {"ways": 60}, {"findings": 500, "vms": 3000, "rules": 230, "jobs": 1000, "undecided": 250, "ways": 60},
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_it_fits_a_comment_whatever_the_site(crowded: Crowded, crowd: dict[str, int], lang: str) -> None:
    text = markdown.render(crowded(**crowd), lang)
    assert len(text) <= markdown.BUDGET
    assert "JSON" in text or "tenken plan" in text or crowd == {"rules": 120}


@pytest.mark.parametrize(
    ("crowd", "heading", "listed"),
    [
        ({"findings": 500}, "### × Error: title of barred", 503),
        ({"vms": 3000}, "## Virtual machines", 3006),
        ({"jobs": 1000}, "## Backup jobs", 1001),
        ({"undecided": 250}, "### Owner of the guest system", 251),
        ({"undecided": 250}, "### Rules that could not be decided", 251),
    ],
)
def test_what_is_cut_is_counted(crowded: Crowded, crowd: dict[str, int], heading: str, listed: int) -> None:
    """Rows and those that are said to be left out make up all that there are."""
    text = markdown.render(crowded(**crowd))
    part = re.split(r"\n##", text[text.index(heading) :][2:])[0]
    (more,) = re.findall(r"and ([\d,]+) more; the JSON report has all", part)
    shown = len([line for line in part.splitlines() if line.startswith("| ") and "more; the JSON" not in line]) - 1
    assert shown > 0 and shown + int(more.replace(",", "")) == listed


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_failing_example_is_told_whole(lang: str) -> None:
    """With what to change, as the command line makes it: no row is cut, and every finding has one."""
    run = pipeline.evaluate_paths([EXAMPLES / "failing"])
    made = pipeline.report(run)
    made.plan = pipeline.plan(run, asked=False)
    text = markdown.render(made, lang)
    assert len(text) <= markdown.BUDGET
    assert words.word("table.more.json", lang, n=7).split("7")[1] not in text
    for result in made.results:
        if result.in_plan and not result.lacks:
            assert f" {inert(result.message.text(lang))} |" in text


def test_a_place_in_the_same_file_is_told_without_the_file(report: Report) -> None:
    other = FactRead("vm.guest.tools", "running", Location("other.yaml", 2, 3))
    report.results[3].facts = [FactRead("vm.encrypted", True, Location("site.yaml", 7, 9)), FactRead("vm.vtpm", True, Location("site.yaml", 8, 9)), other]  # fmt: skip
    assert (
        "`vm.encrypted = true` `site.yaml:7:9`; `vm.vtpm = true` `:8:9`; `vm.guest.tools = running` `other.yaml:2:3`"
        in markdown.render(report)
    )


def test_what_was_found_stands_before_the_clauses(report: Report) -> None:
    text = markdown.render(report)
    group = text[text.index("### × Error: title of barred") :].split("\n### ")[0]
    assert group.index("bad2 against barred") < group.index("why barred") < group.index("words of barred")


def test_the_words_of_clauses_and_the_reasons_go_before_any_row_does(crowded: Crowded) -> None:
    """What is said of every rule takes the most room, and can be looked up."""
    for long, gone, kept in (
        ("clauses", ["words of barred"], ["why barred"]),
        ("rules", ["words of barred", "why barred"], []),
    ):
        made = crowded(findings=12)
        if long == "clauses":
            made.clauses[0].text = Text(en="words of barred " * 4000, ja="条項")
        else:
            made.rules[0].why = Text(en="why barred " * 6000, ja="理由")
        text = markdown.render(made)
        assert "`clause-of-barred`" in text and "crowd11 against barred" in text and "tenken explain tells them" in text
        assert not any(words in text for words in gone) and all(words in text for words in kept)


def test_names_are_nothing_but_text(nasty: tuple[str, Report]) -> None:
    name, made = nasty
    text = markdown.render(made)
    text.encode()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    for lines in tables(text):
        assert len({cells(line) for line in lines}) == 1, lines[0]
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = [token for block in parser.parse(text) for token in (block.children or [block])]
    assert {token.tag for token in tokens} <= {
        "", "h1", "h2", "h3", "p", "ul", "li", "strong", "code", "table", "thead", "tbody", "tr", "th", "td", "hr",
    }  # fmt: skip
    assert not any("html" in token.type for token in tokens)
    prose = "\n".join(token.content for token in tokens if token.type == "text")
    shown = (
        visible(name)
        .replace("@", "@\u2060")
        .replace("#1", "#\u20601")
        .replace(" :tada", " :\u2060tada")
        .replace("::e", "::\u2060e")
        .strip()
    )
    assert shown in prose


def test_nobody_is_summoned_and_nothing_is_linked() -> None:
    """What GitHub looks for in text once Markdown is done, or before: mentions, issues, emoji, addresses."""
    for name in ("@octocat", "see #12", ":tada:", "https://evil.example", "www.evil.example", "HTTP://evil.example"):
        assert not re.search(r"(?i)@octocat|#12|:tada:|https?://|www\.", inert(name))


def test_it_does_not_say_that_all_was_decided_where_a_finding_says_otherwise() -> None:
    """The planned example has a job that is not decidable by what was stated, so that no fact is counted as missing."""
    root = Path(__file__).parents[2] / "examples"
    planned, passing = check([root / "planned"]), check([root / "passing"])
    assert planned.summary.levels["unknown"] == 1 and not planned.missing_facts
    assert "could be decided" not in markdown.render(planned)
    assert "What is not decidable stands among the findings" in markdown.render(planned)
    assert "every rule that applies could be decided" in markdown.render(passing)
