"""JUnit XML: a suite for each rule, a case for each subject.

JUnit knows passed, failed, broken and skipped. Passed is only what passed; failed is what fails the gate; all else is
skipped, with the reason: not applicable, not decidable, to be asked, a warning, waived, known, outside the plan.
It needs a report that lists everything.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Xml

from tenken.model.report import Report, Result, RuleUsed
from tenken.model.severity import fails
from tenken.outputs import digest, words
from tenken.outputs.inert import visible
from tenken.outputs.places import path_of
from tenken.outputs.ranking import clean, details, findings, headline, subject

MOST_CASES = 30_000
MOST_BYTES = 29_000_000
"""GitLab reads files below 30 MB, and of a number of elements and attributes that so many cases keep to. The difference
is for counts and indents."""


def render(report: Report, lang: str = "en", templates: Path | None = None, color: bool = False) -> str:
    """The report as JUnit XML, texts in ``lang``. ``templates`` and ``color`` change nothing."""
    lang = "ja" if lang == "ja" else "en"
    suites = Xml.Element("testsuites", name=clean(f"tenken {report.site}"))
    if report.summary.exit_code in (2, 3):
        meaning = words.exit_text(report.summary.exit_code, report.summary.fail_on)
        suites.append(_of_the_run("error", "not_checked", meaning.text(lang), report))
    described = {rule.id: rule for rule in report.rules}
    names = dict.fromkeys((*described, *(result.rule for result in report.results)))
    by_rule = {name: _suite(name, described.get(name), lang) for name in names}
    suites.extend(by_rule.values())
    cases = _within(MOST_BYTES - _bytes(suites), report, lang)
    for result, case in sorted(cases, key=lambda made: digest.natural(made[0].subject.name)):
        by_rule[result.rule].append(case)
    for suite in by_rule.values():
        _count(suite, report)
    if len(cases) < len(report.results):
        total = len(report.results)
        text = words.word("junit.cut", lang, n=total - len(cases), total=total)
        suites.insert(0, _of_the_run("skipped", "left_out", text, report))
    for count in ("tests", "failures", "errors", "skipped"):
        suites.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    suites.set("time", "0")
    Xml.indent(suites, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(suites, encoding="unicode") + "\n"


def _within(room: int, report: Report, lang: str) -> list[tuple[Result, Xml.Element]]:
    """The cases for which there is room: what fails before what does not, that before what passed, and that before
    what does not apply. So of two that share a name, of which GitLab shows the first, that is the graver one."""
    rest = [[result for result in report.results if result.outcome == outcome] for outcome in ("pass", "not_applicable")]
    cases: list[tuple[Result, Xml.Element]] = []
    for result in (*findings(report), *rest[0], *rest[1]):
        case = _case(result, report, lang)
        room -= _bytes(case)
        if room < 0 or len(cases) == MOST_CASES:
            break
        cases.append((result, case))
    return cases


def _bytes(element: Xml.Element) -> int:
    return len(Xml.tostring(element, encoding="unicode").encode())


def _suite(name: str, rule: RuleUsed | None, lang: str) -> Xml.Element:
    suite = Xml.Element("testsuite", name=visible(name))
    if rule is not None:
        properties = Xml.SubElement(suite, "properties")
        for key, value in (("title", rule.title.text(lang)), ("level", rule.level)):
            Xml.SubElement(properties, "property", name=key, value=clean(value))
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
    word = tone.text(lang)
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


def _of_the_run(state: str, type: str, text: str, report: Report) -> Xml.Element:
    """A suite of one case about the run itself: that nothing was checked, where no case could fail, or what was left out."""
    suite = Xml.Element("testsuite", name="tenken")
    case = Xml.SubElement(suite, "testcase", name="tenken", classname="tenken", time="0")
    Xml.SubElement(case, state, type=type, message=text)
    _count(suite, report)
    return suite
