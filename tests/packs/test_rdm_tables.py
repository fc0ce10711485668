"""RDM: the guide's tables, written down a second time, independently of the pack, and walked cell by cell.

Every listed cell is judged through its rule, on a site; every combination of listed values and their nearest unlisted
neighbours is asked of the table itself.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tenken.engine.evaluate import _MARKS, NAMES
from tenken.engine.pack import Catalog
from tenken.engine.selftest import base_of, judge, overlay

PASS, FAIL, INQUIRE, UNKNOWN = "pass", "fail", "inquire", "unknown"
GUESTS = ("2012", "2012 R2", "2016", "2019", "2022")
NO_GUESTS = ("2008 R2", "2012 R3", "2025")
WSFC = {"software": [{"product": "Windows Server Failover Clustering"}], "feature": "failover"}
AVAILABILITY_GROUP = {"software": [{"product": "WSFC"}], "feature": "availability_group"}
DAG = {"software": [{"product": "WSFC"}], "feature": "dag"}
CLUSTERPRO = {"software": [{"product": "CLUSTERPRO X", "version": "3.3"}], "feature": "failover"}
GRID = {"software": [{"product": "Oracle Grid Infrastructure"}], "feature": "rac"}
BOTH = {
    "software": [{"product": "Oracle Grid Infrastructure"}, {"product": "CLUSTERPRO X", "version": "3.3"}],
    "feature": "rac",
}


def on_windows(catalog: Catalog, rule: str, guest: str, workload: dict[str, Any] | None, cluster: Any = "none") -> str:
    """The outcome of a rule for a Windows VM whose RDM holds a workload."""
    loaded = catalog.rules[rule]
    workloads = [] if workload is None else [{**workload, "location": "rdm", "disk": "Hard disk 2"}]
    vm = {"name": "db01", "guest": {"os": {"version": guest}}, "workloads": workloads}
    tree = overlay(base_of(catalog, loaded), {"vms": [vm]})
    next(vm for vm in tree["vms"] if vm["name"] == "db01")["cluster"] = cluster
    subject = "Hard disk 2" if loaded.rule.subject == "disk" or workload is None else workload["product"]
    return judge(loaded, tree, f"db01/{subject}").outcome


def in_table(catalog: Catalog, rule: str, *values: str) -> str:
    """What the rule's table says of the values of its keys."""
    loaded = catalog.rules[rule]
    assert loaded.table is not None and loaded.rule.column is not None
    return NAMES[_MARKS[loaded.table.cell(values, loaded.rule.column).mark]]


# --- file systems ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("guest", GUESTS)
@pytest.mark.parametrize("cluster", [WSFC, CLUSTERPRO, "none"])
def test_file_systems(guest: str, cluster: Any, catalog: Catalog) -> None:
    assert on_windows(catalog, "rdm-windows-file-system", guest, None, cluster) == PASS
    assert on_windows(catalog, "rdm-windows-file-system", guest, {"product": "File system"}, cluster) == PASS


@pytest.mark.parametrize("guest", [*NO_GUESTS, "2008", "2003"])
def test_file_systems_of_unlisted_guests(guest: str, catalog: Catalog) -> None:
    assert on_windows(catalog, "rdm-windows-file-system", guest, None) == FAIL


@pytest.mark.parametrize("cluster", [GRID, BOTH, {"software": [{"product": "Veritas InfoScale"}]}, {"software": [*WSFC["software"], *CLUSTERPRO["software"]]}])  # fmt: skip
def test_file_systems_in_unlisted_clusters(cluster: Any, catalog: Catalog) -> None:
    assert on_windows(catalog, "rdm-windows-file-system", "2019", None, cluster) == FAIL


# --- SQL Server: 100 cells, each with three clusters -----------------------------------------------------------------

