"""The fixed words of reports, in both languages. Every output takes them from here, so that all say the same.

Keys are dotted: the kind of thing, then the thing as the report names it, as in ``verdict.eligible``. Words may hold
``{n}`` and the like; a key that ends in ``.one`` is taken instead where ``n`` is 1.
"""

from __future__ import annotations

from typing import Any, Literal

from tenken.model.rule import Text

Lang = Literal["en", "ja"]
LANGS: tuple[Lang, ...] = ("en", "ja")

SYMBOLS = {
    "eligible": "○",
    "conditional": "◇",
    "blocked": "‖",
    "inquire": "△",
    "unknown": "?",
    "ineligible": "×",
    "error": "×",
    "warning": "!",
    "note": "i",
    "broken": "‼",
    "waived": "–",
    "pass": "○",
    "not_applicable": "–",
}
"""One sign each, so that nothing is told by colour alone. ○ △ × are the guide's own; all are in every Japanese font."""

_TABLE: dict[str, tuple[str, str]] = {
    # verdicts
    "verdict.eligible": ("Eligible", "可"),
    "verdict.conditional": ("With conditions", "条件付き可"),
    "verdict.inquire": ("Ask the vendor", "要問い合わせ"),
    "verdict.unknown": ("Not decidable", "判定不能"),
    "verdict.ineligible": ("Not eligible", "不可"),
    "verdict.eligible.means": ("no rule stands against it", "妨げる項目はありません"),
    "verdict.conditional.means": ("there are warnings to be settled", "解消すべき警告があります"),
    "verdict.inquire.means": ("the guide leaves it to the vendor to say", "ガイドの対応表では要問い合わせ、または空欄です"),
    "verdict.unknown.means": (
        "facts were not collected; it may yet turn out not eligible",
        "未収集の情報があり、「不可」になる可能性が残っています",
    ),
    "verdict.ineligible.means": ("the guide bars it", "ガイドの制限に反しています"),
    # a VM that is eligible, or so with conditions, but whose datastore another VM spoils
    "verdict.blocked": ("Eligible alone", "単独では可"),
    "verdict.blocked.means": (
        "eligible by itself, but another VM on its datastores is not, and all are copied together",
        "単独では可ですが、まとめて複製される同じデータストアに可でない仮想マシンがあります",
    ),
    # outcomes of a rule on a subject
    "outcome.pass": ("Pass", "適合"),
    "outcome.fail": ("Violation", "不適合"),
    "outcome.inquire": ("Ask the vendor", "要問い合わせ"),
    "outcome.unknown": ("Not decidable", "判定不能"),
    "outcome.not_applicable": ("Not applicable", "対象外"),
    "outcome.waived": ("Waived", "免除"),
    "outcome.error": ("Rule broke", "ルールの評価失敗"),
    # levels of a violation
    "level.error": ("Error", "エラー"),
    "level.warning": ("Warning", "警告"),
    "level.note": ("Note", "注記"),
    # what a finding is worth: outcome and level in one word
    "tone.broken": ("Rule broke", "ルールの評価失敗"),
    "tone.error": ("Error", "エラー"),
    "tone.warning": ("Warning", "警告"),
    "tone.note": ("Note", "注記"),
    "tone.inquire": ("Ask the vendor", "要問い合わせ"),
    "tone.unknown": ("Not decidable", "判定不能"),
    "tone.waived": ("Waived", "免除"),
    # kinds of subjects
    "kind.site": ("Site", "サイト"),
    "kind.array": ("Array", "ディスクアレイ"),
    "kind.logical_disk": ("Logical disk", "論理ディスク"),
    "kind.ld_set": ("LD set", "LDセット"),
    "kind.vcenter": ("vCenter Server", "vCenter Server"),
    "kind.cluster": ("Cluster", "クラスタ"),
    "kind.host": ("ESXi host", "ESXiホスト"),
    "kind.datastore": ("Datastore", "データストア"),
    "kind.vm": ("VM", "仮想マシン"),
    "kind.controller": ("Controller", "コントローラ"),
    "kind.disk": ("Disk", "仮想ディスク"),
    "kind.workload": ("Workload", "業務アプリケーション"),
    "kind.restore_group": ("Restore group", "リストアグループ"),
    "kind.job": ("Backup job", "バックアップジョブ"),
    "kind.server": ("Server", "サーバ"),
    "kind.runbook": ("Runbook", "手順書"),
    "kind.waiver": ("Waiver", "免除"),
    "kind.disagreement": ("Disagreement of sources", "入力間の食い違い"),
    # methods
    "method.vmfs.online": ("Online", "無停止（オンライン）"),
    "method.vmfs.offline": ("Offline", "短停止（オフライン）"),
    "method.vmfs.online.means": ("from a snapshot of the running VM", "仮想マシンを止めずにスナップショットで取得"),
    "method.vmfs.offline.means": ("the VM is shut down for a short time", "仮想マシンを短時間停止して取得"),
    "method.vmfs": ("VMFS", "VMFS"),
    "method.rdm": ("RDM, inside the guest", "RDM（ゲスト内）"),
    "method.sanboot": ("SAN boot", "SANブート"),
    "method.job": ("Backup job", "バックアップジョブ"),
    "method.as_planned": ("As planned", "計画した方式"),
    "short.vmfs.online": ("Online", "無停止"),
    "short.vmfs.offline": ("Offline", "短停止"),
    "short.rdm": ("RDM", "RDM"),
    "short.sanboot": ("SAN boot", "SANブート"),
    "short.job": ("Backup job", "ジョブ"),
    "method.none": ("bears on no verdict", "判定に影響しません"),
    # who knows a missing fact
    "ask.vsphere": ("The vSphere administrator", "vSphere管理者"),
    "ask.guest": ("The owner of the guest system", "ゲストOSの管理者"),
    "ask.storage": ("The storage administrator", "ストレージ管理者"),
    "ask.operations": ("The operator of the backups", "バックアップ運用担当者"),
    # the gate
    "exit.0": (
        "The check passes (exit code 0): nothing that would fail it was found. It fails on {threshold}.",
        "点検は合格です（終了コード 0）。不合格とする指摘（{threshold}）はありません。",
    ),
    "exit.1": (
        "The check fails (exit code 1). It fails on {threshold}.",
        "点検は不合格です（終了コード 1）。不合格とする指摘（{threshold}）があります。",
    ),
    "exit.2": (
        "The check could not be made (exit code 2): the input, the rules or the settings are wrong.",
        "点検を実施できませんでした（終了コード 2）。入力、ルール、設定のいずれかに誤りがあります。",
    ),
    "exit.3": (
        "Nothing could be checked (exit code 3): no rule applied to anything in the input. This is not a pass.",
        "点検できる対象がありませんでした（終了コード 3）。合格を意味するものではありません。",
    ),
    "exit.4": (
        "A rule broke (exit code 4): the verdicts that depend on it are not decidable. Please report it.",
        "ルールの評価に失敗しました（終了コード 4）。該当する判定は判定不能です。開発元へご報告ください。",
    ),
    "threshold.error": ("errors", "エラー"),
    "threshold.unknown": ("errors and on what cannot be decided", "エラー、判定不能"),
    "threshold.inquire": (
        "errors, on what cannot be decided and on what is to be asked of the vendor",
        "エラー、判定不能、要問い合わせ",
    ),
    "threshold.warning": (
        "errors, on what cannot be decided, on what is to be asked of the vendor and on warnings",
        "エラー、判定不能、要問い合わせ、警告",
    ),
    "threshold.inquire-not-unknown": (
        "errors and on what is to be asked of the vendor, not on what cannot be decided",
        "エラー、要問い合わせ（判定不能を除く）",
    ),
    "threshold.warning-not-unknown": (
        "errors, on what is to be asked of the vendor and on warnings, not on what cannot be decided",
        "エラー、要問い合わせ、警告（判定不能を除く）",
    ),
    "count.error": ("Errors", "エラー"),
    "count.unknown": ("Not decidable", "判定不能"),
    "count.inquire": ("Ask the vendor", "要問い合わせ"),
    "count.warning": ("Warnings", "警告"),
    "count.out_of_plan": ("Outside the plan", "計画外"),
    # the head
    "report.title": ("Backup eligibility report", "バックアップ可否点検レポート"),
    "report.language": ("Language", "表示言語"),
    "report.contents": ("Contents", "目次"),
    "report.skip": ("Skip to the result", "結果へ移動"),
    "head.site": ("Site", "サイト"),
    "head.customer": ("Customer", "お客様"),
    "head.generated": ("Generated", "作成日時"),
    "head.inputs": ("Sources", "入力"),
    "head.rules": ("Rules", "ルール"),
    "head.rules.count": ("{n:,} rules", "ルール {n:,} 件"),
    "head.rules.count.one": ("1 rule", "ルール 1 件"),
    "head.guide": ("Guide", "ガイド"),
    "head.guide.edition": ("edition {edition}, {date}", "{edition}版、{date}"),
    "head.tool": ("Tool", "ツール"),
    # sections
    "section.answer": ("Result", "結果"),
    "section.notices": ("Notices", "前提と注意"),
    "section.jobs": ("Backup jobs", "バックアップジョブ"),
    "section.summary": ("Summary", "概要"),
    "section.verdicts": ("Verdicts", "判定"),
    "section.unknown": ("Not decidable", "判定不能"),
    "section.picture": ("The picture", "構成図"),
    "section.datastores": ("Datastores", "データストア"),
    "section.vms": ("Virtual machines", "仮想マシン"),
    "section.others": ("Other subjects", "その他の対象"),
    "section.findings": ("Findings", "指摘事項"),
    "section.waived": ("Waived findings", "免除された指摘"),
    "section.outside": ("Findings outside the plan", "計画外の指摘"),
    "section.unknowns": ("Not decidable: what is missing, and whom to ask", "判定不能：不足している情報と確認先"),
    "section.undecided": ("Rules that could not be decided", "判定できなかったルール"),
    "section.coverage": ("Coverage of the guide", "ガイドの網羅状況"),
    "section.restore_groups": ("Restore groups", "リストアグループ"),
    # the answer
    "answer.site": ("Site", "サイト全体"),
    "answer.caption": ("VMs that can be backed up, by method", "方式別の、バックアップできる仮想マシンの数"),
    "answer.method": ("Method", "方式"),
    "answer.ready": ("Can be backed up", "バックアップ可能"),
    "answer.ready.of": ("of {n:,} VMs", "/ {n:,} 台"),
    "answer.ready.of.one": ("of 1 VM", "/ 1 台"),
    "answer.ready.sentence": ("{ready:,} of {n:,} VMs can be backed up", "{n:,} 台中 {ready:,} 台がバックアップ可能"),
    "answer.verdicts": ("By verdict", "判定別の内訳"),
    "answer.part.ready": ("Can be backed up", "バックアップ可能"),
    "answer.conditional": ("With conditions: {n:,}, counted as eligible.", "条件付き可 {n:,} 件を含みます。"),
    "answer.blocked.means": (
        "“Eligible alone”: eligible by itself, but something else on its datastores is not, or is not known.",
        "「単独では可」は、その仮想マシン自体は可ですが、同じデータストアに可でない仮想マシンや未把握の仮想マシンがあることを示します。",
    ),
    "answer.ready.means": (
        "“Can be backed up”: eligible, perhaps with conditions, and so are all other VMs on the same datastores."
        " All VMs of a datastore are copied together.",
        "「バックアップ可能」は、同じデータストアの仮想マシンも含め、すべてが可または条件付き可であることを示します。"
        "データストア上の仮想マシンはまとめて複製されます。",
    ),
    "answer.none": ("No VMs were found in the input.", "入力に仮想マシンがありません。"),
    "answer.findings": ("Findings that count", "判定対象の指摘"),
    "answer.rdm": ("RDM disks", "RDMディスク"),
    "answer.sanboot": ("ESXi system disks (SAN boot)", "ESXiシステムディスク（SANブート）"),
    "answer.job": ("Backup jobs", "バックアップジョブ"),
    "answer.rdm.means": ("copied from inside the guest", "ゲストOS内から複製"),
    "answer.sanboot.means": ("copied while the host is down", "ホストを停止して複製"),
    "answer.job.means": ("as they are planned", "計画された方式で判定"),
    "answer.rdm.of": ("of {n:,} disks", "/ {n:,} 本"),
    "answer.rdm.of.one": ("of 1 disk", "/ 1 本"),
    "answer.sanboot.of": ("of {n:,} hosts", "/ {n:,} 台"),
    "answer.sanboot.of.one": ("of 1 host", "/ 1 台"),
    "answer.job.of": ("of {n:,} jobs", "/ {n:,} 件"),
    "answer.job.of.one": ("of 1 job", "/ 1 件"),
    # the picture
    "picture.intro": (
        "From the array (left) to the VMs (right). Thick red lines show where a failure comes from and what it reaches;"
        " dashed ones, that another method is still open. The first sign is for online, the second for offline backup.",
        "左のディスクアレイから右の仮想マシンまでの構成です。赤い太線は、不可の原因とその及ぶ範囲を示します。"
        "破線は、他の方式なら可であることを示します。記号は、左が無停止、右が短停止の判定です。",
    ),
    "picture.find": ("Find in the picture", "構成図内を検索"),
    "picture.larger": ("Larger", "拡大"),
    "picture.smaller": ("Smaller", "縮小"),
    "picture.unfold": ("Show all VMs", "仮想マシンをすべて表示"),
    "picture.fold": ("Fold all VMs", "仮想マシンをすべて折りたたむ"),
    "picture.found": ("found", "件一致"),
    "picture.stray": ("On no logical disk of a known array", "既知のディスクアレイの論理ディスク上にないもの"),
    "picture.left_out": (
        "{n:,} more are not drawn: those with the worst verdicts are. The JSON report has all.",
        "判定の悪いものを優先して描画し、ほか {n:,} 件は省略しています。すべてはJSON形式のレポートにあります。",
    ),
    "picture.not_collected": ("LUNs not collected", "LUN未収集"),
    "picture.vms": ("{n:,} VMs", "{n:,} 台"),
    "picture.vms.one": ("1 VM", "1 台"),
    "picture.close": ("Close", "閉じる"),
    "picture.to_table": ("in the table of VMs", "仮想マシンの一覧で表示"),
    "picture.short.ld": ("Logical disk", "論理ディスク"),
    "picture.short.lun": ("LUN", "LUN（デバイス）"),
    "picture.short.store": ("Datastore", "データストア"),
    "picture.short.vms": ("VMs", "仮想マシン"),
    # columns
    "column.targets": ("Targets", "対象"),
    "column.within": ("Datastores, targets", "データストア・対象"),
    "column.total": ("Total", "合計"),
    "column.blockers": ("Spoiled by", "妨げている仮想マシン"),
    "column.title": ("Title", "表題"),
    "column.ask": ("Whom to ask", "確認先"),
    "column.path": ("Path", "パス"),
    "cell.cut": (
        "Excel holds no more rows; the JSON report has all.",
        "Excelの行数の上限です。すべてはJSON形式のレポートにあります。",
    ),
    "column.vm": ("VM", "仮想マシン"),
    "column.vms": ("VMs", "台数"),
    "column.datastore": ("Datastore", "データストア"),
    "column.datastores": ("Datastores", "データストア"),
    "column.verdict": ("Verdict", "判定"),
    "column.because": ("Because of", "根拠"),
    "column.planned": ("Planned", "計画"),
    "column.job": ("Job", "ジョブ"),
    "column.method": ("Method", "方式"),
    "column.kind": ("Kind", "種別"),
    "column.subject": ("Subject", "対象"),
    "column.name": ("Name", "名前"),
    "column.group": ("Group", "グループ"),
    "column.rule": ("Rule", "ルール"),
    "column.level": ("Level", "レベル"),
    "column.found": ("What was found", "指摘内容"),
    "column.evidence": ("Evidence", "根拠となる値と場所"),
    "column.remedy": ("What to change", "対処"),
    "column.fact": ("Fact", "情報"),
    "column.how": ("How to find it", "確認方法"),
    "column.subjects": ("Subjects", "対象数"),
    "column.examples": ("For example", "例"),
    "column.rules": ("Needed by", "必要とするルール"),
    "column.clauses": ("Clauses", "条項"),
    "column.missing": ("Missing facts", "不足している情報"),
    "column.count": ("Clauses", "条項数"),
    "column.meaning": ("Meaning", "意味"),
    # tables
    "table.spoiled_by": ("spoiled by", "妨げている仮想マシン:"),
    "table.blockers": (
        "The arrow ← names the VMs that spoil a datastore of the VM.",
        "矢印 ← は、同じデータストアのバックアップを妨げている仮想マシンを示します。",
    ),
    "table.more": ("and {n:,} more", "ほか {n:,} 件"),
    "table.more.json": ("and {n:,} more; the JSON report has all", "ほか {n:,} 件。すべてはJSON形式のレポートにあります"),
    "table.undecided": (
        "Where a verdict is “not decidable” and no reason is given, no rule in force decides the method.",
        "根拠のない「判定不能」は、その方式を判定する有効なルールがないことを示します。",
    ),
    "table.datastores": (
        "Verdict on each datastore, and its VMs by verdict",
        "データストアごとの判定と、仮想マシンの判定別台数",
    ),
    "table.vms": ("Verdict on each VM", "仮想マシンごとの判定"),
    "table.jobs": ("Verdict on each backup job as it is planned", "計画されたバックアップジョブごとの判定"),
    "table.others": ("Verdicts on further subjects", "その他の対象の判定"),
    "table.findings": ("All findings at a glance", "指摘事項の一覧"),
    "table.subjects": ("Subjects of this rule", "このルールの対象"),
    "table.facts": ("Missing facts", "不足している情報"),
    "table.restore_groups": ("Datastores that are restored together", "まとめてリストアされるデータストア"),
    "table.coverage": ("Clauses of the guide, by what carries them out", "確認方法別のガイド条項数"),
    "table.no_vms": ("no VMs", "仮想マシンなし"),
    # the filter
    "filter.text": ("Filter by text", "文字で絞り込み"),
    "filter.any": ("any verdict", "すべての判定"),
    "filter.shown": ("of {n:,} VMs shown", "/ {n:,} 台を表示"),
    "filter.rule": ("Rule", "ルール"),
    "filter.rule.any": ("any rule", "すべてのルール"),
    "filter.datastore": ("Datastore", "データストア"),
    "filter.previous": ("Previous", "前へ"),
    "filter.next": ("Next", "次へ"),
    "filter.link": ("these VMs in the table", "該当する仮想マシンを一覧で表示"),
    "filter.cut": (
        "The first {n:,} by the order of the table; the JSON report has all.",
        "表の順に先頭の {n:,} 台を示します。すべてはJSON形式のレポートにあります。",
    ),
    "waivers.reason": ("Reason", "理由"),
    "waivers.owner": ("Owner", "責任者"),
    "waivers.ticket": ("Ticket", "チケット"),
    "waivers.expires": ("Last day", "最終日"),
    "waivers.intro": (
        "Findings that somebody accepted, who, and until when. A waiver changes no verdict.",
        "リスクを受け入れた指摘と、その責任者・期限です。免除しても可否の判定は変わりません。",
    ),
    "filter.clear": ("Clear", "解除"),
    # findings
    "finding.none": ("No findings.", "指摘事項はありません。"),
    "finding.titles": (
        "Each title says what should hold; what was found stands below it.",
        "各見出しは満たすべき条件です。実際の状況はその下に示します。",
    ),
    "finding.intro": (
        "One entry per rule, the gravest first. Facts are named by their path in the inventory, with the place they were read from.",
        "ルールごとに、重大なものから順に示します。値はインベントリ上のパスと、読み取った場所とともに示します。",
    ),
    "finding.elsewhere": (
        "Too many to be told here one by one; the HTML and JSON reports have them all.",
        "件数が多いため一覧のみ示します。詳細はHTMLまたはJSON形式のレポートにあります。",
    ),
    "finding.subjects": ("{n:,} subjects", "対象 {n:,} 件"),
    "finding.subjects.one": ("1 subject", "対象 1 件"),
    "finding.why": ("Why", "理由"),
    "finding.remedy": ("What to change", "対処"),
    "finding.bears_on": ("Bears on", "影響する方式"),
    "finding.clauses": ("Clauses of the guide", "ガイドの条項"),
    "finding.lines": ("lines {lines}", "{lines} 行"),
    "finding.lines.one": ("line {lines}", "{lines} 行"),
    "finding.at": ("at", "場所"),
    "finding.not_collected": ("not collected", "未収集"),
    "finding.undecided": ("not decidable for {n:,} more, for want of facts", "ほか {n:,} 件は情報不足のため判定不能"),
    "finding.outside": ("{n:,} more outside the plan", "ほか {n:,} 件は計画外"),
    "outside.intro": (
        "No job plans to back these subjects up by the method that the rule concerns. They never fail the check.",
        "該当する方式でバックアップするジョブが計画されていないものです。点検の合否には影響しません。",
    ),
    "outside.summary": ("{n:,} findings outside the plan", "計画外の指摘 {n:,} 件"),
    "outside.summary.one": ("1 finding outside the plan", "計画外の指摘 1 件"),
    "outside.undecided": ("not decidable for {n:,}, for want of facts", "{n:,} 件は情報不足のため判定不能"),
    # unknowns
    "unknown.none": (
        "Nothing: every rule that applies could be decided.",
        "ありません。該当するルールはすべて判定できました。",
    ),
    "unknown.none.plan": (
        "Nothing that is planned: every rule that applies to it could be decided.",
        "計画の範囲にはありません。該当するルールはすべて判定できました。",
    ),
    "unknown.none.missing": (
        "Nothing to be listed here. What is not decidable stands among the findings, with what to do about it.",
        "ここに挙げる情報はありません。判定不能の項目は、対処とともに指摘事項に示しています。",
    ),
    "unknown.intro": (
        "A fact that was not collected is never taken for good news. Add these to the inventory and check again.",
        "未収集の情報を「問題なし」とは見なしません。インベントリに追記して再点検してください。",
    ),
    "unknown.undecided.intro": (
        "With these facts, the following rules can be decided for the subjects that lack them.",
        "上記の情報がそろえば、次のルールを判定できます。",
    ),
    # coverage
    "coverage.intro": ("The guide makes {n:,} checkable statements.", "ガイドには点検できる記述が {n:,} 項目あります。"),
    "coverage.pending.warning": (
        "{n:,} of {total:,} clauses are not checked in this run. This report says nothing about them.",
        "{total:,} 項目中 {n:,} 項目は、今回の点検の対象外です。本レポートはそれらについて何も述べていません。",
    ),
    "coverage.pending.warning.one": (
        "1 of {total:,} clauses is not checked in this run. This report says nothing about it.",
        "{total:,} 項目中 1 項目は、今回の点検の対象外です。本レポートはそれについて何も述べていません。",
    ),
    "coverage.pending.none": ("No clause is left unaccounted for.", "未対応の条項はありません。"),
    "coverage.bound": ("Checked", "点検対象"),
    "coverage.bound.means": ("by a rule, or by the way verdicts are formed", "ルール、または判定の仕組みで確認しています"),
    "coverage.by_procedure": ("Procedures", "手順"),
    "coverage.by_procedure.means": (
        "part of a procedure of the guide: checked where a procedure is written down",
        "ガイドの手順の一部です。手順が記載されている場合に確認します",
    ),
    "coverage.by_note": ("Notes", "注記"),
    "coverage.by_note.means": ("told to the reader, not checked", "確認はせず、注記として示します"),
    "coverage.not_checkable": ("Not checkable", "点検不可"),
    "coverage.not_checkable.means": (
        "no inventory can tell; the reason is on record",
        "インベントリからは判断できません。理由を記録しています",
    ),
    "coverage.pending": ("Not checked", "未対応"),
    "coverage.pending.means": ("nothing in this version carries them out", "この版では点検していません"),
    # restore groups
    "restore.intro": (
        "A VM with disks on several datastores ties them: their copies are restored together.",
        "複数のデータストアにディスクを持つ仮想マシンがあるため、それらの複製はまとめてリストアします。",
    ),
    "restore.none": (
        "None: no VM lies on several datastores.",
        "ありません。複数のデータストアにまたがる仮想マシンはありません。",
    ),
    # the foot
    "foot.guide": (
        "Clauses are given in our own words; where they differ from the vendor's guide, the guide stands.",
        "条項は要約です。ベンダーのガイドと異なる場合は、ガイドの記載が優先します。",
    ),
    "foot.made": ("Made by {tool}.", "{tool} により作成。"),
    # what is said where a program shows a finding beside code, or in a sheet
    "standing.known": ("known to the baseline", "ベースラインに記録済み"),
    "waiver.says": (
        "Waived by {owner} until {expires}: {reason} (ticket: {ticket}). Without the waiver: {outcome}. It changes no verdict.",
        "{owner} が {expires} まで免除（チケット: {ticket}）。理由: {reason}。免除がない場合の結果: {outcome}。可否の判定は変わりません。",
    ),
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
    "punctuation.comma": (", ", "、"),
    "punctuation.colon": (": ", "："),
    # notes
    # the way out
    "section.plan": ("What to change", "変更案"),
    "plan.intro": (
        "The fewest changes found after which each of these can be backed up, the most gained first. Each was made on a copy of the inventory and judged by the same rules. What was not collected is asked for, never changed.",
        "バックアップ可能になる最小の変更を、効果の大きい順に示します。いずれも、インベントリの写しに変更を加え、同じルールで判定して確認したものです。未収集の情報は変更の対象とせず、確認事項とします。",
    ),
    "plan.none": (
        "No change is known that would let anything further be backed up.",
        "バックアップ可能な対象を増やす変更案は見つかりませんでした。",
    ),
    "plan.gains.vm": ("{n} more VMs can be backed up", "仮想マシン{n}台が新たにバックアップ可能"),
    "plan.gains.vm.one": ("{n} more VM can be backed up", "仮想マシン{n}台が新たにバックアップ可能"),
    "plan.gains.disk": ("{n} more RDM disks can be backed up", "RDMディスク{n}本が新たにバックアップ可能"),
    "plan.gains.disk.one": ("{n} more RDM disk can be backed up", "RDMディスク{n}本が新たにバックアップ可能"),
    "plan.gains.host": ("{n} more SAN boot hosts can be backed up", "SANブートのホスト{n}台が新たにバックアップ可能"),
    "plan.gains.host.one": ("{n} more SAN boot host can be backed up", "SANブートのホスト{n}台が新たにバックアップ可能"),
    "plan.gains.job": ("{n} more jobs can run as planned", "ジョブ{n}件が計画どおり実行可能"),
    "plan.gains.job.one": ("{n} more job can run as planned", "ジョブ{n}件が計画どおり実行可能"),
    "plan.better": ("{n} verdicts better", "{n}件の判定が改善"),
    "plan.better.one": ("{n} verdict better", "{n}件の判定が改善"),
    "plan.worse": ("Made worse by it: {names}", "この変更で悪化する対象: {names}"),
    "section.plan.stuck": ("No change is known for", "変更案がない対象"),
    "plan.verdicts": ("Verdict", "判定の変化"),
    "plan.gain": ("Gained", "効果"),
    "plan.steps": ("Steps", "手順数"),
    "plan.cost": ("Cost", "作業と停止"),
    "plan.step": ("What to do", "実施内容"),
    "column.rank": ("No.", "番号"),
    "plan.target": ("What changes", "変更する対象"),
    "plan.left.head": ("Still to be met", "なお満たされない条件"),
    "plan.table": ("What to change, the most gained first", "変更案の一覧（効果の大きい順）"),
    "plan.more": ("{n} more: tenken plan tells them all.", "ほか{n}件。tenken plan ですべて確認できます。"),
    "plan.left": ("Still to be met: {what}. {why}", "なお満たされない条件: {what}。{why}"),
    "plan.stuck": ("To be met first: {what}. {why}", "先に満たすべき条件: {what}。{why}"),
    "plan.condition": ("{title} ({rule}: {names})", "{title}（{rule}: {names}）"),
    "plan.conditions.more": ("and {n} more rules", "ほか{n}件のルール"),
    "plan.conditions.more.one": ("and 1 more rule", "ほか1件のルール"),
    "plan.other": ("{method} is possible as it is.", "{method}であれば現状のままで可能です。"),
    "plan.skipped": (
        "Not looked at, to keep to {n} evaluations: {names}. tenken plan looks at more, and with --subject at one.",
        "評価回数の上限（{n}回）のため未検討: {names}。tenken plan でさらに検討でき、--subject で個別に確認できます。",
    ),
    "plan.hint": (
        "What to change: tenken plan with the same paths; HTML, Markdown and Excel reports have it, too.",
        "変更案は同じパスを指定した tenken plan で確認できます。HTML、Markdown、Excelのレポートにも含まれます。",
    ),
    "stuck.missing": (
        "It was not collected: tenken questions asks for it.",
        "情報が未収集です。tenken questions で確認事項を出力できます。",
    ),
    "stuck.ask": (
        "Only the vendor can say; the answer is recorded under inquiries.",
        "ベンダーへの確認が必要です。回答は inquiries に記録します。",
    ),
    "stuck.statement": (
        "What the inventory states has to be checked or completed; nothing need change on the site.",
        "インベントリの記載の確認または補完が必要です。構成の変更は不要です。",
    ),
    "stuck.procedure": (
        "The written steps are corrected by hand; tenken runbook writes them for this site.",
        "手順書の修正が必要です。tenken runbook でこのサイト向けの手順書を作成できます。",
    ),
    "stuck.nature": (
        "No change makes it one that can be backed up this way.",
        "この方式でバックアップできる対象にはなりません。",
    ),
    "stuck.design": (
        "It takes a new disk, server, datastore or product, which has to be designed.",
        "新しいディスク、サーバ、データストア、製品などの設計が必要です。",
    ),
    "stuck.untried": (
        "Changes are known that were not tried within the bound; tenken plan with --subject tries them.",
        "評価回数の上限のため試していない変更案があります。tenken plan の --subject で確認できます。",
    ),
    "stuck.none": (
        "None of the known changes would do; the finding tells what is listed or possible.",
        "既知の変更案では満たせません。対応している範囲は該当の指摘を参照してください。",
    ),
    "cost.setting": ("a setting, without downtime", "設定変更のみ、停止不要"),
    "cost.job": ("another definition of the job, without downtime", "ジョブ定義の変更、停止不要"),
    "cost.storage_vmotion": ("Storage vMotion, without downtime", "Storage vMotion、停止不要"),
    "cost.guest": ("work inside the guest, perhaps a restart", "ゲストOS内の作業、再起動の可能性あり"),
    "cost.install": ("software or a licence is bought and installed", "ソフトウェアまたはライセンスの手配と導入"),
    "cost.shutdown": ("the VM is shut down", "仮想マシンの停止が必要"),
    "cost.array": ("work on the array", "ディスクアレイの設定作業"),
    "cost.upgrade": ("an upgrade in a maintenance window", "バージョンアップ、計画停止が必要"),
    "cost.rebuild": ("data is moved away and back", "データの退避と復元が必要"),
    "cost.reinstall": ("a machine is set up anew", "サーバの再構築が必要"),
    "section.notes": ("To know", "留意事項"),
    "notes.intro": (
        "What the guide tells and nothing can check. These are no findings.",
        "点検では判定できないガイドの記載事項です。指摘ではありません。",
    ),
    "notes.all": ("the whole site", "サイト全体"),
    "notes.more": ("and {n} more", "ほか{n}件"),
    "column.note": ("Note", "内容"),
    "column.concerns": ("Concerns", "該当する対象"),
    # runbooks
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

WORDS: dict[str, Text] = {key: Text.model_construct(en=en, ja=ja) for key, (en, ja) in _TABLE.items()}


def text(key: str, **values: Any) -> Text:
    """The words of a key in both languages, with values put in. KeyError where there are none."""
    chosen = f"{key}.one" if values.get("n") == 1 and f"{key}.one" in WORDS else key
    words = WORDS[chosen]
    if not values:
        return words
    return Text.model_construct(en=words.en.format(**values), ja=words.ja.format(**values))


def word(key: str, lang: str, **values: Any) -> str:
    """The words of a key in one language."""
    found = text(key, **values)
    return found.ja if lang == "ja" else found.en


def exit_text(code: int, fail_on: str) -> Text:
    """What an exit code means, in words, and what the check was set to fail on."""
    threshold = named("threshold", fail_on)
    meaning = named("exit", str(code))
    return Text.model_construct(
        en=meaning.en.replace("{threshold}", threshold.en), ja=meaning.ja.replace("{threshold}", threshold.ja)
    )


def named(group: str, name: str) -> Text:
    """The words for a name that comes from a report: the name itself where this version knows none for it."""
    found = WORDS.get(f"{group}.{name}")
    return found if found is not None else Text.model_construct(en=name, ja=name)
