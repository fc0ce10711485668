"""A finding stands on the line of the .tf file that it is about, where the files lie beside the plan."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from terraform_plans import Json, change, disk, new_vm, plan, read, resource, state, vm, write

import tenken
from tenken.sources.base import Document
from tenken.sources.terraform import code as terraform_code
from tenken.sources.terraform import source as terraform

ROOT = Path(__file__).parents[2]
DB = "vsphere_virtual_machine.db"

MAIN = """\
# 受注 comes first
resource "vsphere_virtual_machine" "db" {
  name             = "db01"
  guest_id         = "rhel8_64Guest"
  scsi_bus_sharing = "noSharing"

  disk {
    label = "disk0"
    size  = 40
  }
  disk { # 追加
    label       = "data"
    unit_number = 1
  }
}

data "vsphere_datastore" "ds01" {
  name = "DS01"
}
"""


def lines(document: Document, *routes: tuple[str | int, ...]) -> list[tuple[str, int | None, int | None]]:
    places = [document.locate(route) for route in routes]
    return [(place.source.rpartition("/")[2], place.line, place.column) for place in places]


def two_disks(*disks: Json) -> Json:
    return plan(change(DB, new_vm(disk=list(disks) or [disk(), disk("data", 1)])))


def test_lines_of_what_a_resource_states(tmp_path: Path) -> None:
    write(tmp_path, MAIN, "main.tf")
    document = read(tmp_path, two_disks())
    found = lines(
        document,
        ("vms", 0),
        ("vms", 0, "name"),
        ("vms", 0, "guest", "os", "version"),
        ("vms", 0, "controllers", 0, "bus_sharing"),
        ("vms", 0, "power_state"),
        ("datastores", 0, "name"),
    )
    assert found == [("main.tf", line, column) for line, column in ((2, 1), (3, 3), (4, 3), (5, 3), (2, 1), (18, 3))]
    assert document.locate(("vms", 0, "guest", "os")).pointer == f"{DB}.guest_id", "the address is told as well"


def test_a_disk_is_where_its_block_is(tmp_path: Path) -> None:
    """Whatever is wrong with it, so that a review shows one mark for one disk."""
    write(tmp_path, MAIN, "main.tf")
    document = read(tmp_path, two_disks())
    for fact in ((), ("mode",), ("path",), ("backing",)):
        assert lines(document, ("vms", 0, "disks", 0, *fact), ("vms", 0, "disks", 1, *fact)) == [
            ("main.tf", 7, 3),
            ("main.tf", 11, 3),
        ]
    assert document.locate(("vms", 0, "disks", 1, "mode")).pointer == f"{DB}.disk[1].disk_mode"


def block(inside: str) -> str:
    return f'resource "vsphere_virtual_machine" "db" {{\n{inside}\n}}\n'


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # the order of a plan is not that of the file: labels tell, then units
        ('disk { label = "data" }\ndisk { label = "disk0" }', [3, 2]),
        ("disk {\nlabel = var.a\nunit_number = 1\n}\ndisk { label = var.b }", [6, 2]),
        ('disk { label = "disk0" }\ndisk { label = "${var.name}-data" }', [2, 3]),
        # as many blocks as disks: their order
        ("disk {\nlabel = var.a\nunit_number = var.u\n}\ndisk {\nlabel = var.b\nunit_number = var.v\n}", [2, 6]),
        ('disk { label = "disk0" }\ndynamic "disk" {\nfor_each = var.more\ncontent { label = disk.value }\n}', [2, 3]),
        ('dynamic "disk" {\nfor_each = var.all\ncontent { label = disk.value }\n}', [2, 2]),
        # which of them? the resource, then
        ('dynamic "disk" {\ncontent {}\n}\ndynamic "disk" {\ncontent {}\n}', [1, 1]),
        ("name = var.name", [1, 1]),
    ],
)
def test_which_block_a_disk_is(tmp_path: Path, code: str, expected: list[int]) -> None:
    write(tmp_path, block(code), "main.tf")
    found = lines(read(tmp_path, two_disks()), ("vms", 0, "disks", 0), ("vms", 0, "disks", 1))
    assert [line for _, line, _ in found] == expected


def test_the_block_of_all_instances_is_the_same(tmp_path: Path) -> None:
    write(tmp_path, MAIN, "main.tf")
    document = read(tmp_path, plan(*(change(f"{DB}[{n}]", vm(f"db{n}"), ("no-op",)) for n in range(3))))
    assert lines(document, *(("vms", n, "disks", 0) for n in range(3))) == [("main.tf", 7, 3)] * 3


@pytest.mark.parametrize("form", [plan(change(f"module.a.module.b[0].{DB}", vm(), ("no-op",))), None])
def test_modules_are_found_by_their_source(tmp_path: Path, form: Json | None) -> None:
    write(tmp_path / "root", 'module "a" {\n  source = "../modules/a"\n}\n', "main.tf")
    write(tmp_path / "modules/a", 'module "b" { source = "./b" }\n', "x.tf")
    write(tmp_path / "modules/a/b", MAIN, "vm.tf")
    document = read(tmp_path / "root", form or state(resource(f"module.a.module.b[0].{DB}", vm())))
    place = document.locate(("vms", 0, "disks", 0))
    assert (place.source, place.line) == (str(tmp_path / "modules/a/b/vm.tf"), 7)


def test_modules_of_a_registry_are_found_where_init_put_them(tmp_path: Path) -> None:
    write(tmp_path, 'module "a" { source = "acme/vm/vsphere" }\n', "main.tf")
    installed = {"Modules": [{"Key": "", "Dir": "."}, {"Key": "a", "Dir": ".terraform/modules/a"}, {"Key": 5}, 7]}
    write(tmp_path / ".terraform/modules", installed, "modules.json")
    write(tmp_path / ".terraform/modules/a", MAIN, "vm.tf")
    document = read(tmp_path, plan(change(f"module.a.{DB}", vm(), ("no-op",))))
    assert lines(document, ("vms", 0)) == [("vm.tf", 2, 1)]


def test_names_of_files_begin_as_the_user_gave_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "infra", MAIN, "main.tf")
    write(tmp_path / "infra", two_disks())
    monkeypatch.chdir(tmp_path)
    for given_path, shown in (("infra/plan.json", "infra/main.tf"), ("./infra/plan.json", "infra/main.tf")):
        (document,) = terraform.read(Path(given_path), given_path)
        assert document.locate(("vms", 0)).source == shown
    monkeypatch.chdir(tmp_path / "infra")
    (document,) = terraform.read(Path("plan.json"), "plan.json")
    assert document.locate(("vms", 0)).source == "main.tf"


# --- no line is no mistake -------------------------------------------------------------------------------------------


def without_line(document: Document) -> None:
    place = document.locate(("vms", 0, "disks", 1, "mode"))
    assert (place.source.rpartition("/")[2], place.line) == ("plan.json", None)
    assert str(place).endswith(f"plan.json#{DB}.disk[1].disk_mode")


def test_no_code_no_line(tmp_path: Path) -> None:
    without_line(read(tmp_path, two_disks()))


@pytest.mark.parametrize(
    "code", ["", "}}}}", 'resource "vsphere_virtual_machine" "other" {}', "\x00\x01", '"' * 1000, "{" * 5000]
)
def test_code_that_does_not_parse(tmp_path: Path, code: str) -> None:
    write(tmp_path, code, "main.tf")
    without_line(read(tmp_path, two_disks()))


def test_code_that_is_not_quite_right(tmp_path: Path) -> None:
    write(tmp_path, MAIN + '\nresource "x" {{{ = <<EOT\n', "main.tf")
    write(tmp_path, "data = = =\n", "other.tf")
    assert lines(read(tmp_path, two_disks()), ("vms", 0, "disks", 1)) == [("main.tf", 11, 3)]


def test_code_of_absurd_size_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, MAIN, "main.tf")
    monkeypatch.setattr(terraform_code, "MAX_FILE_BYTES", len(MAIN.encode()) - 1)
    without_line(read(tmp_path, two_disks()))
    monkeypatch.setattr(terraform_code, "MAX_FILE_BYTES", 10**6)
    monkeypatch.setattr(terraform_code, "MAX_FILES", 0)
    without_line(read(tmp_path, two_disks()))


def test_what_is_no_ordinary_file_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "main.tf")
    (tmp_path / "folder.tf").mkdir()
    without_line(read(tmp_path, two_disks()))


@pytest.mark.parametrize("listed", ["", "[]", '{"Modules": 3}', '{"Modules": [{"Key": "a", "Dir": "\\u0000"}]}', "[" * 10**5])
def test_a_list_of_modules_that_is_no_such_thing(tmp_path: Path, listed: str) -> None:
    write(tmp_path / ".terraform/modules", listed, "modules.json")
    document = read(tmp_path, plan(change(f"module.a.{DB}", vm(), ("no-op",))))
    assert document.locate(("vms", 0)).line is None


def test_modules_that_call_themselves(tmp_path: Path) -> None:
    write(tmp_path, 'module "m" { source = "./" }\n', "main.tf")
    document = read(tmp_path, plan(change("module.m." * 200 + DB, vm(), ("no-op",))))
    assert document.locate(("vms", 0)).line is None


def test_without_the_extra_the_report_says_how_to_get_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tree_sitter_hcl", None)
    monkeypatch.setattr(terraform_code, "find_spec", lambda name: None)
    write(tmp_path, MAIN, "main.tf")
    document = read(tmp_path, two_disks())
    without_line(document)
    assert any(warning.hint and warning.hint.en == "pip install 'tenken[terraform]'" for warning in document.warnings)


def test_an_extra_that_does_not_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tree_sitter_hcl", None)
    write(tmp_path, MAIN, "main.tf")
    without_line(read(tmp_path, two_disks()))


@settings(max_examples=60)
@given(code=st.text(st.sampled_from('resource"vphd_mul{}[]()=<-EOT\n #/*$%.0\\é'), max_size=200))
def test_any_code_gives_a_place(tmp_path_factory: pytest.TempPathFactory, code: str) -> None:
    folder = tmp_path_factory.mktemp("code")
    write(folder, MAIN[: len(code)] + code, "main.tf")
    document = read(folder, two_disks())
    assert document.locate(("vms", 0, "disks", 1, "mode")).source.startswith(str(folder))


# --- the whole way ---------------------------------------------------------------------------------------------------


def test_one_bad_disk_is_one_finding_on_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The infrastructure repository of the examples, as a pull request would have it checked."""
    monkeypatch.chdir(ROOT)
    report = tenken.check(["examples/infrastructure"])
    (finding,) = report.results
    code = Path("examples/infrastructure/vms.tf").read_text(encoding="utf-8").splitlines()
    assert finding.location is not None
    assert (finding.rule, finding.location.source) == ("vm-disk-not-independent", "examples/infrastructure/vms.tf")
    assert finding.location.line is not None
    assert code[finding.location.line - 1 : finding.location.line + 1] == ["  disk {", '    label       = "data"']
    assert finding.location.pointer == f"{DB}.disk[1].disk_mode"
    assert (report.summary.exit_code, report.summary.subjects["vm"]) == (1, 4)


