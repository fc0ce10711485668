"""What the collector tells, in both languages: what could not be read and why, and what is doubtful."""

from __future__ import annotations

from collections.abc import Sequence

from tenken.document.said import Said
from tenken.sources.said import kind

_MOST_NAMES = 3

BOOT_DEVICE = Said("boot device", "ブートデバイス")
HEARTBEAT_IN_USE = Said("heartbeat datastores in use", "使用中のハートビート用データストア")

DEVICES = Said("devices", "デバイス")

NOT_CONNECTED = Said("the host is not connected", "ホストが接続されていないため")
NO_ANSWER = Said("no answer came in time", "時間内に応答がなかったため")
TOO_OLD = Said("this version of vSphere does not have it", "このバージョンのvSphereにはない項目のため")
NOT_OFFERED = Said("this vCenter does not offer it", "このvCenterが提供していないため")
IS_A_HOST = Said(
    "this is a host, not a vCenter; which vCenter manages it is unknown",
    "接続先はvCenterではなくホストです。どのvCenterが管理しているかは不明です",
)


def prop(path: str) -> Said:
    """A property under the name that the API has for it."""
    return Said(path, path)


def lacks_privileges(privileges: Sequence[str]) -> Said:
    listed = ", ".join(privileges)
    return Said(f"the account lacks the privilege {listed}", f"アカウントに権限 {listed} がないため")


def answered(fault: str) -> Said:
    return Said(f"the answer was {fault}", f"{fault} が返されたため")


def stays_unknown(kind_name: str, what: Said, reason: Said, names: Sequence[str]) -> Said:
    shown, rest = ", ".join(names[:_MOST_NAMES]), len(names) - _MOST_NAMES
    return Said(
        f"{kind(kind_name, 'en')}: {what.en} not known, since {reason.en}: {shown}" + (f" and {rest} more" if rest > 0 else ""),
        f"{kind(kind_name, 'ja')}: {what.ja} は{reason.ja}不明です: {shown}" + (f" ほか{rest}件" if rest > 0 else ""),
    )


def unseen(kind_name: str, names: Sequence[str]) -> Said:
    shown = ", ".join(names[:_MOST_NAMES]) + (" …" if len(names) > _MOST_NAMES else "")
    return Said(
        f"{kind(kind_name, 'en')}: {len(names)} are in use that the account may not see; only their id or name is known: {shown}",
        f"{kind(kind_name, 'ja')}: 使用されているのにアカウントから参照できないものが{len(names)}件あり、IDまたは名前しか分かりません: {shown}",
    )


def same_name(kind_name: str, name: str) -> Said:
    return Said(
        f"{kind(kind_name, 'en')}: several are called {name}; their datacenter, or their id, was added to the name",
        f"{kind(kind_name, 'ja')}: {name} という名前のものが複数あるため、名前にデータセンターまたはIDを付けました",
    )


def same_uuid(uuid: str, count: int) -> Said:
    return Said(
        f"{count} VMs have the instance UUID {uuid}, so it identifies none of them",
        f"インスタンスUUID {uuid} の仮想マシンが{count}台あるため、このUUIDでは識別できません",
    )


def placeholders(count: int) -> Said:
    return Said(
        f"placeholders of Site Recovery Manager were left out: {count}",
        f"Site Recovery Managerのプレースホルダー{count}件は除外しました",
    )


def parents_elsewhere(vm: str, disk: str) -> Said:
    return Said(
        f"{disk} of {vm} has parent files on another datastore, which the inventory has no place for",
        f"{vm} の {disk} は親ファイルが別のデータストアにありますが、インベントリには記載できません",
    )


def another_guest(vm: str, configured: str, running: str) -> Said:
    return Said(
        f"{vm} is configured as {configured!r} and runs {running!r}; what VMware Tools report was taken",
        f"{vm} の構成は {configured!r} ですが、動作しているのは {running!r} です。VMware Toolsの報告を採用しました",
    )


def needs_consolidation(vm: str) -> Said:
    return Said(
        f"{vm} lists no snapshot, but its disks must be consolidated: files of a deleted snapshot are left",
        f"{vm} にスナップショットはありませんが、ディスクの統合が必要です。削除したスナップショットのファイルが残っています",
    )
