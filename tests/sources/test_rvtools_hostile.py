"""Damaged and malicious exports are refused with a place; nothing crashes, hangs or fills the memory."""

from __future__ import annotations

import io
import random
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rvtools_exports import csv_text, site, vm, workbook_bytes

from tenken.document.problem import InputError
from tenken.model.inventory import reader
from tenken.sources.base import Document
from tenken.sources.rvtools import source as rvtools
from tenken.sources.workbook import sheets as workbook

WORKBOOK = workbook_bytes(site())
SHEET = "xl/worksheets/sheet1.xml"
INVENTORY = reader()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return buffer.getvalue()


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    parts = parts_of(WORKBOOK)
    return packed(parts | {name: change(parts[name])})


def outcome(tmp_path: Path, data: bytes, name: str = "export.xlsx") -> str:
    """What a file gives: the mistakes that it was refused for, or nothing if it was read."""
    file = tmp_path / name
    file.write_bytes(data)
    rvtools.recognises(file)
    try:
        (document,) = rvtools.read(file, "export")
    except InputError as refused:
        problems = refused.problems
    else:
        problems = []
        check(document)
    assert all(problem.place and problem.place.source.startswith("export") for problem in problems)
    return "\n".join(map(str, problems))


def check(document: Document) -> None:
    INVENTORY.validate_python(document.tree)
    for number in range(len(document.tree["vms"])):
        document.locate(("vms", number, "disks", 0, "mode"))
    assert all(map(str, document.warnings))


def cells(*references: str, value: str = "<v>1</v>") -> Callable[[bytes], bytes]:
    """Adds cells to a sheet, each in a row of its own."""
    rows = "".join(f'<row r="{"".join(filter(str.isdigit, ref))}"><c r="{ref}">{value}</c></row>' for ref in references)
    return lambda data: data.replace(b"</sheetData>", rows.encode() + b"</sheetData>")


# --- zips and grids that are too large -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        with_part(SHEET, cells("XFD1048576")),
        with_part(SHEET, cells("A1048576", "XFD2")),
        with_part(SHEET, cells("ZZZZZZZZZZZZ99999999999999")),
        with_part(SHEET, lambda data: data.replace(b"</sheetData>", b'<row r="9999999"><c><v>1</v></c></row></sheetData>')),
        with_part(
            SHEET, lambda data: data.replace(b"<c ", b"<x:c ").replace(b"</c>", b"</x:c>").replace(b'r="A1"', b'r="XFD99999"')
        ),
        with_part(SHEET, lambda data: data.replace(b'<c r="A2"', b"<c r='XFD99999'")),
        with_part(SHEET, lambda data: data.replace(b'<c r="A2"', b'<c\tr="XFD99999"')),
        with_part(SHEET, lambda data: data.replace(b'<c r="A2"', b'<c r = "XFD99999"')),
    ],
)
def test_a_grid_that_does_not_fit_is_refused(tmp_path: Path, data: bytes) -> None:
    text = outcome(tmp_path, data)
    assert "more than the limit of 25,000,000 cells" in text or "damaged" in text


@pytest.mark.parametrize("reference", ["A200000", "CZ2000", "ZZ2000", "DA99"])
def test_a_grid_that_fits_is_read(tmp_path: Path, reference: str) -> None:
    assert outcome(tmp_path, with_part(SHEET, cells(reference))) == ""


