"""What is said where a report is compared: with an older one, or with a baseline."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # what changed between two reports
    "diff.title": ("What changed", "変更点"),
    "diff.old": ("Older:", "旧:"),
    "diff.new": ("Newer:", "新:"),
    "diff.before_after": ("Before → after", "変更前 → 変更後"),
    "diff.verdicts": ("Changed verdicts", "変わった判定"),
    "diff.verdicts_worse": ("Verdicts worse", "悪化した判定"),
    "diff.verdicts_better": ("Verdicts better", "改善した判定"),
    "diff.none": ("No finding and no verdict changed.", "指摘にも判定にも変更はありません。"),
    "diff.exit.0": (
        "The comparison passes (exit code 0): nothing new, graver or with a lapsed waiver would fail it. It fails on {threshold}.",
        "比較は合格です（終了コード 0）。不合格とする変更（新規、悪化、免除の失効のうち{threshold}）はありません。",
    ),
    "diff.exit.1": (
        "The comparison fails (exit code 1): findings are new, graver, or no longer waived. It fails on {threshold}.",
        "比較は不合格です（終了コード 1）。新規、悪化、または免除が失効した指摘（{threshold}）があります。",
    ),
    "diff.exit.3": (
        "The newer report checked nothing (exit code 3). This is not a pass.",
        "新しいレポートでは何も点検されていません（終了コード 3）。合格を意味するものではありません。",
    ),
    "diff.exit.4": (
        "A rule broke in the newer report (exit code 4).",
        "新しいレポートでルールの評価に失敗しています（終了コード 4）。",
    ),
    "change.new": ("New", "新規"),
    "change.worse": ("Graver than before", "重大度が上がった"),
    "change.lapsed": ("No longer waived", "免除の失効"),
    "change.waived": ("Waived now", "新たに免除"),
    "change.better": ("Less grave than before", "重大度が下がった"),
    "change.fixed": ("Fixed", "解消"),
    "change.unchecked": ("No longer checked", "点検されなくなった"),
    "change.new.means": ("The older report has no such finding.", "旧レポートにはない指摘です。"),
    "change.worse.means": ("The same finding is worth more to the gate.", "同じ指摘の重大度が上がりました。"),
    "change.lapsed.means": (
        "A waiver accepted it; it has expired, was removed, or was switched off.",
        "免除の期限切れ、削除、または無効化により、再び判定に数えられます。",
    ),
    "change.waived.means": (
        "Somebody accepts the risk. It is not mended, and no verdict changes for it.",
        "リスクが受け入れられました。解消されたわけではなく、可否の判定も変わりません。",
    ),
    "change.better.means": ("The same finding is worth less to the gate.", "同じ指摘の重大度が下がりました。"),
    "change.fixed.means": (
        "The rule was checked again and does not find it any more.",
        "同じルールで再び点検し、指摘がなくなりました。",
    ),
    "change.unchecked.means": (
        "Its rule or its subject is no longer in the newer report: nobody knows whether it is mended.",
        "新しいレポートにルールまたは対象がなく、解消されたかどうかは分かりません。",
    ),
    # what a finding is worth to the gate
    "worth.error": ("Error", "エラー"),
    "worth.unknown": ("Not decidable", "判定不能"),
    "worth.inquire": ("Ask the vendor", "要問い合わせ"),
    "worth.warning": ("Warning", "警告"),
    "worth.note": ("Note", "注記"),
    "worth.waived": ("Waived", "免除"),
    "worth.outside": ("Outside the plan", "計画外"),
    "worth.broken": ("Rule broke", "ルールの評価失敗"),
    # baseline
    "section.known": ("Known to the baseline", "ベースラインに記録済みの指摘"),
    "section.gone": ("No longer found", "なくなった指摘"),
    "known.summary": (
        "Compared with the baseline {name}: {new} new, {known} known, {gone} no longer found. Known findings do not fail the check; verdicts count them in full.",
        "ベースライン {name} との比較: 新規 {new} 件、記録済み {known} 件、なくなったもの {gone} 件。記録済みの指摘で不合格にはなりませんが、可否の判定には含まれます。",
    ),
    "known.update": (
        "tenken baseline update takes them out of the file.",
        "tenken baseline update でファイルから削除できます。",
    ),
    "baseline.written": ("wrote {path}: {n} findings", "{path} に指摘 {n} 件を記録しました"),
    "baseline.written.one": ("wrote {path}: 1 finding", "{path} に指摘 1 件を記録しました"),
    "baseline.updated": ("{path}: {gone} taken out, {n} left", "{path}: 削除 {gone} 件、残り {n} 件"),
    "baseline.not_added": (
        "{n} findings are new; they were not added and still fail the check. tenken baseline write --force would accept them.",
        "新規の指摘 {n} 件は追加していません（点検では引き続き不合格の対象です）。受け入れるには tenken baseline write --force を使用してください。",
    ),
    "baseline.not_added.one": (
        "1 finding is new; it was not added and still fails the check. tenken baseline write --force would accept it.",
        "新規の指摘 1 件は追加していません（点検では引き続き不合格の対象です）。受け入れるには tenken baseline write --force を使用してください。",
    ),
}
