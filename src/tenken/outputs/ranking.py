"""What findings are worth to the programs that show them beside code, and the words that they show.

Those programs know errors, warnings and notes, and most of them fail a build on an error of their own accord. So the one
rule is: **an error is what fails the gate**, whatever it failed for. What a rule called it stays in the details.
"""

from __future__ import annotations

from typing import Literal, get_args

from tenken.model.report import FactRead, Report, Result, WaiverUsed
from tenken.model.rule import Text
from tenken.model.severity import fails
from tenken.outputs import digest, words
from tenken.outputs.inert import visible

Level = Literal["error", "warning", "note"]
TEXT = 4_000
"""Characters of one text. A message may name a thousand disks; every reader of these formats cuts long before."""


def level(result: Result, fail_on: str) -> Level:
    """error: fails the gate. note: never can (waived, known to the baseline, outside the plan, a note). Else warning."""
    if fails(result, fail_on):
        return "error"
    settled = result.outcome == "waived" or result.baseline == "known" or not result.in_plan
    return "note" if settled or result.level == "note" else "warning"


def findings(report: Report) -> list[Result]:
    """What is neither pass nor not applicable, the gravest first; ties by rule and name, so that runs compare."""
    found = [result for result in report.results if result.outcome not in ("pass", "not_applicable")]
    order = {result_level: rank for rank, result_level in enumerate(get_args(Level))}
    return sorted(
        found,
        key=lambda result: (
            order[level(result, report.summary.fail_on)],
            digest.TONES.index(digest.tone(result)),
            result.rule,
            digest.natural(result.subject.name),
            result.fingerprint,
        ),
    )


def subject(result: Result, lang: str) -> str:
    """The subject with its kind, as in ``VM web01``."""
    kind = words.named("kind", result.subject.kind)
    return f"{kind.text(lang)} {visible(result.subject.name)}"


def headline(result: Result, lang: str) -> str:
    """What was found, of whom, on one line; with what keeps it from failing the gate, if anything does."""
    said = clean(result.message.text(lang))
    if visible(result.subject.name) not in said or not said.strip():
        said = f"{subject(result, lang)}{words.word('punctuation.colon', lang)}{said}"
    remarks = standing(result, lang)
    return f"[{words.word('punctuation.comma', lang).join(remarks)}] {said}" if remarks else said


def standing(result: Result, lang: str) -> list[str]:
    """What is to be said of a finding before all else: not decidable, waived, known already, outside the plan."""
    said = [] if result.outcome in ("fail", "pass", "not_applicable") else [words.named("outcome", result.outcome).text(lang)]
    if result.baseline == "known":
        said.append(words.word("standing.known", lang))
    if not result.in_plan:
        said.append(words.word("count.out_of_plan", lang))
    return said


def details(result: Result, lang: str) -> list[str]:
    """Lines below the headline: remedy, the facts that decided and where they stand, what is missing, the waiver, clauses."""

    def line(key: str, text: str) -> str:
        return f"{words.word(key, lang)}{words.word('punctuation.colon', lang)}{text}"

    comma = words.word("punctuation.comma", lang)
    lines = []
    if result.outcome not in ("pass", "not_applicable"):
        lines.append(line("column.remedy", clean(result.remedy.text(lang))))
    if result.facts:
        lines.append(line("column.evidence", clean(evidence(result, lang))))
    if result.missing:
        lines.append(line("column.missing", clean(comma.join(map(visible, result.missing)))))
    if result.waiver is not None:
        lines.append(clean(waiver(result, lang)))
    if result.clauses:
        lines.append(line("column.clauses", comma.join(map(visible, result.clauses))))
    return lines


def evidence(result: Result, lang: str) -> str:
    """The facts that decided and their places, the first few."""
    parts = []
    for fact in result.facts[:8]:
        parts.append(f"{stated(fact, lang, 200)} ({fact.location})")
    more = len(result.facts) - 8
    return visible("; ".join(parts)) + (f"; {words.word('table.more', lang, n=more)}" if more > 0 else "")


def stated(fact: FactRead, lang: str, limit: int) -> str:
    """A fact with its value, which is cut to a length."""
    value = words.word("finding.not_collected", lang) if fact.value is None else digest.shorten(digest.value_text(fact), limit)
    return f"{fact.path} = {value}"


def waiver(result: Result, lang: str) -> str:
    """Who accepted the risk, why and until when; and that it changes no verdict. Empty where nobody did."""
    return shown_waiver(result.waiver, lang) if result.waiver is not None else ""


def shown_waiver(used: WaiverUsed, lang: str) -> str:
    """A waiver in one sentence."""
    outcome, owner, reason, expires, ticket = (
        words.named("outcome", used.outcome).text(lang), visible(used.owner), visible(used.reason), visible(used.expires),
        visible(used.ticket or "–"),
    )  # fmt: skip
    return words.word("waiver.says", lang, outcome=outcome, owner=owner, reason=reason, expires=expires, ticket=ticket)


def waived(result: Result) -> Text:
    """The waiver in both languages, for pages; empty where there is none."""
    return Text.model_construct(en=waiver(result, "en"), ja=waiver(result, "ja"))


def clean(text: str) -> str:
    """A text of the report on one line of bounded length, without what cannot be seen."""
    return digest.shorten(visible(text), TEXT)
