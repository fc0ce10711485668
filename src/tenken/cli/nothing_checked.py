"""Why a run checked nothing, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenken.document.said import Said

if TYPE_CHECKING:
    from tenken.engine.pack import Catalog
    from tenken.model.report import Report

_COUNTS = ("vm", "datastore", "logical_disk", "host", "array")


def why_nothing(catalog: Catalog, report: Report) -> tuple[Said, Said]:
    """The reason and the advice."""
    if not catalog.rules:
        return (
            Said("nothing could be checked: every rule is switched off", "点検できませんでした: すべてのルールが無効です"),
            Said(
                "tenken config show tells where; tenken rules list shows what is in force",
                "無効にした箇所は tenken config show、有効なルールは tenken rules list で確認できます",
            ),
        )
    if not any(report.summary.subjects.get(kind) for kind in _COUNTS):
        return (
            Said(
                "nothing could be checked: the input has no VM, datastore, logical disk, host or array",
                "点検できませんでした: 入力に仮想マシン、データストア、論理ディスク、ホスト、ディスクアレイのいずれもありません",
            ),
            Said(
                "tenken init writes an inventory to start from; tenken schema inventory tells all that one may state",
                "インベントリのひな形は tenken init、記載できる項目は tenken schema inventory で確認できます",
            ),
        )
    if any(count for outcome, count in report.summary.outcomes.items() if outcome != "not_applicable"):
        return (
            Said(
                "nothing could be checked: the input has nothing that could be backed up: no datastore that may lie on an array, "
                "no VM but templates and vCLS agents, no RDM, no host that boots from SAN",
                "点検できませんでした: バックアップ対象になり得るものが入力にありません（アレイ上のデータストア、"
                "テンプレートとvCLSエージェント以外の仮想マシン、RDM、SANブートのホスト）",
            ),
            Said(
                "state the datastores with their extents, and the VMs; tenken questions lists what is missing",
                "データストアとその extents、仮想マシンを記入してください。不足している情報は tenken questions で確認できます",
            ),
        )
    return (
        Said(
            "nothing could be checked: no rule in force applies to anything in the input",
            "点検できませんでした: 入力に適用できる有効なルールがありません",
        ),
        Said(
            "tenken rules list shows the rules, tenken config show the switches",
            "ルールは tenken rules list、有効・無効の設定は tenken config show で確認できます",
        ),
    )
