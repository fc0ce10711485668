"""What ``tenken explain`` prints: a rule as a person reads it."""

from __future__ import annotations

from tenken.engine.pack import Catalog, LoadedRule
from tenken.model.report import ClauseUsed, RuleUsed
from tenken.model.rule import PLACEHOLDER, MatrixRow, Text
from tenken.outputs.widths import pad, width
from tenken.outputs.words import named, word

_WORDS = {
    "subject": Text(en="Subject", ja="対象"),
    "level": Text(en="Level", ja="レベル"),
    "bears_on": Text(en="Decides", ja="判定に関わる方式"),
    "nothing": Text(en="no verdict", ja="判定には関わらない"),
    "applies": Text(en="Applies where", ja="適用条件"),
    "require": Text(en="Must hold", ja="満たすべき条件"),
    "matrix": Text(en="Support table", ja="対応表"),
    "procedure": Text(en="Procedure", ja="手順"),
    "why": Text(en="Why", ja="理由"),
    "remedy": Text(en="What to do", ja="対処"),
    "message": Text(en="Message", ja="メッセージ"),
    "clauses": Text(en="Clauses of the guide", ja="根拠となる資料の記述"),
    "lines": Text(en="lines", ja="行"),
    "examples": Text(en="Examples", ja="例"),
    "no_rule": Text(en="No rule carries it out.", ja="この記述を評価するルールはありません。"),
    "rules": Text(en="Carried out by", ja="評価するルール"),
}

_MARKS = {
    "supported": Text(en="supported", ja="対応"),
    "inquire": Text(en="to be asked of the vendor", ja="要問い合わせ"),
    "unsupported": Text(en="not supported", ja="非対応"),
    "undecided": Text(en="not decidable", ja="判定不能"),
    "unlisted": Text(en="not listed", ja="記載なし"),
}
"""What stands in a cell of a support table."""


def _word(key: str, lang: str) -> str:
    return _WORDS[key].text(lang)


def _mark(row: MatrixRow, column: str | None, lang: str) -> str:
    return _MARKS[row.marks.get(column or "", "unlisted")].text(lang)


def _plain_names(text: str) -> str:
    """Placeholders as names: ``{disk.label}`` becomes ``<disk.label>``."""
    return PLACEHOLDER.sub(lambda match: f"<{match[1]}>", text)


def text(catalog: Catalog, loaded: LoadedRule, lang: str) -> str:
    """The whole page of one rule."""
    rule = loaded.rule
    level = named("level", rule.level).text(lang)
    if rule.violation != "fail":
        level += f" ({named('outcome', rule.violation).text(lang)})"
    decides = word("punctuation.comma", lang).join(named("method", method).text(lang) for method in rule.bears_on)
    lines = [
        f"{rule.id}: {rule.title.text(lang)}",
        "",
        f"{_word('subject', lang)}: {named('kind', rule.subject).text(lang)} ({rule.subject})    "
        f"{_word('level', lang)}: {level}    {_word('bears_on', lang)}: {decides or _word('nothing', lang)}",
        "",
        *_section("why", rule.why.text(lang), lang),
        *_section("remedy", _plain_names(rule.remedy.text(lang)), lang),
    ]
    if rule.applies is not None:
        lines += _section("applies", rule.applies, lang)
    if rule.require is not None:
        lines += _section("require", rule.require, lang)
    if loaded.procedure is not None:
        lines += _section("procedure", _procedure(loaded, lang), lang)
    if loaded.table is not None:
        rows = [f"{row.label.text(lang)}: {_mark(row, rule.column, lang)}" for row in loaded.table.matrix.rows]
        lines += _section("matrix", "\n".join([f"{loaded.table.matrix.title.text(lang)} ({rule.column})", *rows]), lang)
    clauses = [
        f"{name} ({_word('lines', lang)} {catalog.clauses[name].lines}): {catalog.clauses[name].text.text(lang)}"
        for name in rule.clauses
    ]
    lines += _section("clauses", "\n".join(clauses), lang)
    expected = [named("outcome", example.expect).text(lang) for example in rule.examples]
    wide = max(map(width, expected), default=0)
    examples = [f"{pad(outcome, wide)}  {example.name}" for outcome, example in zip(expected, rule.examples, strict=True)]
    lines += _section("examples", "\n".join(examples), lang)
    return "\n".join(lines).rstrip() + "\n"