def test_without_the_bad_disk_all_is_well(tmp_path: Path) -> None:
    document = json.loads((ROOT / "examples/infrastructure/plan.json").read_text(encoding="utf-8"))
    (update,) = [entry for entry in document["resource_changes"] if entry["address"] == DB]
    update["change"]["after"]["disk"][1]["disk_mode"] = "persistent"
    write(tmp_path, document)
    write(tmp_path, (ROOT / "examples/infrastructure/notes.yaml").read_text(encoding="utf-8"), "notes.yaml")
    report = tenken.check([tmp_path])
    assert [result.message.en for result in report.results] == []
    assert report.summary.exit_code == 0
    assert report.summary.ready == {"vmfs.online": 4, "vmfs.offline": 4}


def test_the_plan_of_the_example_fits_its_code() -> None:
    """What is in the plan is in the code, by address; what the code creates is in the plan."""
    folder = ROOT / "examples/infrastructure"
    (document,) = terraform.read(folder, "examples/infrastructure")
    routes = [
        (kind, number) for kind in ("vms", "hosts", "datastores", "clusters") for number in range(len(document.tree[kind]))
    ]
    assert all(document.locate(route).line for route in routes)
    assert (folder / "plan.json").read_text(encoding="utf-8").count("S3CRET") == 0
