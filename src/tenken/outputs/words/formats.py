"""What only some formats say: SARIF, JUnit, GitHub, CSV."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "sarif.root": ("The root of the repository", "リポジトリのルート"),
    "sarif.cut": (
        "{n:,} of {total:,} findings were left out, the least grave ones: the file would be larger than code scanning accepts."
        " The JSON report has all.",
        "コードスキャンの上限を超えるため、指摘 {total:,} 件のうち重大度の低い {n:,} 件を省略しました。すべてはJSON形式のレポートにあります。",
    ),
    "junit.cut": (
        "{n:,} of {total:,} cases were left out, first those that do not apply, then those that passed: test reports do not read"
        " larger files. The JSON report made with --all has all.",
        "テストレポートの上限を超えるため、{total:,} 件のうち {n:,} 件を、対象外、合格の順に省略しました。"
        "すべては --all を付けたJSON形式のレポートにあります。",
    ),
    "github.waived": (
        "{n:,} findings are waived: they fail nothing, and every verdict counts them in full.",
        "免除された指摘が {n:,} 件あります。不合格の対象にはなりませんが、可否の判定には含まれます。",
    ),
    "github.waived.one": (
        "1 finding is waived: it fails nothing, and every verdict counts it in full.",
        "免除された指摘が 1 件あります。不合格の対象にはなりませんが、可否の判定には含まれます。",
    ),
    "github.left_out": ("Not shown here", "表示を省略した指摘"),
    "github.more": (
        "Further findings that GitHub has no room to show here: {errors:,} errors, {warnings:,} warnings, {waived:,} waived."
        " The job summary and the other reports have them.",
        "GitHubの表示上限を超えた指摘があります（エラー {errors:,} 件、警告 {warnings:,} 件、免除 {waived:,} 件）。"
        "ジョブサマリーなどのレポートを参照してください。",
    ),
    "csv.rule": ("Rule", "ルール"),
    "csv.outcome": ("Outcome", "結果"),
    "csv.level": ("Level", "レベル"),
    "csv.in_plan": ("In the plan", "計画内"),
    "csv.baseline": ("Baseline", "ベースライン"),
    "csv.kind": ("Kind", "種別"),
    "csv.name": ("Name", "名前"),
    "csv.found": ("What was found", "指摘内容"),
    "csv.remedy": ("What to change", "対処"),
    "csv.evidence": ("Evidence", "根拠となる値と場所"),
    "csv.missing": ("Missing facts", "不足している情報"),
    "csv.clauses": ("Clauses", "条項"),
    "csv.bears_on": ("Bears on", "影響する方式"),
    "csv.source": ("File", "ファイル"),
    "csv.line": ("Line", "行"),
    "csv.column": ("Column", "桁"),
    "csv.sheet": ("Sheet", "シート"),
    "csv.cell": ("Cell", "セル"),
    "csv.pointer": ("Pointer", "ポインタ"),
    "csv.fingerprint": ("Fingerprint", "識別子"),
    "csv.waived_outcome": ("Without the waiver", "免除がない場合の結果"),
    "csv.waiver_reason": ("Waiver: reason", "免除の理由"),
    "csv.waiver_owner": ("Waiver: owner", "免除の責任者"),
    "csv.waiver_ticket": ("Waiver: ticket", "免除のチケット"),
    "csv.waiver_expires": ("Waiver: last day", "免除の最終日"),
}