SQL_2012 = [("2012", edition, pack) for edition in ("Standard", "Business Intelligence", "Enterprise") for pack in ("none", "SP1", "SP2", "SP3", "SP4")]  # fmt: skip
SQL_2014 = [("2014", edition, pack) for edition in ("Standard", "Business Intelligence", "Enterprise") for pack in ("none", "SP1", "SP2", "SP3")]  # fmt: skip
SQL_2016 = [("2016", edition, pack) for edition in ("Standard", "Enterprise") for pack in ("none", "SP1", "SP2", "SP3")]
SQL_2017 = [("2017", edition, "none") for edition in ("Standard", "Enterprise")]
SQL_2019 = [("2019", edition, "none") for edition in ("Standard", "Enterprise")]
SQL_SERVER = {
    "2012": [*SQL_2012, *SQL_2014, *SQL_2016, *SQL_2017],
    "2012 R2": [*SQL_2012, *SQL_2014, *SQL_2016, *SQL_2017],
    "2016": [*SQL_2016, *SQL_2017],
    "2019": [*SQL_2016, *SQL_2017, *SQL_2019],
    "2022": [*SQL_2017, *SQL_2019],
}
SQL_CELLS = [(guest, *cell) for guest, cells in SQL_SERVER.items() for cell in cells]


def test_there_are_a_hundred_cells() -> None:
    assert len(SQL_CELLS) == 100


@pytest.mark.parametrize(("guest", "version", "edition", "service_pack"), SQL_CELLS)
def test_sql_server(guest: str, version: str, edition: str, service_pack: str, catalog: Catalog) -> None:
    workload = {"product": "SQL Server", "version": version, "edition": edition, "service_pack": service_pack}
    for cluster in ("none", WSFC, AVAILABILITY_GROUP, CLUSTERPRO):
        assert on_windows(catalog, "rdm-windows-sql-server", guest, workload, cluster) == PASS


def test_sql_server_and_all_its_neighbours(catalog: Catalog) -> None:
    versions = ("2008", "2008 R2", "2012", "2014", "2016", "2017", "2019", "2022", "2012 R2")
    editions = ("Standard", "Business Intelligence", "Enterprise", "Express", "Web", "Developer")
    packs, clusters = ("none", "SP1", "SP2", "SP3", "SP4", "SP5"), ("wsfc", "clusterpro", "none", "grid", "other", "restart")
    for guest, cluster, version, edition, pack in product((*GUESTS, *NO_GUESTS), clusters, versions, editions, packs):
        listed = (version, edition, pack) in SQL_SERVER.get(guest, []) and cluster in ("wsfc", "clusterpro", "none")
        cell = in_table(catalog, "rdm-windows-sql-server", "windows_server", guest, cluster, version, edition, pack)
        assert cell == (PASS if listed else FAIL), (guest, cluster, version, edition, pack)
    assert in_table(catalog, "rdm-windows-sql-server", "windows", "10", "none", "2019", "Standard", "none") == FAIL


@pytest.mark.parametrize(
    ("text", "level"),
    [("RTM", "none"), ("none", "none"), ("SP無し", "none"), ("CU8", "none"), ("RTM CU8", "none"), ("SP2 CU15", "SP2"), ("sp2", "SP2"),
     ("Service Pack 2", "SP2"), ("SP2+CU1", "SP2"), ("SP5", None), ("?", None)],
)  # fmt: skip
def test_spellings_of_service_packs(text: str, level: str | None, catalog: Catalog) -> None:
    workload = {"product": "SQL Server", "version": "2016", "edition": "STANDARD EDITION", "service_pack": text}
    assert on_windows(catalog, "rdm-windows-sql-server", "2016", workload) == (FAIL if level is None else PASS)
    workload = {"product": "Microsoft SQL Server", "version": "2017", "edition": "Enterprise", "service_pack": text}
    assert on_windows(catalog, "rdm-windows-sql-server", "2016", workload) == (PASS if level == "none" else FAIL)


# --- Exchange --------------------------------------------------------------------------------------------------------

EXCHANGE = {
    "2012": [("2010", "SP3"), ("2013", "none"), ("2016", "none")],
    "2012 R2": [("2013", "none"), ("2016", "none")],
    "2016": [("2016", "none")],
    "2019": [("2019", "none")],
}
ANY_EXCHANGE = {cell for cells in EXCHANGE.values() for cell in cells}
"""The cell of Windows Server 2022 is blank: what any other row lists is to be asked."""


