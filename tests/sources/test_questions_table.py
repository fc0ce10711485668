"""The questionnaire in Markdown, there and back: through editors, in any code page, and never an answer less."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks.generate import generate, write
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.sources.filled_sheets import Tree, asked, fill_table

from tenken import pipeline
from tenken.document.problem import InputError, Problem
from tenken.outputs import questions_markdown
from tenken.outputs.inert import visible
from tenken.outputs.markdown_text import inert
from tenken.sources import registry
from tenken.sources.questions import source

Site = Callable[..., Path]
MARK = "<!-- tenken_questions: 1 -->"
KEY = '<!-- {"in":"vm.encrypted","of":[["vms",{"name":"app01"}]],"fact":["encrypted"]} -->'
HEAD = f"{MARK}\n\n| Object | Answer | What can be answered | Verdicts |\n|---|---|---|---:|\n"


def tree_of(text: str | bytes, tmp_path: Path) -> Tree:
    path = tmp_path / "s.md"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    assert source.recognises(path)
    (document,) = source.read(path, "s.md")
    return document.tree


def problems_of(text: str, tmp_path: Path) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        tree_of(text, tmp_path)
    assert all(problem.place is not None and problem.hint for problem in caught.value.problems)
    return caught.value.problems


@pytest.fixture
def rvtools(tmp_path: Path) -> Path:
    path = tmp_path / "export.xlsx"
    write(generate(6, 4, share=0.3, jobs=False)[0], path, "rvtools")
    return path


# --- there and back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_no_answer_states_nothing(lang: str, rvtools: Path, tmp_path: Path) -> None:
    assert tree_of(questions_markdown.render(asked(rvtools), lang), tmp_path) == {"tenken": 1}


def test_one_answer_for_all_holds_where_a_row_is_left_blank(rvtools: Path, tmp_path: Path) -> None:
    found = asked(rvtools)
    (topic,) = [topic for topic in found.topics if topic.path == "vm.encrypted"]
    other = topic.questions[1].subject

    def answer(key: Tree, subject: str) -> str | None:
        if key.get("all") == "vm.encrypted":
            return "いいえ"
        return "yes" if key.get("fact") == ["encrypted"] and subject == other else None

    tree = tree_of(fill_table(questions_markdown.render(found, "en"), answer), tmp_path)
    stated = {vm["name"]: vm["encrypted"] for vm in tree["vms"]}
    assert stated == {question.subject: question.subject == other for question in topic.questions}


def test_controllers_without_a_disk_are_answered_in_a_table(rvtools: Path, tmp_path: Path) -> None:
    text = questions_markdown.render(asked(rvtools), "en")
    assert "with a disk: scsi0" in text
    sheet = tmp_path / "s.md"
    sheet.write_text(fill_table(text, lambda key, _: "none" if key.get("fact") == ["controllers"] else None), encoding="utf-8")
    assert not [topic for topic in asked(rvtools, sheet).topics if topic.path == "vm.controllers.unseen"]


@pytest.mark.parametrize(
    "name",
    ["a|b", "a--b-->c", "<!-- x -->", "`tick`", "back\\", 'quo"te', "$m$ &amp; <b>", "日本|語", "# 1", "x,tenken: 1", "-"],
)
def test_whatever_an_object_is_called_its_answer_finds_it(name: str, site: Site, tmp_path: Path) -> None:
    path = site({"vms": [{"name": name, "vmx": "[DS01] a/a.vmx", "disks": [], "controllers": [], "encrypted": None}]})
    text = fill_table(
        questions_markdown.render(asked(path), "en"),
        lambda key, _: "yes" if key["fact"] == ["encrypted"] and key["of"][0][1]["name"] == name else None,
    )
    sheet = tmp_path / "s.md"
    sheet.write_text(text, encoding="utf-8")
    found = {vm.name: vm.encrypted for vm in pipeline.evaluate_paths([path, sheet]).assembled.inventory.vms or ()}
    assert found[name] is True
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    shown = re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)
    assert '{"' not in shown and "{&quot;" not in shown and "tenken_questions" not in shown
    rows = re.findall(r"<tr>.*?</tr>", html, re.DOTALL)
    assert rows and all(len(re.findall("<t[dh]", row)) == 4 for row in rows)


def test_a_place_is_file_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "s.md"
    path.write_text(f"{HEAD}| app01 |  yes | yes / no | 2 {KEY} |\n", encoding="utf-8")
    (document,) = source.read(path, "s.md")
    assert str(document.locate(("vms", 0, "encrypted"))) == "s.md:5:12"


# --- what editors make of it -------------------------------------------------------------------------------------------


def padded(text: str) -> str:
    """Tables as Prettier aligns them."""
    return re.sub(r" \| ", "        |   ", text).replace("|:---|:---|:---|---:|", "| :---- | -------- | --- | ---: |")


def reordered(text: str) -> str:
    """The rows of each table the other way round, and some of them gone."""
    blocks = [block.split("\n") for block in text.split("\n\n")]
    return "\n\n".join(
        "\n".join([*block[:2], *(row for row in block[:1:-1] if "scsi" not in row)] if block[0].startswith("|") else block)
        for block in blocks
    )


def without_frame(text: str) -> str:
    return re.sub(r"(?m)^\| (.*) \|$", r"\1", text)


@pytest.mark.parametrize(
    "edit",
    [
        padded,
        without_frame,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "\ufeff" + text,
        lambda text: text.encode("cp932", errors="replace"),
        lambda text: text.encode("utf-16"),
        reordered,
        lambda text: "---\ntitle: 回答\n---\n\n" + text,
        lambda text: text.replace("| はい |", "| **はい** |"),
        lambda text: text.replace("| はい |", "| `はい` |"),
        lambda text: text.replace("| はい |", "| は&#12356; <!-- asked on Monday --> |"),
        lambda text: text.replace("\n| ", "\n\n   | "),
    ],
)
def test_an_editor_changes_no_answer(edit: Callable[[str], str | bytes], rvtools: Path, tmp_path: Path) -> None:
    text = fill_table(
        questions_markdown.render(asked(rvtools), "ja"), lambda key, _: "はい" if key.get("fact") == ["encrypted"] else None
    )
    stated = {vm["name"]: vm["encrypted"] for vm in tree_of(edit(text), tmp_path)["vms"]}
    assert stated and stated == {vm["name"]: vm["encrypted"] for vm in tree_of(text, tmp_path)["vms"]}


@settings(max_examples=200)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
@example("\U000e0000")
@example("@someone #12 :smile: https://x.y www.a.b 1. a|b\\")
def test_what_tenken_wrote_inert_is_read_as_it_was(text: str) -> None:
    """Answers are copied from names in the same sheet, escapes, entities and all; what can't be seen is spelled there."""
    from tenken.sources.questions.table import _said

    assert _said(f" {inert(text)} ") == visible(text).strip()


