"""Damaged and malicious output of iStorage commands: a result or an error with a place, never a crash, a hang or a bomb."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ism_exports import DETAIL, DISK_ARRAY, PAIRS, SUMMARY, chapter, export, ld, problems_of

from tenken.document.place import Place, Route
from tenken.document.problem import InputError
from tenken.model.core_schema import serializer_of
from tenken.model.inventory import Inventory
from tenken.sources.ism import source as ism
from tenken.sources.ism import text as ism_text
from tenken.sources.ism import xml as ism_xml
from tenken.sources.ism.array import ArrayReader
from tenken.sources.ism.sections import Export
from tenken.sources.joining.assemble import assemble

BOMB = "<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY {after} '{f'&{before};' * 10}'>" for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)  # fmt: skip
FILE_ENTITY = "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>"


@pytest.mark.parametrize("declared", [BOMB + "]>", FILE_ENTITY + "]>", "<!DOCTYPE REQUEST>", "<!ENTITY a 'b'>"])
@pytest.mark.parametrize("before", ["", "<?xml version='1.0'?>\n", "login\n<!-- note -->"])
def test_document_types_are_refused(tmp_path: Path, declared: str, before: str) -> None:
    text = before + declared + "\n" + export().replace("M320F", "&i;")
    assert "declares a document type" in problems_of(tmp_path, text)


@pytest.mark.parametrize("declared", [BOMB + "]>", FILE_ENTITY + "]>"])
def test_entities_can_not_hide_inside_the_request(tmp_path: Path, declared: str) -> None:
    for text in (
        export().replace("<CMD_REQUEST", f"{declared}<CMD_REQUEST", 1),
        export().replace("M320F", f"{declared}&a;"),
        export(tail=declared),
        export().replace("<CHAPTER", "<!-- <REQUEST> --><CHAPTER", 1).replace("M320F", "&a;"),
    ):
        told = problems_of(tmp_path, text)
        assert told == "" or "not XML" in told or "document type" in told
    read = ism_xml.parse(export(tail=declared), "a")
    assert read.chapters["Disk Array"][0].sections[0].units[0].text == "M320F", "what follows the XML is not read"


def test_files_beyond_the_limit_are_not_even_opened(tmp_path: Path) -> None:
    for text in (export(), PAIRS + SUMMARY):
        file = tmp_path / "huge"
        file.write_text(text, encoding="utf-8")
        with file.open("r+b") as sparse:
            sparse.truncate(2**41)
        assert ism.recognises(file)
        tracemalloc.start()
        with pytest.raises(InputError, match="more than the limit of 64 MiB"):
            ism.read(file, "huge")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 2**20
        file.unlink()


def test_deep_nesting_and_long_values(tmp_path: Path) -> None:
    deep = export(DISK_ARRAY, "<CHAPTER name='x'>" * 200_000 + "</CHAPTER>" * 200_000)
    assert problems_of(tmp_path, deep) == ""
    nested = export().replace("<UNIT", "<SECTION name='s'><UNIT", 1).replace("</UNIT>", "</UNIT></SECTION>", 1)
    assert problems_of(tmp_path, nested) == ""
    long = "x" * 2**20
    told = problems_of(tmp_path, export(DISK_ARRAY, chapter("Logical Disk", ld(long, long, long, OS_Type=long))))
    assert len(told) < 1000
    text = export(DISK_ARRAY, chapter("Logical Disk", ld("0010", "a", long, OS_Type=long, LD_Capacity="9" * 2**20)))
    (document,) = [ism._export(text, "a")]
    assert all(len(str(warning)) < 1000 for warning in document.warnings)


def test_text_of_one_long_line_takes_linear_time(tmp_path: Path) -> None:
    for piece in ("MV:", "MV: ", " " * 3, "LD Name ", "LX:a ( -1) ", "SV:LD Name :", "Sync State ", "a( "):
        for head in (PAIRS, SUMMARY):
            assert problems_of(tmp_path, head + piece * (2**20 // len(piece))) == ""


# --- fuzz ------------------------------------------------------------------------------------------------------------

FUZZ = settings(
    max_examples=150 * int(os.environ.get("TENKEN_FUZZ", "1")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
PIECES = [
    "<REQUEST>", "</REQUEST>", "<CMD_REQUEST cmd_name='iSMquery' arg='-all'>", "</CMD_REQUEST>", "<CHAPTER name='Logical Disk'>",
    "<CHAPTER name='Access Control'>", "</CHAPTER>", "<OBJECT name='Logical Disk'>", "<OBJECT name='LD Set(FC)'>", "</OBJECT>",
    "<SECTION name='LD Detail Information'>", "<SECTION name='LD Set(FC) Information'>", "<SECTION name='LUN/LD List'>",
    "</SECTION>", "<UNIT name='LDN(h)'>", "<UNIT name='LUN(h)'>", "<UNIT name='LD Set Name'>", "</UNIT>", "0010", "  ", "-",
    "&amp;", "&#0;", "<![CDATA[", "]]>", "<!--", "-->", "ExitStatus", "\n", "\r", "\0", "日本", "\ud7ff", "<?xml version='1.1'?>",
]  # fmt: skip
LINES = [
    *PAIRS.split("\n"), *SUMMARY.split("\n"), *DETAIL.split("\n"), "", "MV:", "RV:", "SV:", "LV:", "LD Name", "LD Name :", "\x0b",
    "SV Information", "BV Information", "LX:  ( -1) snap/active", "\u2028", "MV: RV: LD Name x", "Sync State ???",
]  # fmt: skip


def routes(tree: Any, route: Route = ()) -> list[Route]:
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [route, *(found for key, value in inner for found in routes(value, (*route, key)))]


def survives(text: str | bytes, tmp_path: Path) -> None:
    """Reading gives documents that validate and know their places, or mistakes with places."""
    file = tmp_path / "fuzzed"
    file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", errors="surrogatepass"))
    ism.recognises(file)
    try:
        documents = ism.read(file, "fuzzed")
        for document in documents:
            for route in routes(document.tree):
                place = document.locate(route)
                assert place.source == "fuzzed" and (place.line or 0) >= 1 and (place.column or 0) >= 1
            assert all(warning.said.en and warning.said.ja for warning in document.warnings)
        inventory = assemble(documents).inventory
        serializer_of(Inventory).to_python(inventory)
    except InputError as refused:
        assert refused.problems
        assert all(problem.place and "fuzzed" in problem.place.source for problem in refused.problems)


@FUZZ
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_xml(pieces: list[str], tmp_path: Path) -> None:
    survives("<REQUEST><CMD_REQUEST cmd_name='iSMquery' arg='-all'>" + "".join(pieces), tmp_path)
    survives("<REQUEST><CMD_REQUEST cmd_name='iSMquery'>" + "".join(pieces) + "</CMD_REQUEST></REQUEST>", tmp_path)


@FUZZ
@given(data=st.data())
def test_exports_with_bytes_changed(data: st.DataObject, tmp_path: Path) -> None:
    text = bytearray(export().encode())
    for at in data.draw(st.lists(st.integers(0, len(text) - 1), max_size=8)):
        text[at] = data.draw(st.integers(0, 255))
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    survives(bytes(text), tmp_path)
    survives(bytes(text[:start] + text[end:]), tmp_path)


UNITS = st.lists(st.tuples(st.sampled_from(["LDN(h)", "LUN(h)", "LD Name", "OS Type", "LD Capacity", "RPL Attribute", "Purpose",
    "Platform", "LD Set Name", "Path", "Initiator List", "WWPN", "World Wide Name", "Product ID"]),
    st.one_of(st.sampled_from(["0010", "-", "---", "  ", "MV", "MV,BV", "LX", "2100000991020012", "ffffffff", "100000000"]),
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12))), max_size=6)  # fmt: skip


@FUZZ
@given(
    chapters=st.lists(
        st.tuples(
            st.sampled_from(["Disk Array", "Logical Disk", "Controller", "Access Control"]),
            st.lists(
                st.tuples(
                    st.sampled_from(["Disk Array", "Logical Disk", "Host Port", "LD Set(FC)", "LD Set(iSCSI)"]),
                    st.lists(
                        st.tuples(
                            st.sampled_from(
                                ["LD Detail Information", "LD Set(FC) Information", "LD Set(iSCSI) Information", "LUN/LD List"]
                            ),
                            UNITS,
                        ),
                        max_size=4,
                    ),
                ),
                max_size=4,
            ),
        ),
        max_size=4,
    )
)
def test_any_chapters(chapters: list[Any], tmp_path: Path) -> None:
    from ism_exports import entry

    body = [chapter(name, *(entry(kind, sections) for kind, sections in entries)) for name, entries in chapters]
    survives(export(*(body or [DISK_ARRAY])), tmp_path)


@FUZZ
@given(lines=st.lists(st.sampled_from(LINES), max_size=60), with_export=st.booleans())
def test_any_lines(lines: list[str], with_export: bool, tmp_path: Path) -> None:
    text = "\n".join(lines)
    survives(text, tmp_path)
    try:
        listing = ism_text.read(text, "fuzzed")
    except InputError:
        return
    exported = [ism._export(export(), "M1")] if with_export else []
    assembled = assemble([*exported, listing])
    for array in assembled.inventory.arrays or ():
        known = {disk.ldn for disk in array.logical_disks or ()}
        assert all({pair.mv, pair.rv} <= known for pair in array.pairs or ())
        assert all({found.bv, *(found.svs or ()), *(found.lvs or ())} <= known for found in array.snapshot_sets or ())


@FUZZ
@given(text=st.text(max_size=300))
def test_any_text(text: str, tmp_path: Path) -> None:
    survives(text, tmp_path)
    survives(PAIRS + text + SUMMARY, tmp_path)


def test_an_export_without_anything(tmp_path: Path) -> None:
    tree = ArrayReader(Export("a", [], None, {}), "a").tree()
    assert (tree, Place("a", 1, 1)) == ({"arrays": [{"name": "a"}]}, Place("a", 1, 1))
