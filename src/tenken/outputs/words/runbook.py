"""What a runbook says around the steps of the guide."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "runbook.title": ("Runbook", "手順書"),
    "runbook.guide": ("Guide, lines {lines}", "ガイド {lines} 行目"),
    "runbook.blanks": (
        "{n} facts are not known: fill them in before you begin.",
        "未収集の情報が{n}件あります。開始前に記入してください。",
    ),
    "runbook.blanks.one": (
        "One fact is not known: fill it in before you begin.",
        "未収集の情報が1件あります。開始前に記入してください。",
    ),
    "runbook.warnings": ("Stop: read this first", "実施前に必ず確認してください"),
    "runbook.verdict": (
        "{name}: {verdict} by tenken. Settle what its report says first.",
        "{name} のtenkenによる判定は「{verdict}」です。先にレポートの指摘事項を解消してください。",
    ),
    "runbook.before": ("Before you begin", "開始前の確認"),
    "runbook.steps": ("Steps", "手順"),
    "runbook.actor": ("by", "実行者"),
    "runbook.done": ("done", "実施"),
    "runbook.notes": ("To know", "留意事項"),
    "runbook.signed": ("Done by", "実施者"),
    "runbook.date": ("Date", "実施日"),
}
