"""Which file of Terraform or OpenTofu is this, and which ones in a folder are worth reading.

There are five: the JSON of ``terraform show -json`` (a plan or a state), the raw state (``terraform.tfstate``), the binary
plan (a zip), the messages of ``terraform plan -json``, and a state that OpenTofu encrypted. The first two are read, the
others refused with the command that makes the first.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

from tenken.document import parser_words
from tenken.document.json_text import outermost_keys
from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.document.text import MAX_BYTES, MAX_DEPTH, Lines, decode, read_bytes
from tenken.document.wording import too_deep

_HEAD = 65536
_SPACE = re.compile(r"[ \t\r\n]*")
_SCAN = json.JSONDecoder().scan_once  # type: ignore[attr-defined]
_SKIPPED_FOLDERS = {"node_modules"}
"""Besides all that begin with a dot: ``.terraform`` holds copies of modules and the settings of the backend."""

_SUFFIXES = {"", ".json", ".tfstate", ".backup", ".tfplan", ".plan", ".out"}
"""In a folder, files of other names are not looked into: a repository may have a hundred thousand of them."""

_SHOWN_KEYS = {"values", "planned_values", "resource_changes", "prior_state", "configuration", "variables", "output_changes"}
_EMPTY_STATE = {"format_version", "terraform_version"}
_RAW_KEYS = {"serial", "lineage"}


class Kind(Enum):
    """What a file is."""

    SHOWN = "the JSON of terraform show"
    RAW = "a raw state"
    BINARY = "a binary plan"
    MESSAGES = "the messages of terraform plan -json"
    ENCRYPTED = "an encrypted state"


READ = (Kind.SHOWN, Kind.RAW)


def kind_of(path: Path) -> Kind | None:
    """What a file is, by its content; None if it is nothing of Terraform. Never raises."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
        if head.startswith(b"PK"):
            return Kind.BINARY if _is_plan(path) else None
        text = _text_of(head)
        if text is None or not text.lstrip().startswith("{"):
            return None
        return _by_keys(outermost_keys(text)) or (_by_all_keys(path) if len(head) == _HEAD else None)
    except (OSError, InputError):
        return None


def files_in(folder: Path) -> Iterator[tuple[Path, Kind]]:
    """The files of a folder and its subfolders that are worth reading or refusing.

    What ``terraform show -json`` wrote makes the other files beside it superfluous: it says the same and more.
    """
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED_FOLDERS)
        paths = [Path(root, name) for name in sorted(names) if os.path.splitext(name)[1].lower() in _SUFFIXES]
        kinds = {path: kind for path in paths if path.is_file() and (kind := kind_of(path)) is not None}
        shown = Kind.SHOWN in kinds.values()
        yield from ((path, kind) for path, kind in kinds.items() if not shown or kind is Kind.SHOWN)


def _text_of(head: bytes) -> str | None:
    """The beginning of a text file; PowerShell's ``>`` writes UTF-16."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    return head.decode("utf-8-sig", errors="replace") if b"\0" not in head else None


def _by_keys(keys: set[str]) -> Kind | None:
    if "format_version" in keys and (keys & _SHOWN_KEYS or keys <= _EMPTY_STATE):
        return Kind.SHOWN
    if "encrypted_data" in keys and keys & {"encryption_version", "meta"}:
        return Kind.ENCRYPTED
    if "version" in keys and keys & _RAW_KEYS:
        return Kind.RAW
    return Kind.MESSAGES if {"@level", "@message"} <= keys else None


def _by_all_keys(path: Path) -> Kind | None:
    """A document whose keys were sorted has the telling ones behind its largest."""
    data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
    if b"terraform_version" not in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    return _by_keys({key for key, _ in Members(decode(data, str(path)), str(path))})


def _is_plan(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "tfplan" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError):
        return False


def open_members(path: Path, name: str, kind: Kind | None) -> Members:
    """The members of a file of this kind. Raises InputError if it is of one that can't be read."""
    command = f"terraform show -json {path.name}"
    if kind is Kind.BINARY:
        said = Said("a binary plan of Terraform", "Terraformのバイナリ形式のプランです")
        hint = Said(
            f"make it readable: {command} > plan.json", f"次のコマンドで読み取れる形式にしてください: {command} > plan.json"
        )
        raise InputError([Problem(said, Place(name), hint)])
    if kind is Kind.ENCRYPTED:
        said = Said("an encrypted state", "暗号化されたステートです")
        hint = Said("tofu show -json > state.json decrypts it", "次のコマンドで復号できます: tofu show -json > state.json")
        raise InputError([Problem(said, Place(name), hint)])
    if kind is Kind.MESSAGES:
        said = Said(
            "messages of terraform plan -json, which do not hold the plan",
            "terraform plan -json のメッセージです。プランの内容は含まれていません",
        )
        hint = Said(
            "terraform plan -out tfplan, then terraform show -json tfplan > plan.json",
            "terraform plan -out tfplan の後に terraform show -json tfplan > plan.json を実行してください",
        )
        raise InputError([Problem(said, Place(name), hint)])
    return Members(decode(read_bytes(path, name), name), name)


