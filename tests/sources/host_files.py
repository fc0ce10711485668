"""Writes files as ESXi hosts have them: .vmx, .vmsd, descriptors of disks, output of esxcli, vm-support bundles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

UUID = "50 3e 06 db f8 d5 45 8e-a2 fb f9 82 02 53 a7 be"
VOLUME = "5ce3ae6c-2f1dbf04-bb3b-00e0ed438c52"
NEC = "naa.60030130f09a0000000000000000001f"


def vmx(settings: Mapping[str, str | None] | None = None, name: str = "db01") -> str:
    """A .vmx of a usual virtual machine with one disk, changed by settings; None takes one away."""
    usual: dict[str, str | None] = {
        ".encoding": "UTF-8", "config.version": "8", "virtualHW.version": "19", "displayName": name, "vc.uuid": UUID,
        "guestOS": "windows2019srv-64", "scsi0.present": "TRUE", "scsi0.virtualDev": "pvscsi", "scsi0.sharedBus": "none",
        "scsi0:0.present": "TRUE", "scsi0:0.fileName": f"{name}.vmdk", "scsi0:0.deviceType": "scsi-hardDisk",
    }  # fmt: skip
    return "".join(f'{key} = "{value}"\n' for key, value in (usual | dict(settings or {})).items() if value is not None)


def descriptor(create_type: str = "vmfs", parent: str | None = None, sectors: int = 2**21, extra: str = "") -> str:
    hint = f'parentFileNameHint="{parent}"\n' if parent else ""
    cid = "aaaa1111" if parent is not None else "ffffffff"
    return (
        f'# Disk DescriptorFile\nversion=1\nencoding="UTF-8"\nCID=fffffffe\nparentCID={cid}\ncreateType="{create_type}"\n{hint}'
        f'\n# Extent description\nRW {sectors} VMFS "x-flat.vmdk"\n\n# The Disk Data Base\nddb.adapterType = "lsilogic"\n{extra}'
    )


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Writes files below a folder, by their paths in it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def device(name: str = NEC, changes: Mapping[str, str | None] | None = None, colon: str = "") -> str:
    """One record of ``esxcli storage core device list``; None takes a field away."""
    usual: dict[str, str | None] = {
        "Display Name": f"Disk ({name})", "Size": "1048576", "Device Type": "Direct-Access", "Multipath Plugin": "NMP",
        "Devfs Path": f"/vmfs/devices/disks/{name}", "Vendor": "NEC     ", "Model": "DISK ARRAY      ", "Revision": "1000",
        "Status": "on", "Is Local": "false", "Is Offline": "false", "Other UIDs": "vml.0200", "Is SAS": "false",
        "Is USB": "false", "Is Boot Device": "false", "No of outstanding IOs with competing worlds": "32",
    }  # fmt: skip
    merged = usual | dict(changes or {})
    return f"{name}{colon}\n" + "".join(f"   {key}: {value}\n" for key, value in merged.items() if value is not None) + "\n"


BOOT = device("mpx.vmhba0:C0:T0:L0", {"Vendor": "ATA     ", "Is Local": "true", "Is Boot Device": "true"})


def extents(*rows: tuple[str, str, int, str]) -> str:
    """``esxcli storage vmfs extent list``: name, UUID, number of the extent, device."""
    lines = [
        "Volume Name  VMFS UUID                            Extent Number  Device Name                           Partition",
        "-----------  -----------------------------------  -------------  ------------------------------------  ---------",
        *(f"{name:<11}  {uuid}  {number:>13}  {disk:<36}  {1:>9}" for name, uuid, number, disk in rows),
    ]
    return "\n".join(lines) + "\n"


def filesystems(*rows: tuple[str, str, str]) -> str:
    """``esxcli storage filesystem list``: name, UUID, type."""
    lines = [
        "Mount Point                                        Volume Name  UUID                                 Mounted  Type    Size  Free",
        "-------------------------------------------------  -----------  -----------------------------------  -------  ------  ----  ----",
        *(f"/vmfs/volumes/{uuid}  {name}  {uuid}     true  {kind}  1000  500" for name, uuid, kind in rows),
    ]
    return "\n".join(lines) + "\n"


def bundle(folder: Path, host: str = "esx01.example", files: Mapping[str, str | bytes] | None = None) -> Path:
    """An unpacked vm-support bundle of a host that has one datastore and runs one virtual machine."""
    process = f"db01\n   World ID: 2099\n   Process ID: 0\n   Config File: /vmfs/volumes/{VOLUME}/db01/db01.vmx\n\n"
    usual: dict[str, str | bytes] = {
        "commands/localcli_storage-core-device-list.txt": device(colon=":") + BOOT,
        "commands/localcli_storage-core-device-list---pe-only.txt": device("naa.6000", colon=":"),
        "commands/localcli_storage-vmfs-extent-list.txt": extents(("DS01", VOLUME, 0, NEC)),
        "commands/localcli_vm-process-list.txt": process,
        "commands/uname_-a.txt": f"VMkernel {host} 7.0.3 #1 SMP Release build-19482537 x86_64 x86_64 x86_64 ESXi\n",
        f"vmfs/volumes/{VOLUME}/db01/db01.vmx": vmx(),
        f"vmfs/volumes/{VOLUME}/db01/db01.vmdk": descriptor(),
        f"vmfs/volumes/{VOLUME}/db01/db01.vmsd": "",
    }
    return write(folder, usual | dict(files or {}))
