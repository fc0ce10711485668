"""What identifies the entries of the inventory's lists: sources join by it, and answers find their objects again."""

from __future__ import annotations

IDENTITY: dict[str, tuple[str, ...]] = {
    "arrays": ("name",), "logical_disks": ("ldn",), "pairs": ("mv", "rv"), "snapshot_sets": ("bv",), "ld_sets": ("name",),
    "vcenters": ("name",), "clusters": ("vcenter", "name"), "hosts": ("name",), "devices": ("device",),
    "datastores": ("vcenter", "datacenter", "name"), "vms": ("vcenter", "datacenter", "name"), "controllers": ("id",),
    "disks": ("label",), "servers": ("name",), "jobs": ("name",), "runbooks": ("name",), "lun_map": ("device",),
    "precedence": ("fact",),
}  # fmt: skip
"""What makes two entries of a list the same object, the part that none can do without last."""

UUIDS = {"vms": ("uuid", "bios_uuid"), "datastores": ("uuid",)}
"""Facts that identify an object whatever it is called; where two entries state them and share none, they are two objects."""

TOLD_APART = {
    "workloads": ("product", "version", "edition", "disk", "location"), "software": ("product", "component", "version", "edition"),
    "licences": ("product", "version"), "passthrough_devices": ("id",), "snapshots": ("name",), "luns": ("ldn",),
}  # fmt: skip
"""Lists whose entries have no name, and by which of their facts one may be told from the others there, the first always."""

UNSEEN = "unseen"
"""Id of the last controller of a VM where an export shows only those that have a disk, as RVTools and Terraform do.

It stands for those that may be there besides, and nothing is known of it: what all controllers must satisfy stays unknown,
and what one that is seen violates is still found.
"""
