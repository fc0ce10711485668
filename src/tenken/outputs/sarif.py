"""SARIF 2.1.0, for code scanning and editors.

What GitHub makes of a file decides much of it: each result has a location, a rule of its own id and a fingerprint; there
are no results that passed, since they would be shown as alerts; and the file keeps to GitHub's limits, the gravest first.
"""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Any

from tenken.model.report import ClauseUsed, Location, Report, Result, RuleUsed
from tenken.outputs import digest, words
from tenken.outputs.inert import visible
from tenken.outputs.markdown_text import code, inert
from tenken.outputs.places import inside, path_of, uri_of
from tenken.outputs.ranking import clean, details, findings, headline, level, subject, waiver

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 4_999
MOST_BYTES = 9_999_999
"""GitHub shows 5,000 results and takes 10 MB."""
_ENDS = 10
"""Bytes that the ends of two lists take once they hold something."""
_RELATED = 20
_MISSING = 100
_LINK = re.compile(r"\[([^\[\]]*)\](?=\()")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def render(report: Report, lang: str = "en", templates: Path | None = None, color: bool = False) -> str:
    """The findings as SARIF, texts in ``lang``. ``templates`` and ``color`` change nothing."""
    lang = "ja" if lang == "ja" else "en"
    found = findings(report)
    room = MOST_BYTES - len(_text(_log(report, lang, len(found), [], [])).encode()) - _ENDS
    return _text(_log(report, lang, len(found), *_within(room, found, report, lang)))


def _text(log: dict[str, Any]) -> str:
    return json.dumps(log, ensure_ascii=False, indent=1) + "\n"


