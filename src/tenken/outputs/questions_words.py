"""The fixed words of the questionnaire, in both languages."""

from __future__ import annotations

from typing import Any

from tenken.model.questionnaire import Topic
from tenken.model.rule import Ask
from tenken.outputs import words

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Questionnaire for {site}", "ヒアリングシート: {site}"),
    "made": ("Made by tenken on {made}", "作成: tenken、{made}"),
    "intro": (
        "{open} verdicts are open because facts were not collected. Only facts by which one of them could still change are asked, "
        "the most valuable first.",
        "情報が未収集のため、{open}件の判定が確定していません。判定を変え得る項目だけを、効果の大きい順に挙げています。",
    ),
    "final": (
        "Whatever is answered, {final} of them can't become better than undecided: the guide does not say, or a setting has to change. The report tells which.",
        "うち{final}件は、どのような回答でも「判定不能」より良くはなりません（ガイドに記載がない、または設定変更が必要なため）。詳細は点検結果をご覧ください。",
    ),
    "nothing": (
        "Nothing has to be asked: no fact that is missing could change a verdict.",
        "確認が必要な項目はありません。未収集の情報のうち、判定を変え得るものはありません。",
    ),
    "how.fill": (
        "Fill in the yellow cells. A blank cell means: still not known. “none” means: looked at, and there is none.",
        "黄色のセルにご記入ください。空欄は「まだ不明」、「なし（none）」は「確認した結果、存在しない」を意味します。",
    ),
    "how.all": (
        "What is written into a row “all …” holds for every row below it that is left blank.",
        "「すべて」の行に記入すると、その下の空欄の行すべてに適用されます。",
    ),
    "how.back": (
        "Then check again with this file beside the others: tenken check … {file}",
        "記入後、このファイルを他の入力とともに指定して再点検します: tenken check … {file}",
    ),
    "how.table": (
        "Write into the column “Answer”; a vertical bar in an answer needs a backslash before it. A blank cell means: still not known. “none” means: looked at, and "
        "there is none. Rows may be sorted and deleted; leave the comment at the end of a row as it is, it says which object the row is about.",
        "「回答」列にご記入ください（回答に縦棒を書く場合は、直前にバックスラッシュを付けます）。空欄は「まだ不明」、「なし（none）」は「確認した結果、存在しない」を意味します。"
        "行の並べ替えと削除はかまいませんが、行末のコメントは対象を識別するためのものですので、変更しないでください。",
    ),
    "how.yaml": (
        "Remove the # before a fact that you can state, with the # before the lines above it that it belongs to, and put the value in. "
        "What stays commented out stays unknown. Lines with ## explain.",
        "回答できる項目の行と、その親となる行の先頭の # を外して値を記入してください。# を外さない項目は未収集のままです。## の行は説明です。",
    ),
    "sheet.how": ("Read me", "記入要領"),
    "column.subject": ("Object", "対象"),
    "column.answer": ("Answer", "回答"),
    "column.expected": ("What can be answered", "記入例・選択肢"),
    "column.verdicts": ("Verdicts it could change", "影響する判定数"),
    "column.decides": ("Settled by it alone", "単独で確定する判定数"),
    "column.current": ("Known so far", "判明している値"),
    "column.key": ("(do not change)", "（変更不可）"),
    "all": ("all {n} below", "以下{n}件すべて"),
    "worth": (
        "could change {n} verdicts, settles {d} by itself",
        "{n}件の判定に影響、うち{d}件はこれだけで確定",
    ),
    "how": ("How to find out: {text}", "確認方法: {text}"),
    "elsewhere": (
        "This follows from other lists; send the export, or state it in the inventory: {names}",
        "他の一覧から導かれる項目です。構成情報をご提供いただくか、インベントリに記載してください: {names}",
    ),
    "unnamed": (
        "Entries that nothing tells from others of their list, so that no answer could find its entry; state them where the list is "
        "stated ({path}): {names}",
        "同じ一覧の他の項目と区別できないため、回答欄を設けられません。一覧を記載しているファイル（{path}）に直接追記してください: {names}",
    ),
    "seen": ("with a disk: {names}", "ディスクあり: {names}"),
    "more": ("and {n} more", "ほか{n}件"),
    "unlisted": (
        "{n} more objects are not listed here, those for which the answer would change least; the .xlsx and .yaml forms ask about all of them. What is "
        "answered here is not asked again: have the sheet written anew for the rest.",
        "影響の小さい{n}件は、ここには記載していません。.xlsx 形式と .yaml 形式にはすべて記載されます。回答済みの項目は再度尋ねないため、シートを作り直すと残りが表示されます。",
    ),
}  # fmt: skip


def say(key: str, lang: str, **values: object) -> str:
    """The words of a key, filled in."""
    return _WORDS[key][lang == "ja"].format(**values)


def who(ask: Ask, lang: str) -> str:
    """Who is asked, in the words of the report."""
    return words.word(f"ask.{ask}", lang)


def elsewhere(topic: Topic, lang: str) -> str:
    """Why some objects of a topic are not asked about, and where to state it instead."""
    key = "unnamed" if topic.reason == "unnamed" else "elsewhere"
    return say(key, lang, names=names(topic.subjects, lang), path=topic.path)


def names(subjects: list[str], lang: str, shown: int = 5) -> str:
    """The first few of a list by name, and how many more there are."""
    text = ("、" if lang == "ja" else ", ").join(subjects[:shown])
    return text if len(subjects) <= shown else f"{text} {say('more', lang, n=len(subjects) - shown)}"


def in_words(value: Any) -> str:
    """A fact that is known already, as somebody would write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
