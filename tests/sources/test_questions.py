"""The questionnaire there and back: what is asked, what is answered, and what comes of it."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from benchmarks.generate import generate
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.filled_sheets import (
    Answer,
    Tree,
    asked,
    fill_table,
    fill_workbook,
    forget,
    half_known,
    key_of,
    sheets_of,
    true_of,
    verdicts,
)  # fmt: skip

from tenken import pipeline
from tenken.document.problem import InputError
from tenken.model.questionnaire import ANSWER, KEY, MARK, SHEET, Question, Questionnaire
from tenken.outputs import questions_markdown, questions_xlsx, questions_yaml
from tenken.sources.questions import source

Site = Callable[..., Path]


# --- there and back --------------------------------------------------------------------------------------------------


def answer_workbook(found: Questionnaire, path: Path, answer: Answer, lang: str) -> bool:
    """Fill in a workbook; whether anything was answered."""
    given: list[str | None] = []

    def counted(key: Tree, subject: str) -> str | None:
        given.append(answer(key, subject))
        return given[-1]

    fill_workbook(questions_xlsx.render(found, lang), path, counted)
    return any(said is not None for said in given)


def answer_table(found: Questionnaire, path: Path, answer: Answer, lang: str) -> bool:
    """Fill in a Markdown file, as a careful writer of Markdown does; whether anything was answered."""

    def escaped(key: Tree, subject: str) -> str | None:
        said = answer(key, subject)
        return None if said is None else re.sub(r"([\\|`*_~<])", r"\\\1", said)

    text = questions_markdown.render(found, lang)
    filled = fill_table(text, escaped)
    path.write_text(filled, encoding="utf-8")
    return filled != text


@pytest.mark.parametrize(
    ("suffix", "fill", "seed"),
    [*((".xlsx", answer_workbook, seed) for seed in range(6)), *((".md", answer_table, seed) for seed in range(4))],
)
def test_answers_make_of_unknown_verdicts_what_the_facts_imply(
    suffix: str, fill: Callable[..., bool], seed: int, tmp_path: Path
) -> None:
    whole, complete, known = half_known(tmp_path, seed, count=24, share=0.3, forget=forget)
    inputs, wanted = [known], verdicts(complete)
    assert verdicts(*inputs) != wanted
    for round_ in range(6):
        sheet = tmp_path / f"answers{round_}{suffix}"
        if not fill(asked(*inputs), sheet, lambda key, _: true_of(whole, key), "ja" if suffix == ".xlsx" or seed % 2 else "en"):
            break
        inputs.append(sheet)
    found_now = verdicts(*inputs)
    # What is barred anyhow is not asked about: a datastore of unknown type may still be counted into a restore group.
    assert {subject: found_now[subject] for subject in wanted} == wanted


def test_no_answer_changes_nothing(site: Site, tmp_path: Path) -> None:
    path = site({"vms": [{"name": "app01", "encrypted": None, "guest": {"iscsi_initiator": None}}]})
    sheet = tmp_path / "sheet.xlsx"
    sheet.write_bytes(questions_xlsx.render(asked(path), "en"))
    skeleton = tmp_path / "sheet.yaml"
    skeleton.write_text(questions_yaml.render(asked(path), "en"), encoding="utf-8")
    assert verdicts(path, sheet) == verdicts(path, skeleton) == verdicts(path)


def test_the_skeleton_uncommented_states_what_was_written(site: Site, tmp_path: Path) -> None:
    path = site({"vms": [{"name": "app01", "encrypted": None, "guest": {"iscsi_initiator": None}}]})
    text = questions_yaml.render(asked(path), "en")
    text = text.replace("# encrypted:", "encrypted: true").replace("# guest:", "guest:").replace("#   iscsi", "  iscsi")
    skeleton = tmp_path / "sheet.yaml"
    skeleton.write_text(text.replace("iscsi_initiator:", "iscsi_initiator: false"), encoding="utf-8")
    assert verdicts(path, skeleton) == verdicts(site({"vms": [{"name": "app01", "encrypted": True}]}, "bad.json"))


def test_one_answer_for_all_holds_where_a_row_is_left_blank(site: Site, tmp_path: Path) -> None:
    vm = {"vmx": "[DS01] x/x.vmx", "disks": [], "controllers": [], "encrypted": None}
    path = site({"vms": [{"name": "app01", "encrypted": None}, {"name": "app02", **vm}, {"name": "app03", **vm}]})

    def answer(key: Tree, subject: str) -> str | None:
        if "all" in key:
            return "no" if key["all"] == "vm.encrypted" else None
        return "yes" if subject == "app02" and key["fact"] == ["encrypted"] else None

    content = questions_xlsx.render(asked(path), "en")
    document = source.read(fill_workbook(content, tmp_path / "s.xlsx", answer), "s.xlsx")[0]
    assert {vm["name"]: vm.get("encrypted") for vm in document.tree["vms"]} == {"app01": False, "app02": True, "app03": False}


def test_a_sheet_in_a_folder_is_read_with_the_rest(site: Site, tmp_path: Path) -> None:
    path = site({"vms": [{"name": "app01", "encrypted": None}]}, "all/site.json")
    content = questions_xlsx.render(asked(path), "en")
    fill_workbook(content, tmp_path / "all" / "sheet.xlsx", lambda key, _: "no" if key.get("fact") == ["encrypted"] else None)
    assert asked(tmp_path / "all").topics == []


# --- what is asked ---------------------------------------------------------------------------------------------------


def topics(*paths: Path) -> dict[str, tuple[int, int]]:
    return {topic.path: (topic.verdicts, topic.decides) for topic in asked(*paths).topics}


def test_a_fact_counts_once_for_each_verdict_that_it_could_change(site: Site) -> None:
    open_verdicts = [v for v in verdicts(site({"vms": [{"name": "app01", "encrypted": None}]})).values() if v == "unknown"]
    assert topics(site({"vms": [{"name": "app01", "encrypted": None}]})) == {
        "vm.encrypted": (len(open_verdicts), len(open_verdicts))
    }


def test_nothing_is_asked_of_a_verdict_that_is_barred_already(site: Site) -> None:
    assert topics(site({"vms": [{"name": "app01", "encrypted": True, "guest": {"iscsi_initiator": None}}]})) == {}


def test_a_fact_that_bars_online_only_does_not_count_for_offline(site: Site) -> None:
    found = asked(site({"vms": [{"name": "app01", "guest": {"raw_disks": None}}]}))
    run = verdicts(site({"vms": [{"name": "app01", "guest": {"raw_disks": None}}]}))
    assert found.topics[0].verdicts == sum(verdict == "unknown" for verdict in run.values())
    assert all(method != "vmfs.offline" for (_, _, method), verdict in run.items() if verdict == "unknown")


def test_where_the_guide_is_silent_a_mere_warning_is_not_asked_for(site: Site) -> None:
    suspended = {"name": "app01", "power_state": "suspended", "snapshots": None, "guest": {"iscsi_initiator": None}}
    found = asked(site({"vms": [suspended]}))
    assert [topic.path for topic in found.topics] == ["vm.guest.iscsi_initiator"]
    assert found.final > 0


def test_what_follows_from_a_list_without_names_is_told_and_not_asked(site: Site) -> None:
    found = asked(site({"arrays": None}))
    arrays = next(topic for topic in found.topics if topic.path == "site.arrays")
    assert arrays.ask == "storage" and arrays.how is not None and arrays.questions[0].field == ("arrays",)


def test_every_topic_has_words_in_both_languages(tmp_path: Path) -> None:
    tree, _ = generate(20, 3, share=0.2, jobs=False)
    forget(tree, random.Random(1))
    path = tmp_path / "site.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    for topic in asked(path).topics:
        assert topic.how is not None, topic.path
        assert topic.label.en != topic.path and topic.label.ja != topic.label.en


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_form_to_read_names_whom_to_ask(site: Site, lang: str) -> None:
    text = questions_markdown.render(asked(site({"vms": [{"name": "app|01", "vmx": "[DS01] a/a.vmx"}]})), lang)
    assert ("## vSphere administrator" if lang == "en" else "## vSphere管理者") in text
    assert "app\\|01" in text


# --- wrong answers ---------------------------------------------------------------------------------------------------


def said(question: Question, text: str, tmp_path: Path, found: Questionnaire) -> list[str]:
    path = fill_workbook(
        questions_xlsx.render(found, "en"),
        tmp_path / "s.xlsx",
        lambda key, _: text if key.get("fact") == list(question.field) else None,
    )
    with pytest.raises(InputError) as caught:
        source.read(path, "s.xlsx")
    return [str(problem) for problem in caught.value.problems]


def test_a_wrong_answer_is_told_with_sheet_and_cell(site: Site, tmp_path: Path) -> None:
    found = asked(site({"vms": [{"name": "app01", "encrypted": None}]}))
    (problem,) = said(found.topics[0].questions[0], "maybe", tmp_path, found)
    assert "s.xlsx[vSphere administrator!B3]" in problem and "yes or no" in problem


def test_an_answer_whose_object_was_cut_off_is_told(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "s.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("a")
        sheet.write_row(0, 0, ["Object", "Answer"])
        sheet.write_row(1, 0, ["app01", "yes"])
        workbook.add_worksheet(SHEET).write_row(0, 0, [MARK, 1])
    with pytest.raises(InputError, match="can't be told"):
        source.read(path, "s.xlsx")


@pytest.mark.parametrize("left", ["yes", "いいえ"])
def test_the_one_possible_answer_that_was_left_is_told(left: str, tmp_path: Path) -> None:
    path = tmp_path / "s.xlsx"
    key = {"in": "vm.encrypted", "of": [["vms", {"name": "app01"}]], "fact": ["encrypted"]}
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("a")
        sheet.write_row(0, 0, ["Object", "Answer"])
        for row, offered in enumerate(("yes / no", "はい / いいえ", left), 1):
            sheet.write_row(row, 0, ["app01", "", offered, 2, 2, "", json.dumps(key)])
        workbook.add_worksheet(SHEET).write_row(0, 0, [MARK, 1])
    with pytest.raises(InputError) as caught:
        source.read(path, "s.xlsx")
    (problem,) = caught.value.problems
    assert problem.place is not None and problem.place.cell == "B4" and "all that is left" in problem.said.en and problem.hint


def test_a_newer_sheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet(SHEET).write_row(0, 0, [MARK, 2])
    assert source.recognises(path)
    with pytest.raises(InputError, match="version 2"):
        source.read(path, "s.xlsx")


_CELLS = st.one_of(st.text(max_size=12), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.integers(-9, 9))
_KEYS = st.one_of(
    st.text(max_size=20),
    st.fixed_dictionaries(
        {
            "in": st.integers(0, 2),
            "of": st.one_of(
                st.lists(st.tuples(st.sampled_from(["vms", "disks", "x"]), st.dictionaries(st.sampled_from(["name", "q"]), st.text(max_size=3)))),
                st.text(max_size=3),
            ),
            "fact": st.lists(st.sampled_from(["encrypted", "guest", "os", "roles", "disks", ""]), max_size=3),
        }
    ).map(json.dumps),
)  # fmt: skip


@settings(max_examples=40)
@given(st.lists(st.tuples(_CELLS, _CELLS, _KEYS), max_size=8))
def test_any_rows_are_read_or_refused_with_a_place(tmp_path_factory: pytest.TempPathFactory, rows: list[Any]) -> None:
    path = tmp_path_factory.mktemp("sheet") / "s.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet("a")
        sheet.write_row(0, 0, ["Object", "Answer"])
        for number, (subject, answer, key) in enumerate(rows, 1):
            sheet.write(number, 0, subject)
            sheet.write(number, ANSWER, answer)
            sheet.write(number, KEY, key)
        workbook.add_worksheet(SHEET).write_row(0, 0, [MARK, 1])
    try:
        pipeline.check([path])
    except InputError as error:
        assert all(problem.place is not None for problem in error.problems)


# --- what was promised -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_a_question_changes_as_many_verdicts_as_it_said(seed: int, tmp_path: Path) -> None:
    """Each question answered alone, with the truth: it settles those verdicts that it said nothing else leaves open, or leads to
    a question that was not asked before; and it changes none that it did not count."""
    whole, _, known = half_known(tmp_path, seed, count=10, share=0.05, forget=forget_little)
    found = asked(known)
    before = verdicts(known)
    content = questions_xlsx.render(found, "en")
    asked_before = {json.dumps([question.steps, question.field]) for topic in found.topics for question in topic.questions}
    tried = promised = 0
    for topic in found.topics:
        for question in topic.questions:
            wanted = json.loads(json.dumps({"of": question.steps, "fact": question.field}))

            def answer(key: Tree, _: str, wanted: Tree = wanted) -> str | None:
                mine = "of" in key and key["of"] == wanted["of"] and key["fact"] == wanted["fact"]
                return true_of(whole, key) if mine else None

            if true_of(whole, wanted) is None:
                continue
            tried, promised = tried + 1, promised + question.decides
            sheet = fill_workbook(content, tmp_path / "one.xlsx", answer)
            after = verdicts(known, sheet)
            changed = [subject for subject in before if before[subject] == "unknown" and after[subject] != "unknown"]
            others = [subject for subject in before if before[subject] != "unknown" and after[subject] != before[subject]]
            assert not others and len(changed) <= question.verdicts, question
            if len(changed) < question.decides:
                again = {json.dumps([new.steps, new.field]) for topic in asked(known, sheet).topics for new in topic.questions}
                assert again - asked_before, question
    assert tried and promised


def forget_little(tree: Tree, chance: random.Random) -> None:
    """Take away one fact of some objects, so that verdicts hang on few of them."""
    for vm in tree["vms"]:
        if chance.random() < 0.6:
            vm[chance.choice(("encrypted", "fault_tolerance", "passthrough_devices", "power_state"))] = None
        elif vm.get("guest") and chance.random() < 0.6:
            vm["guest"][chance.choice(("iscsi_initiator", "raw_disks", "dynamic_disks", "tools"))] = None
        elif vm.get("disks") and chance.random() < 0.5:
            chance.choice(vm["disks"])["mode"] = None


@pytest.mark.parametrize("reorder", [False, True])
def test_a_half_filled_sheet_in_any_order_states_what_is_written(reorder: bool, tmp_path: Path, site: Site) -> None:
    vm = {"vmx": "[DS01] x/x.vmx", "disks": [], "controllers": [], "encrypted": None}
    path = site({"vms": [{"name": "app01", "encrypted": None}, {"name": "app02", **vm}]})
    with xlsxwriter.Workbook(tmp_path / "s.xlsx") as workbook:
        for name, rows in sheets_of(questions_xlsx.render(asked(path), "en")):
            rows = [*rows[:1], *sorted(rows[1:], key=lambda cells: str(cells[0]), reverse=True)] if reorder else rows
            for number, cells in enumerate(map(list, rows)):
                if cells[0] == "app02" and (key_of(cells) or {}).get("fact") == ["encrypted"]:
                    cells[ANSWER] = True  # Excel makes a truth of the word
                workbook.get_worksheet_by_name(name) or workbook.add_worksheet(name)
                workbook.get_worksheet_by_name(name).write_row(number, 0, cells)
    found = {vm.name: vm.encrypted for vm in pipeline.evaluate_paths([path, tmp_path / "s.xlsx"]).assembled.inventory.vms or ()}
    assert found == {"app01": None, "app02": True}
