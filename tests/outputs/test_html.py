"""The HTML page, from reports built by hand."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from tenken.model.report import STATES, Chain, Report, SubjectName, Topology, state
from tenken.outputs import html, picture
from tenken.outputs.digest import digest, natural
from tenken.outputs.inert import visible
from tenken.pipeline import check

Crowded = Callable[..., Report]
VOID = {"meta", "input", "link", "br", "hr", "img", "col", "rect"}


class Page(HTMLParser):
    """A page as a tree flattened: tags in order, and the text of each element that carries an id or is asked for."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.headings: list[tuple[int, str]] = []
        self.texts: dict[str, str] = {}
        self.text = ""
        self._open: list[tuple[str, str | None]] = []
        self.feed(source)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        if tag not in VOID:
            self._open.append((tag, attributes.get("id")))
            if re.fullmatch("h[1-6]", tag):
                self.headings.append((int(tag[1]), ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        opened, _ = self._open.pop()
        assert opened == tag

    def handle_data(self, data: str) -> None:
        within = [tag for tag, _ in self._open]
        if "style" in within or "script" in within:
            return
        self.text += data
        for _, name in self._open:
            if name:
                self.texts[name] = self.texts.get(name, "") + data
        if any(re.fullmatch("h[1-6]", tag) for tag in within):
            level, said = self.headings[-1]
            self.headings[-1] = (level, said + data)


def page(report: Report, lang: str = "en") -> Page:
    return Page(html.render(report, lang))


def test_sections_come_in_the_order_in_which_they_are_read(report: Report) -> None:
    ids = [attributes["id"] for tag, attributes in page(report).tags if tag == "section"]
    assert ids == [
        "answer",
        "notices",
        "jobs",
        "picture",
        "datastores",
        "vms",
        "others",
        "findings",
        "unknowns",
        "waivers",
        "coverage",
        "restore-groups",
    ]


def test_headings_leave_out_no_level(report: Report) -> None:
    levels = [level for level, _ in page(report).headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_every_table_has_a_caption_and_scoped_heads(report: Report) -> None:
    tags = page(report).tags
    assert sum(tag == "table" for tag, _ in tags) == sum(tag == "caption" for tag, _ in tags) > 5
    assert all(attributes.get("scope") in ("row", "col", "colgroup") for tag, attributes in tags if tag == "th")


def test_ids_are_unique_and_links_lead_to_them(report: Report) -> None:
    tags = page(report).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {attributes["href"][1:] for tag, attributes in tags if tag == "a"}
    assert targets <= set(ids)
    referred = {attributes[name] for _, attributes in tags for name in ("aria-labelledby", "for") if name in attributes}
    assert referred <= set(ids)


def test_each_text_is_there_in_both_languages(report: Report) -> None:
    languages = [attributes["lang"] for tag, attributes in page(report).tags if tag == "span" and "lang" in attributes]
    assert languages[::2] == ["en"] * (len(languages) // 2)
    assert languages[1::2] == ["ja"] * (len(languages) // 2)


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_chosen_language_is_the_first_one_shown(report: Report, lang: str) -> None:
    checked = [attributes["value"] for tag, attributes in page(report, lang).tags if tag == "input" and "checked" in attributes]
    assert checked == [lang]


def test_the_policy_lets_nothing_but_our_own_style_and_script_pass(report: Report) -> None:
    source = html.render(report)
    policy = next(a["content"] for _, a in Page(source).tags if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        contents = re.findall(f"<{tag}>(.*?)</{tag}>", source, re.S)
        assert len(contents) == 1
        assert f"{tag}-src '{html.integrity(contents[0])}'" in policy
    assert not re.search(r"\sstyle=|\son\w+=", re.sub(r"<(style|script)>.*?</\1>", "", source, flags=re.S))


def test_findings_are_grouped_by_rule_with_the_gravest_first(report: Report) -> None:
    arranged = digest(report)
    assert [group.rule.id for group in arranged.groups] == ["broken", "barred", "unsaid", "asked", "warned", "noted"]
    assert [result.subject.name for result in arranged.groups[1].results] == ["bad2", "bad10", "waived"]
    assert [group.rule.id for group in arranged.outside] == ["barred", "idle-only"]
    assert [group.rule.id for group in arranged.undecided] == ["wanting"]


def test_a_group_tells_why_where_which_clause_and_what_to_change(report: Report) -> None:
    said = page(report).texts["rule-barred"]
    for words in (
        "title of barred", "why barred", "words of barred", "lines 12-13", "clause-of-barred", "bad10 against barred", "vm.encrypted = true",
        "site.yaml:7:9", "remedy of barred", "another remedy", "not decidable for 1 more", "1 more outside the plan",
    ):  # fmt: skip
        assert words in said


def test_places_in_workbooks_and_values_of_lists_are_shown(report: Report) -> None:
    said = page(report).texts["rule-asked"]
    assert 'vm.guest.os = ["rhel", 8]' in said
    assert "RVTools.xlsx[vInfo!B7]" in said


def test_what_is_not_decidable_for_want_of_facts_is_told_by_fact(report: Report) -> None:
    parsed = page(report)
    assert "encryption in English" in parsed.texts["fact-1"]
    assert "look at the client" in parsed.texts["fact-1"]
    assert "title of wanting" in parsed.texts["rule-wanting"]
    assert "title of wanting" not in parsed.texts["findings"]
    assert "vSphere administrator" in parsed.texts["unknowns"]


def test_findings_outside_the_plan_are_folded_away(report: Report) -> None:
    parsed = page(report)
    folded = next(attributes for tag, attributes in parsed.tags if tag == "details")
    assert "open" not in folded
    assert "2 findings outside the plan" in parsed.texts["outside"]
    assert "idle against barred" in parsed.texts["outside-barred"]


def test_a_good_verdict_that_another_vm_undoes_does_not_look_good(report: Report) -> None:
    rows = re.findall(r"<tr data-online=.*?</tr>", html.render(report), re.S)
    row = next(row for row in rows if ">good</th>" in row)
    assert 'data-online="blocked"' in row
    assert 'class="v blocked online"' in row
    assert "Eligible alone" in row
    assert "bad2" in row


def test_what_this_version_does_not_check_is_said(report: Report) -> None:
    said = page(report).texts["coverage"]
    assert "15 of 100 clauses are not checked in this run" in said
    assert "100 項目中 15 項目は、今回の点検の対象外です" in said


def test_a_verdict_that_no_rule_explains_is_explained(report: Report) -> None:
    assert "no rule in force decides the method" in page(report).texts["vms"]


def test_long_groups_are_cut_and_say_so(crowded: Crowded) -> None:
    said = page(crowded(findings=200)).texts["rule-barred"]
    assert said.count(" against barred in English") == html.SHOWN_SUBJECTS
    assert "and 153 more; the JSON report has all" in said


def test_names_are_nothing_but_text(nasty: tuple[str, Report], report: Report) -> None:
    name, made = nasty
    source = html.render(made)
    parsed, plain = Page(source), page(report)
    kinds = {tag for tag, _ in plain.tags}
    assert {tag for tag, _ in parsed.tags} <= kinds
    assert [attributes.get("type") for tag, attributes in parsed.tags if tag == "script"] == ["application/json", None]
    data = re.search('<script type="application/json" id="data">(.*?)</script>', source, re.S)
    assert data is not None
    assert visible(name) in {vm[0] for vm in json.loads(data[1])["vms"]}
    assert visible(name) in parsed.text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", source)
    for _, attributes in parsed.tags:
        assert not any(attribute.startswith("on") for attribute in attributes)
    source.encode()


def test_the_cover_says_whose_site_it_is(report: Report) -> None:
    assert "Test customer" in page(report).text
    report.customer = None
    assert "Customer" not in page(report).text


def test_the_answer_counts_disks_and_jobs_too(report: Report) -> None:
    report.summary.verdicts |= {
        "disk": {"rdm": {"eligible": 3, "unknown": 1}},
        "job": {"vmfs.online": {"ineligible": 1}, "rdm": {"conditional": 1}},
    }
    said = page(report).texts["answer"]
    assert "3 of 4 disks" in " ".join(said.split())
    assert "1 of 2 jobs" in " ".join(said.split())
    assert "SAN boot" not in said


def test_the_picture_leads_from_the_array_to_what_bars_a_datastore(report: Report) -> None:
    wrong = copy.deepcopy(next(result for result in report.results if result.rule == "barred"))
    wrong.rule, wrong.subject = "ld-wrong", SubjectName("logical_disk", "M320/0010h")
    report.results.append(wrong)
    drawn = picture.picture(report, digest(report))
    assert [shelf.name for shelf in drawn.shelves] == ["M320", None]
    [store, rdm] = drawn.shelves[0].bands
    assert [disk.title for disk in store.disks] == ["0010h", "?"]
    assert (store.disks[0].detail, store.disks[0].copies) == ("MV · LX", "→ 0011h RV")
    assert store.disks[0].mark.look == "ineligible"
    assert store.disks[0].mark.rules == ["ld-wrong"]
    assert [spoiler.name for spoiler in store.spoilers] == ["bad2", "bad10"]
    assert store.spoilers[0].mark.rules == ["barred"]
    assert store.reach.look == "ineligible", "what is wrong below reaches the VMs"
    assert (rdm.kind, rdm.disks[0].detail, rdm.mark.signs) == ("disk", "? · ?", "○")
    assert not drawn.shelves[1].bands[0].collected
    said = page(report).texts["picture"]
    for words in ("M320", "0010h", "naa.600", "DS01", "bad2", "barred", "LUNs not collected"):
        assert words in said


def test_what_could_not_be_decided_does_not_look_like_a_violation_in_the_picture(report: Report) -> None:
    store = SubjectName("datastore", "DS01")
    violated, open_still = (copy.deepcopy(next(r for r in report.results if r.rule == rule)) for rule in ("barred", "unsaid"))
    violated.rule, violated.subject = "z-violated", store
    open_still.rule, open_still.subject = "a-open", store
    report.results += [open_still, violated]
    own = picture.picture(report, digest(report)).shelves[0].bands[0].own
    assert own.rules == ["z-violated", "a-open"], "the gravest first"
    shown = html.render(report)
    assert 'class="rule ineligible"' in shown
    assert 'class="rule unknown"' in shown


def test_a_picture_of_very_many_datastores_shows_the_worst_and_counts_the_rest(report: Report) -> None:
    report.topology.chains += [Chain(SubjectName("datastore", f"A{number}"), None) for number in range(picture.SHOWN_BANDS)]
    drawn = picture.picture(report, digest(report))
    assert drawn.bands == picture.SHOWN_BANDS
    assert drawn.left_out == 3
    assert "DS01" in {band.name for shelf in drawn.shelves for band in shelf.bands}


def test_a_report_without_topology_has_no_picture(report: Report) -> None:
    report.topology = Topology()
    assert "picture" not in page(report).texts


def test_waivers_are_told_with_who_why_and_until_when(report: Report) -> None:
    said = page(report).texts["waivers"]
    for words in ("waived", "barred", "accepted until the move", "ops", "CHG-7", "2026-12-31", "waivers.yaml:4:3"):
        assert words in said


def test_a_name_in_the_head_of_a_printed_page_is_only_a_string() -> None:
    assert html.css_string('a"; </b>') == '"a\\22 \\3b \\20 \\3c \\2f b\\3e "'


def test_rows_beyond_the_first_page_are_data(crowded: Crowded) -> None:
    source = html.render(crowded(vms=1000))
    assert source.count("<tr data-online=") == html.SHOWN_VMS
    data = re.search('id="data">(.*?)</script>', source, re.S)
    assert data is not None
    assert len(json.loads(data[1])["vms"]) == 1006


def test_nothing_at_all_is_a_page_too(report: Report) -> None:
    report.verdicts, report.results, report.rules, report.missing_facts, report.notices = [], [], [], [], []
    report.summary.verdicts, report.summary.ready, report.summary.exit_code, report.summary.out_of_plan = {}, {}, 3, 0
    parsed = page(report)
    assert "No VMs were found in the input." in parsed.texts["answer"]
    assert "Nothing could be checked (exit code 3)" in parsed.texts["answer"]
    assert "No findings." in parsed.texts["findings"]


def test_two_thousand_vms_make_a_lean_page(crowded: Crowded) -> None:
    source = html.render(crowded(vms=2000))
    elements = len(re.findall(r"<[a-z]", source))
    assert elements < 2000 * 20
    assert len(source) < 3_000_000


@pytest.mark.parametrize("kind", ["vm", "datastore"])
def test_tables_begin_with_the_worst(kind: str) -> None:
    """On the screen, on paper, and in the data of the script: in the same order, by name only where nothing else decides."""
    report = check([Path(__file__).parents[2] / "examples" / "failing"])
    table = {"vm": "vm-table", "datastore": "stores"}[kind]
    source = html.render(report)
    body = re.search(rf'<table [^>]*{table}.*?<tbody>(.*?)</tbody>', source, re.S)  # fmt: skip
    assert body is not None
    names = [re.sub("<[^>]*>", "", found) for found in re.findall(r'<th scope="row">(.*?)</th>', body[1])]
    verdicts: dict[str, list[int]] = {}
    for found in report.verdicts:
        if found.subject.kind == kind:
            verdicts.setdefault(found.subject.name, []).append(STATES.index(state(found)))
    assert len(names) == len(verdicts) > 1
    assert names == sorted(verdicts, key=lambda name: (sorted(-rank for rank in verdicts[name]), natural(name)))
    data = re.search('id="data">(.*?)</script>', source, re.S)
    assert data is not None
    assert [row[0] for row in json.loads(data[1])[{"vm": "vms", "datastore": "verdicts"}[kind]]] == names
