"""What was collected, as a commented inventory: when, from where, by what, and what is missing."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from tenken.sources.native import writer as native_writer
from tenken.sources.vcenter.source import Collected

MARK = "# tenken collect vcenter"
"""The first line begins so: such a file was not written by hand."""

_MOST_WARNINGS = 500


@dataclass(frozen=True, slots=True)
class _Texts:
    """What the comments say, in one language."""

    source: str
    uuid: str
    when: str
    unknown: tuple[str, ...]
    warnings: str
    more: str
    kinds: dict[str, str]
    """Kind → what is to be known of its entries."""


_TEXTS = {
    "en": _Texts(
        source="{product} at {host}",
        uuid="instance UUID {uuid}",
        when="collected {when} by tenken {version}",
        unknown=(
            "A fact that is not here was not collected and stays unknown. vSphere itself can't say:",
            "- of guests: dynamic and unformatted disks, iSCSI, clusters, databases and other software, patches",
            "- of VMs: whether iStorageManager, or another vCenter, runs on one (roles)",
            "- of the array: logical disks, pairs, snapshots, LD sets",
            "State these in a second file and check both: tenken check THIS.yaml notes.yaml",
        ),
        warnings="Not everything could be read, or is certain:",
        more="… and {count} more",
        kinds={
            "clusters": "heartbeat_datastores: those in use and those selected; left out where HA is off or does not tell",
            "hosts": "devices: detached = off on this host. boot: left out where the host does not tell which disk it is",
            "datastores": "extents: a VMFS on several LUNs has several",
            "vms": "uuid: the instance UUID. Controllers without disks are listed, too; [] means that there are none",
        },
    ),
    "ja": _Texts(
        source="{host} の {product}",
        uuid="インスタンスUUID {uuid}",
        when="{when} に tenken {version} で収集",
        unknown=(
            "ここにない事実は収集されておらず、不明のままです。次の事項はvSphereからは得られません。",
            "- ゲスト: ダイナミックディスク、未フォーマットのディスク、iSCSI、クラスタ、データベースなどのソフトウェア、パッチ",
            "- 仮想マシン: iStorageManagerや別のvCenterが動作しているかどうか（roles）",
            "- ディスクアレイ: 論理ディスク、ペア、スナップショット、LDセット",
            "これらは別のファイルに記述し、あわせて点検してください: tenken check このファイル.yaml notes.yaml",
        ),
        warnings="読み取れなかった事項、または確実でない事項:",
        more="… ほか {count} 件",
        kinds={
            "clusters": "heartbeat_datastores: 使用中のものと選択されているもの。HAが無効、または情報が得られない場合は記載しません",
            "hosts": "devices: detached = このホストで切断（off）。boot: どのディスクかホストから得られない場合は記載しません",
            "datastores": "extents: 複数のLUNにまたがるVMFSでは複数になります",
            "vms": "uuid: インスタンスUUID。ディスクのないコントローラも記載します。[] は「存在しない」という意味です",
        },
    ),
}


def render(collected: Collected, host: str, when: datetime.datetime, version: str, lang: str) -> str:
    """The YAML file. ``when`` is the time of the collection, with its time zone; ``version`` that of tenken."""
    texts = _TEXTS[lang]
    moment = when.isoformat(timespec="seconds")
    head = [
        f"{MARK.removeprefix('# ')}: {texts.source.format(product=collected.product, host=host)}",
        *([texts.uuid.format(uuid=collected.uuid)] if collected.uuid else []),
        texts.when.format(when=moment, version=version),
        "",
        *texts.unknown,
    ]
    if collected.warnings:
        shown = collected.warnings[:_MOST_WARNINGS]
        head += ["", texts.warnings, *(f"- {warning.text(lang)}" for warning in shown)]
        if len(shown) < len(collected.warnings):
            head.append(texts.more.format(count=len(collected.warnings) - len(shown)))
    comments: native_writer.Comments = {(kind,): text for kind, text in texts.kinds.items()}
    return native_writer.write({"source": "vcenter", **collected.tree}, head, comments)
