"""Guest operating systems, read from the texts that VMware prints.

Two kinds of text exist. A *full name* comes from the host's catalogue of guest ids (``Red Hat Enterprise Linux 8
(64-bit)``); one such name can stand for several releases, and then the version, or even the family, is left open.
*Detailed data* comes from VMware Tools inside the guest and names the very release.

Both functions return the fields of ``model.inventory.OperatingSystem`` that the text proves, and no others.
"""

from __future__ import annotations

import re

_NAMELESS = re.compile(r"^other\b|^unknown\b")
"""``Other 3.x Linux`` says that the catalogue lists no such system, not which system it is."""

_OTHER = re.compile(
    r"\b(?:"
    r"fedora|red hat linux|coreos|flatcar|opensuse|suse linux enterprise desktop|linux desktop|java desktop"
    r"|open enterprise server|netware|amazon linux|asianux|miracle ?linux|mandrake|mandriva|turbolinux|pardus|kylin"
    r"|prolinux|fusionos|scientific linux|arch linux|alpine linux|gentoo|slackware|kali|linux mint|openeuler|anolis|nixos"
    r"|solaris|sunos|freebsd|netbsd|openbsd|pfsense|truenas|mac ?os|darwin|os/2|openserver|unixware|ecomstation|ms-dos"
    r"|esxi?|vmkernel|crx pod"
    r")\b"
)
"""Systems that are known and that no family of the inventory stands for."""

_FAMILIES = tuple(
    (family, re.compile(pattern))
    for family, pattern in (
        ("windows_server", r"windows (?P<version>2000) (?:advanced |datacenter )?server"),
        ("windows_server", r"small business server"),
        ("windows_server", r"windows (?:web |storage )?server\b(?: (?P<version>\d{4}(?: r2)?)\b)?"),
        ("windows", r"windows (?P<version>2000) professional"),
        ("windows", r"windows (?P<version>11|10|8\.1|8|7|vista|xp|me|98|95|3\.1)(?P<any>\.x)?\b"),
        ("centos_stream", r"centos (?:linux )?stream\b\D*(?P<version>\d+)?"),
        ("centos", r"centos\b\D*(?P<version>\d+(?:\.\d+)*)?"),
        ("rhel", r"red hat enterprise linux\b\D*(?P<version>\d+(?:\.\d+)*)?"),
        ("oracle_linux", r"oracle (?:enterprise )?linux\b\D*(?P<version>\d+(?:\.\d+)*)?"),
        ("rocky", r"rocky linux\b\D*(?P<version>\d+(?:\.\d+)*)?"),
        ("alma", r"alma ?linux\b\D*(?P<version>\d+(?:\.\d+)*)?"),
        ("sles", r"suse linux enterprise\b\D*(?P<version>\d+(?:\.\d+)*)?"),
        ("ubuntu", r"ubuntu\b\D*(?P<version>\d+(?:\.\d+)*)?"),
        ("debian", r"debian\b\D*(?P<version>\d+(?:\.\d+)*)?"),
        ("photon", r"photon\b\D*(?P<version>\d+(?:\.\d+)*)?"),
    )
)
_WINDOWS = {"windows", "windows_server"}
_SPELLED = {"vista": "Vista", "xp": "XP", "me": "ME"}

_SHARED_NAMES = {("windows_server", "2012"), ("windows", "8")}
"""Catalogue names that stand for two releases: windows8Server64Guest prints 2012 for 2012 and 2012 R2."""

_OPEN_ENDED = re.compile(r"\bor (?:later|higher|newer)\b|\bpre-\d|\d+\s*/\s*\d+")
"""``2016 or later``, ``CentOS 4/5/6/7``: which of them is not said."""

_BITS = re.compile(r"[(,]?\s*\b(32|64)[ -]?bit\b\)?")
_BUILD = re.compile(r"\(build (\d+(?:\.\d+)?)\)")
_DETAIL = re.compile(r"(\w+)='([^']*)'")
_ARCH = {"32": "x86", "64": "x64"}

_LONGEST = 2000
"""No such text is longer; what is, was made to keep patterns busy."""


def from_full_name(text: str) -> dict[str, str]:
    """What a name of the guest catalogue proves, as in ``guestFullName`` and RVTools' ``OS according to …`` columns.

    The name itself is always kept. ``family: other`` means a system that is none of the others; without ``family`` the
    text does not say which system it is.
    """
    found, plain = _read(text)
    family, version = found.get("family"), found.get("version")
    if _OPEN_ENDED.search(plain) or (family, version) in _SHARED_NAMES:
        found.pop("version", None)
    if family == "centos" and " or " in plain:
        del found["family"]
    return found | {"name": text.strip()}


