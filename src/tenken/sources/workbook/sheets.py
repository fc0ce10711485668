"""Rows of an .xlsx workbook, read with bounded memory whatever the file holds.

calamine keeps a sheet as a dense grid and aborts the process when that grid does not fit, and a zip may say one thing
about its sizes and hold another. So the parts that are needed are unpacked here, measured, and handed over in a small
workbook of our own: calamine never sees the original container.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.document.text import MAX_BYTES
from tenken.document.wording import too_large, unreadable
from tenken.sources.workbook.parts import DAMAGED, SAVE_AGAIN, SharedTexts, check_memory, damaged, elements

MAX_RATIO = 300
"""How far a part may inflate; workbooks of repetitive rows reach about 50."""

_RATIO_FROM = 16 * 2**20
"""Small parts may inflate as they like."""

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Legacy .xls files and encrypted .xlsx files are OLE containers."""

_AS_XLSX = Said("open it in Excel and save it as .xlsx", "Excelで開いて .xlsx 形式で保存してください")
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, LookupError)

_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

Rows = list[list[Any]]
T = TypeVar("T")


def sheet_names(path: Path) -> list[str]:
    """The names of the sheets. Raises InputError if the file is no workbook that can be read."""
    with _open(path, str(path)) as package:
        return [name for name, _ in package.sheets]


def is_ole_workbook(head: bytes) -> bool:
    """Whether an OLE container holds an encrypted workbook, or a legacy one with a sheet of RVTools."""
    marks = ("EncryptedPackage".encode("utf-16-le"), "vInfo".encode("utf-16-le"), b"vInfo")
    return head.startswith(OLE_MAGIC) and any(mark in head for mark in marks)


def read_sheets(path: Path, name: str, wanted: Callable[[str], bool]) -> tuple[list[str], list[tuple[str, Rows]]]:
    """The names of all sheets, and the rows of the wanted ones: from the first row and column on, blank cells as ``""``.

    Raises InputError with every mistake that keeps the workbook from being read.
    """
    from concurrent.futures import ThreadPoolExecutor  # only workbooks need it

    problems: list[Problem] = []
    with _open(path, name) as package, ThreadPoolExecutor(2) as pool:
        present = [sheet for sheet, _ in package.sheets]
        shared = package.shared_parts()
        texts = SharedTexts(shared.get("xl/sharedStrings.xml", b""))
        parsed = []
        for half in _halves([(sheet, part) for sheet, part in package.sheets if wanted(sheet)], package):
            parts, found = _checked_parts(package, half, texts)
            problems += found
            # calamine lets go of the interpreter while it parses: meanwhile the other half is unpacked and measured
            if parts:
                parsed.append(pool.submit(_parse_sheets, name, shared, package.dates_from_1904, parts))
        outcomes = [half.result() for half in parsed]
    problems += [problem for _, found in outcomes for problem in found]
    if problems:
        raise InputError(dict.fromkeys(problems))
    order = {sheet: number for number, sheet in enumerate(present)}
    return present, sorted((sheet for sheets, _ in outcomes for sheet in sheets), key=lambda sheet: order[sheet[0]])


def _halves(sheets: list[tuple[str, str]], package: _Package) -> list[list[tuple[str, str]]]:
    """Sheets and their parts in lists of about the same size, two at most; the largest comes first."""
    halves: list[list[tuple[str, str]]] = [[], []]
    for sheet in sorted(sheets, key=lambda sheet: package.size(sheet[1]), reverse=True):
        min(halves, key=lambda half: sum(package.size(part) for _, part in half)).append(sheet)
    return [half for half in halves if half]


def _checked_parts(
    package: _Package, sheets: list[tuple[str, str]], texts: SharedTexts
) -> tuple[list[tuple[str, bytes]], list[Problem]]:
    """Sheets as XML, every one of which fits into memory, and what is wrong with the others."""
    parts: list[tuple[str, bytes]] = []
    problems: list[Problem] = []
    for sheet, part in sheets:
        try:
            data = package.read(part)
            check_memory(data, texts, Place(package.name, sheet=sheet))
            parts.append((sheet, data))
        except InputError as error:
            problems += error.problems
    return parts, problems


