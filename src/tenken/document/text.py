"""From bytes to text: the encodings that inventories really come in, and a limit on how large they may be."""

from __future__ import annotations

import codecs
from bisect import bisect_right
from pathlib import Path

from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.document.wording import too_large, unreadable

MAX_BYTES = 512 * 2**20
"""Larger files are refused: 100,000 VMs take about 100 MB."""

MAX_DEPTH = 64
"""Deeper nesting is refused; an inventory needs about ten levels."""

_BYTES_OF_NO_CHARACTER = {"\x80", "\uf8f0", "\uf8f1", "\uf8f2", "\uf8f3"}
"""What Python's cp932 makes of 80, A0, FD, FE and FF: no text has them, so it is no cp932."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_bytes(path: Path, name: str) -> bytes:
    """The bytes of a file. Raises InputError where it can't be read or is larger than MAX_BYTES."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError([Problem(too_large(size, MAX_BYTES), Place(name))])
        return path.read_bytes()
    except OSError as error:
        raise InputError([Problem(unreadable(error), Place(name))]) from None


def decode(data: bytes, name: str) -> str:
    """The text of a file: a byte order mark decides, else UTF-8, else cp932 (Shift_JIS as Windows writes it)."""
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            try:
                text = data.decode("cp932")
            except UnicodeDecodeError:
                text = None
            if text is not None and not _BYTES_OF_NO_CHARACTER & set(text):
                return text
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        raise InputError(
            [
                Problem(
                    Said("neither UTF-8 nor cp932 text", "文字コードがUTF-8でもcp932（Shift_JIS）でもありません"),
                    Place(name, line, column),
                    Said("save the file as UTF-8", "ファイルをUTF-8で保存してください"),
                )
            ]
        ) from None


class Lines:
    """Line and column of an offset into a text."""

    def __init__(self, text: str) -> None:
        self._starts = [0]
        position = text.find("\n")
        while position >= 0:
            self._starts.append(position + 1)
            position = text.find("\n", position + 1)

    def at(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
