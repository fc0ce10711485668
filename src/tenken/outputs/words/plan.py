"""What is said of the way out: what to change, what it gains and costs, and why there is none."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "section.plan": ("What to change", "変更案"),
    "plan.intro": (
        "The fewest changes found after which each of these can be backed up, the most gained first. Each was made on a copy of the inventory and judged by the same rules. What was not collected is asked for, never changed.",
        "バックアップ可能になる最小の変更を、効果の大きい順に示します。いずれも、インベントリの写しに変更を加え、同じルールで判定して確認したものです。未収集の情報は変更の対象とせず、確認事項とします。",
    ),
    "plan.none": (
        "No change is known that would let anything further be backed up.",
        "バックアップ可能な対象を増やす変更案は見つかりませんでした。",
    ),
    "plan.none.needed": (
        "Nothing needs changing: all that was judged here can be backed up.",
        "変更は不要です。ここで判定した対象はすべてバックアップ可能です。",
    ),
    "plan.none.judged": (
        "There is nothing to plan for: no datastore, RDM disk, SAN boot host or job was judged here.",
        "変更案の対象がありません（判定したデータストア、RDMディスク、SANブートのホスト、ジョブがありません）。",
    ),
    "plan.open.ineligible": (
        "Not eligible, on no datastore: {n} verdicts of VMs. The findings tell what to change.",
        "データストア上にない不可の仮想マシン {n} 件。対処は指摘事項に示しています。",
    ),
    "plan.open.ineligible.one": (
        "Not eligible, on no datastore: {n} verdict of VMs. The findings tell what to change.",
        "データストア上にない不可の仮想マシン {n} 件。対処は指摘事項に示しています。",
    ),
    "plan.open.unknown": (
        "Not decidable: {n} verdicts. What is missing has to be found out first; tenken questions and the findings tell what.",
        "判定不能 {n} 件。先に確認が必要です。確認事項は tenken questions と指摘事項に示しています。",
    ),
    "plan.open.unknown.one": (
        "Not decidable: {n} verdict. What is missing has to be found out first; tenken questions and the findings tell what.",
        "判定不能 {n} 件。先に確認が必要です。確認事項は tenken questions と指摘事項に示しています。",
    ),
    "plan.open.inquire": (
        "Ask the vendor: {n} verdicts. The answers are recorded under inquiries.",
        "要問い合わせ {n} 件。ベンダーの回答を inquiries に記録します。",
    ),
    "plan.open.inquire.one": (
        "Ask the vendor: {n} verdict. The answer is recorded under inquiries.",
        "要問い合わせ {n} 件。ベンダーの回答を inquiries に記録します。",
    ),
    "plan.open.conditional": (
        "With conditions: {n} verdicts. The findings tell the warnings to be settled.",
        "条件付き可 {n} 件。解消すべき警告は指摘事項に示しています。",
    ),
    "plan.open.conditional.one": (
        "With conditions: {n} verdict. The findings tell the warnings to be settled.",
        "条件付き可 {n} 件。解消すべき警告は指摘事項に示しています。",
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
}
