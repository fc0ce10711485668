"""Words of the vSphere API, and what the inventory calls them. RVTools prints the same words, in any case; Terraform states them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

T = TypeVar("T")

POWER_STATES = {"poweredOn": "powered_on", "poweredOff": "powered_off", "suspended": "suspended"}
GUEST_STATES = {
    "running": "running",
    "standby": "sleeping",
    "notRunning": "shut_down",
    "shuttingDown": None,
    "resetting": None,
    "unknown": None,
}
FAULT_TOLERANCE = {"notConfigured": False} | dict.fromkeys(
    ("disabled", "enabled", "needSecondary", "starting", "running"), True
)
DISK_MODES = {
    mode: mode
    for mode in ("persistent", "nonpersistent", "undoable", "append", "independent_persistent", "independent_nonpersistent")
}
SHARING = {"sharingNone": "none", "sharingMultiWriter": "multi_writer"}
BUS_SHARING = {"noSharing": "none", "virtualSharing": "virtual", "physicalSharing": "physical"}
COMPATIBILITY = {"physicalMode": "physical", "virtualMode": "virtual"}
DATASTORE_TYPES = {
    "VMFS": "VMFS", "NFS": "NFS", "NFS41": "NFS41", "VVOL": "vVol", "vsan": "vSAN", "PMEM": "PMEM", "VFFS": "VFFS",
    "CIFS": "CIFS", "vsanD": "other", "OTHER": "other",
}  # fmt: skip
HEARTBEAT_POLICIES = {policy: policy for policy in ("userSelectedDs", "allFeasibleDs", "allFeasibleDsWithUserPreference")}


def caseless(words: Mapping[str, T]) -> dict[str, T]:
    """The same for words in lower case."""
    return {word.casefold(): meaning for word, meaning in words.items()}


def device_state(states: Iterable[str] | None) -> str | None:
    """``off`` is detached; ``ok`` may stand beside other states. Degraded and lost devices are neither for sure."""
    words = set(states or ())
    return "detached" if "off" in words else "attached" if "ok" in words else None