def test_blank_cells_far_away_do_not_count(tmp_path: Path) -> None:
    assert outcome(tmp_path, with_part(SHEET, cells("XFD1048576", value=""))) == ""


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    bomb = with_part(SHEET, lambda data: data + b" " * 2**26)
    tracemalloc.start()
    assert "inflates more than 300 times" in outcome(tmp_path, bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**24


def test_the_sum_of_all_parts_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert outcome(tmp_path, WORKBOOK) == ""
    monkeypatch.setattr(workbook, "MAX_BYTES", len(WORKBOOK))
    assert "unpacked it is more than the limit" in outcome(tmp_path, WORKBOOK)
    monkeypatch.setattr(workbook, "MAX_BYTES", len(WORKBOOK) - 1)
    assert "more than the limit of 0 MiB" in outcome(tmp_path, WORKBOOK)


def test_a_size_that_the_zip_lies_about(tmp_path: Path) -> None:
    """calamine would unpack what is there; we never give it more than was declared and checked."""
    parts = parts_of(WORKBOOK)
    data = bytearray(packed(parts | {SHEET: parts[SHEET] + b"<!-- " + b"x" * 100_000 + b" -->"}))
    real = (len(parts[SHEET]) + 100_009).to_bytes(4, "little")
    assert data.count(real) == 2
    assert "damaged" in outcome(tmp_path, bytes(data).replace(real, (100).to_bytes(4, "little")))


def shared(length: int, references: int, cell: str = '<c r="A{row}" t="s"><v>0</v></c>') -> bytes:
    """A workbook whose rows all show one long shared string."""
    parts = parts_of(workbook_bytes({"vInfo": [["VM"]]}))
    rows = "".join(f'<row r="{row}">{cell.format(row=row)}</row>' for row in range(2, references + 2))
    head = b'<row r="1"><c r="A1" t="inlineStr"><is><t>VM</t></is></c></row>'
    start = parts[SHEET].index(b"<sheetData>")
    end = parts[SHEET].index(b"</sheetData>")
    parts[SHEET] = parts[SHEET][:start] + b"<sheetData>" + head + rows.encode() + parts[SHEET][end:]
    text = random.Random(1).randbytes(length // 2).hex()
    parts["xl/sharedStrings.xml"] = f"<sst><si><t>{text}</t></si><si/></sst>".encode()
    return packed(parts)


def test_a_long_text_that_many_cells_share_is_refused(tmp_path: Path) -> None:
    assert "its texts are more than the limit of 512 MiB" in outcome(tmp_path, shared(2_000_000, 5_000))
    assert outcome(tmp_path, shared(20_000, 100)) == ""


@pytest.mark.parametrize(
    "cell", ["<c r=\"A{row}\" t='s'><v>0</v></c>", '<c r="A{row}" t = "s"><v>0</v></c>', '<c r="A{row}" t="s"><v>&#48;</v></c>']
)
def test_unusual_references_to_shared_texts_are_counted_at_their_worst(tmp_path: Path, cell: str) -> None:
    assert "its texts are more than the limit" in outcome(tmp_path, shared(2_000_000, 5_000, cell))


def test_references_to_short_texts_are_counted_exactly(tmp_path: Path) -> None:
    assert outcome(tmp_path, shared(2_000_000, 5_000, '<c r="A{row}" t="s"><v>1</v></c>')) == ""


# --- other containers ------------------------------------------------------------------------------------------------


OLE = workbook.OLE_MAGIC + b"\0" * 504


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le"), "the workbook is encrypted (remove its password in Excel and save it)"),
        (OLE + b"tabvInfo", "is a workbook of the old .xls format (open it in Excel and save it as .xlsx)"),
        (OLE + "vInfo".encode("utf-16-le"), "is a workbook of the old .xls format"),
    ],
)
def test_old_and_encrypted_workbooks_get_a_hint(tmp_path: Path, data: bytes, message: str) -> None:
    file = tmp_path / "export.xls"
    file.write_bytes(data)
    assert rvtools.recognises(file)
    assert message in outcome(tmp_path, data)


