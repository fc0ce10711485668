"""Exports of iStorage arrays: what their XML says, and what it leaves unknown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ism_exports import (
    DISK_ARRAY,
    INVENTORY,
    IQN,
    PORT1,
    PORT2,
    array_of,
    chapter,
    entry,
    export,
    fc,
    host_port,
    iscsi,
    ld,
    problems_of,
    read,
    warnings_of,
)

from tenken.document.problem import InputError
from tenken.sources.ism import source as ism
from tenken.sources.ism import xml as ism_xml
from tenken.sources.joining.assemble import assemble
from tenken.sources.native import source as native
from tenken.sources.rvtools import source as rvtools


def disks(*entries: str) -> str:
    return export(DISK_ARRAY, chapter("Logical Disk", *entries))


def sets(*entries: str) -> str:
    return export(DISK_ARRAY, chapter("Logical Disk", ld("0010", "a"), ld("0011", "b")), chapter("Access Control", *entries))


def test_an_array_with_its_disks_and_ld_sets(tmp_path: Path) -> None:
    document = read(tmp_path, export())
    (array,) = INVENTORY.validate_python(document.tree).arrays or ()
    assert (array.name, array.model) == ("M320-01", "M320F")
    first = (array.logical_disks or [])[0]
    assert (first.ldn, first.name, first.format, first.roles, first.capacity_gib) == ("0010h", "VM_MV01", "LX", ["MV"], 1024.0)
    esx01, esx02 = array.ld_sets or ()
    assert (esx01.name, esx01.platform, esx01.ports) == ("esx01", "VW", ["10:00:00:90:fa:a0:78:6a", "10:00:00:90:fa:a0:78:6b"])
    assert [(lun.lun, lun.ldn) for lun in esx01.luns or ()] == [(0, "0010h"), (1, "0020h"), (10, "0110h")]
    assert (esx02.ports, [(lun.lun, lun.ldn) for lun in esx02.luns or ()]) == ([IQN], [(0, "0010h")])
    assert (document.format, document.read_as, document.warnings) == ("iStorage XML", "iSM 9.4.001", [])
    assert document.partial == frozenset()


def test_what_the_xml_does_not_say_is_absent(tmp_path: Path) -> None:
    array = array_of(read(tmp_path, export()))
    assert not {"pairs", "snapshot_sets", "licences", "serial"} & set(array)
    assert all(not {"mode", "hosts"} & set(ld_set) for ld_set in array["ld_sets"])
    assert all(not {"uid", "vmfs_uuid", "protected", "state"} & set(disk) for disk in array["logical_disks"])
    assert "ld_sets" not in array_of(read(tmp_path, disks(ld("0010", "a")))), "no chapter: nobody looked"
    assert "logical_disks" not in array_of(read(tmp_path, export(DISK_ARRAY)))


def test_a_chapter_that_lists_nothing_says_that_there_is_nothing(tmp_path: Path) -> None:
    array = array_of(read(tmp_path, export(DISK_ARRAY, chapter("Logical Disk"), chapter("Access Control"))))
    assert (array["logical_disks"], array["ld_sets"]) == ([], [])


def test_an_export_that_does_not_list_everything(tmp_path: Path) -> None:
    document = read(tmp_path, export(arguments="-cinder -xml"))
    assert "ld_sets" not in array_of(document)
    assert document.partial == {"logical_disks"}
    assert "export it with -all" in warnings_of(document)


@pytest.mark.parametrize("arguments", ["-all", "--alloptimize", " -cinder  -xml -all "])
def test_arguments_that_list_everything(tmp_path: Path, arguments: str) -> None:
    assert "ld_sets" in array_of(read(tmp_path, export(arguments=arguments)))


@pytest.mark.parametrize(
    ("arguments", "name"),
    [("-all", "ism"), ("-all M320-02", "M320-02"), ("-all one two", "ism")],
)
def test_the_array_is_called_as_the_query_did_else_after_the_file(tmp_path: Path, arguments: str, name: str) -> None:
    assert array_of(read(tmp_path, export(arguments=arguments), "ism.xml"))["name"] == name


@pytest.mark.parametrize(
    ("printed", "roles"),
    [
        ("IV", ["IV"]), ("MV", ["MV"]), ("MV/BV", ["MV", "BV"]), ("MV,BV", ["MV", "BV"]), ("RV MV", ["RV", "MV"]),
        ("MVBV", ["MV", "BV"]), ("LV", ["LV"]), ("---", None), ("  ", None), ("MV XX", None), ("XX", None),
    ],
)  # fmt: skip
def test_the_attribute_is_a_set_of_roles(tmp_path: Path, printed: str, roles: list[str] | None) -> None:
    document = read(tmp_path, disks(ld("0010", "a", printed)))
    assert array_of(document)["logical_disks"][0].get("roles") == roles
    assert ("is not known" in warnings_of(document)) == ("XX" in printed), "half a set of roles would be a wrong one"


@pytest.mark.parametrize(("code", "known"), [("WN", True), ("WG", True), ("VMware(VW)", True), ("ZZ", False), ("lx", False)])
def test_codes_that_are_not_known_are_kept_and_told(tmp_path: Path, code: str, known: bool) -> None:
    document = read(tmp_path, disks(ld("0010", "a", OS_Type=code)))
    assert array_of(document)["logical_disks"][0]["format"] == code
    assert warnings_of(document) == "" if known else f"the format '{code}' is not known" in warnings_of(document)
    document = read(tmp_path, sets(fc("s", platform=code)))
    assert array_of(document)["ld_sets"][0]["platform"] == code
    assert warnings_of(document) == "" if known else f"the platform '{code}' is not known" in warnings_of(document)


def test_alike_warnings_are_told_once(tmp_path: Path) -> None:
    document = read(tmp_path, disks(*(ld(f"{number:04x}", f"d{number}", OS_Type="ZZ") for number in range(9))))
    (warning,) = document.warnings
    assert "also in 8 places below" in warning.said.en


def test_of_many_codes_the_first_are_told(tmp_path: Path) -> None:
    document = read(tmp_path, disks(*(ld(f"{number:04x}", "d", OS_Type=f"Z{number}") for number in range(9))))
    told = warnings_of(document)
    assert [f"'Z{number}'" in told for number in range(6)] == [True] * 5 + [False]
    assert "4 more are like these" in told


def test_two_blanks_are_no_format(tmp_path: Path) -> None:
    assert "format" not in array_of(read(tmp_path, disks(ld("0010", "a", OS_Type="  "))))["logical_disks"][0]


@pytest.mark.parametrize(
    ("printed", "gib"),
    [("1073741824", 1.0), ("0", 0.0), ("18446744073441116160", None), ("10GB", None), ("-1", None), ("", None)],
)
def test_capacities(tmp_path: Path, printed: str, gib: float | None) -> None:
    assert array_of(read(tmp_path, disks(ld("0010", "a", LD_Capacity=printed))))["logical_disks"][0].get("capacity_gib") == gib


def test_disks_of_the_array_itself_are_left_out(tmp_path: Path) -> None:
    own: dict[str, Any] = {"OS_Type": "  ", "Purpose": "(invalid attribute)"}
    document = read(
        tmp_path,
        disks(
            ld("0fff", "Pool0000_SYV0FFF", "---", **own),
            ld("0001", "backup_SDV0001", **own),
            ld("0002", "user_SDV0002"),
            ld("0003", "anything", **own),
            ld("0004", "__ControlVolume_4h"),
        ),
    )
    assert [disk["ldn"] for disk in array_of(document)["logical_disks"]] == ["0002h", "0003h", "0004h"]
    assert document.read_as == "iSM 9.4.001, 2 logical disks of the array itself left out"
    mapped = export(
        DISK_ARRAY,
        chapter("Logical Disk", ld("0001", "backup_SDV0001", **own)),
        chapter("Access Control", fc("s", [("0000", "0001")])),
    )
    assert [disk["ldn"] for disk in array_of(read(tmp_path, mapped))["logical_disks"]] == ["0001h"], "somebody uses it"


def test_a_disk_in_two_ld_sets(tmp_path: Path) -> None:
    array = array_of(read(tmp_path, sets(fc("one", [("0000", "0010")]), fc("two", [("0007", "0010")]))))
    assert [[(lun["lun"], lun["ldn"]) for lun in ld_set["luns"]] for ld_set in array["ld_sets"]] == [
        [(0, "0010h")],
        [(7, "0010h")],
    ]


def test_targets_without_a_disk_and_disks_behind_several_targets(tmp_path: Path) -> None:
    targets = [
        ("0000", "0010"),
        ("-", "-"),
        ("0000", "0010"),
        ("0000", "0011"),
        ("0001", "0010"),
        ("-", "0011"),
        ("0002", "----"),
    ]
    for mode in ("Multi-Target", "Normal"):
        (ld_set,) = array_of(read(tmp_path, sets(iscsi("i", targets, mode))))["ld_sets"]
        assert [(lun["lun"], lun["ldn"]) for lun in ld_set["luns"]] == [(0, "0010h"), (0, "0011h"), (1, "0010h")]


def test_an_ld_set_without_disks_has_none_and_one_without_ports_is_open(tmp_path: Path) -> None:
    (ld_set,) = array_of(read(tmp_path, sets(fc("s", ports=()))))["ld_sets"]
    assert ld_set["luns"] == []
    assert "ports" not in ld_set, "an access by nobody would make every RV pass for detached"


@pytest.mark.parametrize(
    ("text", "luns"),
    [
        (fc("s"), True),
        (fc("s").replace("(FC)", "(NVMe-oF)"), False),
        (fc("s", [("0000", "0010")]).replace("(FC)", "(NVMe-oF)"), True),
        (fc("s", [("0000", "0010"), ("0001", "0011")]).replace("LUN/LD List", "LUN List of Namespaces", 1), False),
    ],
)
def test_luns_that_may_be_listed_otherwise_are_open(tmp_path: Path, text: str, luns: bool) -> None:
    document = read(tmp_path, sets(text))
    (ld_set,) = array_of(document)["ld_sets"]
    assert ("luns" in ld_set) is luns
    assert ("lists its LUNs in an unknown way" in warnings_of(document)) is not luns


def test_ports_of_the_array_stand_for_no_host(tmp_path: Path) -> None:
    document = read(tmp_path, sets(fc("s", ports=("00-01(2200000991020012)", PORT1))))
    ((array),) = INVENTORY.validate_python(document.tree).arrays or ()
    assert (array.ld_sets or [])[0].ports == ["00-01(2200000991020012)", "10:00:00:90:fa:a0:78:6a"]


def test_ld_sets_of_one_name_are_told_apart(tmp_path: Path) -> None:
    entries = (fc("web", platform="VW"), fc("web", platform="WN"), iscsi("web", []), fc("db"))
    names = [ld_set["name"] for ld_set in array_of(read(tmp_path, sets(*entries)))["ld_sets"]]
    assert names == ["VW:web (FC)", "WN:web", "VW:web (iSCSI)", "db"]


def test_places_are_those_of_the_values(tmp_path: Path) -> None:
    text = "iSM> iSMquery\n" + export().replace("VM_MV01", "仮想_01").replace(f">{PORT2}<", f">\n{PORT2}<")
    document = read(tmp_path, text)
    lines = text.split("\n")
    for route, value in (
        (("arrays", 0, "model"), "M320F"),
        (("arrays", 0, "logical_disks", 0, "name"), "仮想_01"),
        (("arrays", 0, "logical_disks", 1, "ldn"), "0110"),
        (("arrays", 0, "logical_disks", 1, "roles"), "RV"),
        (("arrays", 0, "logical_disks", 1, "roles", 0), "RV"),
        (("arrays", 0, "logical_disks", 1, "uid"), "0110"),
        (("arrays", 0, "ld_sets", 0, "platform"), "VW"),
        (("arrays", 0, "ld_sets", 0, "hosts"), "esx01"),
        (("arrays", 0, "ld_sets", 0, "luns", 2, "lun"), "000a"),
        (("arrays", 0, "ld_sets", 1, "ports", 0), IQN),
    ):
        place = document.locate(route)
        assert place.line and place.column
        assert lines[place.line - 1][place.column - 1 :].startswith(value), route
    assert str(document.locate(())) == "M320-01.xml:1:1"


def test_a_column_on_the_first_line_counts_what_is_before_the_xml(tmp_path: Path) -> None:
    text = "$ " + " ".join(export().split())
    place = read(tmp_path, text).locate(("arrays", 0, "model"))
    assert place.line == 1 and place.column == text.index("M320F") + 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = export(DISK_ARRAY, chapter("Logical Disk", ld("0010", "業務データ")))
    assert array_of(read(tmp_path, text.encode(encoding)))["logical_disks"][0]["name"] == "業務データ"


@pytest.mark.parametrize("tail", ["ExitStatus: 0\n", "\nExitStatus=0 <ok>\nsysadmin@array$ ", "\r\n"])
def test_what_the_shell_prints_around_the_xml(tmp_path: Path, tail: str) -> None:
    document = read(tmp_path, "\nlogin & <banner>\n\n<?xml version='1.0' encoding='Shift_JIS'?>\n" + export(tail=tail))
    assert len(array_of(document)["logical_disks"]) == 7


def test_the_world_wide_name_and_serial_of_a_full_view(tmp_path: Path) -> None:
    detail = [("Product ID", "M320F"), ("Serial Number", "0000000991020012"), ("World Wide Name", "2000-0009-9102-0012")]
    view = export(
        chapter("Disk Array", entry("Disk Array", [("Disk Array Detail Information", detail)])), chapter("Logical Disk")
    )
    document = read(tmp_path, view)
    assert array_of(document)["serial"] == "0000000991020012"
    assert document.world_wide_name == "000991020012"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("ports", "name"),
    [
        (["2100000991020012", "2A00000991020012"], "000991020012"),
        (["2100000991020012", "2100000991020013"], None),
        (["---"], None),
        (["nonsense"], None),
        ([], None),
    ],
)
def test_the_world_wide_name_by_the_ports(tmp_path: Path, ports: list[str], name: str | None) -> None:
    text = export(DISK_ARRAY, chapter("Logical Disk"), chapter("Controller", *map(host_port, ports)))
    assert read(tmp_path, text).world_wide_name == name  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (ld("zz", "a"), "a logical disk without a hexadecimal LDN(h)"),
        (ld("---", "a"), "a logical disk without a hexadecimal LDN(h)"),
        (entry("Logical Disk", [("LD Detail Information", [("LD Name", "a")])]), "without a hexadecimal LDN(h)"),
    ],
)
def test_disks_without_a_number_are_mistakes(tmp_path: Path, entries: str, expected: str) -> None:
    assert expected in problems_of(tmp_path, disks(entries))


def test_all_mistakes_are_told_at_once_with_their_places(tmp_path: Path) -> None:
    text = export(
        DISK_ARRAY,
        chapter("Logical Disk", ld("zz", "a")),
        chapter("Access Control", fc("  "), fc("s", [("0000", "xyz")])),
    )
    told = problems_of(tmp_path, text)
    assert told.count("\n") == 2
    for value, message in (("zz", "without a hexadecimal LDN(h)"), ("xyz", "no hexadecimal number")):
        line = next(number for number, found in enumerate(text.split("\n"), 1) if f">{value}<" in found)
        assert any(f"M320-01.xml:{line}:" in found and message in found for found in told.split("\n"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (export(code="31005"), "the query failed with code 31005"),
        (export()[:2000], "cut off"),
        (export().replace("</UNIT>", "", 1), "not XML: mismatched tag"),
        (export() + export(), "not XML: junk after document element"),
        ("<REQUEST><CMD_REQUEST/><CMD_REQUEST/></REQUEST>", "answers to 2 queries"),
        ("<REQUEST></REQUEST>", "no CMD_REQUEST"),
        (export().replace("M320F", "M&bomb;"), "not XML: undefined entity"),
    ],
)
def test_damaged_exports_are_refused(tmp_path: Path, text: str, expected: str) -> None:
    file = tmp_path / "a.xml"
    file.write_text(text, encoding="utf-8")
    told = problems_of(tmp_path, text) if "iSMquery" in text else parse_problem(text)
    assert expected in told


def test_output_of_other_queries_is_no_array(tmp_path: Path) -> None:
    text = export(chapter("Replication", entry("Pair", []))).replace("iSMquery", "iSMrc_query")
    assert "none of the chapters that tenken reads: Disk Array, Logical Disk, Access Control" in problems_of(tmp_path, text)


@pytest.mark.parametrize(
    "heading", ["--- Disk Array List ---", "--- LD Detail Information ---", "--- LD Set(FC) Information ---"]
)
def test_a_view_as_text_is_refused_with_the_right_command(tmp_path: Path, heading: str) -> None:
    text = f"\n{heading}\r\nProduct ID        Disk Array Name                   Resource State\n"
    (tmp_path / "view.txt").write_text(text, encoding="utf-8")
    assert ism.recognises(tmp_path / "view.txt")
    told = problems_of(tmp_path, text, "view.txt")
    assert "no documented layout" in told and "clioutmsg xml and iSMview -all" in told


def test_numbers_that_repeat_are_mistakes_with_both_places(tmp_path: Path) -> None:
    document = read(tmp_path, disks(ld("0010", "a"), ld("10", "b")))
    with pytest.raises(InputError, match=r"M320-01.xml:26:26: .*states '10h' twice \(first at M320-01.xml:15:26\)"):
        assemble([document])


def parse_problem(text: str) -> str:
    with pytest.raises(InputError) as refused:
        ism_xml.parse(text, "a.xml")
    return str(refused.value)


def test_recognised_by_content(tmp_path: Path) -> None:
    for name, text, known in (
        ("a", export(), True),
        ("b.xml", "<REQUEST/>", False),
        ("c.xml", "<?xml version='1.0'?><domain type='vmware'/>", False),
        ("d.yaml", "tenken: 1\n", False),
        ("e.bin", "PK\x03\x04", False),
        ("f", "", False),
    ):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        assert ism.recognises(file) is known, name
        assert not (known and (native.recognises(file) or rvtools.recognises(file)))
    assert not ism.recognises(tmp_path / "missing")


def test_a_folder_of_exports(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "M1.xml").write_text(export(), encoding="utf-8")
    (tmp_path / "sub" / "M2.TXT").write_text(export(), encoding="utf-8")
    (tmp_path / "notes.txt").write_text("nothing", encoding="utf-8")
    assert ism.recognises(tmp_path)
    documents = ism.read(tmp_path, "exports/")
    assert [document.name for document in documents] == ["exports/M1.xml", "exports/sub/M2.TXT"]
    assert [array_of(document)["name"] for document in documents] == ["M1", "M2"]
