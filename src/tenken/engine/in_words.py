"""Values of facts as sentences name them, in either language: what an inventory writes as a code is told as people say it."""

from __future__ import annotations

import dataclasses
from typing import Any

from tenken.engine.nodes import Node
from tenken.model.inventory import OperatingSystem, Step
from tenken.model.schema import STRING, Type

SHOWN = 8
"""A message names so many of a list and counts the rest; the facts carry them all."""

_NOT_KNOWN = {"en": "(not collected)", "ja": "（未収集）"}
_NONE = {"en": "none", "ja": "なし"}
_YES_OR_NO = {"en": ("no", "yes"), "ja": ("いいえ", "はい")}
_FAMILIES = {
    "windows": "Windows", "windows_server": "Windows Server", "rhel": "Red Hat Enterprise Linux", "centos": "CentOS Linux",
    "centos_stream": "CentOS Stream", "rocky": "Rocky Linux", "alma": "AlmaLinux", "oracle_linux": "Oracle Linux",
    "sles": "SUSE Linux Enterprise Server", "ubuntu": "Ubuntu", "debian": "Debian", "photon": "VMware Photon OS",
}  # fmt: skip

CODES: dict[str, tuple[str, str]] = {
    **{family: (name, name) for family, name in _FAMILIES.items()},
    # jobs
    "vmfs": ("VMFS", "VMFS"),
    "rdm": ("RDM", "RDM"),
    "sanboot": ("SAN boot", "SANブート"),
    "online": ("online", "無停止"),
    "offline": ("offline", "短停止"),
    "shutdown": ("shutdown", "シャットダウン"),
    "snapshot": ("snapshot", "スナップショット"),
    "power_off": ("power-off", "電源オフ"),
    "suspend": ("suspension", "サスペンド"),
    "job_manager": ("job management software", "ジョブ管理ソフト"),
    "script": ("a script", "スクリプト"),
    "raw_gpt": ("a GPT raw device", "GPT形式のRAWデバイス"),
    "raw_mbr": ("an MBR raw device", "MBR形式のRAWデバイス"),
    "mounted": ("a mounted disk", "マウントしたディスク"),
    "file": ("files", "ファイル"),
    "vadp": ("VADP", "VADP"),
    # hosts and VMs
    "local": ("a local disk", "ローカルディスク"),
    "san": ("SAN", "SAN"),
    "usb": ("USB", "USB"),
    "network": ("the network", "ネットワーク"),
    "powered_on": ("powered on", "電源オン"),
    "powered_off": ("powered off", "電源オフ"),
    "suspended": ("suspended", "サスペンド状態"),
    "running": ("running", "実行中"),
    "not_running": ("not running", "停止中"),
    "not_installed": ("not installed", "未導入"),
    "directpath_io": ("DirectPath I/O", "DirectPath I/O"),
    "dynamic_directpath_io": ("Dynamic DirectPath I/O", "Dynamic DirectPath I/O"),
    "vgpu": ("vGPU", "vGPU"),
    "sriov": ("SR-IOV", "SR-IOV"),
    "failover": ("failover", "フェイルオーバー"),
    "availability_group": ("availability group", "可用性グループ"),
    "dag": ("DAG", "DAG"),
    "rac": ("RAC", "RAC"),
    "mirror": ("mirroring", "ミラー"),
    # disks and datastores
    "persistent": ("dependent", "依存型"),
    "nonpersistent": ("nonpersistent", "読み取り専用"),
    "undoable": ("undoable", "undoable"),
    "append": ("append", "append"),
    "independent_persistent": ("independent (persistent)", "独立型（通常）"),
    "independent_nonpersistent": ("independent (nonpersistent)", "独立型（読み取り専用）"),
    "flat": ("virtual disk", "仮想ディスク"),
    "sparse": ("sparse virtual disk", "スパース形式の仮想ディスク"),
    "se_sparse": ("space-efficient sparse virtual disk", "SEスパース形式の仮想ディスク"),
    "pmem": ("PMem disk", "PMemディスク"),
    "physical": ("physical", "物理"),
    "virtual": ("virtual", "仮想"),
    "pvscsi": ("PVSCSI", "PVSCSI"),
    "lsilogic": ("LSI Logic Parallel", "LSI Logic Parallel"),
    "lsilogic_sas": ("LSI Logic SAS", "LSI Logic SAS"),
    "buslogic": ("BusLogic", "BusLogic"),
    "nvme": ("NVMe", "NVMe"),
    "ahci": ("AHCI", "AHCI"),
    "ide": ("IDE", "IDE"),
    "NFS41": ("NFS 4.1", "NFS 4.1"),
    "other": ("another kind", "その他"),
    "none": ("none", "なし"),
}
"""What stands for itself, as VMFS or LX, is not listed. The same code means the same in all facts that can have it."""


def in_words(value: Any, lang: str, kind: Type = STRING) -> str:
    """A value in a sentence. ``kind``: its type, since a code is told in words and a name, which may be the same, is not."""
    if type(value) is str:
        return _of_code(value, lang) if value in kind.words else value
    if value is None:
        return _NOT_KNOWN[lang]
    if isinstance(value, Node):
        return value.name
    if isinstance(value, bool):
        return _YES_OR_NO[lang][value]
    if isinstance(value, (list, tuple)):
        return joined([in_words(item, lang, kind.item or STRING) for item in value], lang) or _NONE[lang]
    if isinstance(value, OperatingSystem):
        known = filter(None, (_FAMILIES.get(value.family or ""), value.version))
        return " ".join(known) if value.family in _FAMILIES else value.name or _NOT_KNOWN[lang]
    if isinstance(value, Step):
        return _step(value)
    name = getattr(value, "name", None) or getattr(value, "type", None) or getattr(value, "device", None)
    return str(name if name is not None else value)


def joined(words: list[str], lang: str) -> str:
    """The first of a list in a sentence, and how many there are besides."""
    more = len(words) - SHOWN
    shown = words[:SHOWN]
    if lang == "ja":
        return "、".join(shown) + (f" ほか{more}件" if more > 0 else "")
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def as_json(value: Any) -> Any:
    """A value as JSON can carry it: nodes by name, codes as the inventory writes them."""
    if isinstance(value, Node):
        return value.name
    if isinstance(value, frozenset):
        return [as_json(item) for item in sorted(value, key=lambda item: (item is None, str(item)))]
    if isinstance(value, (list, tuple)):
        return [as_json(item) for item in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return in_words(value, "en")


def _of_code(code: str, lang: str) -> str:
    said = CODES.get(code)
    return code if said is None else said[lang == "ja"]


def _step(step: Step) -> str:
    """A written step with what it states: ``stop_vm (vms: app01)``."""
    stated = [(each.name, getattr(step, each.name)) for each in dataclasses.fields(step) if each.name != "action"]
    said = [f"{name}: {in_words(value, 'en')}" for name, value in stated if value is not None]
    return f"{step.action} ({'; '.join(said)})" if said else step.action
