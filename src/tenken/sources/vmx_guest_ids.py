"""Guest ids as ``.vmx`` files write them (``windows2019srv-64``), read by way of the names that ``guest_os`` understands.

An id proves less than it seems to: it is what somebody chose from a list, and the list depends on the version of the host.
Before there is an id for a new release, people choose the one before it, so ``windows9srv-64`` is *2016 or later*.
"""

from __future__ import annotations

import re

from tenken.sources import guest_os

_NAMES = {
    "windows2022srvnext": "Windows Server 2025", "windows2019srvnext": "Windows Server 2022",
    "windows2019srv": "Windows Server 2019", "windows9srv": "Windows Server 2016 or later",
    "windows8srv": "Windows Server 2012", "windows7srv": "Windows Server 2008 R2", "longhorn": "Windows Server 2008",
    "winnetenterprise": "Windows Server 2003", "winnetdatacenter": "Windows Server 2003",
    "winnetstandard": "Windows Server 2003", "winnetweb": "Windows Server 2003", "winnetbusiness": "Small Business Server 2003",
    "win2000advserv": "Windows 2000 Advanced Server", "win2000serv": "Windows 2000 Server",
    "win2000pro": "Windows 2000 Professional", "windows11": "Windows 11",
    "windows9": "Windows 10 or later", "windows8": "Windows 8", "windows7": "Windows 7", "winvista": "Windows Vista",
    "winxppro": "Windows XP", "winxphome": "Windows XP", "rhel2": "Red Hat Enterprise Linux 2.1",
    "centos": "CentOS 4/5/6/7", "oraclelinux": "Oracle Linux 4/5/6/7", "sles": "SUSE Linux Enterprise 8/9",
    "rockylinux": "Rocky Linux", "almalinux": "AlmaLinux", "ubuntu": "Ubuntu Linux",
    "vmware-photon": "VMware Photon OS", "crxsys1": "VMware Photon CRX",
}  # fmt: skip
_NUMBERED = {
    "rhel": "Red Hat Enterprise Linux", "centos": "CentOS", "oraclelinux": "Oracle Linux", "sles": "SUSE Linux Enterprise",
    "debian": "Debian GNU/Linux",
}  # fmt: skip
_OTHER = re.compile(
    r"(?:redhat|fedora|opensuse|oes|nld|sjds|amazonlinux|asianux|miraclelinux|prolinux|kylinlinux|fusionos|pardus|coreos|flatcar"
    r"|mandrake|mandriva|turbolinux|freebsd|solaris|darwin|vmkernel|netware|openserver|unixware|ecomstation|os2|dos|crxpod)\d*"
)
"""Systems that are known and that no family of the inventory stands for."""


def from_vmx_id(identifier: str) -> dict[str, str]:
    """What a guest id proves, in the fields of ``OperatingSystem``. The id is kept as ``name``; an unknown one proves nothing."""
    stem = identifier.strip().lower()[:64]
    bits = "64-bit" if stem.endswith("-64") else "32-bit"
    stem = stem.removesuffix("-64")
    if _OTHER.fullmatch(stem):
        return {"family": "other", "name": identifier}
    word = stem.rstrip("0123456789")
    name = _NAMES.get(stem) or (f"{_NUMBERED[word]} {stem[len(word) :]}" if word in _NUMBERED and word != stem else None)
    if stem == "crxsys1":
        bits = "64-bit"
    found = guest_os.from_full_name(f"{name} ({bits})") if name else {}
    return found | {"name": identifier}