def about_waivers(rule: RuleUsed, clause: ClauseUsed, lang: str) -> str:
    """The page of a rule about the waiver file, which is no rule of a pack: docs/waivers.md says more."""
    lines = [
        f"{rule.id}: {rule.title.text(lang)}",
        "",
        f"{_word('level', lang)}: {named('level', rule.level).text(lang)}    {_word('bears_on', lang)}: {_word('nothing', lang)}",
        "",
        *_section("why", rule.why.text(lang), lang),
        *_section("clauses", f"{clause.id}: {clause.text.text(lang)}", lang),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _procedure(loaded: LoadedRule, lang: str) -> str:
    assert loaded.procedure is not None
    steps = [f"{step.id} {step.title.text(lang)} [{step.action}, {step.actor}]" for step in loaded.procedure.steps]
    return "\n".join([f"{loaded.procedure.title.text(lang)} ({loaded.rule.aspect})", *steps])


def markdown(catalog: Catalog, loaded: LoadedRule) -> str:
    """The page of one rule for the reference, in both languages. Generated; ``make check`` fails where it is stale."""
    rule = loaded.rule
    parts = [f"# {rule.id}\n"]
    for lang in ("en", "ja"):
        level = rule.level if rule.violation == "fail" else f"{rule.level} ({rule.violation})"
        decides = ", ".join(rule.bears_on) or _word("nothing", lang)
        parts += [
            f"## {rule.title.text(lang)}\n",
            f"{_word('subject', lang)}: `{rule.subject}` · {_word('level', lang)}: {level} · {_word('bears_on', lang)}: {decides}\n",
            f"**{_word('why', lang)}** {rule.why.text(lang)}\n",
            f"**{_word('remedy', lang)}** {_code_names(rule.remedy.text(lang))}\n",
            f"**{_word('message', lang)}** {_code_names(rule.message.text(lang))}\n",
            f"**{_word('clauses', lang)}**\n",
            *(
                f"- `{name}` ({_word('lines', lang)} {catalog.clauses[name].lines}): {catalog.clauses[name].text.text(lang)}"
                for name in rule.clauses
            ),
            "",
        ]
        if loaded.table is not None:
            matrix = loaded.table.matrix
            parts += [f"**{_word('matrix', lang)}** {matrix.title.text(lang)}, `{rule.column}`\n", "| | |", "|---|---|"]
            parts += [f"| {_cell(row.label.text(lang))} | {_mark(row, rule.column, lang)} |" for row in matrix.rows]
            parts.append("")
        if loaded.procedure is not None:
            parts += [f"**{_word('procedure', lang)}** {loaded.procedure.title.text(lang)}, `{rule.aspect}`\n"]
            parts += [f"- {step.id} {step.title.text(lang)} (`{step.action}`, {step.actor})" for step in loaded.procedure.steps]
            parts.append("")
    for key, expression in (("applies", rule.applies), ("require", rule.require)):
        if expression is not None:
            parts.append(f"**{_word(key, 'en')} / {_word(key, 'ja')}**\n\n```cel\n{expression.strip()}\n```\n")
    parts += [f"**{_word('examples', 'en')} / {_word('examples', 'ja')}**\n", "| | |", "|---|---|"]
    parts += [f"| {_cell(example.name)} | {example.expect} |" for example in rule.examples]
    return "\n".join(parts).rstrip() + "\n"


def index(catalog: Catalog) -> str:
    """The list of all rules for the reference."""
    lines = [
        "# Rules / ルール一覧\n",
        "Generated from the rule packs; `make generate` writes it anew. `tenken explain RULE` prints the same, `--lang ja` in Japanese.\n",
        "| | | |",
        "|---|---|---|",
    ]
    for rule in sorted(catalog.rules.values(), key=lambda rule: rule.id):
        title = rule.rule.title
        lines.append(f"| [{rule.id}]({rule.id}.md) | {_cell(title.en)} | {_cell(title.ja)} |")
    return "\n".join(lines) + "\n"


def _code_names(text: str) -> str:
    return PLACEHOLDER.sub(lambda match: f"`{match[1]}`", text)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def clause_text(catalog: Catalog, name: str, lang: str) -> str:
    """A clause and the rules that carry it out."""
    clause = catalog.clauses[name]
    bound = [rule.id for rule in catalog.rules.values() if name in rule.rule.clauses]
    lines = [f"{name} ({_word('lines', lang)} {clause.lines})", "", clause.text.text(lang), ""]
    lines += [f"{_word('rules', lang)}: {', '.join(bound)}"] if bound else [_word("no_rule", lang)]
    for reason in filter(None, (clause.note, clause.not_checkable, clause.verdict)):
        lines.append(reason.text(lang))
    return "\n".join(lines) + "\n"


def _section(key: str, body: str, lang: str) -> list[str]:
    return [_word(key, lang), *(f"  {line}" for line in body.splitlines()), ""]