def from_detailed_data(text: str) -> dict[str, str]:
    """What ``guestDetailedData`` proves: ``bitness='64' distroName='CentOS Stream' distroVersion='8' prettyName=…``."""
    detail = {key: value.strip() for key, value in _DETAIL.findall(text[:_LONGEST]) if value.strip()}
    name = detail.get("prettyName") or detail.get("distroName")
    if name is None:
        return {}
    found, _ = _read(name)
    if "family" not in found:
        found |= _read(" ".join(filter(None, (detail.get("distroName"), detail.get("distroVersion")))))[0]
    if found.get("family") in _WINDOWS or detail.get("familyName", "").casefold() == "windows":
        found |= _build(detail, found)
    elif found.get("family", "other") != "other":
        _refine_version(found, detail)
    _settle_centos(found, " ".join(detail.values()))
    if detail.get("architecture", "X86").casefold() != "x86":
        found.pop("arch", None)
    elif detail.get("bitness") in _ARCH:
        found["arch"] = _ARCH[detail["bitness"]]
    return found | {"name": name}


def combine(exact: dict[str, str], full: dict[str, str]) -> dict[str, str]:
    """Detailed data and full name of one running system: the detailed data, and of the name what it does not contradict."""
    if not full:
        return exact
    if "family" not in exact:
        return full | {key: exact[key] for key in ("build",) if key in exact and full.get("family") in _WINDOWS}
    if exact["family"] == full.get("family"):
        return full | exact
    return {key: full[key] for key in ("arch",) if key in full} | exact


def contradict(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether two descriptions can't be of the same system: another family, or another major version of it."""
    families = {one.get("family"), other.get("family")} - {None}
    if len(families) > 1:
        return True
    majors = {description["version"].partition(".")[0] for description in (one, other) if "version" in description}
    return len(families) == 1 and len(majors) > 1


def of_guest(
    detailed: str | None, reported: str | None, configured: str | None
) -> tuple[dict[str, str], tuple[str, str] | None]:
    """The guest's system from detailed data and the names that Tools report and that is configured; and the names of the
    one that is configured and the one that runs, if they contradict each other.

    What Tools report is what runs. The configured name counts only where they never reported anything.
    """
    exact = from_detailed_data(detailed) if detailed else {}
    running = combine(exact, from_full_name(reported) if reported else {})
    if configured is None:
        return running, None
    meant = from_full_name(configured)
    if not running:
        return meant, None
    return running, (configured, running["name"]) if contradict(running, meant) else None


def _read(text: str) -> tuple[dict[str, str], str]:
    """Family, version, arch and build of a printed name, and the name in plain form."""
    plain = " ".join(re.sub(r"\(r\)|\(tm\)|[®™]", " ", text[:_LONGEST].casefold()).split())
    found: dict[str, str] = {}
    if bits := _BITS.search(plain):
        found["arch"] = _ARCH[bits[1]]
    if build := _BUILD.search(plain):
        found["build"] = build[1]
    plain = _BUILD.sub(" ", _BITS.sub(" ", plain)).strip()
    if _NAMELESS.search(plain):
        return found, plain
    if _OTHER.search(plain):
        return found | {"family": "other"}, plain
    for family, pattern in _FAMILIES:
        if match := pattern.search(plain):
            found["family"] = family
            version = match.groupdict().get("version")
            if version and not match.groupdict().get("any"):
                found["version"] = _normal_version(version)
            _settle_centos(found, plain)
            break
    if found.get("family") not in _WINDOWS:
        found.pop("build", None)
    return found, plain


def _settle_centos(found: dict[str, str], text: str) -> None:
    """VMware calls CentOS Stream ``CentOS`` too: release 8 was both, 9 and above only ever Stream."""
    version = found.get("version", "")
    if found.get("family") != "centos" or "centos linux" in text.casefold():
        return
    if int(version.partition(".")[0] or 0) >= 9:
        found["family"] = "centos_stream"
    elif version == "8":
        del found["family"]


def _normal_version(version: str) -> str:
    """``7.9.2009`` is CentOS 7.9 and ``22.04.3`` Ubuntu 22.04: what follows the minor release is its date or respin."""
    if version in _SPELLED:
        return _SPELLED[version]
    return ".".join(version.upper().split(".")[:2])


def _refine_version(found: dict[str, str], detail: dict[str, str]) -> None:
    """The most exact of the versions that are printed, provided that none of them contradicts it."""
    printed = [found["version"]] if "version" in found else []
    for key in ("distroVersion", "distroAddlVersion"):
        if match := re.match(r"\d+(?:\.\d+)*", detail.get(key, "")):
            printed.append(_normal_version(match[0]))
    if not printed:
        return
    best = max(printed, key=len)
    if all(best == version or best.startswith(version + ".") for version in printed):
        found["version"] = best
    else:
        found.pop("version", None)


def _build(detail: dict[str, str], found: dict[str, str]) -> dict[str, str]:
    """The Windows build, with its revision where some field has it: ``17763.5458``."""
    number = detail.get("buildNumber", "")
    printed = [found.get("build", ""), number]
    for key in ("kernelVersion", "distroVersion"):
        printed.append(re.sub(r"^(?:10\.0|6\.\d)\.(?=\d{4})", "", detail.get(key, "")))
    builds = [text for text in printed if re.fullmatch(r"\d{4,6}(?:\.\d+)?", text)]
    if number:
        builds = [text for text in builds if text.partition(".")[0] == number]
    return {"build": max(builds, key=len)} if builds else {}
