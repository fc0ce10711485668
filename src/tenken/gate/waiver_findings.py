"""What is wrong with the waivers themselves: expired, unused and orphaned ones are findings like any other.

They are warnings. A waiver that does not act lets the finding that it was for count in full, which is what fails the gate;
``--fail-on warning`` fails on the state of the waiver file, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from difflib import get_close_matches

from tenken.gate.waivers import Standing, Waivers
from tenken.model.report import ClauseUsed, FactRead, Location, Result, RuleUsed, SubjectName
from tenken.model.rule import Text

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
    found = []
    for standing in waivers.standings:
        said = standing.waiver
        if said.rule not in rules:
            found.append(_orphaned_by_rule(standing, rules))
        elif standing.last_day is None:
            found.append(_malformed(standing))
        elif standing.accepted or (standing.broken and not standing.lapsed):
            continue
        elif standing.lapsed:
            found.append(_expired(standing))
        elif not exists(standing):
            found.append(_orphaned_by_subject(standing))
        else:
            found.append(_unused(standing))
    return found


def _malformed(standing: Standing) -> Result:
    written = standing.waiver.expires
    return _finding(
        "waiver-expired",
        standing,
        Text(
            en=f"the last day is written as {written!r}, which is no day, so the waiver is taken as expired",
            ja=f"期限「{written}」が日付として読めないため、期限切れとして扱いました",
        ),
        Text(
            en="Write the last day as YYYY-MM-DD, without a time.",
            ja="期限をYYYY-MM-DDの形式で、時刻を付けずに記載してください。",
        ),
        standing.expires_at,
    )


def _expired(standing: Standing) -> Result:
    count = standing.lapsed
    return _finding(
        "waiver-expired",
        standing,
        Text(
            en=f"the waiver held until {standing.last_day}; {f'{count} findings count' if count > 1 else 'the finding counts'} again",
            ja=f"免除の期限は {standing.last_day} でした。指摘 {count} 件が再び判定に数えられています",
        ),
        Text(
            en="Mend what the waiver was for, or have the risk accepted anew with a later last day.",
            ja="免除の対象となっていた指摘を解消するか、改めてリスクの受け入れの承認を得て、新しい期限を記載してください。",
        ),
        standing.expires_at,
    )


def _orphaned_by_rule(standing: Standing, rules: Collection[str]) -> Result:
    rule = standing.waiver.rule
    near = get_close_matches(rule, sorted(rules), n=1)
    return _finding(
        "waiver-orphaned",
        standing,
        Text(
            en=f"no rule {rule} is in force, so the waiver accepts nothing" + (f"; did you mean {near[0]}?" if near else ""),
            ja=f"ルール {rule} は存在しないか無効のため、免除は効力がありません"
            + (f"。{near[0]} の誤りではありませんか" if near else ""),
        ),
        Text(en="Correct the id of the rule, or remove the waiver.", ja="ルールのIDを訂正するか、この免除を削除してください。"),
    )


def _orphaned_by_subject(standing: Standing) -> Result:
    subject = standing.waiver.subject
    if subject is None:
        message = Text(
            en=f"the rule has no subject with the fingerprint {standing.waiver.fingerprint}, so the waiver accepts nothing",
            ja=f"識別子 {standing.waiver.fingerprint} の対象がこのルールにないため、免除は効力がありません",
        )
    else:
        message = Text(
            en=f"the inputs hold no {subject.kind}/{subject.name}, so the waiver accepts nothing",
            ja=f"入力に該当する対象（{subject.kind}/{subject.name}）がないため、免除は効力がありません",
        )
    return _finding(
        "waiver-orphaned",
        standing,
        message,
        Text(
            en="Correct kind and name as reports print them, or remove the waiver.",
            ja="種別と名前をレポートの表記どおりに訂正するか、この免除を削除してください。",
        ),
    )


def _unused(standing: Standing) -> Result:
    return _finding(
        "waiver-unused",
        standing,
        Text(
            en="there is no finding that the waiver would accept" + (", and it has expired" if standing.expired else ""),
            ja="この免除の対象となる指摘はありません" + ("（期限も切れています）" if standing.expired else ""),
        ),
        Text(en="Remove the waiver.", ja="この免除を削除してください。"),
    )


def _finding(rule: str, standing: Standing, message: Text, remedy: Text, location: Location | None = None) -> Result:
    described, said = RULES[rule], standing.waiver
    named = "\0".join((rule, said.concerns, said.expires))
    return Result(
        rule=rule,
        outcome="fail",
        level=described.level,
        subject=SubjectName("waiver", said.concerns),
        bears_on=[],
        clauses=list(described.clauses),
        title=described.title,
        message=Text.model_construct(en=f"{said.concerns}: {message.en}", ja=f"{said.concerns}: {message.ja}"),
        remedy=remedy,
        in_plan=True,
        facts=[
            FactRead("waiver.rule", said.rule, standing.location),
            FactRead("waiver.owner", said.owner, standing.location),
            FactRead("waiver.expires", said.expires, standing.expires_at),
        ],
        missing=[],
        location=location or standing.location,
        fingerprint=hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:16],
    )
