"""What sources tell a person besides facts, in both languages: what they skipped, doubted or took for granted.

A notice can't be made without its Japanese text. Mistakes, which stop the run, are Problems instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tenken.document.place import Place
from tenken.document.said import Said


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to know of an input: reports and merged files show it with its place."""

    said: Said
    place: Place | None
    hint: Said | None = None
    """What follows from it, or what to do about it."""

    def text(self, lang: str) -> str:
        """On one line: place, sentence, hint."""
        where = f"{self.place}: " if self.place else ""
        said = where + self.said.text(lang)
        if self.hint is None:
            return said
        return f"{said}（{self.hint.ja}）" if lang == "ja" else f"{said} ({self.hint.en})"

    def __str__(self) -> str:
        return self.text("en")


STAYS_UNKNOWN = Said("this fact stays unknown", "この項目は不明のままです")


def not_understood(value: str) -> Said:
    return Said(f"{value[:100]!r} is not understood here", f"値 {value[:100]!r} は解釈できません")


def more(count: int, following: Said) -> Said:
    """Ends the notices of one kind that are shown one by one."""
    return Said(
        f"and {count} more of this kind, the next one here: {following.en}",
        f"同種のものがほかに {count} 件あります。次の箇所: {following.ja}",
    )


def shortened(names: Sequence[str], shown: int = 3) -> str:
    """The first names; dots tell that there are more."""
    return ", ".join(names[:shown]) + (" …" if len(names) > shown else "")


def first_few(notices: list[Notice], shown: int, count: int | None = None) -> list[Notice]:
    """Notices of one kind: the first ones, then how many more there are, of ``count`` in all."""
    rest = (len(notices) if count is None else count) - shown
    if rest <= 0:
        return notices[:shown]
    following = notices[shown]
    return [*notices[:shown], Notice(more(rest, following.said), following.place, following.hint)]


KINDS = {
    "vms": Said("VMs", "仮想マシン"),
    "hosts": Said("hosts", "ホスト"),
    "datastores": Said("datastores", "データストア"),
    "clusters": Said("clusters", "クラスタ"),
    "folders": Said("folders", "フォルダ"),
    "vcenters": Said("vCenters", "vCenter"),
    "disks": Said("disks", "ディスク"),
    "controllers": Said("controllers", "コントローラ"),
    "devices": Said("devices", "デバイス"),
    "arrays": Said("arrays", "ディスクアレイ"),
    "logical_disks": Said("logical disks", "論理ディスク"),
    "ld_sets": Said("LD sets", "LDセット"),
    "pairs": Said("pairs", "ペア"),
    "snapshot_sets": Said("snapshot sets", "スナップショットセット"),
    "servers": Said("servers", "サーバ"),
    "jobs": Said("jobs", "ジョブ"),
    "runbooks": Said("runbooks", "手順書"),
}


def kind(name: str, lang: str) -> str:
    """The name of a kind of objects, for people."""
    return KINDS[name].text(lang) if name in KINDS else name