@pytest.mark.parametrize("edition", ["Standard", "Enterprise Edition"])
@pytest.mark.parametrize("guest", GUESTS)
def test_exchange(guest: str, edition: str, catalog: Catalog) -> None:
    for version, pack in ANY_EXCHANGE if guest == "2022" else EXCHANGE[guest]:
        workload = {"product": "Exchange Server", "version": version, "edition": edition, "service_pack": pack}
        found = {
            name: on_windows(catalog, "rdm-windows-exchange", guest, workload, cluster)
            for name, cluster in (("none", "none"), ("dag", DAG), ("wsfc", WSFC), ("clusterpro", CLUSTERPRO))
        }
        good = INQUIRE if guest == "2022" else PASS
        assert found == {"none": good, "dag": good, "wsfc": FAIL, "clusterpro": FAIL}


def test_exchange_and_all_its_neighbours(catalog: Catalog) -> None:
    versions, packs = ("2007", "2010", "2013", "2016", "2019", "2025"), ("none", "SP1", "SP2", "SP3", "SP4")
    editions, clusters = ("Standard", "Enterprise", "Hybrid"), ("dag", "none", "wsfc", "clusterpro", "grid", "other")
    for guest, cluster, version, edition, pack in product((*GUESTS, *NO_GUESTS), clusters, versions, editions, packs):
        good = edition != "Hybrid" and cluster in ("dag", "none")
        expected = FAIL
        if good and (version, pack) in EXCHANGE.get(guest, []):
            expected = PASS
        elif good and guest == "2022" and (version, pack) in ANY_EXCHANGE:
            expected = INQUIRE
        cell = in_table(catalog, "rdm-windows-exchange", "windows_server", guest, cluster, version, edition, pack)
        assert cell == expected, (guest, cluster, version, edition, pack)


# --- Oracle ----------------------------------------------------------------------------------------------------------

R11_2 = [("11g Release 2", "Standard"), ("11g Release 2", "Enterprise")]
R12_1 = [("12c Release 1", "Standard"), ("12c Release 1", "Enterprise")]
R12_2 = [("12c Release 2", "Standard Edition 2"), ("12c Release 2", "Enterprise")]
R18 = [("18c", "Standard Edition 2"), ("18c", "Enterprise")]
R19 = [("19c", "Standard Edition 2"), ("19c", "Enterprise")]
ORACLE = {
    "2012": [*R11_2, *R12_1, *R12_2, *R18],
    "2012 R2": [*R11_2, *R12_1, *R12_2, *R18, *R19],
    "2016": [*R12_2, *R18, *R19],
    "2019": R19,
}
"""Of single instances and of RAC alike."""
BLANK = {cell for cells in ORACLE.values() for cell in cells} | {("12c Release 1", "Standard Edition 2")}
NOT_PRINTED = ("12c Release 1", "Standard Edition 2")
"""Real, but not printed: to be asked wherever 12c R1 is listed."""
RELEASES = ("10g", "11g Release 1", "11g Release 2", "12c Release 1", "12c Release 2", "18c", "19c", "21c", "23ai")
EDITIONS = ("Standard", "Standard Edition 2", "Enterprise", "Standard Edition One", "Personal", "Express")
NUMBERS = {
    "11g Release 2": "11.2.0.4",
    "12c Release 1": "12.1.0.2",
    "12c Release 2": "12.2.0.1",
    "18c": "18.3.0.0",
    "19c": "19.3",
}


def oracle_mark(guest: str, release: str, edition: str) -> str:
    if (release, edition) in ORACLE.get(guest, []):
        return PASS
    if guest == "2022" and (release, edition) in BLANK:
        return INQUIRE
    return INQUIRE if guest in ("2012", "2012 R2") and (release, edition) == NOT_PRINTED else FAIL


