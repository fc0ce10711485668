"""Guest ids as ``.vmx`` files write them (``windows2019srv-64``), read by way of the ids of the vSphere API."""

from __future__ import annotations

from tenken.sources.vsphere.guest_ids import from_guest_id

_API_STEMS = {
    "windows9srv": "windows9server", "windows8srv": "windows8server", "windows7srv": "windows7server",
    "longhorn": "winlonghorn", "vmware-photon": "vmwarephoton",
}  # fmt: skip
"""Stems that the API spells otherwise. All others differ in case at most."""


def from_vmx_id(identifier: str) -> dict[str, str]:
    """What a guest id proves, in the fields of ``OperatingSystem``. The id is kept as ``name``; an unknown one proves nothing."""
    text = identifier.strip().lower()[:64]
    stem = text.removesuffix("-64")
    found = from_guest_id(f"{_API_STEMS.get(stem, stem)}{'_64' if text.endswith('-64') else ''}guest")
    return found | {"name": identifier}
