"""Answers about things that have no name: asked, written into a cell, and found again; or told why not."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from benchmarks.generate import generate, write
from python_calamine import CalamineWorkbook

from tenken import bundle, pipeline
from tenken.document import yaml_text
from tenken.document.problem import InputError
from tenken.engine.selftest import overlay
from tenken.model.inventory import Inventory
from tenken.model.questionnaire import ANSWER, KEY, Question, Questionnaire
from tenken.outputs import questions_markdown, questions_xlsx, questions_yaml
from tenken.sources.joining.assemble import Assembled

Tree = dict[str, Any]
Site = Callable[..., Path]
RDM_SITE = Path(__file__).parents[2] / "rules" / "istorage-m-esxi" / "8.0" / "rdm" / "example-site.yaml"


ON_RDM = {"location": "rdm", "disk": "Hard disk 2"}


@pytest.fixture
def rdm(site: Site, tmp_path: Path) -> Site:
    """Writes the example site with a VM whose SQL Server lies on an RDM disk, and changes laid over it."""

    def write(changes: Tree) -> Path:
        tree = overlay(json.loads(site().read_text("utf-8")), yaml_text.parse(RDM_SITE.read_text("utf-8"), "rdm"))
        return _written(overlay(tree, changes), tmp_path / "rdm.json")

    return write


def _written(tree: Tree, path: Path) -> Path:
    path.write_text(json.dumps(tree), "utf-8")
    return path


def asked(*paths: Path) -> Questionnaire:
    return pipeline.questionnaire(pipeline.evaluate_paths(paths))


def assembled(*paths: Path) -> Assembled:
    return pipeline.evaluate_paths(paths).assembled


def inventory(*paths: Path) -> Inventory:
    return assembled(*paths).inventory


def questions_of(found: Questionnaire, path: str) -> list[Question]:
    return [question for topic in found.topics if topic.path == path for question in topic.questions]


def sheet(found: Questionnaire, path: Path, answers: Callable[[Tree, str], str | None], reorder: bool = False) -> Path:
    """The workbook as a person saves it, its rows sorted by whatever they like."""
    opened = CalamineWorkbook.from_filelike(io.BytesIO(questions_xlsx.render(found, "ja")))
    with xlsxwriter.Workbook(path) as workbook:
        for name in opened.sheet_names:
            rows = opened.get_sheet_by_name(name).to_python(skip_empty_area=False)
            written = workbook.add_worksheet(name)
            for number, cells in enumerate([rows[0], *reversed(rows[1:])] if reorder and len(rows) > 1 else rows):
                if len(cells) > KEY and str(cells[KEY]).startswith("{"):
                    cells[ANSWER] = answers(json.loads(cells[KEY]), cells[0]) or ""
                written.write_row(number, 0, cells)
    return path


def of_fact(fact: str, text: str) -> Callable[[Tree, str], str | None]:
    return lambda key, subject: text if key.get("fact") == [fact] else None


def with_workloads(*workloads: Tree) -> Tree:
    return {"vms": [{"name": "db01", "workloads": list(workloads)}]}


@pytest.fixture
def rvtools(tmp_path: Path) -> Path:
    path = tmp_path / "export.xlsx"
    write(generate(6, 4, share=0.3, jobs=False)[0], path, "rvtools")
    return path


# --- entries of lists without names ----------------------------------------------------------------------------------


def test_an_application_is_asked_about_by_its_product_and_found_again(rdm: Site, tmp_path: Path) -> None:
    known = {"edition": "Standard", "service_pack": "none", "backup_mode": "online", "protected_by": "none"}
    sql, oracle = {"product": "SQL Server", **ON_RDM, **known}, {"product": "File system", "version": "1", "location": "vmfs"}
    path = rdm(with_workloads(sql, oracle))
    (question,) = [one for one in questions_of(asked(path), "workload.version") if one.subject.endswith("SQL Server")]
    assert question.steps[-1] == ("workloads", {"product": "SQL Server"})
    answered = sheet(asked(path), tmp_path / "s.xlsx", of_fact("version", "2019"), reorder=True)
    (vm,) = [vm for vm in inventory(path, answered).vms or () if vm.name == "db01"]
    assert [(one.product, one.version) for one in vm.workloads or ()] == [("SQL Server", "2019"), ("File system", "1")]
    number = [vm.name for vm in inventory(path, answered).vms or ()].index("db01")
    place = assembled(path, answered).locate(("vms", number, "workloads", 0, "version"))
    assert place.source.endswith("s.xlsx") and place.cell


def test_several_of_one_product_are_told_apart_by_what_is_known_or_not_asked(rdm: Site) -> None:
    apart = asked(
        rdm(
            with_workloads(
                {"product": "SQL Server", "version": "2017", **ON_RDM}, {"product": "SQL Server", "version": "2019", **ON_RDM}
            )
        )
    )
    ways = [one.steps[-1][1] for one in questions_of(apart, "workload.edition")]
    assert ways == [{"product": "SQL Server", "version": "2017"}, {"product": "SQL Server", "version": "2019"}]
    found = asked(
        rdm(with_workloads({"product": "SQL Server", **ON_RDM}, {"product": "SQL Server", "version": "2019", **ON_RDM}))
    )
    (topic,) = [topic for topic in found.topics if topic.path == "workload.version"]
    assert topic.questions == [] and topic.reason == "unnamed" and topic.subjects == ["db01/SQL Server"]
    for lang, words in (("en", "nothing tells from others"), ("ja", "区別できない")):
        assert words in questions_markdown.render(found, lang)
        assert words in questions_yaml.render(found, lang)


def test_a_fact_of_a_default_is_completed_for_one_object_only(tmp_path: Path, rdm: Site) -> None:
    tree = json.loads(rdm(with_workloads()).read_text("utf-8"))
    tree["vms"].append({**tree["vms"][0], "name": "xx02", "uuid": None, "vmx": "[DS01] x/x.vmx", "disks": []})
    for vm in tree["vms"]:
        vm.pop("workloads", None)
    tree["defaults"] = {"vm": {"workloads": [{"product": "SQL Server", "location": "rdm"}]}}
    (tmp_path / "d.json").write_text(json.dumps(tree), "utf-8")
    (tmp_path / "a.yaml").write_text(
        'tenken: 1\nanswers: [{vms: {name: xx02}, workloads: {product: sql server}, version: "2019"}]\n', "utf-8"
    )
    found = {
        vm.name: [one.version for one in vm.workloads or ()]
        for vm in inventory(tmp_path / "d.json", tmp_path / "a.yaml").vms or ()
    }
    assert found["db01"] == [None] and found["xx02"] == ["2019"]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ('{vms: {name: db01}, workloads: {product: Exchange}, version: "2019"}', "workloads has no entry of Exchange"),
        ('{vms: {name: app09}, workloads: {product: Oracle}, version: "19c"}', "vms has no entry of app09"),
        ('{vms: {name: db01}, workloads: {product: Oracle}, version: "21c"}', "known by now as '19c'"),
        ('{vms: {name: db01}, workloads: {product: Oracle}, verson: "19c"}', "unknown key 'verson'"),
        ("{version: x}", "unknown key 'version'"), ("[a]", "must be a mapping"), ("5", "must be a mapping"),
        ("{vms: {name: db01}, workloads: {product: Oracle}, location: disk}", "location is 'disk'"),
    ],
)  # fmt: skip
def test_an_answer_that_fits_nothing_is_an_error_with_its_place(answer: str, message: str, rdm: Site, tmp_path: Path) -> None:
    path = rdm(with_workloads({"product": "Oracle", "version": "19c"}))
    (tmp_path / "a.yaml").write_text(f"tenken: 1\nanswers:\n  - {answer}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        assembled(path, tmp_path / "a.yaml")
    (problem,) = caught.value.problems
    assert message in problem.said.en and problem.place is not None and problem.place.line == 3


# --- whole lists in a cell -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "products"),
    [
        ("Oracle 19c; SQL Server 2019 Standard", [("Oracle", "19c", None), ("SQL Server", "2019", "Standard")]),
        ("ＳＱＬ Server ２０１９、File system", [("SQL Server", "2019", None), ("File system", None, None)]), ("なし", []),
    ],
)  # fmt: skip
def test_which_applications_run_is_answered_in_one_cell(text: str, products: list[Any], rdm: Site, tmp_path: Path) -> None:
    path = rdm({"vms": [{"name": "db01", "workloads": None}]})
    assert questions_of(asked(path), "vm.workloads")
    answered = sheet(asked(path), tmp_path / "s.xlsx", of_fact("workloads", text))
    (vm,) = [vm for vm in inventory(path, answered).vms or () if vm.name == "db01"]
    assert vm.workloads is not None
    assert [(one.product, one.version, one.edition) for one in vm.workloads] == products


def test_a_slip_of_the_pen_is_told_with_sheet_and_cell(rdm: Site, tmp_path: Path) -> None:
    path = rdm({"vms": [{"name": "db01", "workloads": None}]})
    answered = sheet(asked(path), tmp_path / "s.xlsx", of_fact("workloads", "SQL Sever 2019"))
    with pytest.raises(InputError) as caught:
        assembled(path, answered)
    (problem,) = caught.value.problems
    assert problem.place is not None and problem.place.sheet == "ゲストOSの管理者" and problem.place.cell
    assert "did you mean SQL Server" in str(problem.hint)


# --- controllers without a disk ----------------------------------------------------------------------------------------


def test_controllers_without_a_disk_are_one_question_in_plain_words(rvtools: Path) -> None:
    found = asked(rvtools)
    questions = questions_of(found, "vm.controllers.unseen")
    assert questions and all(question.seen for question in questions)
    text = questions_markdown.render(found, "en") + questions_yaml.render(found, "ja")
    assert "/unseen" not in text and "no disk is attached" in text and "ディスクが接続されていない" in text


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("none", []), ("なし", []), ("LSI Logic SAS physical", [("no-disk-1", "lsilogic_sas", "physical")]),
        ("scsi3: pvscsi なし; NVMe", [("scsi3", "pvscsi", "none"), ("no-disk-2", "nvme", None)]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["xlsx", "yaml"])
def test_controllers_without_a_disk_take_the_place_of_the_unseen(
    form: str, text: str, added: list[Any], rvtools: Path, tmp_path: Path
) -> None:
    answered = tmp_path / f"s.{form}"
    if form == "xlsx":
        sheet(asked(rvtools), answered, of_fact("controllers", text), reorder=True)
    else:
        listed = [{"id": name, "type": type_, "bus_sharing": sharing} for name, type_, sharing in added]
        uncommented = [
            line.replace("  # - ", "  - ").replace("controllers: }", f"controllers: {json.dumps(listed)}}}")
            for line in questions_yaml.render(asked(rvtools), "en").splitlines()
            if "seen:" in line or not line.startswith("  # -")
        ]
        answered.write_text("\n".join(uncommented), "utf-8")
    before = {vm.name: vm.controllers for vm in inventory(rvtools).vms or ()}
    after = {vm.name: vm.controllers for vm in inventory(rvtools, answered).vms or ()}
    asked_of = {question.subject for question in questions_of(asked(rvtools), "vm.controllers.unseen")}
    assert asked_of
    for name, controllers in after.items():
        if name not in asked_of:
            assert controllers == before[name]
            continue
        kept = [one for one in before[name] or () if one.id != "unseen"]
        assert controllers is not None and controllers[: len(kept)] == kept
        assert [(one.id, one.type, one.bus_sharing) for one in controllers[len(kept) :]] == added
    left = asked(rvtools, answered)
    assert not questions_of(left, "vm.controllers.unseen")


def test_an_answer_about_other_controllers_than_there_are_now_is_not_used(rvtools: Path, tmp_path: Path) -> None:
    name = questions_of(asked(rvtools), "vm.controllers.unseen")[0].subject
    (tmp_path / "a.yaml").write_text(
        f"tenken: 1\nanswers: [{{vms: {{name: {name}}}, seen: [scsi9], controllers: []}}]\n", "utf-8"
    )
    found = assembled(rvtools, tmp_path / "a.yaml")
    (vm,) = [vm for vm in found.inventory.vms or () if vm.name == name]
    assert any(one.id == "unseen" for one in vm.controllers or ())
    assert any("not used" in str(warning) and "使用していません" in warning.text("ja") for warning in found.warnings)


@pytest.mark.parametrize("text", ["LSI", "pvscsi shared", "scsi1 none", "none; pvscsi", "pvscs"])
def test_what_is_no_controller_is_told(text: str, rvtools: Path, tmp_path: Path) -> None:
    answered = sheet(asked(rvtools), tmp_path / "s.xlsx", of_fact("controllers", text))
    with pytest.raises(InputError) as caught:
        assembled(rvtools, answered)
    assert all(problem.place is not None and problem.place.cell and problem.hint for problem in caught.value.problems)


# --- with the rest -----------------------------------------------------------------------------------------------------


def test_a_sheet_never_makes_a_list_complete(rvtools: Path, tmp_path: Path) -> None:
    """Answers about some objects are no listing of all of them: what an export told in part stays in part."""
    answered = sheet(
        asked(rvtools),
        tmp_path / "s.xlsx",
        lambda key, subject: None if "all" in key else "yes" if key["fact"] == ["encrypted"] else None,
    )
    overlay = tmp_path / "part.yaml"
    overlay.write_text("tenken: 1\nsource: rvtools\npartial: [vms]\nvms: []\n", "utf-8")
    assert "vms" in assembled(overlay, answered).partial


def test_answers_travel_in_a_bundle(rvtools: Path, tmp_path: Path) -> None:
    answered = sheet(asked(rvtools), tmp_path / "s.xlsx", of_fact("controllers", "scsi3 pvscsi none"))
    made = bundle.make([rvtools, answered], pipeline.evaluate_paths([rvtools, answered]))
    assert made.same, made.differences
    (name,) = [name for name in made.files if name.endswith("-questions.yaml")]
    assert "answers:" in made.files[name] and "seen: [scsi0" in made.files[name]