@pytest.mark.parametrize("guest", GUESTS)
@pytest.mark.parametrize(("release", "edition"), sorted(BLANK))
def test_oracle(guest: str, release: str, edition: str, catalog: Catalog) -> None:
    expected = oracle_mark(guest, release, edition)
    for version in (release, release.replace(" Release ", " R"), NUMBERS[release]):
        single = {"product": "Oracle Database", "version": version, "edition": edition}
        for cluster, mark in (("none", expected), (CLUSTERPRO, expected), (WSFC, FAIL)):
            assert on_windows(catalog, "rdm-windows-oracle", guest, single, cluster) == mark
        rac = {"product": "Oracle Real Application Clusters", "version": version, "edition": edition}
        beside = release in ("11g Release 2", "12c Release 1") and edition == "Enterprise" and guest in ("2012", "2012 R2")
        for cluster, mark in (
            (GRID, expected),
            (BOTH, PASS if beside else FAIL),
            (CLUSTERPRO, FAIL),
            (WSFC, FAIL),
            ("none", FAIL),
        ):
            assert on_windows(catalog, "rdm-windows-oracle-rac", guest, rac, cluster) == mark


def test_oracle_and_all_its_neighbours(catalog: Catalog) -> None:
    clusters = ("clusterpro", "none", "wsfc", "grid", "grid+clusterpro", "other")
    for guest, cluster, release, edition in product((*GUESTS, *NO_GUESTS), clusters, RELEASES, EDITIONS):
        mark = oracle_mark(guest, release, edition)
        single = in_table(catalog, "rdm-windows-oracle", "windows_server", guest, cluster, release, edition)
        assert single == (mark if cluster in ("clusterpro", "none") else FAIL), (guest, cluster, release, edition)
        rac = in_table(catalog, "rdm-windows-oracle-rac", "windows_server", guest, cluster, release, edition)
        both = cluster == "grid+clusterpro" and edition == "Enterprise" and release in ("11g Release 2", "12c Release 1")
        both = both and guest in ("2012", "2012 R2")
        assert rac == (mark if cluster == "grid" else PASS if both else FAIL), (guest, cluster, release, edition)


@pytest.mark.parametrize("guest", GUESTS)
def test_oracle_restart_is_not_described(guest: str, catalog: Catalog) -> None:
    restart = {"software": [{"product": "Oracle Restart"}], "feature": "failover"}
    workload = {"product": "Oracle Database", "version": "19c", "edition": "Enterprise"}
    assert on_windows(catalog, "rdm-windows-oracle", guest, workload, restart) == UNKNOWN


@pytest.mark.parametrize("version", ["11g", "12c", "12", "eleven"])
def test_oracle_release_that_was_not_stated(version: str, catalog: Catalog) -> None:
    workload = {"product": "Oracle Database", "version": version, "edition": "Enterprise"}
    assert on_windows(catalog, "rdm-windows-oracle", "2012 R2", workload) == UNKNOWN


# --- cluster software, Linux, formats, editions ------------------------------------------------------------------------

CLUSTERPRO_X = {**dict.fromkeys(("3.1", "3.2", "3.3", "4.0", "4.1", "4.2", "4.3", "5.0", "4.3.2-1", "X 5.0"), PASS),
                **dict.fromkeys(("2.1", "3.0", "3.4", "4.4", "5.1", "5.2", "6.0", "3.10", "2", "6"), FAIL),
                **dict.fromkeys(("3", "4", "5", None), UNKNOWN)}  # fmt: skip


@pytest.mark.parametrize(("version", "expected"), CLUSTERPRO_X.items())
def test_clusterpro_x(version: str | None, expected: str, catalog: Catalog) -> None:
    loaded = catalog.rules["rdm-clusterpro-version"]
    cluster = {"software": [{"product": "CLUSTERPRO X", "version": version}], "feature": "failover"}
    tree = overlay(base_of(catalog, loaded), {"vms": [{"name": "db01"}]})
    next(vm for vm in tree["vms"] if vm["name"] == "db01")["cluster"] = cluster
    assert judge(loaded, tree, "db01").outcome == expected


LINUX = {
    **{("rhel", version): PASS for version in ("6", "6.0", "6.10", "7", "7.0", "7.9", "8", "8.0", "8.6", "8.10")},
    **{("rhel", version): FAIL for version in ("5", "5.11", "9", "9.0", "10.0")},
    **{(family, "8.6"): FAIL for family in ("centos", "centos_stream", "rocky", "alma", "oracle_linux", "sles", "ubuntu", "debian", "photon", "other")},
    ("rhel", None): UNKNOWN,
    (None, "8.6"): UNKNOWN,
}  # fmt: skip


