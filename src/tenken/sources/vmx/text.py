"""The text of ``.vmx``, ``.vmsd`` and ``.vmdk`` descriptor files: ``key = "value"``, one a line."""

from __future__ import annotations

import os
import re

from tenken.document.place import Place
from tenken.document.problem import InputError, Problem
from tenken.document.said import Said
from tenken.document.text import decode
from tenken.document.wording import too_large, unreadable

MAX_BYTES = 4 * 2**20
"""Such a file has some ten KiB. A larger one is something else, as the data of a disk that ends in ``.vmdk``."""

_MAX_PROBLEMS = 20
"""So many broken lines of one file are shown."""

_MOST_KEYS = 10_000
_known_keys: dict[str, str] = {}
"""Keys that were read before, as they were written → in lower case: ten thousand files have a few hundred between them."""

_ENCODING = re.compile(rb'(?im)^[ \t]*\.?encoding[ \t]*=[ \t]*"?([\w.:-]{1,40})')
_ESCAPE = re.compile(rb"\|([0-9A-Fa-f]{2})")
_CODECS = {
    "utf-8": "utf-8-sig", "utf8": "utf-8-sig", "ascii": "ascii", "us-ascii": "ascii", "windows-1252": "cp1252",
    "windows-1250": "cp1250", "windows-1251": "cp1251", "iso-8859-1": "latin-1", "iso-8859-15": "iso8859-15",
    "windows-31j": "cp932", "windows-932": "cp932", "shift_jis": "cp932", "cp932": "cp932", "euc-jp": "euc_jp",
    "gbk": "gbk", "gb18030": "gb18030", "windows-936": "gbk", "big5": "big5", "windows-949": "cp949", "euc-kr": "euc_kr",
}  # fmt: skip
"""What ``.encoding`` may say → Python's codec."""


class Settings:
    """The settings of one file. Keys are told apart without case, as VMware does; an empty value counts as not set."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values: dict[str, str] = {}
        self.lines: dict[str, int] = {}

    def get(self, key: str) -> str | None:
        return self.values.get(key) or None

    def truth(self, key: str) -> bool | None:
        """TRUE and FALSE in any case; whatever else is neither."""
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
            self.values.get(key, "").casefold()
        )

    def line(self, *keys: str) -> int:
        """The line of the first key that is there; 1 if none is."""
        return next((self.lines[key] for key in keys if key in self.lines), 1)

    def place(self, *keys: str) -> Place:
        return Place(self.name, self.line(*keys), 1)


def read_limited(path: str | os.PathLike[str], name: str) -> bytes:
    """The bytes of a small file. Raises InputError where it is none, or can't be read."""
    try:
        size = os.stat(path).st_size
        if size > MAX_BYTES:
            hint = Said("configuration files have a few KiB", "構成ファイルは通常数KiBです")
            raise InputError([Problem(too_large(size, MAX_BYTES), Place(name), hint)])
        with open(path, "rb") as file:
            return file.read(MAX_BYTES)
    except OSError as error:
        raise InputError([Problem(unreadable(error), Place(name))]) from None


def parse(data: bytes, name: str) -> Settings:
    """The settings of a ``.vmx`` or ``.vmsd``. Raises InputError with every line that is none, and every contradiction."""
    text, codec = text_of(data, name)
    settings = Settings(name)
    values, lines = settings.values, settings.lines
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), 1):
        written, mark, value = line.partition(' = "')
        key = _known_keys.get(written) if mark and value[-1:] == '"' else None
        if key is not None:
            value = value[:-1]
        else:
            line = line.strip()
            if not line or line[0] == "#":
                continue
            setting = _setting(line)
            if setting is None:
                problems.append(Problem(_NO_SETTING, Place(name, number, 1), _damage(line)))
                continue
            key, value = setting
            if written.lower() == key and len(_known_keys) < _MOST_KEYS:
                _known_keys[written] = key
        if "|" in value:
            value = _unescaped(value, codec)
        if key not in values:
            values[key], lines[key] = value, number
        elif values[key] != value:
            said = Said(f"{key} is set twice, with different values", f"{key} に異なる値が2回設定されています")
            hint = Said(
                f"first on line {lines[key]}; remove the wrong one",
                f"最初の設定は {lines[key]} 行目です。誤っている方を削除してください",
            )
            problems.append(Problem(said, Place(name, number, 1), hint))
    if problems:
        raise InputError(problems[:_MAX_PROBLEMS])
    return settings


def _setting(line: str) -> tuple[str, str] | None:
    """Key and value of a line without blanks around it, None if it is none. No pattern: a line may be very long."""
    key, _, value = line.partition("=")
    key, value = key.rstrip().lower(), value.lstrip()
    if not key or '"' in key or " " in key or "\t" in key:
        return None
    if value[:1] == '"':
        return (key, value[1:-1]) if len(value) > 1 and value[-1] == '"' else None
    return (key, value) if value and '"' not in value else None


def text_of(data: bytes, name: str) -> tuple[str, str]:
    """The text and its codec: as the file says itself, else UTF-8 or cp932. Raises InputError."""
    stated = _ENCODING.search(data[:MAX_BYTES])
    codec = _CODECS.get(stated[1].decode("ascii").lower()) if stated else None
    if codec is None or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return decode(data, name), "utf-8"
    try:
        return data.decode(codec), codec
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        encoding = stated[1].decode("ascii") if stated else codec
        said = Said(
            f"not {encoding}, which the file says it is", f"ファイルに記載された文字コード {encoding} として解釈できません"
        )
        raise InputError([Problem(said, Place(name, line, 1))]) from None


def _unescaped(value: str, codec: str) -> str:
    """``|22`` is the byte 22 (hex) in the encoding of the file. What is no text then stays as it is written."""
    try:
        data = _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), value.encode(codec.removesuffix("-sig")))
        return data.decode(codec.removesuffix("-sig"))
    except UnicodeError:
        return value


_NO_SETTING = Said('not a line of the form key = "value"', 'key = "value" の形の行ではありません')


def _damage(line: str) -> Said:
    if line.count('"') == 1:
        return Said(
            "the closing quote is missing: is the file cut off?",
            "引用符が閉じられていません。ファイルが途中で切れている可能性があります",
        )
    return Said(
        "copy the file again; a setting that can't be read could be any",
        "ファイルをコピーし直してください。読み取れない設定の内容は推測できません",
    )