def test_other_ole_files_are_not_ours(tmp_path: Path) -> None:
    file = tmp_path / "letter.doc"
    file.write_bytes(OLE + b"WordDocument")
    assert not rvtools.recognises(file)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (packed({"readme.txt": b"hello"}), "is a zip file, but no workbook"),
        (packed({"xl/workbook.bin": b"", "_rels/.rels": b'<R><Relationship Type="/officeDocument" Target="xl/workbook.bin"/></R>'}), ".xlsb"),
        (with_part("xl/workbook.xml", lambda data: data.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "aa">]>', 1)), "a document type"),
        (with_part("xl/workbook.xml", lambda data: data[:-20]), "the workbook is damaged"),
        (with_part("xl/workbook.xml", lambda data: b"\xff\xfe"), "the workbook is damaged"),
        (with_part(SHEET, lambda data: data[: len(data) // 2]), "[vInfo]: the workbook is damaged"),
        (with_part(SHEET, lambda data: b""), "[vInfo]: the workbook is damaged"),
        (packed({name: data for name, data in parts_of(WORKBOOK).items() if name != SHEET}), "it has no part xl/worksheets/sheet1.xml"),
        (packed({name: data for name, data in parts_of(WORKBOOK).items() if "sharedStrings" not in name}), "the workbook is damaged"),
        (packed(parts_of(WORKBOOK), zipfile.ZIP_LZMA), "compressed in a way that workbooks never are"),
        (WORKBOOK[:-100], "the workbook is damaged"),
        (WORKBOOK[:50], "the workbook is damaged"),
    ],
)  # fmt: skip
def test_damaged_workbooks_are_refused(tmp_path: Path, data: bytes, message: str) -> None:
    assert message in outcome(tmp_path, data)


def test_damage_in_several_sheets_is_told_at_once(tmp_path: Path) -> None:
    parts = parts_of(WORKBOOK)
    for number in (1, 2, 5):
        parts[f"xl/worksheets/sheet{number}.xml"] = parts[f"xl/worksheets/sheet{number}.xml"].replace(b"</sheetData>", b"")
    text = outcome(tmp_path, packed(parts))
    assert ("[vInfo]: the workbook is damaged" in text, "[vDisk]: the workbook is damaged" in text) == (True, True)
    for number in (1, 2):
        parts[f"xl/worksheets/sheet{number}.xml"] = cells("XFD1048576")(parts_of(WORKBOOK)[f"xl/worksheets/sheet{number}.xml"])
    assert outcome(tmp_path, packed(parts)).count("more than the limit") == 2


def test_an_encrypted_part(tmp_path: Path) -> None:
    data = bytearray(WORKBOOK)
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as package:
        info = package.getinfo(SHEET)
    data[info.header_offset + 6] |= 1
    at = data.index(b"PK\x01\x02")
    while SHEET.encode() not in data[at : at + 46 + len(SHEET)]:
        at = data.index(b"PK\x01\x02", at + 1)
    data[at + 8] |= 1
    assert "the workbook is damaged" in outcome(tmp_path, bytes(data))


def test_targets_of_every_style_are_found(tmp_path: Path) -> None:
    rels = "xl/_rels/workbook.xml.rels"
    for old, new in ((b'Target="', b'Target="/xl/'), (b'Target="', b'Target="../xl/'), (b'Target="', b'Target="./')):
        assert outcome(tmp_path, with_part(rels, lambda data, old=old, new=new: data.replace(old, new))) == ""


def test_dates_count_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    import datetime

    snapshot = {"VM": "a", "Name": "s", "Date / time": datetime.datetime(2026, 10, 1)}
    parts = parts_of(workbook_bytes({"vInfo": [vm("a", 1)], "vSnapshot": [snapshot]}))
    file = tmp_path / "export.xlsx"
    for old, new, year in ((b"<workbookPr ", b"<workbookPr ", "2026"), (b"<workbookPr ", b'<workbookPr date1904="1" ', "2030")):
        file.write_bytes(packed(parts | {"xl/workbook.xml": parts["xl/workbook.xml"].replace(old, new)}))
        (document,) = rvtools.read(file, "export")
        assert document.tree["vms"][0]["snapshots"][0]["created"].startswith(year)


# --- what grows no faster than its input -----------------------------------------------------------------------------


@pytest.mark.parametrize("columns", ["VM,Powerstate,Disks,Host", "VM,Powerstate,Disks,VM ID", "VM,Powerstate,Disks,VM UUID"])
def test_namesakes_take_no_more_each_the_more_they_are(
    tmp_path: Path, columns: str, steps_taken: Callable[[Callable[[], object]], int]
) -> None:
    keys = columns.rpartition(",")[2]

    def export(rows: int) -> Path:
        folder = tmp_path / str(rows)
        folder.mkdir()
        vms = [columns, *(f"app,poweredOn,1,{number % 7}" for number in range(rows))]
        disks = [f"VM,{keys},Disk", *(f"app,{number % 11},d{number}" for number in range(rows))]
        (folder / "vInfo.csv").write_text("\n".join(vms), encoding="utf-8")
        (folder / "vDisk.csv").write_text("\n".join(disks), encoding="utf-8")
        return folder

    few, many = export(250), export(1_000)
    assert len(rvtools.read(many, "csv")[0].warnings) < 100
    assert steps_taken(lambda: rvtools.read(many, "csv")) < 5 * steps_taken(lambda: rvtools.read(few, "csv"))


def test_datastores_of_one_name_take_no_more_each_the_more_they_are(
    tmp_path: Path, steps_taken: Callable[[Callable[[], object]], int]
) -> None:
    def export(rows: int) -> Path:
        folder = tmp_path / str(rows)
        folder.mkdir()
        stores = [f"DS,VMFS,1,esx{number},1" for number in range(rows)]
        paths = [f"esx{number},DS,naa.{number}" for number in range(rows)]
        (folder / "vInfo.csv").write_text("VM,Powerstate,Disks\na,poweredOn,1\n", encoding="utf-8")
        (folder / "vDatastore.csv").write_text("\n".join(["Name,Type,# Hosts,Hosts,# Extents", *stores]), encoding="utf-8")
        (folder / "vMultiPath.csv").write_text("\n".join(["Host,Datastore,Disk", *paths]), encoding="utf-8")
        return folder

    few, many = export(250), export(1_000)
    assert rvtools.read(many, "csv")[0].tree["datastores"] == []
    assert steps_taken(lambda: rvtools.read(many, "csv")) < 5 * steps_taken(lambda: rvtools.read(few, "csv"))


# --- anything at all -------------------------------------------------------------------------------------------------

hard = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@hard
@given(st.binary(max_size=400))
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    for start in (b"", workbook.ZIP_MAGIC, OLE, b"VM,Powerstate,Disks\n", "VM;Powerstate;Disks\n".encode("utf-16")):
        outcome(tmp_path, start + data)


@hard
@given(st.randoms(use_true_random=False), st.integers(1, 20))
def test_a_workbook_with_flipped_bytes(tmp_path: Path, chance: random.Random, count: int) -> None:
    data = bytearray(WORKBOOK)
    for _ in range(count):
        data[chance.randrange(len(data))] = chance.randrange(256)
    outcome(tmp_path, bytes(data))


@hard
@given(st.randoms(use_true_random=False), st.integers(1, 20))
def test_parts_with_flipped_bytes(tmp_path: Path, chance: random.Random, count: int) -> None:
    """The zip is sound, its XML is not."""
    parts = parts_of(WORKBOOK)
    name = chance.choice([name for name in parts if not name.startswith("docProps")])
    data = bytearray(parts[name])
    for _ in range(count):
        at = chance.randrange(len(data))
        if chance.random() < 0.5:
            data[at] = chance.choice(b"<>/=\"'& \t0129AZaz:\x00\xff")
        else:
            other = chance.randrange(len(data))
            data[at : at + chance.randrange(30)] = data[other : other + chance.randrange(30)]
    outcome(tmp_path, packed(parts | {name: bytes(data)}, zipfile.ZIP_STORED))


_CELLS = st.one_of(
    st.text(max_size=30).filter(lambda text: "\x00" not in text),
    st.sampled_from(
        ["True", "False", "app", "vm-1", "esx01", "VMFS", "[DS01] a/a.vmdk", "SCSI controller 0", "naa.6", "1", "2"]
    ),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
)


@hard
@given(st.data())
def test_tables_with_any_cells(tmp_path: Path, data: st.DataObject) -> None:
    tables = {}
    for tab, rows in site().items():
        headers = data.draw(st.lists(st.sampled_from(list(rows[0])), unique=True, min_size=1, max_size=6), label=tab)
        headers = list(dict.fromkeys([next(iter(rows[0])), *headers]))
        body = st.lists(st.lists(_CELLS, min_size=len(headers), max_size=len(headers)), max_size=4)
        tables[tab] = [headers, *data.draw(body, label=tab)]
    outcome(tmp_path, workbook_bytes(tables))


@hard
@given(st.randoms(use_true_random=False), st.integers(1, 20), st.sampled_from(["utf-8", "utf-16", "cp932"]))
def test_a_csv_file_with_flipped_bytes(tmp_path: Path, chance: random.Random, count: int, encoding: str) -> None:
    data = bytearray(csv_text([vm("仮想01", 1), vm("b", 2)]).encode(encoding))
    for _ in range(count):
        data[chance.randrange(len(data))] = chance.choice(b'",;\t\r\n\x00\xff\x81a')
    outcome(tmp_path, bytes(data), "vInfo.csv")
