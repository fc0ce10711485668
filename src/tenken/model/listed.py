"""Lists of things as people write them into one cell: ``SQL Server 2019 Standard; Oracle 19c``, ``pvscsi none; LSI Logic SAS physical``.

Strict: what can't be told apart into product, version, edition and service pack is refused, and so is a product that is
nearly one that rules know. Full-width letters and digits are read like the others.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import Any

from tenken.document.said import Said, WrongValue

NONE = ("none", "[]", "なし", "無し", "無", "該当なし")
SEPARATOR = re.compile(r"[,;、，；\n]")

PRODUCTS = (
    "SQL Server", "Microsoft SQL Server", "Oracle", "Oracle Database", "Oracle RAC", "Oracle Real Application Clusters",
    "Oracle Restart", "Oracle Grid Infrastructure", "Exchange Server", "SharePoint Server", "StarOffice X", "File system",
    "RepNavi Suite", "RepNavi Suite for SQL", "RepNavi Suite for Exchange", "RepNavi Suite for Oracle", "RepNavi Suite for Oracle RAC",
    "RepNavi Suite for VMware", "ControlCommand", "File System Option", "iStorageManager", "CLUSTERPRO X", "WSFC",
    "Windows Server Failover Clustering", "JobCenter", "JobCenter Lite", "Arcserve Backup", "NetBackup", "NetVault Backup",
    "Backup Exec",
)  # fmt: skip
"""What rules and support tables know, to tell a slip of the pen from a product of another kind."""

_VERSION = re.compile(
    r"(?P<rest>.*?)(?:^|[ \-])(?:version |ver\.? ?)?(?P<version>(?:19|20)\d{2}(?: ?R2)?"
    r"|\d{1,2}[a-z](?: (?:Release|R) ?\d(?:\.\d)?)?|[RrVv]?\d{1,2}(?:\.\d{1,5}){1,4}|[RrVv]\d{1,2})",
    re.IGNORECASE,
)
_EDITION = re.compile(
    r"(?P<rest>.*?) (?P<edition>Standard|Enterprise|Datacenter|Express|Web|Developer|Workgroup)(?: Edition)?", re.IGNORECASE
)
_PACK = re.compile(r"(?P<rest>.*?) (?P<service_pack>(?:SP|CU) ?\d{1,2}|RTM|Service Pack \d{1,2})", re.IGNORECASE)
_TOKEN = re.compile(r"(?:19|20)\d{2}|\d{1,2}[a-z]?|[RrVv]?\d{1,2}(?:\.\d{1,5})+|(?:SP|CU)\d{1,2}", re.IGNORECASE)

_IDENTIFIER = re.compile(r"(scsi|nvme|sata|ide)\d{1,2}")
_TYPES = {
    "pvscsi": "pvscsi", "paravirtual": "pvscsi", "vmwareparavirtual": "pvscsi", "vmwareparavirtualscsi": "pvscsi",
    "準仮想化": "pvscsi", "vmware準仮想化": "pvscsi", "lsilogicsas": "lsilogic_sas", "lsisas": "lsilogic_sas", "lsilogic": "lsilogic",
    "lsilogicparallel": "lsilogic", "lsiparallel": "lsilogic", "lsilogicパラレル": "lsilogic", "buslogic": "buslogic",
    "buslogicparallel": "buslogic", "buslogicパラレル": "buslogic", "nvme": "nvme", "ahci": "ahci", "sata": "ahci", "sataahci": "ahci",
    "ide": "ide",
}  # fmt: skip
_SHARINGS = {
    "none": "none", "なし": "none", "無": "none", "無し": "none", "virtual": "virtual", "仮想": "virtual", "physical": "physical",
    "物理": "physical",
}  # fmt: skip
_CONTROLLERS, _BUSES = "pvscsi, lsilogic, lsilogic_sas, buslogic, nvme, ahci, ide", "none, virtual, physical"

_PARTS = {"version": "版", "edition": "エディション", "service_pack": "サービスパック"}


class WrongAnswer(WrongValue):
    """An answer that states no fact of the type that was asked for. ``hint``: what would be right."""


def parts(text: str) -> list[str]:
    """The elements of a list. Raises WrongAnswer where one of them says that there are none."""
    found = [part for part in (" ".join(part.split()) for part in SEPARATOR.split(text)) if part]
    if len(found) > 1 and any(part.casefold() in NONE for part in found):
        raise WrongAnswer(
            Said(f"{text[:60]!r} says none and more than none", f"{text[:60]!r} には「なし」とそれ以外が混在しています"),
            Said("write none alone, or leave it out", "「なし」だけを記入するか、「なし」を削除してください"),
        )
    return found


def products(text: str, fields: tuple[str, ...]) -> list[dict[str, Any]]:
    """Products with what is written of their version, edition and service pack, as far as ``fields`` has a place for it."""
    return [_product(unicodedata.normalize("NFKC", part), fields) for part in parts(text)]


def _product(part: str, fields: tuple[str, ...]) -> dict[str, Any]:
    hint = Said(
        "write product, version and edition, as in SQL Server 2019 Standard or Oracle 19c; another name: [{product: …, version: …}]",
        "SQL Server 2019 Standard、Oracle 19c のように製品名、版、エディションを記入してください。それ以外の名称: [{product: …, version: …}]",
    )
    rest, found = part, {}
    for _ in range(3):
        for name, pattern in (("service_pack", _PACK), ("edition", _EDITION), ("version", _VERSION)):
            match = pattern.fullmatch(rest) if name not in found else None
            if match is not None:
                rest, found[name] = match["rest"].strip(), match[name]
    if len(re.findall(r"[^\W\d_]", rest)) < 2:
        raise WrongAnswer(Said(f"{part[:60]!r} names no product", f"{part[:60]!r} に製品名がありません"), hint)
    if any(_TOKEN.fullmatch(word) for word in rest.split()):
        raise WrongAnswer(
            Said(
                f"{part[:60]!r} can't be told apart into product, version and edition",
                f"{part[:60]!r} を製品名、版、エディションに分けて解釈できません",
            ),
            hint,
        )
    if near := _nearly(rest):
        raise WrongAnswer(
            Said(f"{rest[:60]!r} is no product that is known", f"{rest[:60]!r} は対応表にない製品名です"),
            Said(
                f"did you mean {near}? another product: [{{product: …}}]",
                f"{near} の誤りではありませんか。別の製品の場合: [{{product: …}}]",
            ),
        )
    if beyond := [name for name in found if name not in fields]:
        raise WrongAnswer(
            Said(
                f"{part[:60]!r} states a {beyond[0].replace('_', ' ')}, which is not asked for here",
                f"{part[:60]!r} には、ここでは不要な{_PARTS[beyond[0]]}が含まれています",
            ),
            hint,
        )
    if pack := found.get("service_pack"):
        found["service_pack"] = re.sub(r"(?i)^(service pack|sp) ?", "SP", pack).upper()
    return {"product": rest, **{name: found[name] for name in fields if name in found}}


def _nearly(product: str) -> str | None:
    """A known product of which this is probably a misspelling."""
    known = {_plain(name): name for name in PRODUCTS}
    plain = _plain(product)
    if plain in known or any(plain.startswith(name) or plain.endswith(name) for name in known):
        return None
    near = get_close_matches(plain, known, n=1, cutoff=0.85)
    return known[near[0]] if near else None


def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def controllers(text: str) -> list[dict[str, Any]]:
    """Controllers: an id where one is written, the type, and the bus sharing where it is."""
    return [_controller(unicodedata.normalize("NFKC", part)) for part in parts(text)]


def _controller(part: str) -> dict[str, Any]:
    hint = Said(
        f"write type and bus sharing, as in pvscsi none; types: {_CONTROLLERS}; bus sharing: {_BUSES}",
        f"pvscsi none のように種類とバス共有を記入してください。種類: {_CONTROLLERS}。バス共有: {_BUSES}",
    )
    found: dict[str, Any] = {}
    words = part.replace(":", " ").split()
    if _IDENTIFIER.fullmatch(words[0].casefold()):
        found["id"] = words.pop(0).casefold()
    if words and words[-1].casefold() in _SHARINGS:
        found["bus_sharing"] = _SHARINGS[words.pop().casefold()]
    written = "".join(character for character in "".join(words).casefold() if character.isalnum())
    if not words or written not in _TYPES:
        near = get_close_matches(written, _TYPES, n=1, cutoff=0.8)
        meant = _TYPES[near[0]] if near else None
        raise WrongAnswer(
            Said(f"{part[:60]!r} is no controller", f"{part[:60]!r} はコントローラとして解釈できません"),
            Said(f"did you mean {meant}? {hint.en}", f"{meant} の誤りではありませんか。{hint.ja}") if meant else hint,
        )
    return {**({"id": found["id"]} if "id" in found else {}), "type": _TYPES[written], **found}
