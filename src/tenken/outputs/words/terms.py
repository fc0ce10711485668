"""What things are called wherever they are named: verdicts, outcomes, kinds of subjects, methods, and what the gate makes of them."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
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
    "ask.vsphere": ("vSphere administrator", "vSphere管理者"),
    "ask.guest": ("Owner of the guest system", "ゲストOSの管理者"),
    "ask.storage": ("Storage administrator", "ストレージ管理者"),
    "ask.operations": ("Operator of the backups", "バックアップ運用担当者"),
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
        "Nothing could be checked (exit code 3): no rule applied to anything that could be backed up. This is not a pass.",
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
    # between words
    "punctuation.comma": (", ", "、"),
    "punctuation.colon": (": ", "："),
}
