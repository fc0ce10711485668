"""Guest ids prove what they prove, and no more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenken.sources.vsphere.guest_ids import from_guest_id


@pytest.mark.parametrize(
    ("guest_id", "family", "version", "arch"),
    [
        ("windows2022srvNext_64Guest", "windows_server", "2025", "x64"),
        ("windows2019srvNext_64Guest", "windows_server", "2022", "x64"),
        ("windows2019srv_64Guest", "windows_server", "2019", "x64"),
        ("windows9Server64Guest", "windows_server", None, "x64"),  # 2016 or later
        ("windows8Server64Guest", "windows_server", None, "x64"),  # 2012 and 2012 R2
        ("windows7Server64Guest", "windows_server", "2008 R2", "x64"),
        ("winLonghorn64Guest", "windows_server", "2008", "x64"),
        ("winLonghornGuest", "windows_server", "2008", "x86"),
        ("winNetEnterprise64Guest", "windows_server", "2003", "x64"),
        ("windows11_64Guest", "windows", "11", "x64"),
        ("windows9_64Guest", "windows", None, "x64"),  # 10 or later
        ("windows12_64Guest", None, None, None),  # a release to come
        ("rhel8_64Guest", "rhel", "8", "x64"),
        ("rhel10_64Guest", "rhel", "10", "x64"),
        ("rhel6Guest", "rhel", "6", "x86"),
        ("centos7_64Guest", "centos", "7", "x64"),
        ("centos8_64Guest", None, "8", "x64"),  # CentOS Linux or Stream
        ("centos9_64Guest", "centos_stream", "9", "x64"),
        ("centos64Guest", "centos", None, "x64"),  # 64 bits, not version 64
        ("oracleLinux64Guest", "oracle_linux", None, "x64"),
        ("oracleLinux9_64Guest", "oracle_linux", "9", "x64"),
        ("sles15_64Guest", "sles", "15", "x64"),
        ("sles64Guest", "sles", None, "x64"),
        ("ubuntu64Guest", "ubuntu", None, "x64"),
        ("rockylinux_64Guest", "rocky", None, "x64"),
        ("almalinux_64Guest", "alma", None, "x64"),
        ("debian12_64Guest", "debian", "12", "x64"),
        ("vmwarePhoton64Guest", "photon", None, "x64"),
        ("crxSys1Guest", "photon", None, "x64"),
        ("freebsd14_64Guest", "other", None, None),
        ("vmkernel8Guest", "other", None, None),
        ("asianux7_64Guest", "other", None, None),
        ("otherGuest64", None, None, None),
        ("other5xLinux64Guest", None, None, None),
        ("somethingNew_64Guest", None, None, None),
        ("", None, None, None),
    ],
)
def test_guest_ids(guest_id: str, family: str | None, version: str | None, arch: str | None) -> None:
    found = from_guest_id(guest_id)
    assert (found.get("family"), found.get("version"), found.get("arch")) == (family, version, arch)
    assert found["name"] == guest_id


@given(st.text(max_size=100) | st.from_regex(r"[a-zA-Z0-9_]{0,70}Guest(64)?", fullmatch=True))
def test_any_text_is_understood_or_kept(text: str) -> None:
    found = from_guest_id(text)
    assert found["name"] == text
    assert set(found) <= {"name", "family", "version", "arch"}