# --- what is told ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "place", "words"),
    [
        (f"| app01 | maybe | yes / no | 2 {KEY} |", "s.md:5:11", "no answer to this question"),
        (f"| app01 | yess | yes / no | 2 {KEY} |", "s.md:5:11", "did you mean yes?"),
        ("| app01 | yes | yes / no | 2 |", "s.md:5:11", "can't be told"),
        ("| app01 | yes | yes / no | 2 <!-- {\"in\":\"vm", "s.md:5:11", "can't be told"),
        (f"| app01 | yes | yes / no | 2 {KEY.replace('}', '', 1)} |", "s.md:5:11", "can't be told"),
        (f"| app01 | yes | yes / no | 2 {KEY.replace('encrypted', 'encripted')} |", "s.md:5:11", "can't be told"),
        (f"| app01 | yes | yes / no | 2 {KEY} {KEY} |", "s.md:5:11", "can't be told"),
        (f"| app01 | a | b | yes / no | 2 {KEY} |", "s.md:5:11", "5 cells"),
        (f"| app01 | yes {KEY} |", "s.md:5:11", "2 cells"),
        (f"| app01 | | yes / no | 2 {KEY} yes |", "s.md:5:24", "second cell"),
        (f"| app01 | | yes / no | 2 {KEY} | yes |", "s.md:5:10", "5 cells"),
        (f"| app01 | ~~no~~ yes | yes / no | 2 {KEY} |", "s.md:5:11", "struck out"),
        (f"| app01 |  | yes | 2 {KEY} |", "s.md:5:10", "all that is left"),
        (f"> | app01 | yes | yes / no | 2 {KEY} |", "s.md:5:5", "5 cells"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_line_and_column(row: str, place: str, words: str, tmp_path: Path) -> None:
    (problem,) = problems_of(HEAD + row + "\n", tmp_path)
    assert str(problem.place) == place and words in str(problem)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    rows = [f"| app01 | maybe | yes / no | 2 {KEY} |", "| app02 | yes | yes / no | 2 |", f"| app01 | yes | x | y | 2 {KEY} |"]
    assert [problem.place.line for problem in problems_of(HEAD + "\n".join(rows), tmp_path) if problem.place] == [5, 6, 7]


def test_two_answers_to_one_question_are_told(tmp_path: Path) -> None:
    rows = [f"| app01 | {said} | yes / no | 2 {KEY} |" for said in ("yes", "はい", "no")]
    (problem,) = problems_of(HEAD + "\n".join(rows), tmp_path)
    assert "two answers" in problem.said.en and "line 6" in problem.said.en and str(problem.place) == "s.md:7:11"
    every = '<!-- {"all":"vm.encrypted"} -->'
    rows = [f"| all | {said} | yes / no | 2 {every} |" for said in ("yes", "no")]
    (problem,) = problems_of(HEAD + "\n".join([*rows, f"| app01 | | yes / no | 2 {KEY} |"]), tmp_path)
    assert "two answers" in problem.said.en and str(problem.place) == "s.md:6:9"


def test_an_answer_for_all_misses_no_row_that_lost_its_comment(tmp_path: Path) -> None:
    every = '| all | yes | yes / no | 2 <!-- {"all":"vm.encrypted"} --> |'
    (problem,) = problems_of(f"{HEAD}{every}\n| app01 |  | yes / no | 2 |\n", tmp_path)
    assert "can't be told" in problem.said.en and problem.place is not None and problem.place.line == 6


@pytest.mark.parametrize(
    "mark", ["<!-- tenken_questions: 2 -->", f"{MARK}\n\n<!-- tenken_questions: 7 -->", "<!-- tenken_questions: -->"]
)
def test_another_version_is_refused(mark: str, tmp_path: Path) -> None:
    (problem,) = problems_of(mark + "\n", tmp_path)
    assert "reads version 1" in str(problem)


def test_more_objects_than_are_listed_are_counted_and_told(tmp_path: Path, rvtools: Path) -> None:
    found = asked(rvtools)
    (topic,) = [topic for topic in found.topics if topic.path == "vm.encrypted"]
    topic.questions = [topic.questions[0]] * (questions_markdown.SHOWN + 7)
    assert questions_markdown.unlisted(found) == 7
    for lang, words in (("en", "7 more objects are not listed here"), ("ja", "7件は、ここには記載していません")):
        assert words in questions_markdown.render(found, lang)


# --- among other files -------------------------------------------------------------------------------------------------


def test_in_a_folder_only_the_mark_counts(site: Site, tmp_path: Path) -> None:
    path = site({"vms": [{"name": "app01", "encrypted": None}]}, "all/site.json")
    text = fill_table(
        questions_markdown.render(asked(path), "ja"), lambda key, _: "no" if key.get("fact") == ["encrypted"] else None
    )
    (path.parent / "README.md").write_text(
        f"# Site\n\nMade with tenken\n\n```\n{MARK}\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    (path.parent / "notes.md").write_text("The mark is `<!-- tenken_questions: 1 -->`.\n", encoding="utf-8")
    assert asked(path.parent).topics
    (path.parent / "sheet.md").write_text(text, encoding="utf-8")
    assert [document.source for document in registry.read([path.parent])] == ["native", "questions"]
    assert asked(path.parent).topics == []


def test_a_sheet_is_known_by_its_content_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "answers.txt"
    path.write_text(f"{HEAD}| x,tenken: 1 | yes | yes / no | 2 {KEY} |\n", encoding="utf-8")
    assert [document.source for document in registry.read([path])] == ["questions"]


_PIECES = st.one_of(
    st.sampled_from(["|", "\\", "`", "<!--", "-->", KEY, MARK, "\n", "\r", " yes ", "|---|---|---|---:|", "~~", "&#", ";", "{", "}", "<br>", '"in"']),
    st.text(max_size=8),
)  # fmt: skip


@settings(max_examples=150)
@given(
    st.one_of(
        st.lists(_PIECES, max_size=30).map(lambda pieces: "".join(pieces).encode("utf-8", "replace")), st.binary(max_size=200)
    )
)
def test_anything_behind_the_mark_is_read_or_refused_with_a_place(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("sheet") / "s.md"
    path.write_bytes(HEAD.encode() + content)
    assert source.recognises(path)
    try:
        (document,) = source.read(path, "s.md")
        assert document.tree["tenken"] == 1
    except InputError as error:
        assert all(problem.place is not None for problem in error.problems)
