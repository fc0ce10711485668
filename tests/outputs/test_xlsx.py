"""The workbook, read as Excel reads it: sheets, types of cells, filters, and nothing that would be run."""

from __future__ import annotations

import builtins
import io
import re
import zipfile
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from tenken.document.problem import InputError
from tenken.model.report import Obstacle, Plan, PlanStep, Report, SubjectName, WayOut
from tenken.model.rule import Text
from tenken.outputs import xlsx
from tenken.outputs.inert import visible

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Book:
    """The parts of a workbook that matter here: sheets by name, each a list of rows of typed cells."""

    def __init__(self, content: bytes) -> None:
        self.parts = zipfile.ZipFile(io.BytesIO(content))
        self.strings = [
            "".join(text.text or "" for text in item.iter(f"{MAIN}t"))
            for item in self._xml("sharedStrings.xml").iter(f"{MAIN}si")
        ]
        names = [sheet.attrib["name"] for sheet in self._xml("workbook.xml").iter(f"{MAIN}sheet")]
        self.xml = {name: self._xml(f"worksheets/sheet{number}.xml") for number, name in enumerate(names, 1)}

    def _xml(self, name: str) -> Xml.Element:
        return Xml.fromstring(self.parts.read(f"xl/{name}"))

    def rows(self, sheet: str) -> list[dict[str, Any]]:
        """Rows as column letter → value: str, float or bool."""
        return [
            {re.sub(r"\d", "", cell.attrib["r"]): self._value(cell) for cell in row if cell.find(f"{MAIN}v") is not None}
            for row in self.xml[sheet].iter(f"{MAIN}row")
        ]

    def _value(self, cell: Xml.Element) -> str | float | bool:
        text = cell.findtext(f"{MAIN}v") or ""
        kind = cell.attrib.get("t", "n")
        return self.strings[int(text)] if kind == "s" else bool(int(text)) if kind == "b" else float(text)


def test_a_sheet_for_each_question_in_either_language(report: Report) -> None:
    english, japanese = Book(xlsx.render(report)), Book(xlsx.render(report, "ja"))
    assert list(english.xml) == ["Summary", "Verdicts", "Findings", "Not decidable"]
    assert list(japanese.xml) == ["概要", "判定", "指摘事項", "判定不能"]
    assert not any(re.search("[\u3040-\u30ff]", text) for text in english.strings)
    assert not any("in English" in text for text in japanese.strings)


def test_heads_are_frozen_and_filters_are_on(report: Report) -> None:
    for name, sheet in Book(xlsx.render(report)).xml.items():
        if name == "Summary":
            continue
        pane, auto = sheet.find(f".//{MAIN}pane"), sheet.find(f"{MAIN}autoFilter")
        assert pane is not None
        assert pane.attrib["state"] == "frozen"
        rows = len(list(sheet.iter(f"{MAIN}row")))
        assert auto is not None
        assert auto.attrib["ref"].endswith(str(rows)), "all rows are filtered"


def test_verdicts_are_all_there_and_a_blocked_one_does_not_look_good(report: Report) -> None:
    rows = Book(xlsx.render(report)).rows("Verdicts")
    assert len(rows) == len(report.verdicts) + 1
    good = next(row for row in rows if row["B"] == "good" and row["C"] == "Online")
    assert good["D"] == "Eligible alone"
    assert good["E"] is True
    assert good["G"] == "bad2; bad10"


def test_cells_have_types(report: Report) -> None:
    rows = Book(xlsx.render(report)).rows("Findings")
    heads = {head: column for column, head in rows[0].items()}
    barred = next(row for row in rows if row.get("B") == "barred" and row["F"] == "bad2")
    assert barred[heads["Line"]] == 3.0
    assert barred[heads["In the plan"]] is True
    waived = next(row for row in rows if row["F"] == "waived")
    assert waived[heads["Waiver: last day"]] == 46387.0, "2026-12-31 as Excel counts days"
    assert waived[heads["Waiver: owner"]] == "ops"
    summary = Book(xlsx.render(report)).rows("Summary")
    online = next(row for row in summary if row.get("A") == "Online")
    assert (online["B"], online["C"], online["H"]) == (0.0, 6.0, 2.0)


def test_findings_and_unknowns_share_the_results_without_leaving_any_out(report: Report) -> None:
    book = Book(xlsx.render(report))
    undecided = [result for result in report.results if result.outcome == "unknown" and result.missing]
    assert len(book.rows("Findings")) - 1 == len(report.results) - len(undecided)
    unknowns = book.rows("Not decidable")
    assert len(unknowns) - 1 == sum(len(result.missing) for result in undecided)
    assert any(row.get("A") == "vSphere administrator" and row["B"] == "encryption in English" for row in unknowns)


def test_names_are_text_whatever_they_begin_with(nasty: tuple[str, Report]) -> None:
    name, made = nasty
    book = Book(xlsx.render(made))
    for sheet in book.xml.values():
        assert not list(sheet.iter(f"{MAIN}f")), "no formula"
        assert not list(sheet.iter(f"{MAIN}hyperlink")), "no link"
    names = [row["B"] for row in book.rows("Verdicts")[1:]]
    assert set(names) == {visible(name)}


def test_without_its_library_it_says_what_to_install(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("xlsxwriter"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError) as caught:
        xlsx.render(report)
    assert "tenken[xlsx]" in str(caught.value.problems[0].hint)


def test_what_to_change_has_a_sheet_of_its_own(report: Report) -> None:
    """A row a step, then what no change is known for; a report without a plan has no such sheet."""
    vm, store = SubjectName("vm", "=1+1"), SubjectName("datastore", "DS02")
    step = PlanStep("some-rule", vm, "change", vm, "shutdown", Text(en="Do it", ja="実施する"))
    stuck = Obstacle("other-rule", Text(en="Is met", ja="満たす"), "ask", [store])
    report.plan = Plan(
        [
            WayOut(SubjectName("datastore", "DS01"), "vmfs.online", "ineligible", "eligible", [step, step], [vm], 2, [], []),
            WayOut(store, "vmfs.offline", "ineligible", "ineligible", [], [], 0, [], [stuck]),
        ],
        3,
        [SubjectName("datastore", "DS09")],
    )
    rows = Book(xlsx.render(report)).rows("What to change")
    assert [row.get("A") for row in rows] == ["No.", 1.0, 1.0, None, None]
    assert rows[1]["E"] == "=1+1: Do it" and rows[1]["H"] == "the VM is shut down"
    assert rows[3]["B"] == "DS02" and "other-rule" in rows[3]["J"] and "vendor" in rows[3]["J"]
    assert "DS09" in rows[4]["E"]
    assert "変更案" in Book(xlsx.render(report, "ja")).xml


def test_the_summary_says_what_was_read_and_what_to_do(report: Report) -> None:
    report.summary.subjects = {"vm": 3, "datastore": 0, "host": 2}
    report.summary.levels = {"error": 2, "unknown": 0, "inquire": 0, "warning": 0}
    rows = Book(xlsx.render(report, "ja")).rows("概要")
    assert any(row.get("A") == "読み取った対象" and row["B"] == "ESXiホスト 2、仮想マシン 3" for row in rows)
    said = [row.get("A") for row in rows]
    assert said.index("エラー 2 件を解消してください。対処は「指摘事項」に示しています。") > said.index("次に行うこと")


def test_online_stands_before_offline(report: Report) -> None:
    methods = [row["C"] for row in Book(xlsx.render(report)).rows("Verdicts")[1:] if row.get("B") == "bad2"]
    assert methods == ["Online", "Offline"]
