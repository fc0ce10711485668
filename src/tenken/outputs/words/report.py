"""What a report says, from its head to its foot."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # the head
    "report.title": ("Backup eligibility report", "バックアップ可否点検レポート"),
    "report.language": ("Language", "表示言語"),
    "report.contents": ("Contents", "目次"),
    "report.skip": ("Skip to the result", "結果へ移動"),
    "head.site": ("Site", "サイト"),
    "head.customer": ("Customer", "お客様"),
    "head.generated": ("Generated", "作成日時"),
    "head.inputs": ("Sources", "入力"),
    "head.subjects": ("Objects", "読み取った対象"),
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
    "answer.conditional": (
        "{n:,} of the eligible ones are so with conditions: there are warnings to be settled.",
        "可としたもののうち {n:,} 件は条件付き可です（解消すべき警告があります）。",
    ),
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
    "answer.warnings.undecided": (
        "The warnings include {n:,} rules on subjects that could not be decided and bear on no verdict.",
        "警告には、判定不能のうち可否の判定に影響しないもの {n:,} 件を含みます。",
    ),
    "answer.warnings.undecided.one": (
        "The warnings include 1 that could not be decided and bears on no verdict.",
        "警告には、判定不能のうち可否の判定に影響しないもの 1 件を含みます。",
    ),
    "answer.not_judged": (
        "{n:,} of the VMs that were read are not judged: templates are never backed up this way.",
        "読み取った仮想マシンのうち {n:,} 台（テンプレート）は判定の対象外です。",
    ),
    "answer.not_judged.one": (
        "One of the VMs that were read is not judged: templates are never backed up this way.",
        "読み取った仮想マシンのうち 1 台（テンプレート）は判定の対象外です。",
    ),
    # what to do next
    "section.next": ("What to do next", "次に行うこと"),
    "next.errors": (
        "Settle the {n:,} errors: each finding says what to change.",
        "エラー {n:,} 件を解消してください。対処は「指摘事項」に示しています。",
    ),
    "next.errors.one": (
        "Settle the error: its finding says what to change.",
        "エラー 1 件を解消してください。対処は「指摘事項」に示しています。",
    ),
    "next.plan": (
        "Most is gained by beginning with {target} ({verdicts}); “What to change” tells how.",
        "最も効果が大きいのは {target} の変更です（{verdicts}）。手順は「変更案」に示しています。",
    ),
    "next.missing": (
        "Find out the {n:,} facts that are missing ({who}). tenken questions writes a questionnaire for them.",
        "不足している情報 {n:,} 項目を確認してください（{who}）。確認用のヒアリングシートは tenken questions で作成できます。",
    ),
    "next.missing.one": (
        "Find out the one fact that is missing ({who}). tenken questions writes a questionnaire for it.",
        "不足している情報 1 項目を確認してください（{who}）。確認用のヒアリングシートは tenken questions で作成できます。",
    ),
    "next.undescribed": (
        "Look into the {n:,} points that could not be decided: each finding says what to do.",
        "判定不能 {n:,} 件への対処を検討してください。内容は「指摘事項」に示しています。",
    ),
    "next.undescribed.one": (
        "Look into the point that could not be decided: its finding says what to do.",
        "判定不能 1 件への対処を検討してください。内容は「指摘事項」に示しています。",
    ),
    "next.inquire": (
        "Ask the vendor about {n:,} points, and record the answers in the inventory under inquiries.",
        "{n:,} 件をベンダーに問い合わせ、回答をインベントリの inquiries に記録してください。",
    ),
    "next.inquire.one": (
        "Ask the vendor about one point, and record the answer in the inventory under inquiries.",
        "1 件をベンダーに問い合わせ、回答をインベントリの inquiries に記録してください。",
    ),
    "next.warnings": (
        "Settle the warnings: they are the conditions of what is eligible with conditions.",
        "警告を解消してください。「条件付き可」の条件です。",
    ),
    # the picture
    "picture.intro": (
        "From the array (left) to the VMs (right). Thick lines show where trouble comes from and what it reaches: red what is not"
        " eligible, purple what is not decidable, blue what is to be asked. Dashed: another method is still open."
        " The first sign is for online, the second for offline backup.",
        "左のディスクアレイから右の仮想マシンまでの構成です。太線は問題の原因とその及ぶ範囲を示します（赤は不可、紫は判定不能、"
        "青は要問い合わせ）。破線は、他の方式なら可であることを示します。記号は、左が無停止、右が短停止の判定です。",
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
    # findings
    "finding.none": ("No findings.", "指摘事項はありません。"),
    "finding.none.decided": (
        "No findings among what could be decided; what could not is told under “Not decidable”.",
        "判定できた範囲に指摘事項はありません。判定できなかったものは「判定不能」に示しています。",
    ),
    "finding.more": (
        "and {n:,} more rules; the HTML, Markdown and JSON reports tell them all",
        "ほか {n:,} 件のルール。すべてはHTML、Markdown、JSON形式のレポートにあります",
    ),
    "finding.more.one": (
        "and 1 more rule; the HTML, Markdown and JSON reports tell it",
        "ほか 1 件のルール。すべてはHTML、Markdown、JSON形式のレポートにあります",
    ),
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
    "finding.remedy.likewise": ("{remedy} Likewise for the {n:,} others.", "{remedy}（ほか {n:,} 件も同様）"),
    "finding.remedy.likewise.one": ("{remedy} Likewise for the other one.", "{remedy}（ほか 1 件も同様）"),
    "finding.for": (" for ", "、影響する方式："),
    "finding.bears_on": ("Bears on", "影響する方式"),
    "finding.clauses": ("Clauses of the guide", "ガイドの条項"),
    "finding.look_up": (
        "To be brief, clauses are given by their lines and ids; tenken explain tells them, and the reason of each rule.",
        "条項は行番号とIDのみ示します。条項の内容と各ルールの理由は tenken explain で確認できます。",
    ),
    "finding.lines": ("lines {lines}", "{lines} 行"),
    "finding.lines.one": ("line {lines}", "{lines} 行"),
    "finding.at": ("at", "場所"),
    "finding.not_collected": ("not collected", "未収集"),
    "finding.undecided": ("not decidable for {n:,} more, for want of facts", "ほか {n:,} 件は情報不足のため判定不能"),
    "finding.outside": ("{n:,} more outside the plan", "ほか {n:,} 件は計画外"),
    "outside.intro": (
        "These subjects are not to be backed up by the method that the rule concerns: no job plans it, or, as vCLS agents and"
        " templates, they never are. They never fail the check.",
        "該当する方式ではバックアップしない対象です（ジョブの計画がないもの、またはvCLSエージェントやテンプレートなど"
        "バックアップの対象とならないもの）。点検の合否には影響しません。",
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
    "coverage.intro": ("The guide is divided into {n:,} clauses.", "ガイドの記述を {n:,} の条項に分けて扱っています。"),
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
    # waivers
    "waivers.reason": ("Reason", "理由"),
    "waivers.owner": ("Owner", "責任者"),
    "waivers.ticket": ("Ticket", "チケット"),
    "waivers.expires": ("Last day", "最終日"),
    "waivers.intro": (
        "Findings that somebody accepted, who, and until when. A waiver changes no verdict.",
        "リスクを受け入れた指摘と、その責任者・期限です。免除しても可否の判定は変わりません。",
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
    # notes
    "section.notes": ("To know", "留意事項"),
    "notes.intro": (
        "What the guide tells and nothing can check. These are no findings.",
        "点検では判定できないガイドの記載事項です。指摘ではありません。",
    ),
    "notes.all": ("the whole site", "サイト全体"),
    "notes.more": ("and {n} more", "ほか{n}件"),
    "column.note": ("Note", "内容"),
    "column.concerns": ("Concerns", "該当する対象"),
}
