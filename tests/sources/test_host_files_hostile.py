"""Damaged and malicious files of hosts are read or refused with a place; nothing crashes, hangs or fills the memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from host_files import BOOT, NEC, VOLUME, bundle, descriptor, device, extents, filesystems, vmx, write
from tenken.document.problem import InputError
from tenken.model.inventory import reader
from tenken.sources import vm_support
from tenken.sources.base import Source
from tenken.sources.esxcli import source as esxcli
from tenken.sources.esxcli import text as esxcli_text
from tenken.sources.vmx import source as vmx_source
from tenken.sources.vmx import text as vmx_text
from tenken.sources.vmx import vmdk as vmdk_descriptor

INVENTORY = reader()
SESSION = (
    "[root@esx01:~] esxcli storage core device list\n"
    + device()
    + BOOT
    + extents(("DS01", VOLUME, 0, NEC), ("DS 2", VOLUME, 1, NEC))
)
FUZZ = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def outcome(source: Source, folder: Path) -> list[str]:
    """The mistakes that a folder is refused for, none if it is read. What is read is a valid inventory, whole or not at all."""
    source.recognises(folder)
    try:
        documents = source.read(folder, "copy")
    except InputError as refused:
        assert refused.problems and all(
            problem.place and problem.place.source.startswith("copy") for problem in refused.problems
        )
        return [str(problem) for problem in refused.problems]
    for document in documents:
        INVENTORY.validate_python(document.tree)
        for kind, entries in document.tree.items():
            for number, entry in enumerate(entries):
                assert all(str(document.locate((kind, number, fact))).startswith("copy") for fact in entry)
        assert all(map(str, document.warnings))
    return []


@st.composite
def damaged(draw: st.DrawFn, text: str) -> bytes:
    """A text in which bytes are changed, or a part is repeated, moved or taken away."""
    data = bytearray(text.encode())
    for _ in range(draw(st.integers(1, 4))):
        start, end = sorted((draw(st.integers(0, len(data))), draw(st.integers(0, len(data)))))
        end = min(end, start + 200)
        piece = draw(
            st.sampled_from([b"", bytes(data[start:end]) * 2, b'"', b"=", b"|", b"\0", b"\n", b"\xff\xfe", b":", b"-"])
        )
        data[start : draw(st.sampled_from([start, end]))] = piece or draw(st.binary(max_size=8))
    return bytes(data)


@FUZZ
@given(data=damaged(vmx({"pciPassthru0.present": "TRUE", "scsi0:1.fileName": "x|20y.vmdk", "displayName": "a|22b"})))
def test_damaged_vmx(tmp_path: Path, data: bytes) -> None:
    outcome(vmx_source, write(tmp_path, {"db01.vmx": data, "db01.vmdk": descriptor()}))


@FUZZ
@given(
    disk=damaged(descriptor("seSparse", "base.vmdk")),
    vmsd=damaged(
        'snapshot.numSnapshots = "1"\nsnapshot0.uid = "1"\nsnapshot0.createTimeHigh = "388745"\nsnapshot0.createTimeLow = "-3"\n'
    ),
)
def test_damaged_files_beside_it(tmp_path: Path, disk: bytes, vmsd: bytes) -> None:
    files = {"db01.vmx": vmx(), "db01.vmdk": disk, "db01.vmsd": vmsd, "base.vmdk": descriptor()}
    assert outcome(vmx_source, write(tmp_path, files)) == []


@FUZZ
@given(data=damaged(SESSION + filesystems(("DS01", VOLUME, "VMFS-6"))))
def test_damaged_listing(tmp_path: Path, data: bytes) -> None:
    outcome(esxcli, write(tmp_path, {"listing.txt": data}))


@FUZZ
@given(
    devices=damaged(device(colon=":") + BOOT),
    table=damaged(extents(("DS01", VOLUME, 0, NEC))),
    process=damaged(f"db01\n   World ID: 2099\n   Config File: /vmfs/volumes/{VOLUME}/db01/db01.vmx\n"),
)
def test_damaged_bundle(tmp_path: Path, devices: bytes, table: bytes, process: bytes) -> None:
    commands = {"storage-core-device-list": devices, "storage-vmfs-extent-list": table, "vm-process-list": process}
    outcome(vm_support, bundle(tmp_path, files={f"commands/localcli_{name}.txt": data for name, data in commands.items()}))


@FUZZ
@given(data=st.binary(max_size=2000))
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    for suffix in ("vmx", "vmdk", "vmsd", "txt"):
        write(tmp_path, {f"db01.{suffix}": data})
    for source in (vmx_source, esxcli, vm_support):
        outcome(source, tmp_path) if source.recognises(tmp_path) else None
    try:
        vmx_text.parse(data, "copy")
    except InputError as refused:
        assert all(problem.place and problem.place.line for problem in refused.problems)


@FUZZ
@given(text=st.text(alphabet='[]@:#/ \tA-="\n\r.1a|', max_size=400))
def test_any_text(text: str) -> None:
    listing = esxcli_text.parse(text, "copy")
    assert all(1 <= record.line <= text.count("\n") + 1 for records in listing.records.values() for record in records)


# --- sizes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("db01.vmx", vmx() + "#" * vmx_text.MAX_BYTES),
        ("db01.vmx", vmx() + 'x = "' + "y" * vmx_text.MAX_BYTES),
    ],
)
def test_large_vmx_is_refused(tmp_path: Path, name: str, content: str) -> None:
    (refusal,) = outcome(vmx_source, write(tmp_path, {name: content}))
    assert "is more than the limit of 4 MiB" in refusal


def test_data_of_a_disk_is_not_read(tmp_path: Path) -> None:
    """A file that ends in .vmdk may be the disk itself, with terabytes."""
    write(tmp_path, {"db01.vmx": vmx()})
    with (tmp_path / "db01.vmdk").open("wb") as file:
        file.truncate(2**40)
    assert outcome(vmx_source, tmp_path) == []


def test_large_listing_is_refused(tmp_path: Path) -> None:
    (refusal,) = outcome(esxcli, write(tmp_path, {"l.txt": SESSION + "\n" * esxcli.MAX_BYTES}))
    assert "more than the limit of 32 MiB" in refusal


LONG = 400_000


@pytest.mark.parametrize(
    "line",
    [
        "a =" + " " * LONG + '"',
        " " * LONG + "=",
        'a = "' + '"' * LONG,
        "a" * LONG,
        '"' + "=" * LONG,
        'a = "' + "|22" * (LONG // 3) + '"',
        'displayName2 = "' + "|zz" * (LONG // 3) + '"',
        'x = "\r' * (LONG // 6),
    ],
    ids=["blanks before a quote", "blanks", "quotes", "no equals sign", "equals signs", "escapes", "no escapes", "returns"],
)
def test_long_lines_take_no_time(line: str) -> None:
    """Each of these would take minutes with a pattern that tries again from every character."""
    try:
        vmx_text.parse(line.encode(), "copy")
    except InputError as refused:
        assert refused.problems[0].place and refused.problems[0].place.line == 1
    esxcli_text.parse(line, "copy")


@pytest.mark.parametrize(
    "line",
    [
        "[" * LONG,
        "[root@" + "a" * LONG,
        "# host" + " " * LONG,
        "   A" + " :" * LONG,
        "VMkernel " + "a" * LONG,
        "VMware ESXi " + "1." * LONG,
        "-" * LONG,
        "Volume Name  VMFS UUID  Extent Number  Device Name  Partition\n" + "x " * LONG,
        " Devfs Path: \n" * (LONG // 20),
        " Devfs Path: x\n" + " " * 60_000 + "\n" + " " * 5000,
        "Volume Name" + " " * 60_000,
        "Mount Point" + " " * 60_000 + "Volume Name" + " " * 3000,
    ],
)
def test_long_listings_take_no_time(tmp_path: Path, line: str) -> None:
    write(tmp_path, {"l.txt": line})
    esxcli.recognises(tmp_path)
    assert not esxcli_text.parse(line, "copy").of("device")


def test_many_devices(tmp_path: Path) -> None:
    """VMware has room for 4 controllers with 64 disks; a file has room for more."""
    lines = "".join(f'scsi{number % 999 + 1}:{number // 999}.fileName = "x.vmdk"\n' for number in range(60_000))
    assert outcome(vmx_source, write(tmp_path, {"db01.vmx": vmx() + lines})) == []


def test_path_of_many_slashes(tmp_path: Path) -> None:
    assert (
        outcome(vmx_source, write(tmp_path, {"db01.vmx": vmx({"scsi0:0.fileName": "/vmfs/volumes/a" + "/" * LONG + "|0A"})}))
        == []
    )


def test_endless_lists_of_mistakes_are_cut(tmp_path: Path) -> None:
    assert len(outcome(vmx_source, write(tmp_path, {"db01.vmx": vmx() + "damage\n" * 10_000}))) == 20


def test_long_chain_of_snapshots_ends(tmp_path: Path) -> None:
    files = {f"db01-{number:06}.vmdk": descriptor("seSparse", f"db01-{number + 1:06}.vmdk") for number in range(1000)}
    assert outcome(vmx_source, write(tmp_path, {"db01.vmx": vmx({"scsi0:0.fileName": "db01-000000.vmdk"}), **files})) == []


@pytest.mark.parametrize(
    "name", ["\0", "a\0.vmdk", "x" * 5000 + ".vmdk", "/" * 3000, "../" * 1000 + "x.vmdk", "/vmfs/volumes/a/\0"]
)
def test_odd_file_names(tmp_path: Path, name: str) -> None:
    outcome(vmx_source, write(tmp_path, {"vmfs/volumes/DS01/a/db01.vmx": vmx({"scsi0:0.fileName": name})}))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_that_may_not_be_read(tmp_path: Path) -> None:
    write(tmp_path, {"db01.vmx": vmx(), "a.vmx": vmx()})
    (tmp_path / "a.vmx").chmod(0)
    (refusal,) = outcome(vmx_source, tmp_path)
    assert "can't be read" in refusal


def test_file_that_is_a_pipe(tmp_path: Path) -> None:
    write(tmp_path, {"db01.vmx": vmx()})
    os.mkfifo(tmp_path / "b.vmx")
    os.mkfifo(tmp_path / "db01.vmdk")
    os.mkfifo(tmp_path / "l.txt")
    assert outcome(vmx_source, tmp_path) == []
    assert not esxcli.recognises(tmp_path)


@pytest.mark.parametrize("encoding", ["zip", "punycode", "idna", "rot13", "utf-7", "nonsense", "x" * 5000])
def test_encodings_that_are_none(encoding: str) -> None:
    assert vmx_text.parse(f'.encoding = "{encoding}"\nname = "é"\n'.encode(), "copy").get("name") == "é"


@pytest.mark.parametrize(
    ("encoding", "codec"),
    [("windows-1252", "cp1252"), ("Shift_JIS", "cp932"), ("windows-31J", "cp932"), ("GBK", "gbk"), ("UTF-8", "utf-8-sig")],
)
def test_encodings(encoding: str, codec: str) -> None:
    word = {"cp1252": "Zürich", "gbk": "北京"}.get(codec, "東京 表")
    assert vmx_text.parse(f'.encoding = "{encoding}"\nname = "{word}"\n'.encode(codec), "copy").get("name") == word


def test_wrong_encoding_has_a_place() -> None:
    with pytest.raises(InputError) as refused:
        vmx_text.parse('.encoding = "UTF-8"\nname = "é"\n'.encode("cp1252"), "copy")
    assert str(refused.value) == "copy:2:1: not UTF-8, which the file says it is"


def test_descriptor_of_many_extents(tmp_path: Path) -> None:
    rows = "".join(f'RW 4192256 FLAT "d-f{number:03}.vmdk" 0\n' for number in range(1, 129))
    write(tmp_path, {"d.vmdk": descriptor("twoGbMaxExtentFlat", sectors=0) + rows})
    found = vmdk_descriptor.read(tmp_path / "d.vmdk", "d.vmdk")
    assert found and found.sectors == 128 * 4192256
