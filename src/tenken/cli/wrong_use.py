"""What the parser of command lines finds wrong, in both languages. It says so in English; its sentences are known here.

Where a sentence is not known, as of another version of typer, it stands as it is in a Japanese one.
"""

from __future__ import annotations

import re
from typing import Any, cast

import typer

from tenken.cli.errors import tell
from tenken.cli.language import language
from tenken.document.said import Said

_SENTENCES = (
    (
        r"No such command (?P<name>'.*?')\.? Did you mean (?P<near>.*)\?",
        "コマンド {name} はありません（{near} の誤りではありませんか）",
    ),
    (r"No such command (?P<name>'.*?')\.?", "コマンド {name} はありません"),
    (r"Missing command\.", "コマンドを指定してください"),
    (r"Got unexpected extra arguments? ?(?:\(s\) )?\((?P<extra>.*)\)", "余分な引数があります: {extra}"),
    (r"Option (?P<name>'.*?') requires an argument\.", "オプション {name} には値が必要です"),
    (r"Option (?P<name>'.*?') requires (?P<count>\d+) arguments\.", "オプション {name} には {count} 個の値が必要です"),
    (r"Option (?P<name>'.*?') does not take a value\.", "オプション {name} に値は指定できません"),
    (r"Argument (?P<name>'.*?') takes (?P<count>\d+) values\.", "引数 {name} には {count} 個の値が必要です"),
)
_VALUES = (
    (r"(?P<value>'.*?') is not one of (?P<words>'.*')\.?", "{value} は指定できません。次のいずれかを指定してください: {words}"),
    (r"Input should be (?P<words>'.*')", "次のいずれかを指定してください: {words}"),
    (r".*valid int(?:eger)?\b.*", "整数を指定してください"),
    (r".*valid (?:float|number)\b.*", "数値を指定してください"),
    (r".*greater than or equal to (?P<least>\S+)", "{least} 以上の値を指定してください"),
    (r".*less than or equal to (?P<most>\S+)", "{most} 以下の値を指定してください"),
    (r"(?P<value>\S+) is not in the range (?P<range>.*?)\.?", "{value} は範囲外です（{range}）"),
)


def told(error: Any) -> Exception:
    """Tell how the command is used, where its help is, and what is wrong; what ends the process is returned."""
    if type(error).__name__ == "NoArgsIsHelpError":  # no mistake but the help, which the parser shows
        return cast(Exception, error)
    lang = language()
    if error.ctx is not None:
        usage, path, option = error.ctx.get_usage(), error.ctx.command_path, error.ctx.help_option_names[0]
        if lang == "ja":
            usage = usage.replace("Usage:", "使い方:", 1)
        tell(usage)
        tell(f"'{path} {option}' で使い方を確認できます。\n" if lang == "ja" else f"Try '{path} {option}' for help.\n")
    tell(("エラー: " if lang == "ja" else "Error: ") + sentence(error).text(lang))
    return typer.Exit(getattr(error, "exit_code", 2))


def sentence(error: Any) -> Said:
    """What is wrong, in one sentence."""
    kind, english = type(error).__name__, " ".join(error.format_message().replace("Value error, ", "").split())
    if kind == "NoSuchOption":
        near = f"（{', '.join(sorted(error.possibilities))} の誤りではありませんか）" if error.possibilities else ""
        return Said(english, f"オプション {error.option_name} はありません{near}")
    if kind == "MissingParameter":
        what = "引数" if getattr(error.param, "param_type_name", "") == "argument" else "オプション"
        words = english.partition("Choose from: ")[2]
        choose = f"。次のいずれかを指定してください: {words}" if words else ""
        return Said(english, f"{what} {_name(error)} は必須です{choose}".replace("  ", " "))
    if kind == "BadParameter":
        detail = error.message.removeprefix("Value error, ")
        return Said(english, f"{_name(error)} の値が正しくありません: {_translated(detail, _VALUES) or detail}".lstrip())
    return Said(english, _translated(error.message, _SENTENCES) or f"コマンドの使い方に誤りがあります: {english}")


def _name(error: Any) -> str:
    """The option or argument that an error is about, as the parser writes it."""
    hint = error.param_hint
    if hint is None:
        found = re.match(r"(?:Invalid value for|Missing \w+) (?P<name>'.*?'(?: / '.*?')*)", error.format_message())
        return found["name"] if found else ""
    return hint if isinstance(hint, str) else " / ".join(map(repr, hint))


def _translated(english: str, table: tuple[tuple[str, str], ...]) -> str | None:
    for pattern, japanese in table:
        if (found := re.fullmatch(pattern, english, re.DOTALL)) is not None:
            return japanese.format(**found.groupdict())
    return None
