"""Runbooks: a procedure with the site's own names, blanks for what is not known, and no guess."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tenken import pipeline
from tenken.engine.procedures.choice import NoRunbook
from tenken.engine.procedures.runbook import WrittenRunbook
from tenken.outputs import runbook as output

Site = Callable[..., Path]


def write(path: Path, **options: Any) -> WrittenRunbook:
    return pipeline.runbook(pipeline.evaluate_paths([path]), **options)


def text(runbook: WrittenRunbook, format: str = "markdown", lang: str = "en") -> str:
    return output.render(runbook, format, lang, "2026-01-01 00:00 UTC")


def step(runbook: WrittenRunbook, number: str) -> Any:
    (found,) = [step for step in runbook.steps if step.number == number]
    return found


def words(step: Any) -> list[str]:
    return ["".join(f"<{piece.en}>" if piece.blank else piece.en for piece in box.pieces) for box in step.boxes]


def test_names_numbers_and_luns_of_the_site_are_filled_in(site: Site) -> None:
    servers = [
        {"name": "mgmt01", "roles": ["management"], "physical": True},
        {"name": "bkup01", "roles": ["backup"], "physical": True},
    ]
    found = write(site({"servers": servers}), datastore="DS01", scenario="mv-failure")
    assert found.procedure.id == "ddr-mv-failure-restore" and found.blanks == 0
    assert words(step(found, "2")) == ["app01"]
    assert words(step(found, "3-3")) == ["LDN 0010h (VM_MV01), M320-01; esx: LUN 0"]
    assert words(step(found, "4")) == ["MV 0010h (VM_MV01) – RV 0110h (VM_RV01)"]
    assert words(step(found, "5")) == ["esx01", "esx02"]
    assert "mgmt01" in text(found) and "bkup01" in text(found)
    assert "same LDN" not in text(found, lang="ja") and "同じLDN" in text(found, lang="ja")


@pytest.mark.parametrize(("changes", "number", "said"), [
    ({"datastores": [{"name": "DS01", "vcenter": "vc01", "datacenter": "DC1", "hosts": None}]}, "5", "<hosts that mount it>"),
    ({"arrays": [{"name": "M320-01", "ld_sets": None}]}, "3-4", "LDN 0010h (VM_MV01), M320-01; <LD set and LUN>"),
    ({"arrays": [{"name": "M320-01", "ld_sets": [{"name": "esx", "luns": [{"ldn": "0010h", "lun": None}]}]}]}, "3-4",
     "LDN 0010h (VM_MV01), M320-01; esx: <LUN>"),
])  # fmt: skip
def test_what_is_not_known_is_a_blank(changes: dict[str, Any], number: str, said: str, site: Site) -> None:
    found = write(site(changes), datastore="DS01", scenario="mv-failure", function="DDR")
    assert said in words(step(found, number))
    assert found.blanks >= 1
    assert f"{found.blanks} facts are not known" in text(found)
    assert "\\_\\_" in text(found) and 'class="blank"' in text(found, "html")


def test_what_a_virtual_rdm_maps_is_copied_and_restored_with_its_vm_but_not_rebuilt(site: Site) -> None:
    disk = {"label": "Hard disk 2", "controller": "scsi0", "path": "[DS01] app01/app01_1.vmdk", "backing": "rdm"}
    mapped = {**disk, "rdm": {"compatibility": "virtual", "device": "naa.60"}}
    lds = [{"ldn": "0060h", "uid": "naa.60", "roles": ["MV"]}, {"ldn": "0160h", "uid": "naa.160", "roles": ["RV"]}]
    pairs = [{"function": "DDR", "mv": "0060h", "rv": "0160h", "rv_array": "M320-01"}]
    path = site(
        {"vms": [{"name": "app01", "disks": [mapped]}], "arrays": [{"name": "M320-01", "logical_disks": lds, "pairs": pairs}]}
    )
    both = ["MV 0010h (VM_MV01) – RV 0110h (VM_RV01)", "MV 0060h – RV 0160h"]
    backup = write(path, datastore="DS01", mode="online", repnavi=True)
    assert words(step(backup, "1")) == words(step(backup, "3")) == both
    restore = write(path, datastore="DS01", scenario="restore", mode="online", repnavi=True)
    assert words(step(restore, "3")) == both
    rebuilt = write(path, datastore="DS01", scenario="mv-failure")
    assert words(step(rebuilt, "4")) == both[:1]


def test_vms_that_are_powered_off_are_left_out_and_said_so(site: Site) -> None:
    found = write(
        site({"vms": [{"name": "app01", "power_state": "powered_off"}]}), datastore="DS01", mode="online", repnavi=True
    )
    (box,) = step(found, "2").boxes
    assert box.left_out and "powered off" in box.pieces[1].en
    unknown = write(site({"vms": [{"name": "app01", "power_state": None}]}), datastore="DS01", mode="online", repnavi=True)
    assert words(step(unknown, "2")) == ["app01 <powered on or off?>"]


def test_a_vm_that_is_off_now_may_have_been_on_at_the_backup(site: Site) -> None:
    """It may be off because it failed: whether the backup holds a snapshot of it has to be told."""
    options = {"datastore": "DS01", "scenario": "restore", "mode": "online", "repnavi": True}
    off = write(site({"vms": [{"name": "app01", "power_state": "powered_off"}]}), **options)
    assert step(off, "1").boxes[0].left_out and not step(off, "6").boxes[0].left_out
    assert words(step(off, "6")) == words(step(off, "7")) == ["app01 <powered on or off at the backup?>"]
    told = {"name": "app01", "power_state": "powered_off", "powered_off_at_backup": True}
    assert step(write(site({"vms": [told]}), **options), "6").boxes[0].left_out
    assert words(step(write(site(), **options), "6")) == ["app01"]


def test_the_lv_stands_beside_its_bv_with_its_own_lun(site: Site) -> None:
    found = write(site(), datastore="DS02", scenario="bv-failure")
    both = ["LDN 0020h (VM_BV01), M320-01; esx: LUN 1", "LDN 0320h (VM_LV01), M320-01; esx: LUN 3"]
    assert words(step(found, "2-2")) == words(step(found, "2-5")) == both
    assert words(step(found, "2-3")) == both[:1]
    unknown = write(
        site({"arrays": [{"name": "M320-01", "snapshot_sets": None}]}), datastore="DS02", scenario="bv-failure", function="DSV"
    )
    assert words(step(unknown, "2-5"))[1] == "<LV (LDN, LD set and LUN)>"


def test_nothing_is_restored_from_a_tape_that_is_not_there(site: Site) -> None:
    def job(secondary: Any) -> dict[str, Any]:
        return {"jobs": [{"name": "j", "pattern": "vmfs", "function": "DDR", "mode": "offline", "targets": {"datastores": ["DS01"]},
                          "secondary": secondary}]}  # fmt: skip

    def actions(secondary: Any) -> list[str]:
        return [step.number for step in write(site(job(secondary)), job="j", scenario="mv-failure").steps]

    assert actions("none")[0] == "2" and actions({"software": "NetBackup"})[0] == actions(None)[0] == "1"


def test_esxi_itself_is_copied_by_controlcommand_and_is_no_datastore(site: Site) -> None:
    host = {"hosts": [{"name": "esx01", "boot": {"kind": "san", "device": "naa.6000000000000010"}}]}
    assert "ControlCommand" in text(write(site(host), host="esx01")) and "iStorageManager" not in text(
        write(site(host), host="esx01")
    )
    restore = write(site(host), host="esx01", scenario="from-secondary")
    assert "datastore" not in text(restore) and "データストア" not in text(restore, lang="ja")


def test_generations_of_online_backups_hold_snapshots_wherever_they_are_restored(site: Site) -> None:
    for scenario in ("mv-failure", "file-failure", "from-secondary"):
        notes = [note.en for note in write(site(), datastore="DS01", scenario=scenario).notes]
        assert any("online backup holds VM snapshots" in note for note in notes)


@pytest.mark.parametrize(("options", "procedure"), [
    ({"mode": "online", "repnavi": True}, "online-backup-repnavi-ddr"),
    ({"mode": "offline", "repnavi": True}, "offline-backup-repnavi-ddr"),
    ({"mode": "offline", "repnavi": False}, "ddr-backup-manual"),
    ({"mode": "online", "repnavi": True, "scenario": "restore"}, "online-restore-repnavi-ddr"),
    ({"scenario": "file-failure"}, "ddr-single-vm-restore"),
    ({"scenario": "from-secondary"}, "vmfs-restore-from-secondary"),
    ({"datastore": "DS02", "scenario": "bv-failure"}, "dsv-bv-failure-restore"),
    ({"datastore": "DS02", "function": "DSV", "mode": "offline", "repnavi": False}, "dsv-backup-manual"),
    ({"procedure": "ddr-file-failure-restore", "vm": "app01"}, "ddr-file-failure-restore"),
    ({"datastore": None, "host": "esx01", "function": "DDR"}, "sanboot-backup-ddr"),
])  # fmt: skip
def test_the_procedure_that_fits_is_chosen(
    options: dict[str, Any], procedure: str, site: Site, example_site: dict[str, Any]
) -> None:
    second = {**example_site["vms"][0], "name": "app02", "uuid": "2", "vmx": "[DS02] app02/app02.vmx"}
    second["disks"] = [{**second["disks"][0], "path": "[DS02] app02/app02.vmdk"}]
    found = write(site({"vms": [second]}), **{"datastore": "DS01", **options})
    assert found.procedure.id == procedure
    for lang in ("en", "ja"):
        assert text(found, "html", lang).count('type="checkbox"') >= len(found.steps)


@pytest.mark.parametrize(("options", "message"), [
    ({}, "about one job, one datastore or one host"),
    ({"datastore": "DS01", "job": "x"}, "about one job"),
    ({"datastore": "DS9"}, "no datastore 'DS9'"),
    ({"datastore": "DS01"}, "whether RepNavi Suite does it is not known"),
    ({"datastore": "DS01", "repnavi": True}, "the mode is not known"),
    ({"datastore": "DS01", "repnavi": False, "mode": "online"}, "the guide describes no backup by DDR, online, without RepNavi"),
    ({"datastore": "DS02", "repnavi": True, "mode": "online"}, "the guide describes no backup by DSV, online, with RepNavi"),
    ({"datastore": "DS01", "scenario": "bv-failure"}, "the guide describes no bv-failure by DDR"),
    ({"datastore": "DS01", "procedure": "ddr-mv-failure"}, "no procedure 'ddr-mv-failure'"),
    ({"datastore": "DS02", "procedure": "ddr-mv-failure-restore"}, "ddr-mv-failure-restore is not for what DSV copies"),
    ({"datastore": "DS01", "procedure": "sanboot-restore-same-ld"}, "sanboot-restore-same-ld is not for a datastore"),
    ({"datastore": "DS02", "scenario": "file-failure"}, "one VM or several is not known"),
    ({"datastore": "DS01", "procedure": "ddr-file-failure-restore", "vm": "app9"}, "no vm 'app9'"),
])  # fmt: skip
def test_what_can_not_be_chosen_says_why(options: dict[str, Any], message: str, site: Site) -> None:
    with pytest.raises(NoRunbook, match=message) as error:
        write(site(), **options)
    assert error.value.hint


def test_steps_of_repnavi_are_not_written_for_a_job_without_it(site: Site) -> None:
    job = {
        "name": "by-hand", "pattern": "vmfs", "function": "DDR", "mode": "offline", "tool": "iStorageManager",
        "targets": {"datastores": ["DS01"]},
    }  # fmt: skip
    with pytest.raises(NoRunbook, match="offline-backup-repnavi-ddr is not for what is backed up without RepNavi Suite"):
        write(site({"jobs": [job]}), job="by-hand", procedure="offline-backup-repnavi-ddr")
    assert write(site({"jobs": [job]}), job="by-hand", procedure="ddr-backup-manual").procedure.repnavi is False


def test_a_datastore_that_is_not_eligible_is_told_first(site: Site) -> None:
    found = write(site({"vms": [{"name": "app01", "encrypted": True}]}), datastore="DS01", mode="online", repnavi=True)
    assert [warning.en for warning in found.warnings] == [
        "DS01 (Online): Not eligible by tenken. Settle what its report says first."
    ]
    assert "Stop: read this first" in text(found) and "実施前に必ず確認" in text(found, "html", "ja")
    assert write(site(), datastore="DS01", mode="online", repnavi=True).warnings == []


def test_names_are_escaped(site: Site, example_site: dict[str, Any]) -> None:
    evil = "<script>alert(1)</script>|`x`\n# h"
    vm = {**example_site["vms"][0], "name": evil, "uuid": "9"}
    found = write(site({"vms": [vm]}), datastore="DS01", scenario="mv-failure")
    assert "<script" not in text(found, "html") and "\\<script" in text(found)
    assert "\n# h" not in text(found)


def test_command_line(site: Site, tmp_path: Path) -> None:
    from tests.cli.command_line import tenken

    path = site()
    made = tmp_path / "rb.html"
    assert (
        tenken("runbook", path, "--datastore", "DS01", "--scenario", "mv-failure", "-o", made, "--lang", "ja").returncode == 0
    )
    assert '<html lang="ja">' in made.read_text(encoding="utf-8")
    wrong = tenken("runbook", path, "--datastore", "DS1", "--scenario", "mv-failure")
    assert wrong.returncode == 2 and "did you mean" in wrong.stderr