class Members:
    """The members of a JSON object, one at a time: a plan of 10,000 VMs is 200 MB of text, most of which nobody needs.

    Iteration gives each key and how to have its value: ``value()`` for the whole, ``items()`` for one item of a list after
    the other. What is not asked for is passed over. Raises InputError for what is no JSON; its content is never shown.
    """

    def __init__(self, text: str, name: str) -> None:
        self._text, self._name = text, name
        self._position = 0
        self._taken = False

    def __iter__(self) -> Iterator[tuple[str, Members]]:
        self._position = 0
        self._next("{", "an object")
        if self._peek() == "}":
            return
        while True:
            key = self._scan() if self._peek() == '"' else self._fail("a key in double quotes")
            self._next(":", "':'")
            self._taken = False
            yield key, self
            if not self._taken:
                self._scan()
            if self._peek() == "}":
                break
            self._next(",", "',' or '}'")
        self._position += 1
        if self._peek():
            self._fail("nothing after the end of the document")

    def value(self) -> Any:
        """The value of the present member."""
        self._taken = True
        return self._scan()

    def items(self) -> Iterator[Any]:
        """The items of the present member, which should be a list; of null there are none."""
        self._taken = True
        if self._peek() != "[":
            if self._scan() is not None:
                self._fail("a list")
            return
        self._position += 1
        if self._peek() == "]":
            self._position += 1
            return
        while True:
            yield self._scan()
            if self._peek() == "]":
                self._position += 1
                return
            self._next(",", "',' or ']'")

    def at(self, offset: int) -> Place:
        return Place(self._name, *Lines(self._text).at(min(offset, len(self._text))))

    def _peek(self) -> str:
        self._position = _SPACE.match(self._text, self._position).end()  # type: ignore[union-attr]
        return self._text[self._position : self._position + 1]

    def _next(self, character: str, expected: str) -> None:
        if self._peek() != character:
            self._fail(expected)
        self._position += 1

    def _scan(self) -> Any:
        self._peek()
        try:
            value, self._position = _SCAN(self._text, self._position)
        except StopIteration as stop:
            raise self._problem(_not_json("a value is missing"), stop.value or 0) from None
        except json.JSONDecodeError as error:
            raise self._problem(_not_json(error.msg), error.pos) from None
        except RecursionError:
            raise self._problem(too_deep(MAX_DEPTH), self._position) from None
        except ValueError:
            raise self._problem(Said("a number of absurd length", "桁数が異常に多い数値があります"), self._position) from None
        return value

    def _fail(self, expected: str) -> Any:
        hint = Said("the file is cut off", "ファイルが途中で切れています") if self._position >= len(self._text) else None
        raise self._problem(_not_json(f"expected {expected}"), self._position, hint)

    def _problem(self, said: Said, offset: int, hint: Said | None = None) -> InputError:
        return InputError([Problem(said, self.at(offset), hint)])


def _not_json(detail: str) -> Said:
    return Said(f"not JSON: {detail}", f"JSONとして解釈できません: {parser_words.json_ja(detail)}")
