"""What is wrong with the waivers themselves: expired, unused and orphaned ones are findings like any other.

They are warnings. A waiver that does not act lets the finding that it was for count in full, which is what fails the gate;
``--fail-on warning`` fails on the state of the waiver file, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from difflib import get_close_matches

from tenken.gate.waivers import Standing, Waivers
from tenken.model.report import ClauseUsed, FactRead, Result, RuleUsed, SubjectName
from tenken.model.rule import Text
from tenken.model.waiver import Waiver

CLAUSE = ClauseUsed(
    "waivers-are-current",
    "-",
    Text(
        en="A waiver names a rule and a subject that exist, accepts a finding that there is, and holds until its last day.",
        ja="免除は、存在するルールと対象を指し、実際にある指摘を、期限の日まで受け入れるものである。",
    ),
)


def _rule(id: str, title: Text, why: Text) -> RuleUsed:
    return RuleUsed(id, title, why, "warning", [CLAUSE.id], [], {})


RULES = {
    rule.id: rule
    for rule in (
        _rule(
            "waiver-expired",
            Text(en="Waivers have not expired", ja="免除の期限が切れていない"),
            Text(
                en="A waiver accepts a risk for a time. After its last day nobody does, and what it was for counts again.",
                ja="免除は期間を限ってリスクを受け入れるものです。期限後は受け入れる人がいないため、対象の指摘は再び判定に数えられます。",
            ),
        ),
        _rule(
            "waiver-orphaned",
            Text(en="Waivers name a rule and a subject that exist", ja="免除の指すルールと対象が存在する"),
            Text(
                en="A waiver for a rule or a subject that does not exist accepts nothing. It is mistyped, or was left behind.",
                ja="存在しないルールや対象を指す免除は何も受け入れません。記載の誤りか、不要になった記載の消し忘れです。",
            ),
        ),
        _rule(
            "waiver-unused",
            Text(en="Waivers are for findings that there are", ja="免除の対象となる指摘がある"),
            Text(
                en="A waiver without a finding would silently accept the same risk if it came back.",
                ja="対象の指摘がない免除を残すと、同じリスクが再び生じたときに、確認されないまま受け入れられます。",
            ),
        ),
    )
}


def findings(waivers: Waivers, rules: Collection[str], exists: Callable[[Standing], bool]) -> list[Result]:
    """One finding at most for each waiver. To be asked after ``waivers.apply``.

    rules: ids of the rules in force; exists: whether there is any subject that a waiver names.
    """
    told = ((standing, _wrong_with(standing, rules, exists)) for standing in waivers.standings)
    return [_finding(standing, *wrong) for standing, wrong in told if wrong is not None]


def _wrong_with(
    standing: Standing, rules: Collection[str], exists: Callable[[Standing], bool]
) -> tuple[str, Text, Text] | None:
    """The rule that a waiver breaks, what is wrong with it, and what to do about it; None for a waiver that is in order."""
    if standing.waiver.rule not in rules:
        return "waiver-orphaned", _no_rule(standing.waiver.rule, rules), _CORRECT_RULE
    if standing.last_day is None:
        return "waiver-expired", _no_day(standing.waiver.expires), _WRITE_A_DAY
    if standing.accepted or (standing.broken and not standing.lapsed):
        return None
    if standing.lapsed:
        return "waiver-expired", _lapsed(standing), _MEND_OR_RENEW
    if not exists(standing):
        return "waiver-orphaned", _no_subject(standing.waiver), _CORRECT_SUBJECT
    return "waiver-unused", _no_finding(standing), _REMOVE


# --- what is wrong, and what to do ---------------------------------------------------------------------------------


_CORRECT_RULE = Text(
    en="Correct the id of the rule, or remove the waiver.", ja="ルールのIDを訂正するか、この免除を削除してください。"
)
_CORRECT_SUBJECT = Text(
    en="Correct kind and name as reports print them, or remove the waiver.",
    ja="種別と名前をレポートの表記どおりに訂正するか、この免除を削除してください。",
)
_WRITE_A_DAY = Text(
    en="Write the last day as YYYY-MM-DD, without a time.", ja="期限をYYYY-MM-DDの形式で、時刻を付けずに記載してください。"
)
_MEND_OR_RENEW = Text(
    en="Mend what the waiver was for, or have the risk accepted anew with a later last day.",
    ja="免除の対象となっていた指摘を解消するか、改めてリスクの受け入れの承認を得て、新しい期限を記載してください。",
)
_REMOVE = Text(en="Remove the waiver.", ja="この免除を削除してください。")


def _no_rule(rule: str, rules: Collection[str]) -> Text:
    near = get_close_matches(rule, sorted(rules), n=1)
    return Text(
        en=f"no rule {rule} is in force, so the waiver accepts nothing" + (f"; did you mean {near[0]}?" if near else ""),
        ja=f"ルール {rule} は存在しないか無効のため、免除は効力がありません"
        + (f"。{near[0]} の誤りではありませんか" if near else ""),
    )


def _no_subject(waiver: Waiver) -> Text:
    if waiver.subject is None:
        return Text(
            en=f"the rule has no subject with the fingerprint {waiver.fingerprint}, so the waiver accepts nothing",
            ja=f"識別子 {waiver.fingerprint} の対象がこのルールにないため、免除は効力がありません",
        )
    named = f"{waiver.subject.kind}/{waiver.subject.name}"
    return Text(
        en=f"the inputs hold no {named}, so the waiver accepts nothing",
        ja=f"入力に該当する対象（{named}）がないため、免除は効力がありません",
    )


def _no_day(written: str) -> Text:
    return Text(
        en=f"the last day is written as {written!r}, which is no day, so the waiver is taken as expired",
        ja=f"期限「{written}」が日付として読めないため、期限切れとして扱いました",
    )


def _lapsed(standing: Standing) -> Text:
    count, day = standing.lapsed, standing.last_day
    return Text(
        en=f"the waiver held until {day}; {f'{count} findings count' if count > 1 else 'the finding counts'} again",
        ja=f"免除の期限は {day} でした。指摘 {count} 件が再び判定に数えられています",
    )


def _no_finding(standing: Standing) -> Text:
    return Text(
        en="there is no finding that the waiver would accept" + (", and it has expired" if standing.expired else ""),
        ja="この免除の対象となる指摘はなく、" + ("期限も切れています" if standing.expired else "不要です"),
    )


def _finding(standing: Standing, rule: str, wrong: Text, remedy: Text) -> Result:
    """A finding about a waiver. Its message tells the waiver in full, since every format shows a message."""
    described, said = RULES[rule], standing.waiver
    named, ticket = "\0".join((rule, said.concerns, said.expires)), said.ticket or "–"
    return Result(
        rule=rule,
        outcome="fail",
        level=described.level,
        subject=SubjectName("waiver", said.concerns),
        bears_on=[],
        clauses=list(described.clauses),
        title=described.title,
        message=Text.model_construct(
            en=f"{said.concerns}: {wrong.en} (owner: {said.owner}, ticket: {ticket}, reason: {said.reason})",
            ja=f"{said.concerns}: {wrong.ja}（責任者: {said.owner}、チケット: {ticket}、理由: {said.reason}）",
        ),
        remedy=remedy,
        in_plan=True,
        facts=[
            FactRead("waiver.rule", said.rule, standing.location),
            FactRead("waiver.owner", said.owner, standing.location),
            FactRead("waiver.expires", said.expires, standing.expires_at),
        ],
        missing=[],
        location=standing.expires_at if rule == "waiver-expired" else standing.location,
        fingerprint=hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:16],
    )