def _parse_sheets(
    name: str, shared: dict[str, bytes], dates_from_1904: bool, parts: list[tuple[str, bytes]]
) -> tuple[list[tuple[str, Rows]], list[Problem]]:
    """The rows of some sheets, and what is wrong with the others."""
    from python_calamine import CalamineWorkbook  # 17 ms, and only workbooks need it

    def rows_of(number: int) -> Rows:
        rows: Rows = opened.get_sheet_by_index(number).to_python(skip_empty_area=False)
        return rows

    sheets: list[tuple[str, Rows]] = []
    problems: list[Problem] = []
    with _workbook_of(parts, shared, dates_from_1904) as buffer:
        try:
            opened = _guarded(partial(CalamineWorkbook.from_filelike, buffer), name)
        except InputError as error:
            return [], error.problems
    for number, (sheet, _) in enumerate(parts):
        try:
            sheets.append((sheet, _guarded(partial(rows_of, number), name, sheet)))
        except InputError as error:
            problems += error.problems
    return sheets, problems


def _guarded(read: Callable[[], T], name: str, sheet: str | None = None) -> T:
    """Call into calamine, whose errors are of many classes and whose panics are no Exceptions."""
    try:
        return read()
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise InputError([Problem(damaged(error), Place(name, sheet=sheet), SAVE_AGAIN)]) from None


class _Package:
    """The zip container of a workbook: its parts by name, and its sheets."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self.dates_from_1904 = False
        self._unpacked = 0
        self._zip = zipfile.ZipFile(path)
        try:
            self._parts = {info.filename.replace("\\", "/").casefold(): info for info in self._zip.infolist()}
            self.workbook = self._target("", "officedocument") or "xl/workbook.xml"
            self.sheets = self._list_sheets()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> _Package:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def has(self, part: str) -> bool:
        return part.casefold() in self._parts

    def size(self, part: str) -> int:
        """How large a part says that it is."""
        info = self._parts.get(part.casefold())
        return info.file_size if info is not None else 0

    def read(self, part: str) -> bytes:
        """A part in full. Raises InputError if it is missing, damaged, or larger than the limits allow."""
        info = self._parts.get(part.casefold())
        if info is None:
            raise self._problem(damaged(Said(f"it has no part {part}", f"パーツ {part} がありません")))
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self._problem(
                Said(
                    f"{part} is compressed in a way that workbooks never are",
                    f"{part} の圧縮方式はExcelブックのものではありません",
                )
            )
        self._unpacked += info.file_size
        if self._unpacked > MAX_BYTES:
            raise self._problem(
                Said(
                    f"unpacked it is more than the limit of {MAX_BYTES // 2**20} MiB",
                    f"展開後のサイズが上限の {MAX_BYTES // 2**20} MiB を超えています",
                )
            )
        if info.file_size > max(_RATIO_FROM, MAX_RATIO * info.compress_size):
            raise self._problem(
                Said(
                    f"{part} inflates more than {MAX_RATIO} times; workbooks of VMs never do",
                    f"{part} の圧縮率が異常です（展開すると {MAX_RATIO} 倍を超えます）",
                )
            )
        try:
            return self._zip.read(info)
        except _ZIP_ERRORS as error:
            raise self._problem(damaged(f"{part}: {error}")) from None

    def shared_parts(self) -> dict[str, bytes]:
        """What all sheets refer to, under the names that it has in our own workbook."""
        parts = ((name, self._target(self.workbook, name.casefold())) for name in ("sharedStrings", "styles"))
        return {f"xl/{name}.xml": self.read(part) for name, part in parts if part and self.has(part)}

    def _target(self, of: str, kind: str) -> str | None:
        return next((target for _, (relation, target) in self._relations(of).items() if relation == kind), None)

    def _relations(self, of: str) -> dict[str, tuple[str, str]]:
        """The relations of a part: id → (kind, part)."""
        folder, _, file = of.rpartition("/")
        part = f"{folder}/_rels/{file}.rels".lstrip("/")
        found: dict[str, tuple[str, str]] = {}
        if not self.has(part):
            return found
        for tag, attributes in elements(self.read(part), Place(self.name)):
            if tag == "Relationship":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                kind = attributes.get("Type", "").rpartition("/")[2].casefold()
                found[attributes.get("Id", "")] = (kind, target.lstrip("/"))
        return found

    def _list_sheets(self) -> list[tuple[str, str]]:
        if self.workbook.endswith(".bin"):
            raise self._problem(Said("is a binary workbook (.xlsb)", "バイナリ形式（.xlsb）のExcelブックです"), _AS_XLSX)
        if not self.has(self.workbook):
            raise self._problem(
                Said("is a zip file, but no workbook", "ZIPファイルですが、Excelブックではありません"),
                Said(
                    "give the .xlsx file or the folder of CSV files that RVTools wrote",
                    "RVToolsが出力した .xlsx ファイル、またはCSVのフォルダを指定してください",
                ),
            )
        relations = self._relations(self.workbook)
        sheets: list[tuple[str, str]] = []
        for tag, attributes in elements(self.read(self.workbook), Place(self.name)):
            if tag == "workbookPr":
                self.dates_from_1904 = attributes.get("date1904", "0") in ("1", "true")
            elif tag == "sheet":
                reference = next((value for key, value in attributes.items() if key.endswith(":id")), "")
                sheets.append((attributes.get("name", ""), relations.get(reference, ("", ""))[1]))
        return sheets

    def _problem(self, said: Said, hint: Said = SAVE_AGAIN) -> InputError:
        return InputError([Problem(said, Place(self.name), hint)])


def _open(path: Path, name: str) -> _Package:
    try:
        if (size := path.stat().st_size) > MAX_BYTES:
            raise InputError([Problem(too_large(size, MAX_BYTES), Place(name))])
        return _Package(path, name)
    except _ZIP_ERRORS as error:
        said = unreadable(error) if isinstance(error, OSError) and error.strerror else DAMAGED
        raise InputError([Problem(said, Place(name), SAVE_AGAIN)]) from None


def refuse_ole(data: bytes, name: str) -> InputError:
    """Why an OLE container can't be read, and what to do."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        said = Said("the workbook is encrypted", "Excelブックが暗号化されています")
        hint = Said("remove its password in Excel and save it", "Excelでパスワードを解除して保存してください")
        return InputError([Problem(said, Place(name), hint)])
    said = Said("is a workbook of the old .xls format", "旧形式（.xls）のExcelブックです")
    return InputError([Problem(said, Place(name), _AS_XLSX)])


