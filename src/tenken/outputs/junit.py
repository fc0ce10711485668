"""JUnit XML: a suite for each rule, a case for each subject.

JUnit knows passed, failed, broken and skipped. Passed is only what passed; failed is what fails the gate; all else is
skipped, with the reason: not applicable, not decidable, to be asked, a warning, waived, known, outside the plan.
It needs a report that lists everything.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree as Xml

from tenken.model.report import Report, Result, RuleUsed
from tenken.model.severity import fails
from tenken.outputs import digest, words
from tenken.outputs.inert import visible
from tenken.outputs.places import path_of
from tenken.outputs.ranking import clean, details, headline, subject


def render(report: Report, lang: str = "en", templates: Path | None = None, color: bool = False) -> str:
    """The report as JUnit XML, texts in ``lang``. ``templates`` and ``color`` change nothing."""
    lang = "ja" if lang == "ja" else "en"
    by_rule: dict[str, list[Result]] = defaultdict(list)
    for result in report.results:
        by_rule[result.rule].append(result)
    described = {rule.id: rule for rule in report.rules}
    suites = Xml.Element("testsuites", name=visible(f"tenken {report.site}"))
    if report.summary.exit_code in (2, 3):
        suites.append(_not_checked(report, lang))
    for name in dict.fromkeys((*described, *by_rule)):
        suites.append(_suite(name, described.get(name), by_rule[name], report, lang))
    for count in ("tests", "failures", "errors", "skipped"):
        suites.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    suites.set("time", "0")
    Xml.indent(suites, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(suites, encoding="unicode") + "\n"


def _suite(name: str, rule: RuleUsed | None, results: list[Result], report: Report, lang: str) -> Xml.Element:
    suite = Xml.Element("testsuite", name=visible(name))
    if rule is not None:
        properties = Xml.SubElement(suite, "properties")
        for key, value in (("title", rule.title.ja if lang == "ja" else rule.title.en), ("level", rule.level)):
            Xml.SubElement(properties, "property", name=key, value=clean(value))
    for result in sorted(results, key=lambda result: digest.natural(result.subject.name)):
        suite.append(_case(result, report, lang))
    _count(suite, report)
    return suite


def _case(result: Result, report: Report, lang: str) -> Xml.Element:
    place = {"file": visible(path_of(result.location, report))}
    if result.location.line:
        place["line"] = str(result.location.line)
    attributes = {"name": subject(result, lang), "classname": visible(result.rule), "time": "0", **place}
    case = Xml.Element("testcase", attributes)
    if result.outcome == "pass":
        return case
    tone = words.named("tone" if result.outcome == "fail" else "outcome", digest.tone(result))
    word = tone.ja if lang == "ja" else tone.en
    if result.outcome == "not_applicable":
        Xml.SubElement(case, "skipped", message=word)
        return case
    text = "\n".join([f"{visible(str(result.location))}", headline(result, lang), *details(result, lang)])
    if result.outcome == "error":
        told = Xml.SubElement(case, "error", type=result.outcome, message=headline(result, lang))
    elif fails(result, report.summary.fail_on):
        told = Xml.SubElement(case, "failure", type=digest.tone(result), message=headline(result, lang))
    else:
        # a reader of JUnit shows the message of a skipped case, and seldom its text
        colon = words.word("punctuation.colon", lang)
        waived = details(result, lang) if result.outcome == "waived" else []
        told = Xml.SubElement(case, "skipped", message=" ".join([f"{word}{colon}{headline(result, lang)}", *waived]))
    told.text = text
    return case


def _count(suite: Xml.Element, report: Report) -> None:
    suite.set("tests", str(len(suite.findall("testcase"))))
    for count, child in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(len(suite.findall(f"testcase/{child}"))))
    suite.set("time", "0")
    suite.set("timestamp", visible(report.generated))


def _not_checked(report: Report, lang: str) -> Xml.Element:
    """A run in which nothing was checked has no case that could fail; this one does."""
    meaning = words.exit_text(report.summary.exit_code, report.summary.fail_on)
    suite = Xml.Element("testsuite", name="tenken")
    case = Xml.SubElement(suite, "testcase", name="tenken", classname="tenken", time="0")
    Xml.SubElement(case, "error", type="not_checked", message=meaning.ja if lang == "ja" else meaning.en)
    _count(suite, report)
    return suite
