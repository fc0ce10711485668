"""Guest operating systems from the texts that VMware prints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenken.sources.vsphere.guest_os import combine, contradict, from_detailed_data, from_full_name

FULL_NAMES = [
    ("Microsoft Windows Server 2025 (64-bit)", "windows_server", "2025", "x64"),
    ("Microsoft Windows Server 2022 (64-bit)", "windows_server", "2022", "x64"),
    ("Microsoft Windows Server 2019 (64-bit)", "windows_server", "2019", "x64"),
    ("Microsoft Windows Server 2016 (64-bit)", "windows_server", "2016", "x64"),
    ("Microsoft Windows Server 2016 or later (64-bit)", "windows_server", None, "x64"),
    ("Microsoft Windows Server 2012 (64-bit)", "windows_server", None, "x64"),
    ("Microsoft Windows Server 2012 R2 (64-bit)", "windows_server", "2012 R2", "x64"),
    ("Microsoft Windows Server 2008 R2 (64-bit)", "windows_server", "2008 R2", "x64"),
    ("Microsoft Windows Server 2008 (32-bit)", "windows_server", "2008", "x86"),
    ("Microsoft Windows Server® 2008 (64-bit)", "windows_server", "2008", "x64"),
    ("Microsoft Windows Server 2003 Standard (64-bit)", "windows_server", "2003", "x64"),
    ("Microsoft Windows Server 2003 Web Edition (32-bit)", "windows_server", "2003", "x86"),
    ("Microsoft Small Business Server 2003", "windows_server", None, None),
    ("Microsoft Windows 2000 Server", "windows_server", "2000", None),
    ("Microsoft Windows 2000", None, None, None),
    ("Microsoft Windows 2000 Professional", "windows", "2000", None),
    ("Microsoft Windows (64-bit)", None, None, "x64"),
    ("Microsoft Windows 11 (64-bit)", "windows", "11", "x64"),
    ("Microsoft Windows 10 (32-bit)", "windows", "10", "x86"),
    ("Microsoft Windows 8 (64-bit)", "windows", None, "x64"),
    ("Microsoft Windows 8.x (64-bit)", "windows", None, "x64"),
    ("Microsoft Windows 7 (64-bit)", "windows", "7", "x64"),
    ("Microsoft Windows Vista (64-bit)", "windows", "Vista", "x64"),
    ("Microsoft Windows XP Professional (32-bit)", "windows", "XP", "x86"),
    ("Microsoft Windows 98", "windows", "98", None),
    ("Microsoft MS-DOS", "other", None, None),
    ("Red Hat Enterprise Linux 10 (64-bit)", "rhel", "10", "x64"),
    ("Red Hat Enterprise Linux 8 (64-bit)", "rhel", "8", "x64"),
    ("Red Hat Enterprise Linux 2.1", "rhel", "2.1", None),
    ("Red Hat Enterprise Linux Server release 6.10 (Santiago)", "rhel", "6.10", None),
    ("Red Hat Enterprise Linux CoreOS 4.12", "other", None, None),
    ("Red Hat Linux (32-bit)", "other", None, "x86"),
    ("Red Hat Fedora (64-bit)", "other", None, "x64"),
    ("CentOS 7 (64-bit)", "centos", "7", "x64"),
    ("CentOS 6 (32-bit)", "centos", "6", "x86"),
    ("CentOS 4/5/6/7 (64-bit)", "centos", None, "x64"),
    ("CentOS 4/5 (64-bit)", "centos", None, "x64"),
    ("CentOS 4/5 or later (64-bit)", None, None, "x64"),
    ("CentOS 8 (64-bit)", None, "8", "x64"),
    ("CentOS Linux 8", "centos", "8", None),
    ("CentOS 9 (64-bit)", "centos_stream", "9", "x64"),
    ("CentOS Stream 8", "centos_stream", "8", None),
    ("CentOS Linux release 7.9.2009 (Core)", "centos", "7.9", None),
    ("Oracle Linux 8 (64-bit)", "oracle_linux", "8", "x64"),
    ("Oracle Linux 4/5 or later (64-bit)", "oracle_linux", None, "x64"),
    ("Oracle Solaris 11 (64-bit)", "other", None, "x64"),
    ("Rocky Linux (64-bit)", "rocky", None, "x64"),
    ("AlmaLinux (64-bit)", "alma", None, "x64"),
    ("SUSE Linux Enterprise 15 (64-bit)", "sles", "15", "x64"),
    ("SUSE Linux Enterprise 8/9 (32-bit)", "sles", None, "x86"),
    ("SUSE Linux Enterprise Desktop 15 SP4", "other", None, None),
    ("SUSE openSUSE (64-bit)", "other", None, "x64"),
    ("Ubuntu Linux (64-bit)", "ubuntu", None, "x64"),
    ("Ubuntu 22.04.3 LTS", "ubuntu", "22.04", None),
    ("Debian GNU/Linux 12 (64-bit)", "debian", "12", "x64"),
    ("VMware Photon OS (64-bit)", "photon", None, "x64"),
    ("VMware Photon CRX (64-bit)", "photon", None, "x64"),
    ("VMware CRX Pod 1 (64-bit)", "other", None, "x64"),
    ("VMware ESXi 8.0 or later", "other", None, None),
    ("Amazon Linux 2 (64-bit)", "other", None, "x64"),
    ("MIRACLE LINUX 8 (64-bit)", "other", None, "x64"),
    ("FreeBSD 14 or later versions (64-bit)", "other", None, "x64"),
    ("Apple macOS 14 (64-bit)", "other", None, "x64"),
    ("Apple Mac OS X 10.5 (32-bit)", "other", None, "x86"),
    ("IBM OS/2", "other", None, None),
    ("Other (64-bit)", None, None, "x64"),
    ("Other Linux (32-bit)", None, None, "x86"),
    ("Other 3.x or later Linux (64-bit)", None, None, "x64"),
    ("Unknown Linux", None, None, None),
    ("Something new 7", None, None, None),
]


@pytest.mark.parametrize(("text", "family", "version", "arch"), FULL_NAMES)
def test_a_full_name_proves_no_more_than_it_says(text: str, family: str | None, version: str | None, arch: str | None) -> None:
    expected = {"family": family, "version": version, "arch": arch, "name": text}
    assert from_full_name(text) == {key: value for key, value in expected.items() if value}


DETAILED = [
    (
        "architecture='X86' bitness='64' buildNumber='17763' distroName='Windows' distroVersion='10.0' familyName='Windows' "
        "kernelVersion='17763.5458' prettyName='Windows Server 2019, 64-bit (Build 17763.5458)'",
        {"family": "windows_server", "version": "2019", "arch": "x64", "build": "17763.5458"},
    ),
    (
        "buildNumber='17763' distroName='Windows Server 2019' distroVersion='10.0.17763.5458' familyName='Windows'",
        {"family": "windows_server", "version": "2019", "build": "17763.5458"},
    ),
    (
        "familyName='Windows' buildNumber='17763' kernelVersion='14393.1' prettyName='Windows Server 2019, 64-bit (Build 17763)'",
        {"family": "windows_server", "version": "2019", "arch": "x64", "build": "17763"},
    ),
    (
        "prettyName='Windows Server 2012, 64-bit (Build 9200)'",
        {"family": "windows_server", "version": "2012", "build": "9200", "arch": "x64"},
    ),
    (
        "prettyName='Windows Server 2012 R2 Standard, 64-bit (Build 9600.20778)'",
        {"family": "windows_server", "version": "2012 R2", "build": "9600.20778", "arch": "x64"},
    ),
    (
        "prettyName='Windows 8.1 Pro, 64-bit (Build 9600)'",
        {"family": "windows", "version": "8.1", "build": "9600", "arch": "x64"},
    ),
    ("bitness='64' distroName='Windows' familyName='Windows' buildNumber='20348'", {"arch": "x64", "build": "20348"}),
    (
        "architecture='X86' bitness='64' distroName='Red Hat Enterprise Linux' distroVersion='8.6' familyName='Linux' "
        "kernelVersion='4.18.0-372.9.1.el8.x86_64' prettyName='Red Hat Enterprise Linux 8.6 (Ootpa)'",
        {"family": "rhel", "version": "8.6", "arch": "x64"},
    ),
    (
        "bitness='32' distroName='CentOS Linux' distroVersion='7' distroAddlVersion='7 (Core)' "
        "prettyName='CentOS Linux release 7.9.2009 (Core)'",
        {"family": "centos", "version": "7.9", "arch": "x86"},
    ),
    ("distroName='CentOS Linux' distroVersion='7.9.2009'", {"family": "centos", "version": "7.9"}),
    ("distroName='CentOS Linux' distroVersion='8' prettyName='CentOS Linux 8'", {"family": "centos", "version": "8"}),
    ("distroName='CentOS Stream' distroVersion='8' prettyName='CentOS Stream 8'", {"family": "centos_stream", "version": "8"}),
    ("distroName='CentOS' distroVersion='8'", {"version": "8"}),
    ("distroName='Red Hat Enterprise Linux' distroVersion='9.2' prettyName='Red Hat Enterprise Linux 8.6'", {"family": "rhel"}),
    ("distroName='Rocky Linux' prettyName='A rebuild' distroVersion='9.3'", {"family": "rocky", "version": "9.3"}),
    ("architecture='Arm' bitness='64' prettyName='Ubuntu 22.04.1 LTS'", {"family": "ubuntu", "version": "22.04"}),
    ("bitness='64' distroName='VMkernel' familyName='VMkernel' kernelVersion='8.0.3'", {"family": "other", "arch": "x64"}),
    ("bitness='64' buildNumber='19H512' distroName='Mac OS X' distroVersion='10.15.7'", {"family": "other", "arch": "x64"}),
    ("bitness='64' distroVersion='8'", {}),
    ("no pairs at all", {}),
    ("", {}),
]


@pytest.mark.parametrize(("text", "expected"), DETAILED)
def test_detailed_data_names_the_release(text: str, expected: dict[str, str]) -> None:
    found = from_detailed_data(text)
    found.pop("name", None)
    assert found == expected


def test_detailed_data_keeps_the_name_as_printed() -> None:
    assert from_detailed_data("distroName='Ubuntu' prettyName='Ubuntu 22.04.3 LTS'")["name"] == "Ubuntu 22.04.3 LTS"


@pytest.mark.parametrize(
    ("exact", "full", "expected"),
    [
        ({}, {"family": "rhel", "name": "n"}, {"family": "rhel", "name": "n"}),
        ({"family": "rhel", "version": "8.6"}, {}, {"family": "rhel", "version": "8.6"}),
        (
            {"family": "rhel", "version": "8.6", "name": "exact"},
            {"family": "rhel", "version": "8", "arch": "x64", "name": "full"},
            {"family": "rhel", "version": "8.6", "arch": "x64", "name": "exact"},
        ),
        (
            {"family": "centos_stream", "name": "exact"},
            {"family": "centos", "version": "7", "arch": "x64", "name": "full"},
            {"family": "centos_stream", "arch": "x64", "name": "exact"},
        ),
        (
            {"build": "20348", "name": "Windows"},
            {"family": "windows_server", "version": "2022", "name": "full"},
            {"family": "windows_server", "version": "2022", "build": "20348", "name": "full"},
        ),
        ({"build": "1234", "name": "?"}, {"family": "rhel", "name": "full"}, {"family": "rhel", "name": "full"}),
    ],
)
def test_detailed_data_goes_before_the_full_name(exact: dict[str, str], full: dict[str, str], expected: dict[str, str]) -> None:
    assert combine(exact, full) == expected


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("Red Hat Enterprise Linux 8 (64-bit)", "Red Hat Enterprise Linux 8.6", False),
        ("Red Hat Enterprise Linux 8 (64-bit)", "Red Hat Enterprise Linux 9.2", True),
        ("Red Hat Enterprise Linux 8 (64-bit)", "CentOS 7 (64-bit)", True),
        ("Microsoft Windows Server 2016 or later (64-bit)", "Microsoft Windows Server 2019 (64-bit)", False),
        ("Other 3.x Linux (64-bit)", "CentOS 7 (64-bit)", False),
        ("Other (64-bit)", "Other (32-bit)", False),
        ("FreeBSD (64-bit)", "Microsoft Windows 10 (64-bit)", True),
    ],
)
def test_systems_contradict_by_family_or_major_version(one: str, other: str, answer: bool) -> None:
    assert contradict(from_full_name(one), from_full_name(other)) is answer
    assert contradict(from_full_name(other), from_full_name(one)) is answer


@given(st.text(max_size=300) | st.text(alphabet="centosubuRedHt 0123456789./'=()-bitWndwsrvLux", max_size=300))
def test_any_text_is_read(text: str) -> None:
    for found in (from_full_name(text), from_detailed_data(text), from_detailed_data(f"prettyName='{text}'")):
        assert found.keys() <= {"family", "version", "arch", "build", "name"}
        assert contradict(found, found) is False


@pytest.mark.parametrize("text", ["1" * 10**6, "a" * 10**6, "centos " * 10**5, "12/" * 10**5, "(" * 10**6, "x='" * 10**5])
def test_long_texts_take_no_time(text: str) -> None:
    from_full_name(text)
    from_detailed_data(text)