# --- the workbook that calamine gets ---------------------------------------------------------------------------------


class _Buffer(io.BytesIO):
    """Bytes that are handed out by the MiB: calamine asks for ever larger pieces, and those are slow to allocate."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size, 2**20) if size and size > 0 else size)


def _workbook_of(sheets: list[tuple[str, bytes]], shared: dict[str, bytes], dates_from_1904: bool) -> io.BytesIO:
    """A workbook of nothing but these sheets, uncompressed."""
    parts = shared | {f"xl/sheet{number}.xml": data for number, (_, data) in enumerate(sheets)}
    identifiers = {part: f"r{number}" for number, part in enumerate(parts)}
    kinds = {"xl/sharedStrings.xml": "sharedStrings", "xl/styles.xml": "styles"}
    relations = [(identifiers[part], kinds.get(part, "worksheet"), part.removeprefix("xl/")) for part in parts]
    listed = "".join(
        f'<sheet name="s{number}" sheetId="{number + 1}" r:id="{identifiers[f"xl/sheet{number}.xml"]}"/>'
        for number in range(len(sheets))
    )
    workbook = f'<workbookPr date1904="{int(dates_from_1904)}"/><sheets>{listed}</sheets>'
    buffer = _Buffer()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("_rels/.rels", _relationships([("r0", "officeDocument", "xl/workbook.xml")]))
        target.writestr("xl/_rels/workbook.xml.rels", _relationships(relations))
        target.writestr("xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONSHIPS}">{workbook}</workbook>')
        for part, data in parts.items():
            target.writestr(part, data)
    buffer.seek(0)
    return buffer


def _relationships(relations: list[tuple[str, str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="{i}" Type="{_RELATIONSHIPS}/{kind}" Target="{target}"/>' for i, kind, target in relations
    )
    return f'<Relationships xmlns="{_PACKAGE}">{inner}</Relationships>'


def column_letters(number: int) -> str:
    """Excel's name of a column; 1 is A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
