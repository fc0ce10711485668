"""SARIF 2.1.0, for code scanning and editors.

What GitHub makes of a file decides much of it: each result has a location, a rule of its own id and a fingerprint; there
are no results that passed, since they would be shown as alerts; and the file keeps to GitHub's limits, the gravest first.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tenken.model.report import ClauseUsed, Location, Report, Result, RuleUsed
from tenken.outputs import digest, markdown, words
from tenken.outputs.inert import visible
from tenken.outputs.places import inside, path_of, uri_of
from tenken.outputs.ranking import clean, details, findings, headline, level, subject, waiver

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 4_999
MOST_BYTES = 10_000_000
"""GitHub shows 5,000 results and takes 10 MB. Rules and notes have a share of the bytes: see _ROOM."""
_ROOM = 1_500_000
_RELATED = 20
_LINK = re.compile(r"\[([^\[\]]*)\](?=\()")
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def render(report: Report, lang: str = "en", templates: Path | None = None, color: bool = False) -> str:
    """The findings as SARIF, texts in ``lang``. ``templates`` and ``color`` change nothing."""
    lang = "ja" if lang == "ja" else "en"
    all_findings = findings(report)
    rules = _rules_of(all_findings, report)
    indexes = {rule: index for index, rule in enumerate(rules)}
    results = _within_limits(_result(found, indexes, report, lang) for found in all_findings[:MOST_RESULTS])
    clauses = {clause.id: clause for clause in report.clauses}
    driver = {
        "name": report.tool.name,
        "version": report.tool.version,
        "semanticVersion": report.tool.version,
        "language": lang,
        "rules": [_descriptor(rule, clauses, lang) for rule in rules.values()],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(report, lang, len(all_findings), len(results))],
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": words.word("sarif.root", lang)}}},
        "columnKind": "unicodeCodePoints",
        "language": lang,
        "results": results,
        "properties": {
            "site": visible(report.site),
            "failOn": report.summary.fail_on,
            "outcomes": report.summary.outcomes,
            "findings": len(all_findings),
            "findingsLeftOut": len(all_findings) - len(results),
            "packs": [{"id": pack.id, "edition": pack.edition, "digest": pack.digest} for pack in report.packs],
        },
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _within_limits(results: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first results, as many as the limit of bytes has room for."""
    kept: list[dict[str, Any]] = []
    room = MOST_BYTES - _ROOM
    for result in results:
        text = json.dumps(result, ensure_ascii=False, indent=1)
        room -= len(text.encode()) + 4 * text.count("\n") + 8
        if room < 0:
            break
        kept.append(result)
    return kept


# --- rules ---------------------------------------------------------------------------------------------------------


def _rules_of(found: list[Result], report: Report) -> dict[str, RuleUsed]:
    """The rules of the findings by id: as the report describes them, else as far as a finding tells."""
    described = {rule.id: rule for rule in report.rules}
    rules: dict[str, RuleUsed] = {}
    for result in found:
        if result.rule not in rules:
            rules[result.rule] = described.get(result.rule) or RuleUsed(
                result.rule, result.title, result.title, result.level, result.clauses, result.bears_on, {}
            )
    return rules


def _descriptor(rule: RuleUsed, clauses: dict[str, ClauseUsed], lang: str) -> dict[str, Any]:
    title, why = (clean(text.ja if lang == "ja" else text.en) for text in (rule.title, rule.why))
    says = [f"{clause.id}: {_clause(clause, lang)}" for name in rule.clauses if (clause := clauses.get(name))]
    explain = f"tenken explain {rule.id}"
    label = words.word("finding.clauses", lang)
    marked = [str(markdown.inert(why)), *([f"**{markdown.inert(label)}**"] if says else [])]
    listed = "\n".join(
        f"- {markdown.code(name)}: {markdown.inert(text)}" for name, _, text in (s.partition(": ") for s in says)
    )
    return {
        "id": rule.id,
        "shortDescription": {"text": _literal(title)},
        "fullDescription": {"text": _literal(why)},
        "help": {
            "text": "\n".join([why, *([f"{label}:"] if says else []), *says, explain]),
            "markdown": "\n\n".join([*marked, *([listed] if says else []), str(markdown.code(explain))]),
        },
        "defaultConfiguration": {"level": rule.level if rule.level in ("error", "warning", "note") else "warning"},
        "properties": {"tags": ["backup", *rule.bears_on], "clauses": rule.clauses},
    }


def _clause(clause: ClauseUsed, lang: str) -> str:
    lines = words.word("finding.lines", lang, lines=clause.lines)
    return clean(f"{clause.text.ja if lang == 'ja' else clause.text.en} ({lines})")


# --- results -------------------------------------------------------------------------------------------------------


def _result(result: Result, indexes: dict[str, int], report: Report, lang: str) -> dict[str, Any]:
    lines = [headline(result, lang), *details(result, lang)]
    made: dict[str, Any] = {
        "ruleId": result.rule,
        "ruleIndex": indexes[result.rule],
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
            "missing": [visible(path) for path in result.missing],
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
    told = meaning.ja if lang == "ja" else meaning.en
    notes = [_notification("notice", "note", clean(text.ja if lang == "ja" else text.en)) for text in report.notices[:100]]
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
