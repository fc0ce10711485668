"""How mistakes are worded that more than one reader finds, in both languages: the same mistake is told in the same words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tenken.document import parser_words
from tenken.document.said import Said, SaidError, alike

LIST = Said("must be a list", "はリストで指定してください")
MAPPING = Said("must be a mapping", "はマッピング（キー: 値）で指定してください")
READS_VERSION_1 = Said("this tenken reads version 1", "このtenkenが対応しているのは版 1 です")

_EXPECTED = {
    "list_type": LIST,
    "dict_type": MAPPING,
    "bool_parsing": Said("must be true or false", "は true または false で指定してください"),
    "string_type": Said("must be text", "は文字列で指定してください"),
    "string_too_short": Said("must not be empty", "は空にできません"),
    "string_too_long": Said("is too long", "が長すぎます"),
    "int_parsing": Said("must be a whole number", "は整数で指定してください"),
    "float_parsing": Said("must be a number", "は数値で指定してください"),
    "finite_number": Said("must be a finite number", "は有限の数値で指定してください"),
    "greater_than_equal": Said("is too small", "の値が小さすぎます"),
    "less_than_equal": Said("is too large", "の値が大きすぎます"),
    "too_short": Said("has too few entries", "の要素が足りません"),
    "too_long": Said("has too many entries", "の要素が多すぎます"),
}
"""What a value must be, after its name; in Japanese with the particle between them. Of pydantic's kinds of errors those that mean the same share one."""

_SAME = {
    "tuple_type": "list_type",
    "set_type": "list_type",
    "dataclass_type": "dict_type",
    "model_type": "dict_type",
    "model_attributes_type": "dict_type",
    "bool_type": "bool_parsing",
    "int_type": "int_parsing",
    "int_from_float": "int_parsing",
    "int_parsing_size": "less_than_equal",
    "float_type": "float_parsing",
    "greater_than": "greater_than_equal",
    "less_than": "less_than_equal",
}

_SEEN = ("string_too_short", "string_too_long", "too_short", "too_long")
"""Where the value itself says nothing more."""


def misfit(name: str, kind: str, shown: Said) -> Said | None:
    """A value of the wrong kind; ``kind``: of the error, as pydantic names it. None for what needs other words."""
    wanted = _EXPECTED.get(_SAME.get(kind, kind))
    if wanted is None:
        return None
    if kind in _SEEN:
        return Said(f"{name} {wanted.en}", f"{name} {wanted.ja}")
    return must_be(name, wanted, shown)


def unreadable(error: OSError) -> Said:
    reason = of_system(error)
    return Said(f"can't be read: {reason.en}", f"読み込めません: {reason.ja}")


def of_system(error: OSError) -> Said:
    """Why the operating system refused."""
    return Said(str(error.strerror or error), parser_words.system_ja(error))


def too_large(size: int, limit: int) -> Said:
    """Of a file, in bytes."""
    mib, most = f"{size / 2**20:.0f} MiB", f"{limit // 2**20} MiB"
    return Said(f"{mib} is more than the limit of {most}", f"ファイルサイズ {mib} が上限の {most} を超えています")


def too_deep(levels: int) -> Said:
    return Said(f"nested deeper than {levels} levels", f"入れ子が深すぎます（上限 {levels} 段）")


def duplicate_key(key: str) -> Said:
    return Said(f"duplicate key {key!r}", f"キー {key!r} が重複しています")


def first_at_line(line: int | None) -> Said:
    """A hint on a duplicate key."""
    return Said(
        f"first at line {line}; one of the two would be lost", f"最初の記述は {line} 行目です。このままでは一方が失われます"
    )


def first_at(place: object) -> Said:
    return Said(f"first at {place}", f"最初の記述: {place}")


def unknown_version(version: Any) -> Said:
    """Of the format of a file."""
    shown = show(version)
    return Said(f"format version {shown.en} is not known", f"形式の版 {shown.ja} には対応していません")


def unknown_key(key: object, where: Said) -> Said:
    return Said(f"unknown key {key!r} in {where.en}", f"{where.ja}に不明なキー {key!r} があります")


def inside(route: str, whole: Said) -> Said:
    """Where a key stands: under a route, else in the whole of a file."""
    return Said(route, f"{route} ") if route else whole


def no_such(kind: Said, name: str) -> Said:
    """A name that was asked for and that no object has; ``kind``: of the objects."""
    return Said(f"there is no {kind.en} {name!r}", f"{kind.ja} {name!r} が見つかりません")


def fits_several(name: str, kind: Said, count: int) -> Said:
    """A name that was asked for and that several objects have."""
    return Said(f"{name!r} fits {count} {kind.en}s", f"{name!r} に該当する{kind.ja}が {count} 件あります")


def required(name: str) -> Said:
    return Said(f"{name} is required", f"{name} は必須です")


def is_not(name: str, shown: Said) -> Said:
    """A value that is none of those that are right; a hint tells which are."""
    return Said(f"{name} is {shown.en}", f"{name} の値 {shown.ja} は正しくありません")


def must_be(name: str, wanted: Said, shown: Said) -> Said:
    but = ", not" if wanted.en.startswith("must") else ":"
    return Said(f"{name} {wanted.en}{but} {shown.en}", f"{name} {wanted.ja}（現在の値: {shown.ja}）")


def show(value: Any, longest: int = 60) -> Said:
    """A value, short enough for a sentence."""
    if isinstance(value, bool):
        return alike("true" if value else "false")
    if isinstance(value, Mapping):
        return Said("a mapping", "マッピング")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Said("a list", "リスト")
    if value is None:
        return Said("nothing", "空")
    text = repr(value)
    return alike(text if len(text) <= longest else text[: longest - 1] + "…")


def of_validator(error: Mapping[str, Any]) -> Said:
    """What is wrong or expected, of a pydantic error that has no words of ours by its kind: those of the validator that
    raised it, else pydantic's own."""
    raised = error.get("ctx", {}).get("error")
    if isinstance(raised, SaidError):
        return raised.said
    message = str(error["msg"]).removeprefix("Value error, ")
    return Said(message, f"値が正しくありません: {message}")


def words_of(error: Mapping[str, Any]) -> list[str]:
    """The words that a value may be, of pydantic's error about one that is none of them."""
    return [word.strip("' ") for word in str(error["ctx"]["expected"]).replace(" or ", ",").split(",")]