@pytest.mark.parametrize(("family", "version"), LINUX)
def test_linux(family: str | None, version: str | None, catalog: Catalog) -> None:
    for rule, subject, workload in (
        ("rdm-linux-file-system", "lnx01/Hard disk 2", "File system"),
        ("rdm-linux-oracle", "lnx01/Oracle Database", "Oracle Database"),
    ):
        loaded = catalog.rules[rule]
        vm = {"name": "lnx01", "guest": {"os": {"family": family, "version": version}}}
        tree = overlay(base_of(catalog, loaded), {"vms": [{**vm, "workloads": [{"product": workload, "location": "rdm", "disk": "Hard disk 2"}]}]})  # fmt: skip
        assert judge(loaded, tree, subject).outcome == LINUX[family, version]


FORMATS = {("windows_server", "MBR"): "WN", ("windows_server", "GPT"): "WG", ("rhel", "MBR"): "LX", ("rhel", "GPT"): "LX"}
PRINTED = {"WN": "Windows MBR(WN)", "WG": "Windows GPT(WG)", "LX": "Linux(LX)", "A2": "A2"}


@pytest.mark.parametrize(("family", "style"), FORMATS)
@pytest.mark.parametrize("form", PRINTED)
def test_formats(family: str, style: str, form: str, catalog: Catalog) -> None:
    loaded = catalog.rules["rdm-ld-format-by-guest"]
    for text in (form, PRINTED[form]):
        changes = {
            "arrays": [{"name": "M320-01", "logical_disks": [{"ldn": "0700h", "format": text}]}],
            "vms": [{"name": "db01", "guest": {"os": {"family": family}}, "disks": [{"label": "Hard disk 2", "rdm": {"partition_style": style}}]}],
        }  # fmt: skip
        found = judge(loaded, overlay(base_of(catalog, loaded), changes), "db01/Hard disk 2").outcome
        assert found == (PASS if FORMATS[family, style] == form else FAIL)


LINEUP = {
    "VMware/Hyper-V/FileSystem": ("file_system",),
    "SQL": ("file_system", "sql"),
    "Exchange": ("file_system", "exchange"),
    "Oracle": ("file_system", "oracle"),
    "OracleRAC": ("file_system", "oracle", "rac"),
}
DATABASES = {
    "sql": ("repnavi-edition-for-sql", "SQL Server"),
    "exchange": ("repnavi-edition-for-exchange", "Exchange Server"),
    "oracle": ("repnavi-edition-for-oracle", "Oracle Database"),
    "rac": ("repnavi-edition-for-oracle-rac", "Oracle RAC"),
}


@pytest.mark.parametrize("edition", LINEUP)
@pytest.mark.parametrize("target", DATABASES)
def test_editions(edition: str, target: str, catalog: Catalog) -> None:
    rule, name = DATABASES[target]
    loaded = catalog.rules[rule]
    spellings = ({"product": f"RepNavi Suite for {edition}"}, {"product": "WebSAM RepNavi Suite", "edition": edition})
    for software in spellings:
        changes = {
            "vms": [{"name": "db01", "software": [software], "workloads": [{"product": name, "location": "rdm", "disk": "Hard disk 2"}]}],
            "jobs": [{"name": "j", "pattern": "rdm", "tool": "RepNavi Suite", "targets": {"vms": ["db01"]}}],
        }  # fmt: skip
        found = judge(loaded, overlay(base_of(catalog, loaded), changes), f"db01/{name}").outcome
        assert found == (PASS if target in LINEUP[edition] else FAIL)


@pytest.mark.parametrize("edition", LINEUP)
def test_every_edition_does_file_systems(edition: str, catalog: Catalog) -> None:
    loaded = catalog.rules["repnavi-edition-is-one-of-five"]
    changes = {
        "vms": [{"name": "db01", "software": [{"product": f"RepNavi Suite for {edition}"}], "workloads": []}],
        "jobs": [{"name": "j", "pattern": "rdm", "tool": "RepNavi Suite", "targets": {"vms": ["db01"]}}],
    }
    assert judge(loaded, overlay(base_of(catalog, loaded), changes), "db01").outcome == PASS
