"""What people write into a questionnaire, and the facts that it states. Both languages are read, whatever the sheet's.

A blank cell, and the words for *not known*, state nothing. ``none`` states that there is none, which is not the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from tenken.document.said import Said, alike
from tenken.model import listed
from tenken.model.listed import NONE, WrongAnswer
from tenken.model.rule import Text
from tenken.model.schema import Type, fields_of

YES = ("yes", "y", "true", "はい", "有", "有り", "あり", "有効", "○")
NO = ("no", "n", "false", "いいえ", "無", "無し", "なし", "無効", "×")
NOT_KNOWN = ("", "?", "？", "unknown", "not known", "n/a", "不明", "未確認", "未収集", "-", "－", "ー")

SHORT = {"PassthroughDevice": "type", "Snapshot": "name", "LunMapping": "ldn"}
"""Objects of which one word says enough: ``vgpu`` is short for ``{type: vgpu}``."""

_PRODUCTS = {
    "Workload": ("version", "edition", "service_pack"), "Software": ("version", "edition"), "Licence": ("version",),
}  # fmt: skip
"""Objects that are a product, and what may be written behind its name."""
_EXAMPLES = {
    "Workload": "SQL Server 2019 Standard; Oracle 19c", "Software": "RepNavi Suite for SQL 12.4; CLUSTERPRO X 4.3",
    "Licence": "RepNavi Suite for Oracle", "Controller": "pvscsi none; lsilogic_sas physical",
}  # fmt: skip

_NAMES_NONE = ("vm", "vcenter", "protected_by", "service_pack", "link")
"""Text fields of which ``none`` is a value: there is none."""

_YES_OR_NO = Said("yes or no", "「はい」か「いいえ」")


def expected(type_: Type, field: str) -> Text:
    """What may be answered, in words."""
    if type_.kind == "bool":
        return Text(en="yes / no", ja="はい / いいえ")
    if type_.words:
        return Text(en=" / ".join(type_.words), ja=" / ".join(type_.words))
    if type_.kind == "list" and type_.item is not None and type_.item.kind == "object":
        cls = type_.item.cls.__name__ if type_.item.cls else ""
        short = SHORT.get(cls)
        if cls in _PRODUCTS:
            return Text(
                en=f"none, or product and version of each: {_EXAMPLES[cls]}",
                ja=f"なし、または製品名と版を列挙: {_EXAMPLES[cls]}",
            )
        if cls == "Controller":
            return Text(
                en=f"none, or type and bus sharing of each: {_EXAMPLES[cls]}",
                ja=f"なし、または種類とバス共有を列挙: {_EXAMPLES[cls]}",
            )
        if short is None:
            return Text(en="none, or send the export", ja="なし（none）、または構成情報を別途ご提供ください")
        words = " / ".join(_words_of(type_.item, short)) or "names"
        ja = " / ".join(_words_of(type_.item, short)) or "名前"
        return Text(en=f"none, or a list: {words}", ja=f"なし（none）、または列挙: {ja}")
    if type_.kind == "list":
        words = " / ".join(type_.item.words) if type_.item is not None else ""
        return Text(
            en=f"none, or a list: {words or 'a, b, c'}", ja=f"なし（none）、または「,」区切りで列挙: {words or 'a, b, c'}"
        )
    if type_.kind == "object":
        return Text(en="none, or {key: value, …}", ja="なし（none）、または {項目: 値, …}")
    if type_.kind in ("int", "double"):
        return Text(en="a number", ja="数値")
    if field in _NAMES_NONE:
        return Text(en="the value as found, or none", ja="確認した値をそのまま記入、または none")
    return Text(en="the value as found", ja="確認した値をそのまま記入")


def choices(type_: Type, lang: str) -> list[str]:
    """The answers to choose from, where they are few."""
    if type_.kind == "bool":
        return ["はい", "いいえ"] if lang == "ja" else ["yes", "no"]
    return list(type_.words)


def read(text: str, type_: Type, field: str) -> Any:
    """The fact that an answer states; None for none. Raises WrongAnswer."""
    word = text.strip()
    folded = word.casefold()
    if folded in NOT_KNOWN:
        return None
    if type_.kind == "bool":
        return _one_of(folded, word, {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}, _YES_OR_NO)
    if type_.words:
        return _one_of(folded, word, {name.casefold(): name for name in type_.words}, _any_of(type_.words))
    if type_.kind == "list":
        return _list(word, type_)
    if type_.kind == "object":
        return "none" if type_.or_none and folded in NONE else _structure(word, dict)
    if type_.kind in ("int", "double"):
        return _number(word, type_)
    return "none" if field in _NAMES_NONE and folded in NONE else word


def _one_of(folded: str, word: str, known: dict[str, Any], wanted: Said) -> Any:
    if folded not in known:
        near = get_close_matches(folded, known, n=1, cutoff=0.7)
        meant = Said(f"did you mean {near[0]}? ", f"{near[0]} の誤りではありませんか。") if near else alike("")
        raise WrongAnswer(
            _no_answer(word),
            Said(
                f"{meant.en}expected {wanted.en}, or leave it blank", f"{meant.ja}{wanted.ja}を記入するか、空欄にしてください"
            ),
        )
    return known[folded]


def _no_answer(word: str) -> Said:
    return Said(f"{word[:60]!r} is no answer to this question", f"{word[:60]!r} はこの質問の回答として解釈できません")


def _any_of(words: Iterable[str]) -> Said:
    listed = ", ".join(words)
    return Said(f"one of: {listed}", f"次のいずれか（{listed}）")


def _number(word: str, type_: Type) -> Any:
    try:
        return int(word) if type_.kind == "int" else float(word)
    except ValueError:
        raise WrongAnswer(
            Said(f"{word[:60]!r} is no number", f"{word[:60]!r} は数値ではありません"),
            Said("expected a number, or leave it blank", "数値を記入するか、空欄にしてください"),
        ) from None


def _list(word: str, type_: Type) -> list[Any]:
    if word.casefold() in NONE:
        return []
    item = type_.item
    if word.startswith(("[", "{")):
        found = _structure(word, list)
        return list(found)
    cls = item.cls.__name__ if item is not None and item.cls is not None else ""
    if cls in _PRODUCTS:
        return listed.products(word, _PRODUCTS[cls])
    if cls == "Controller":
        return listed.controllers(word)
    parts = listed.parts(word)
    if item is None or item.kind != "object":
        words = item.words if item is not None else ()
        known = {name.casefold(): name for name in words}
        return [_one_of(part.casefold(), part, known, _any_of(words)) if words else part for part in parts]
    short = SHORT.get(cls)
    if short is None:
        raise WrongAnswer(
            Said(f"{word[:60]!r} says too little", f"{word[:60]!r} だけでは情報が足りません"),
            Said(
                "write none, send the export of the system, or list the entries in a YAML file",
                "「なし」と記入するか、構成情報のエクスポートを送付するか、YAMLファイルに列挙してください",
            ),
        )
    words = _words_of(item, short)
    known = {name.casefold(): name for name in words}
    return [{short: _one_of(part.casefold(), part, known, _any_of(words)) if words else part} for part in parts]


def _words_of(item: Type, name: str) -> tuple[str, ...]:
    return fields_of(item.cls)[name].words if item.cls is not None else ()


def _structure(word: str, wanted: type) -> Any:
    """A mapping or list in YAML, on one line."""
    from tenken.document import yaml_text
    from tenken.document.problem import InputError

    kind = Said("a list [a, b]", "リスト [a, b] ") if wanted is list else Said("{key: value, …}", " {項目: 値, …} ")
    hint = Said(
        f"expected none, or {kind.en}; leave it blank if it is not known",
        f"「なし」または{kind.ja}を記入してください。不明な場合は空欄にしてください",
    )
    try:
        found = yaml_text.parse(word, "answer")
    except InputError:
        found = None
    if not isinstance(found, wanted):
        raise WrongAnswer(_no_answer(word), hint)
    return found
