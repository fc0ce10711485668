"""An estate as the files of its hosts: a .vmx with its .vmsd and descriptors for each VM, and a folder of listings for each host.

    python -m benchmarks.host_files --vms 10000 -o folder [--measure]

What such files can't say is left out. ``--measure`` prints how long tenken takes to read them, and the whole check.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.estate import Tree
from benchmarks.generate import generate

SCSI = {"pvscsi": "pvscsi", "lsilogic": "lsilogic", "lsilogic_sas": "lsisas1068", "buslogic": "buslogic"}
CREATE_TYPES = {"physical": "vmfsPassthroughRawDeviceMap", "virtual": "vmfsRawDeviceMap", None: "vmfs"}
PASSTHROUGH = {
    "directpath_io": {}, "dynamic_directpath_io": {"allowedDevices": "4318:7864"}, "vgpu": {"virtualDev": "vmiop"},
    "sriov": {"systemId": "BYPASS"},
}  # fmt: skip
PADDING = "\n".join(f'pciBridge{number}.present = "TRUE"\nhostCPUID.{number} = "{number:032x}"' for number in range(30))
"""Settings that a real file has and that tell tenken nothing."""


def write(tree: Tree, folder: Path) -> None:
    """Writes ``vmfs/volumes/DATASTORE/VM/…`` and ``hosts/HOST/…`` below a folder."""
    for vm in tree["vms"]:
        place = folder / "vmfs" / "volumes" / Path(vm["vmx"][1:].replace("] ", "/", 1))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(vmx(vm), encoding="utf-8")
        if vm.get("snapshots") is not None:
            place.with_suffix(".vmsd").write_text(vmsd(vm["snapshots"]), encoding="utf-8")
        for disk in vm.get("disks") or ():
            volume, _, file = disk["path"][1:].partition("] ")
            path = folder / "vmfs" / "volumes" / volume / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(descriptor(disk), encoding="utf-8")
    for host in tree["hosts"]:
        place = folder / "hosts" / host["name"]
        place.mkdir(parents=True, exist_ok=True)
        (place / "devices.txt").write_text(devices(host), encoding="utf-8")
        mounted = [entry for entry in tree["datastores"] if host["name"] in entry["hosts"] and entry["type"] == "VMFS"]
        (place / "extents.txt").write_text(extents(mounted), encoding="utf-8")


def vmx(vm: dict[str, Any]) -> str:
    """The settings of a VM, in the order in which ESXi writes them: controllers, disks, the rest."""
    settings = {".encoding": "UTF-8", "config.version": "8", "virtualHW.version": "19", "displayName": vm["name"]}
    if vm.get("uuid"):
        digits = vm["uuid"].replace("-", "")
        pairs = [digits[place : place + 2] for place in range(0, 32, 2)]
        settings["vc.uuid"] = " ".join(pairs[:8]) + "-" + " ".join(pairs[8:])
    for controller in vm.get("controllers") or ():
        settings[f"{controller['id']}.present"] = "TRUE"
        if controller.get("type") in SCSI:
            settings[f"{controller['id']}.virtualDev"] = SCSI[controller["type"]]
        if controller.get("bus_sharing"):
            settings[f"{controller['id']}.sharedBus"] = controller["bus_sharing"]
    units: dict[str, int] = {}
    for disk in vm.get("disks") or ():
        unit = units[disk["controller"]] = units.get(disk["controller"], -1) + 1
        settings |= _disk(disk, f"{disk['controller']}:{unit}", vm)
    for number, device in enumerate(vm.get("passthrough_devices") or ()):
        settings[f"pciPassthru{number}.present"] = "TRUE"
        for key, value in PASSTHROUGH[device["type"]].items():
            settings[f"pciPassthru{number}.{key}"] = value
    if vm.get("encrypted"):
        settings["encryption.keySafe"] = "vmware:key/list/(pair/(fqid/…))"
    if vm.get("vtpm"):
        settings["vtpm.present"] = "TRUE"
    return "".join(f'{key} = "{value}"\n' for key, value in settings.items()) + PADDING + "\n"


def _disk(disk: dict[str, Any], unit: str, vm: dict[str, Any]) -> dict[str, str]:
    volume, _, file = disk["path"][1:].partition("] ")
    home, _, own = vm["vmx"][1:].partition("] ")
    beside = (volume, file.rpartition("/")[0]) == (home, own.rpartition("/")[0])
    settings = {
        f"{unit}.present": "TRUE",
        f"{unit}.deviceType": "scsi-hardDisk",
        f"{unit}.fileName": file.rpartition("/")[2] if beside else f"/vmfs/volumes/{volume}/{file}",
    }
    if (disk.get("mode") or "persistent") != "persistent":
        settings[f"{unit}.mode"] = disk["mode"].replace("_", "-")
    if disk.get("sharing") == "multi_writer":
        settings[f"{unit}.sharing"] = "multi-writer"
    return settings


def descriptor(disk: dict[str, Any]) -> str:
    kind = CREATE_TYPES[(disk.get("rdm") or {}).get("compatibility")]
    sectors = int(disk.get("capacity_gib", 40) * 2**21)
    return (
        f'# Disk DescriptorFile\nversion=1\nencoding="UTF-8"\nCID=fffffffe\nparentCID=ffffffff\ncreateType="{kind}"\n\n'
        f'# Extent description\nRW {sectors} VMFS "x-flat.vmdk"\n\n# The Disk Data Base\n#DDB\n\nddb.adapterType = "lsilogic"\n'
    )


def vmsd(snapshots: list[Any]) -> str:
    lines = [f'snapshot.numSnapshots = "{len(snapshots)}"']
    for number, snapshot in enumerate(snapshots):
        name = snapshot if isinstance(snapshot, str) else snapshot["name"]
        lines += [f'snapshot{number}.uid = "{number + 1}"', f'snapshot{number}.displayName = "{name}"']
    return '.encoding = "UTF-8"\n' + "\n".join(lines) + "\n"


def devices(host: dict[str, Any]) -> str:
    boot = host["boot"]
    text = f"[root@{host['name']}:~] esxcli storage core device list\n"
    for entry in host["devices"]:
        is_boot = entry["device"] == boot.get("device")
        text += (
            f"{entry['device']}\n   Display Name: {entry['vendor']} disk\n   Devfs Path: /vmfs/devices/disks/{entry['device']}\n"
            f"   Vendor: {entry['vendor']:<8}\n   Model: {entry.get('model', 'DISK ARRAY'):<16}\n"
            f"   Status: {'on' if entry['state'] == 'attached' else 'off'}\n"
            f"   Is Local: {str(is_boot and boot['kind'] == 'local').lower()}\n   Is SAS: false\n"
            f"   Is Boot Device: {str(is_boot).lower()}\n\n"
        )
    return text


def extents(datastores: list[dict[str, Any]]) -> str:
    lines = [
        "Volume Name  VMFS UUID  Extent Number  Device Name  Partition",
        "-----------  ---------  -------------  -----------  ---------",
    ]
    for entry in datastores:
        number = sum(entry["name"].encode())  # any number does that is the same on all hosts
        uuid = entry.get("uuid") or f"{hash_of(entry['name'])}-{number:08x}-0001-00e0ed438c52"
        lines += [f"{entry['name']}  {uuid}  {extent}  {device}  1" for extent, device in enumerate(entry["extents"])]
    return "\n".join(lines) + "\n"


def hash_of(name: str) -> str:
    value = 0
    for letter in name.encode():
        value = (value * 131 + letter) % 2**32
    return f"{value:08x}"


def measure(folder: Path) -> None:
    from tenken.sources.esxcli import source as esxcli
    from tenken.sources.vmx import source as vmx

    text = "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.vmx"))
    begin = time.perf_counter()
    for line in text.split("\n"):
        line.partition("=")
    floor = time.perf_counter() - begin
    for source in (vmx, esxcli):
        begin, busy = time.perf_counter(), time.process_time()
        (document,) = source.read(folder, str(folder))
        counts = ", ".join(f"{len(entries):,} {kind}" for kind, entries in document.tree.items())
        print(
            f"{source.NAME}: {counts} in {time.perf_counter() - begin:.2f} s, of the processor {time.process_time() - busy:.2f} s"
        )
    print(f"splitting the {text.count(chr(10)):,} lines of the .vmx files alone, already in memory: {floor:.2f} s")
    begin = time.perf_counter()
    command = [sys.executable, "-m", "tenken", "check", str(folder), "-f", "json", "-o", str(folder) + ".json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begin
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr[-500:])
    verdicts = json.loads(Path(str(folder) + ".json").read_text(encoding="utf-8"))["verdicts"]
    print(f"tenken check, whole process: {seconds:.2f} s, {len(verdicts):,} verdicts")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.host_files", description=__doc__.splitlines()[0])
    parser.add_argument("--vms", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--measure", action="store_true", help="print how long tenken takes")
    given = parser.parse_args()
    write(generate(given.vms, given.seed)[0], given.output)
    if given.measure:
        measure(given.output)


if __name__ == "__main__":
    main()
