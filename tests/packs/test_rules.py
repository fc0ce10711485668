"""The built-in pack: every rule's examples, every cell of the matrices and their nearest unlisted neighbours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.built_in import built_in

from tenken.engine.pack import Catalog
from tenken.engine.selftest import base_of, check_rule, judge, overlay

RULES = sorted(built_in().rules)
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("rule", RULES)
def test_examples(rule: str, catalog: Catalog) -> None:
    assert [str(failure) for failure in check_rule(catalog.rules[rule], base_of(catalog, catalog.rules[rule]))] == []


@pytest.mark.parametrize("rule", RULES)
def test_texts_are_written_in_both_languages(rule: str, catalog: Catalog) -> None:
    found = catalog.rules[rule].rule
    for text in (found.title, found.why, found.remedy, found.message):
        assert text.en != text.ja
        assert any("\u3040" <= character <= "\u9fff" for character in text.ja), text.ja
        assert not any("\u3040" <= character <= "\u30ff" for character in text.en), text.en


def test_every_rule_that_is_part_of_a_verdict_can_violate_it(catalog: Catalog) -> None:
    for rule in catalog.rules.values():
        violation = "fail" if rule.rule.violation == "fail" else rule.rule.violation
        assert any(example.expect == violation for example in rule.rule.examples), rule.id


def test_every_rule_of_a_verdict_offers_a_change_or_says_why_there_is_none(catalog: Catalog) -> None:
    silent = [
        rule.id
        for rule in catalog.rules.values()
        if rule.rule.bears_on and not rule.rule.changes and rule.rule.no_change is None
    ]
    assert silent == []
    told = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
    families = ("steps-", "advice-", "actors-", "targets-", "runbook-")
    untold = [rule.id for rule in catalog.rules.values() if rule.rule.no_change and not rule.id.startswith(families)]
    assert [rule for rule in untold if f"`{rule}`" not in told] == []
    needless = [rule.id for rule in catalog.rules.values() if rule.rule.no_change is not None and not rule.rule.bears_on]
    assert needless == []


# --- guest systems: the guide's table, written down a second time, independently of the pack ------------------------

INQUIRE, PASS, FAIL, UNKNOWN = "inquire", "pass", "fail", "unknown"
LISTED = [
    *[("windows", version, arch, PASS, PASS) for version in ("8", "8.1", "10") for arch in ("x86", "x64")],
    ("windows", "11", "x64", PASS, PASS),
    *[("windows_server", version, None, PASS, PASS) for version in ("2012", "2012 R2", "2016", "2019", "2022")],
    *[("rhel", f"6.{minor}", arch, INQUIRE, PASS) for minor in range(11) for arch in ("x86", "x64")],
    *[("rhel", f"7.{minor}", "x64", INQUIRE, PASS) for minor in range(1, 10)],
    *[("rhel", f"8.{minor}", "x64", INQUIRE, PASS) for minor in range(7)],
    *[("centos", f"7.{minor}", "x64", INQUIRE, PASS) for minor in range(1, 10)],
    *[("centos", f"8.{minor}", "x64", INQUIRE, PASS) for minor in range(7)],
]
UNLISTED = [
    ("windows", "7"), ("windows", "vista"), ("windows", "12"), ("windows_server", "2008"), ("windows_server", "2008 R2"),
    ("windows_server", "2025"), ("windows_server", "2012 R3"), ("windows_server", "2003"), ("rhel", "5.11"), ("rhel", "6.11"),
    ("rhel", "7.0"), ("rhel", "7.10"), ("rhel", "8.7"), ("rhel", "8.10"), ("rhel", "9.0"), ("rhel", "9"), ("centos", "6.10"),
    ("centos", "7.0"), ("centos", "7.10"), ("centos", "8.7"), ("centos_stream", "8"), ("rocky", "8.6"), ("alma", "8.6"),
    ("oracle_linux", "8.6"), ("sles", "15"), ("ubuntu", "22.04"), ("debian", "12"), ("photon", "4"), ("other", "11"),
]  # fmt: skip
UNDECIDED = [
    ("rhel", "7", None), ("rhel", "8", None), ("centos", "7", None), ("centos", "8", None), ("windows", "11", None),
    ("windows", "11", "x86"), ("windows_server", None, None), ("windows", "10.0.19045", "x64"), ("windows_server", "10.0.17763", "x64"), ("rhel", None, None), (None, "2022", None), ("rhel", "eight", None),
]  # fmt: skip


def guest(catalog: Catalog, base: dict[str, Any], family: str | None, version: str | None, arch: str | None) -> tuple[str, str]:
    os = {"family": family, "version": version, "arch": arch}
    tree = overlay(base, {"vms": [{"name": "app01", "guest": {"os": os}}]})
    return tuple(judge(catalog.rules[f"vm-guest-os-{mode}"], tree).outcome for mode in ("online", "offline"))  # type: ignore[return-value]


@pytest.mark.parametrize(("family", "version", "arch", "online", "offline"), LISTED)
def test_listed_guest(
    family: str, version: str, arch: str | None, online: str, offline: str, catalog: Catalog, example_site: dict[str, Any]
) -> None:
    assert guest(catalog, example_site, family, version, arch) == (online, offline)


@pytest.mark.parametrize(("family", "version"), UNLISTED)
def test_unlisted_guest(family: str, version: str, catalog: Catalog, example_site: dict[str, Any]) -> None:
    found = guest(catalog, example_site, family, version, "x64")
    assert found == ((UNKNOWN, UNKNOWN) if version == "vista" else (FAIL, FAIL))


@pytest.mark.parametrize(("family", "version", "arch"), UNDECIDED)
def test_undecided_guest(
    family: str | None, version: str | None, arch: str | None, catalog: Catalog, example_site: dict[str, Any]
) -> None:
    assert guest(catalog, example_site, family, version, arch) == (UNKNOWN, UNKNOWN)


def test_spellings_of_one_release(catalog: Catalog, example_site: dict[str, Any]) -> None:
    assert guest(catalog, example_site, "centos", "7.9.2009", "x64") == (INQUIRE, PASS)
    assert guest(catalog, example_site, "windows_server", "2012 r2", None) == (PASS, PASS)
    assert guest(catalog, example_site, "rhel", "6", "x64") == (INQUIRE, PASS)


VSPHERE = {"6.0": PASS, "6.5": PASS, "6.7": PASS, "7.0": PASS, "8.0": PASS, "8.0.3": PASS, "7.0 U3": PASS, "5.5": FAIL,
           "6.1": FAIL, "6.6": FAIL, "6.8": FAIL, "7.1": FAIL, "8.1": FAIL, "9.0": FAIL, "8": UNKNOWN, "6": UNKNOWN, None: UNKNOWN}  # fmt: skip


@pytest.mark.parametrize(("version", "expected"), VSPHERE.items())
def test_vsphere(version: str | None, expected: str, catalog: Catalog, example_site: dict[str, Any]) -> None:
    host = overlay(example_site, {"hosts": [{"name": "esx01", "version": version}]})
    assert judge(catalog.rules["host-vsphere-version"], host, "esx01").outcome == expected
    vcenter = overlay(example_site, {"vcenters": [{"name": "vc01", "version": version}]})
    assert judge(catalog.rules["vcenter-vsphere-version"], vcenter, "vc01").outcome == expected