def _log(report: Report, lang: str, found: int, rules: list[dict[str, Any]], results: list[dict[str, Any]]) -> dict[str, Any]:
    """The file with some of the findings, and what it says of those that it leaves out."""
    driver = {
        "name": report.tool.name,
        "version": report.tool.version,
        "semanticVersion": report.tool.version,
        "language": lang,
        "rules": rules,
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(report, lang, found, len(results))],
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": words.word("sarif.root", lang)}}},
        "columnKind": "unicodeCodePoints",
        "language": lang,
        "results": results,
        "properties": {
            "site": clean(report.site),
            "failOn": report.summary.fail_on,
            "outcomes": report.summary.outcomes,
            "findings": found,
            "findingsLeftOut": found - len(results),
            "packs": [{"id": pack.id, "edition": pack.edition, "digest": pack.digest} for pack in report.packs],
        },
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _within(room: int, found: list[Result], report: Report, lang: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The first findings with their rules, as many as so many bytes have room for."""
    described = {rule.id: rule for rule in report.rules}
    clauses = {clause.id: clause for clause in report.clauses}
    indexes: dict[str, int] = {}
    rules: list[dict[str, Any]] = []
    results: list[dict[str, Any]] = []
    for result in found[:MOST_RESULTS]:
        index = indexes.setdefault(result.rule, len(indexes))
        made = _result(result, index, report, lang)
        rule = _descriptor(described.get(result.rule) or digest.rule_of(result), clauses, lang) if index == len(rules) else None
        room -= _bytes(made, 4) + (_bytes(rule, 6) if rule is not None else 0)
        if room < 0:
            break
        results.append(made)
        if rule is not None:
            rules.append(rule)
    return rules, results


def _bytes(member: dict[str, Any], depth: int) -> int:
    """What a member of a list adds to the file: itself, indented so deep, the comma and the end of the line."""
    text = json.dumps(member, ensure_ascii=False, indent=1)
    return len(text.encode()) + depth * (text.count("\n") + 1) + 2


# --- rules ---------------------------------------------------------------------------------------------------------


def _descriptor(rule: RuleUsed, clauses: dict[str, ClauseUsed], lang: str) -> dict[str, Any]:
    title, why = (clean(text.text(lang)) for text in (rule.title, rule.why))
    says = [f"{clause.id}: {_clause(clause, lang)}" for name in rule.clauses if (clause := clauses.get(name))]
    explain = f"tenken explain {rule.id}"
    label = words.word("finding.clauses", lang)
    marked = [str(inert(why)), *([f"**{inert(label)}**"] if says else [])]
    listed = "\n".join(f"- {code(name)}: {inert(text)}" for name, _, text in (s.partition(": ") for s in says))
    return {
        "id": rule.id,
        "shortDescription": {"text": _literal(title)},
        "fullDescription": {"text": _literal(why)},
        "help": {
            "text": "\n".join([why, *([f"{label}:"] if says else []), *says, explain]),
            "markdown": "\n\n".join([*marked, *([listed] if says else []), str(code(explain))]),
        },
        "defaultConfiguration": {"level": rule.level if rule.level in ("error", "warning", "note") else "warning"},
        "properties": {"tags": ["backup", *rule.bears_on], "clauses": rule.clauses},
    }


def _clause(clause: ClauseUsed, lang: str) -> str:
    lines = words.word("finding.lines", lang, lines=clause.lines)
    return clean(f"{clause.text.text(lang)} ({lines})")


# --- results -------------------------------------------------------------------------------------------------------


def _result(result: Result, index: int, report: Report, lang: str) -> dict[str, Any]:
    lines = [headline(result, lang), *details(result, lang)]
    made: dict[str, Any] = {
        "ruleId": result.rule,
        "ruleIndex": index,
        "kind": "fail",
        "level": level(result, report.summary.fail_on),
        "message": {"text": _literal("\n".join(lines))},
        "locations": [_location(result, report, lang)],
        "partialFingerprints": {
            # the first is GitHub's own name: with it an alert follows the subject, wherever its line moves
            "primaryLocationLineHash": f"{result.fingerprint}:1",
            "tenken/v1": result.fingerprint,
        },
        "properties": {
            "outcome": result.outcome,
            "ruleLevel": result.level,
            "inPlan": result.in_plan,
            "bearsOn": result.bears_on,
            "clauses": result.clauses,
            "missing": [clean(path) for path in result.missing[:_MISSING]],
        },
    }
    if related := _related(result, report):
        made["relatedLocations"] = related
    if result.baseline is not None:
        made["baselineState"] = "new" if result.baseline == "new" else "unchanged"
    if result.outcome == "waived":
        made["suppressions"] = [_suppression(result, report, lang)]
    return made


def _location(result: Result, report: Report, lang: str) -> dict[str, Any]:
    name = result.subject.name
    logical = [{"name": visible(name), "fullyQualifiedName": visible(f"{result.subject.kind}/{name}"), "kind": "resource"}]
    if place := inside(result.location):
        logical.append({"name": place, "fullyQualifiedName": visible(str(result.location)), "kind": "member"})
    return {
        "physicalLocation": _physical(result.location, report),
        "logicalLocations": logical,
        "message": {"text": _literal(subject(result, lang))},
    }


def _physical(location: Location, report: Report) -> dict[str, Any]:
    """File and line; line 1 for what has no lines, since a result without a region is turned down."""
    uri = uri_of(path_of(location, report))
    artifact = {"uri": uri} if uri.startswith("file:") else {"uri": uri, "uriBaseId": "%SRCROOT%"}
    region = {"startLine": max(location.line or 1, 1)}
    if location.line and location.column:
        region["startColumn"] = max(location.column, 1)
    return {"artifactLocation": artifact, "region": region}


def _related(result: Result, report: Report) -> list[dict[str, Any]]:
    related = []
    for number, fact in enumerate(result.facts[:_RELATED], 1):
        value = "null" if fact.value is None else digest.shorten(digest.value_text(fact), 200)
        place = inside(fact.location)
        text = clean(f"{fact.path} = {value}" + (f" ({place})" if place else ""))
        related.append(
            {"id": number, "message": {"text": _literal(text)}, "physicalLocation": _physical(fact.location, report)}
        )
    return related


def _suppression(result: Result, report: Report, lang: str) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": "external", "status": "accepted"}
    used = result.waiver
    if used is not None:
        made["justification"] = clean(waiver(result, lang))
        made["location"] = {"physicalLocation": _physical(used.location, report)}
        said = {"owner": used.owner, "ticket": used.ticket, "expires": used.expires, "reason": used.reason}
        made["properties"] = {"outcome": used.outcome, **{key: visible(text) for key, text in said.items() if text}}
    return made


# --- the run -------------------------------------------------------------------------------------------------------


def _invocation(report: Report, lang: str, found: int, kept: int) -> dict[str, Any]:
    code = report.summary.exit_code
    meaning = words.exit_text(code, report.summary.fail_on)
    told = meaning.text(lang)
    notes = [_notification("notice", "note", clean(text.text(lang))) for text in report.notices[:100]]
    if kept < found:
        notes.insert(0, _notification("cut", "warning", words.word("sarif.cut", lang, n=found - kept, total=found)))
    if code > 1:
        notes.insert(0, _notification("not-checked", "error", told))
    return {
        "executionSuccessful": code in (0, 1),
        "exitCode": code,
        "exitCodeDescription": told,
        **_moment(report.generated),
        "toolExecutionNotifications": notes,
    }


def _moment(generated: str) -> dict[str, str]:
    try:
        moment = datetime.datetime.fromisoformat(generated).astimezone(datetime.UTC)
    except ValueError:
        return {}
    return {"endTimeUtc": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}


def _notification(name: str, grade: str, text: str) -> dict[str, Any]:
    return {"descriptor": {"id": f"tenken/{name}"}, "level": grade, "message": {"text": _literal(text)}}


def _literal(text: str) -> str:
    """Text in which SARIF sees neither links, ``[text](target)``, nor places for arguments, ``{0}``."""
    return _PLACEHOLDER.sub(r"{{\1}}", _LINK.sub(r"\\[\1\\]", text))
