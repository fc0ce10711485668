"""A report built by hand: small, but with every outcome, level and verdict, so that pages can be tested without rules."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tenken.model.report import (
    OUTCOMES,
    VERDICTS,
    Chain,
    ClauseUsed,
    Coverage,
    FactRead,
    InputUsed,
    Location,
    LogicalDiskDrawn,
    LunDrawn,
    MissingFact,
    PackUsed,
    Plan,
    PlanStep,
    Report,
    Result,
    RuleUsed,
    SubjectName,
    Summary,
    Tool,
    Topology,
    VerdictOf,
    WaiverUsed,
    WayOut,
)  # fmt: skip
from tenken.model.rule import Text

METHODS = ["vmfs.online", "vmfs.offline"]


def both(words: str) -> Text:
    return Text(en=f"{words} in English", ja=f"{words}（日本語）")


def vm(name: str) -> SubjectName:
    return SubjectName("vm", name)


def finding(rule: str, outcome: str, level: str, subject: SubjectName, **more: Any) -> Result:
    given: dict[str, Any] = {
        "facts": [FactRead("vm.encrypted", True, Location("site.yaml", 7, 9))],
        "missing": [],
        "in_plan": True,
        "remedy": both(f"remedy of {rule}"),
    }
    return Result(
        rule=rule,
        outcome=outcome,
        level=level,
        subject=subject,
        bears_on=METHODS,
        clauses=[f"clause-of-{rule}"],
        title=both(f"title of {rule}"),
        message=both(f"{subject.name} against {rule}"),
        location=Location("site.yaml", 3, 5),
        fingerprint="0" * 16,
        **{**given, **more},
    )


def waiver(words: str = "accepted until the move") -> WaiverUsed:
    return WaiverUsed("fail", words, "ops", "CHG-7", "2026-12-31", Location("waivers.yaml", 4, 3))


def results() -> list[Result]:
    sheet = Location("RVTools.xlsx", sheet="vInfo", cell="B7")
    return [
        finding("noted", "fail", "note", vm("good")),
        finding("warned", "fail", "warning", vm("cond")),
        finding("asked", "inquire", "error", vm("ask"), facts=[FactRead("vm.guest.os", ["rhel", 8], sheet)]),
        finding("barred", "fail", "error", vm("bad2")),
        finding("barred", "fail", "error", vm("bad10"), remedy=both("another remedy")),
        finding("barred", "waived", "error", vm("waived"), waiver=waiver()),
        finding("barred", "unknown", "error", vm("dark"), missing=["vm.encrypted"], facts=[]),
        finding(
            "unsaid", "unknown", "error", vm("dark"), facts=[FactRead("vm.power_state", None, Location("site.yaml", 4, 1))]
        ),
        finding("broken", "error", "error", vm("good"), facts=[]),
        finding("wanting", "unknown", "error", vm("dark"), missing=["vm.guest.tools"]),
        finding("barred", "fail", "error", vm("idle"), in_plan=False),
        finding("idle-only", "unknown", "error", vm("idle"), in_plan=False, missing=["vm.roles"]),
    ]


def verdicts() -> list[VerdictOf]:
    found = []
    per_vm = {
        "good": "eligible",
        "cond": "conditional",
        "ask": "inquire",
        "dark": "unknown",
        "bad2": "ineligible",
        "bad10": "ineligible",
    }
    for name, verdict in per_vm.items():
        blockers = [vm("bad2"), vm("bad10")] if verdict in ("eligible", "conditional") else []
        because = {"ineligible": ["barred"], "unknown": ["barred", "wanting"], "inquire": ["asked"]}.get(verdict, [])
        found.append(VerdictOf(vm(name), "vmfs.online", verdict, because, blockers, True, ["DS01"]))  # type: ignore[arg-type]
        found.append(VerdictOf(vm(name), "vmfs.offline", "unknown", [], [], False, ["DS01"]))
    store = SubjectName("datastore", "DS01")
    found.append(VerdictOf(store, "vmfs.online", "ineligible", ["barred"], [vm("bad2"), vm("bad10")], True))
    found.append(VerdictOf(store, "vmfs.offline", "unknown"))
    found.append(
        VerdictOf(SubjectName("restore_group", "DS01+DS02"), "vmfs", "ineligible", ["barred"], [], True, ["DS01", "DS02"])
    )
    found.append(VerdictOf(SubjectName("job", "nightly"), "vmfs.online", "ineligible", ["barred"], [], True, ["DS01"]))
    found.append(VerdictOf(SubjectName("disk", "good/Hard disk 2"), "rdm", "eligible"))
    found.append(VerdictOf(SubjectName("site", "Test site"), "as_planned", "ineligible", ["barred"], [], True))
    return found


def topology() -> Topology:
    disks = [
        LogicalDiskDrawn("M320/0010h", "M320", ["MV"], "LX", ["M320/0011h"]),
        LogicalDiskDrawn("M320/0011h", "M320", ["RV"], "LX", []),
        LogicalDiskDrawn("M320/0020h", "M320", None, None, []),
    ]
    chains = [
        Chain(SubjectName("datastore", "DS01"), [LunDrawn("naa.600", "M320/0010h"), LunDrawn("naa.599", None)]),
        Chain(SubjectName("datastore", "DS02"), None),
        Chain(SubjectName("disk", "good/Hard disk 2"), [LunDrawn("naa.700", "M320/0020h")]),
    ]
    return Topology(disks, chains)


def build() -> Report:
    found = results()
    counts = {"vmfs.online": {"eligible": 1, "conditional": 1, "inquire": 1, "unknown": 1, "ineligible": 2}}
    counts["vmfs.offline"] = dict.fromkeys(VERDICTS, 0) | {"unknown": 6}
    rules = dict.fromkeys(result.rule for result in found)
    levels = {result.rule: result.level for result in found}
    return Report(
        tool=Tool("tenken", "1.2.3"),
        generated="2026-10-01T02:03:04+00:00",
        site="Test site",
        packs=[PackUsed("pack", "8.0", both("pack"), "f" * 64, 9, {"title": {"en": "Guide", "ja": "ガイド"}, "edition": "8.0", "date": "2026-03", "vendor": "NEC"})],
        inputs=[InputUsed("site.yaml", "native YAML"), InputUsed("export.csv", "RVTools CSV", "cp932")],
        summary=Summary(
            outcomes=dict.fromkeys(OUTCOMES, 1),
            verdicts={"vm": counts},
            exit_code=1,
            fail_on="unknown",
            levels={"error": 2, "unknown": 3, "inquire": 1, "warning": 1},
            out_of_plan=2,
            subjects={"vm": 6},
            ready={"vmfs.online": 0, "vmfs.offline": 0},
        ),
        results=found,
        verdicts=verdicts(),
        rules=[RuleUsed(rule, both(f"title of {rule}"), both(f"why {rule}"), levels[rule], [f"clause-of-{rule}"], METHODS, {}) for rule in rules],
        missing_facts=[
            MissingFact("vm.encrypted", both("encryption"), "vsphere", both("look at the client"), 1, ["barred"], [vm("dark")]),
            MissingFact("vm.guest.tools", both("tools"), "guest", None, 1, ["wanting"], [vm("dark")]),
        ],
        clauses=[ClauseUsed(f"clause-of-{rule}", "12-13", both(f"words of {rule}")) for rule in rules],
        coverage=Coverage(100, 60, 10, 10, 5, 15),
        notices=[both("a notice")],
        customer="Test customer",
        topology=topology(),
    )  # fmt: skip


@pytest.fixture
def report() -> Report:
    return build()


@pytest.fixture
def crowded() -> Callable[..., Report]:
    """The report with many findings of one rule, many VMs, rules, jobs, rules that could not be decided, or ways out."""

    def make(findings: int = 0, vms: int = 0, rules: int = 0, jobs: int = 0, undecided: int = 0, ways: int = 0) -> Report:
        made = build()
        made.results += [finding("barred", "fail", "error", vm(f"crowd{number}")) for number in range(findings)]
        made.results += [finding(f"rule-{number}", "fail", "error", vm("bad2")) for number in range(rules)]
        for number in range(vms):
            for verdict in made.verdicts[:2]:
                more = copy.copy(verdict)
                more.subject = vm(f"crowd{number}")
                made.verdicts.append(more)
        for number in range(jobs):
            made.verdicts.append(VerdictOf(SubjectName("job", f"job{number}"), "job", "eligible", [], [], True, ["DS01"] * 9))
        for number in range(undecided):
            missing = f"vm.fact{number}"
            made.results.append(finding(f"open-{number}", "unknown", "error", vm("dark"), missing=[missing]))
            made.missing_facts.append(
                MissingFact(missing, both(missing), "guest", both("how"), 1, [f"open-{number}"], [vm("dark")])
            )
        if ways:
            made.plan = Plan([_way(number) for number in range(ways)], ways, [])
        return made

    return make


def _way(number: int) -> WayOut:
    """A way of as many steps as its number has units."""
    store = SubjectName("datastore", f"DS{number}")
    steps = [
        PlanStep(
            "barred", vm(f"vm{n}"), "change", vm(f"vm{number}-{n}"), "shutdown", both("what to do, told at some length " * 4)
        )
        for n in range(number + 1)
    ]
    return WayOut(store, "vmfs.online", "ineligible", "eligible", steps, [vm("bad2")], 1, [], [])


NASTY = (
    "<script>alert(1)</script>", "{{7*7}}", "{% include 'x' %}", "\"><img src=x onerror=alert(1)>", "' onmouseover='x", "a|b\\|c`d``e",
    "*bold* _it_ ~~x~~ $x^2$", "@octocat fixes #12 :tada:", "line\nbreak\r\n# head", "\x1b[31mred\x07", "\u202egnp.exe", "\u2066iso",
    "- item", "1. item", "+ item", "=== ", "[x](javascript:alert(1))", "![x](https://evil.example/x)", "www.evil.example", "</style><b>",
    "]]>", "&lt;b&gt;", "\ud800", "\U000e0041", "a\u200bb", "会計①サーバ𠮷", "مرحبا", "<!-- -->", "\\", "``", " ",
    '=HYPERLINK("http://evil.example","x")', "\t=1+1", "-2+3|cmd", "＝1+1", "a,b;c", 'a"b""c', "::error::x", "%0A::set-env name=x::", "##[debug]x",
    "see [this](0) {0}", "../up/../x y.yaml", "C:\\sites\\a.yaml", "\udc80\x00\uffff",
)  # fmt: skip
"""Names that a site may have, by malice or by accident."""


@pytest.fixture(params=NASTY, ids=lambda name: ascii(name))
def nasty(request: pytest.FixtureRequest) -> tuple[str, Report]:
    """A name, and a report that has it wherever a report has text from an inventory."""
    name: str = request.param
    made = build()
    made.site = made.customer = name
    for ld in made.topology.logical_disks:
        ld.array, ld.format, ld.roles = name, name, [name]
    for chain in made.topology.chains:
        chain.subject = SubjectName(chain.subject.kind, name)
        for lun in chain.luns or ():
            lun.device = name
    made.inputs = [InputUsed(name, name, name)]
    made.notices = [Text.model_construct(en=name, ja=name)]
    for verdict in made.verdicts:
        verdict.subject = SubjectName(verdict.subject.kind, name)
        verdict.within = [name]
        verdict.blocked_by = [vm(name)] if verdict.blocked_by else []
    for result in made.results:
        result.subject = vm(name)
        result.waiver = result.waiver and WaiverUsed("fail", name, name, name, name, Location(name, 1, 1))
        result.location = Location(name, 3, 5)
        result.message = result.remedy = Text.model_construct(en=name, ja=name)
        result.facts = [FactRead(f"vm[{name}].x", value, Location(name, 1, 1)) for value in (name, [name], {name: name})]
    for fact in made.missing_facts:
        fact.examples = [vm(name)]
    return name, made
