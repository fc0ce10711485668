"""Guest ids of the vSphere API (``rhel8_64Guest``), read by way of the names that ``guest_os`` understands.

An id proves less than it seems to: it is what somebody chose from a list, and the list depends on the version of the host.
Before there is an id for a new release, people choose the one before it, so ``windows9Server64Guest`` is *2016 or later*.
"""

from __future__ import annotations

import re

from tenken.sources.vsphere import guest_os

_NAMES = {
    "windows2022srvnext": "Windows Server 2025",
    "windows2019srvnext": "Windows Server 2022",
    "windows2019srv": "Windows Server 2019",
    "windows9server": "Windows Server 2016 or later",
    "windows8server": "Windows Server 2012",
    "windows7server": "Windows Server 2008 R2",
    "winlonghorn": "Windows Server 2008",
    "winnetenterprise": "Windows Server 2003",
    "winnetdatacenter": "Windows Server 2003",
    "winnetstandard": "Windows Server 2003",
    "winnetweb": "Windows Server 2003",
    "winnetbusiness": "Small Business Server 2003",
    "win2000advserv": "Windows 2000 Advanced Server",
    "win2000serv": "Windows 2000 Server",
    "win2000pro": "Windows 2000 Professional",
    "windows11": "Windows 11",
    "windows9": "Windows 10 or later",
    "windows8": "Windows 8",
    "windows7": "Windows 7",
    "winvista": "Windows Vista",
    "winxppro": "Windows XP",
    "winxphome": "Windows XP",
    "rhel2": "Red Hat Enterprise Linux 2.1",
    "centos": "CentOS 4/5/6/7",
    "oraclelinux": "Oracle Linux 4/5/6/7",
    "sles": "SUSE Linux Enterprise 8/9",
    "rockylinux": "Rocky Linux",
    "almalinux": "AlmaLinux",
    "ubuntu": "Ubuntu Linux",
    "vmwarephoton": "VMware Photon OS",
    "crxsys1": "VMware Photon CRX (64-bit)",
}
_NUMBERED = {
    "rhel": "Red Hat Enterprise Linux",
    "centos": "CentOS",
    "oraclelinux": "Oracle Linux",
    "sles": "SUSE Linux Enterprise",
    "debian": "Debian GNU/Linux",
}
_OTHER = re.compile(
    r"(?:redhat|fedora|opensuse|oes|nld|sjds|amazonlinux|asianux|miraclelinux|prolinux|kylinlinux|fusionos|pardus|coreos|flatcar"
    r"|mandrake|mandriva|turbolinux|freebsd|solaris|darwin|vmkernel|netware|openserver|unixware|ecomstation|os2|dos|crxpod)\d*"
)
"""Systems that are known and that no family of the inventory stands for."""

_ID = re.compile(r"(?P<stem>\w+?)(?P<x64>_?64)?guest(?P<also_x64>64)?")
"""Case differs between the API and .vmx files, and means nothing."""


def from_guest_id(guest_id: str) -> dict[str, str]:
    """What a guest id proves of the guest's system, in the fields of ``OperatingSystem``. The id is kept as ``name``.

    Where an id stands for several releases the version is left out, for ``centos8_64Guest`` (CentOS Linux or Stream) even
    the family. An id that nobody knows yet proves nothing.
    """
    match = _ID.fullmatch(guest_id.lower()) if len(guest_id) <= 64 else None
    if match is None:
        return {"name": guest_id}
    stem, bits = match["stem"], "64-bit" if match["x64"] or match["also_x64"] else "32-bit"
    if _OTHER.fullmatch(stem):
        return {"family": "other", "name": guest_id}
    word, number = stem.rstrip("0123456789"), stem[len(stem.rstrip("0123456789")) :]
    name = _NAMES.get(stem) or (f"{_NUMBERED[word]} {number}" if word in _NUMBERED and number else None)
    found = guest_os.from_full_name(name if "-bit)" in name else f"{name} ({bits})") if name else {}
    return found | {"name": guest_id}
