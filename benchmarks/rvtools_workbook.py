"""An estate as RVTools 4.x exports it: the tabs that tenken reads with all their headers, and some that it skips.

What RVTools can't say is left out: encryption, virtual TPM, passthrough, heartbeat and boot devices, the array, jobs, and
all that only a guest knows. Facts that are null in the estate are empty cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.estate import Tree

Row = dict[str, Any]

_OF_VM = "Annotation|Datacenter|Cluster|Host|Folder|OS according to the configuration file|OS according to the VMware Tools"
_IDS = "VM ID|VM UUID|VI SDK Server|VI SDK UUID"
_HEAD = "VM|Powerstate|Template|SRM Placeholder"
HEADERS = {
    "vInfo": f"{_HEAD}|Config status|DNS Name|Connection state|Guest state|Heartbeat|Consolidation Needed|PowerOn|Suspended To "
    "Memory|Suspend time|Suspend Interval|Creation date|Change Version|CPUs|Overall Cpu Readiness|Memory|Active Memory|NICs|Disks"
    "|Total disk capacity MiB|Fixed Passthru HotPlug|min Required EVC Mode Key|Latency Sensitivity|Op Notification Timeout"
    "|EnableUUID|CBT|Primary IP Address|Network #1|Network #2|Network #3|Network #4|Network #5|Network #6|Network #7|Network #8"
    "|Num Monitors|Video Ram KiB|Resource pool|Folder ID|Folder|vApp|DAS protection|FT State|FT Role|FT Latency|FT Bandwidth"
    "|FT Sec. Latency|Vm Failover In Progress|Provisioned MiB|In Use MiB|Unshared MiB|HA Restart Priority|HA Isolation Response"
    "|HA VM Monitoring|Cluster rule(s)|Cluster rule name(s)|Boot Required|Boot delay|Boot retry delay|Boot retry enabled"
    "|Boot BIOS setup|Reboot PowerOff|EFI Secure boot|Firmware|HW version|HW upgrade status|HW upgrade policy|HW target|Path"
    "|Log directory|Snapshot directory|Suspend directory|Annotation|Datacenter|Cluster|Host"
    "|OS according to the configuration file|OS according to the VMware Tools|Customization Info|Guest Detailed Data|VM ID"
    "|SMBIOS UUID|VM UUID|VI SDK Server type|VI SDK API Version|VI SDK Server|VI SDK UUID",
    "vMemory": f"{_HEAD}|Size MiB|Memory Reservation Locked To Max|Overhead|Max|Consumed|Consumed Overhead|Private|Shared|Swapped"
    "|Ballooned|Active|Entitlement|DRS Entitlement|Level|Shares|Reservation|Limit|Hot Add"
    f"|{_OF_VM}|{_IDS}",
    "vDisk": f"{_HEAD}|Disk|Disk Key|Disk UUID|Disk Path|Capacity MiB|Raw|Disk Mode|Sharing mode|Thin|Eagerly Scrub|Split"
    "|Write Through|Level|Shares|Reservation|Limit|Controller|Label|SCSI Unit #|Unit #|Shared Bus|Path|Raw LUN ID"
    f"|Raw Comp. Mode|Internal Sort Column|{_OF_VM}|{_IDS}",
    "vNetwork": f"{_HEAD}|NIC label|Adapter|Network|Switch|Connected|Starts Connected|Mac Address|Type|IPv4 Address|IPv6 Address"
    f"|Direct Path IO|Internal Sort Column|{_OF_VM}|{_IDS}",
    "vSnapshot": f"VM|Powerstate|Name|Description|Date / time|Filename|Size MiB (vmsn)|Size MiB (total)|Quiesced|State|{_OF_VM}|{_IDS}",
    "vTools": f"{_HEAD}|VM Version|Tools|Tools Version|Required Version|Upgradeable|Upgrade Policy|Sync time|App status"
    f"|Heartbeat status|Kernel Crash state|Operation Ready|State change support|Interactive Guest|{_OF_VM}|VMRef|{_IDS}",
    "vSource": "Name|OS type|API type|API version|Version|Patch level|Build|Fullname|Product name|Product version|Product line"
    "|Vendor|VI SDK Server|VI SDK UUID",
    "vCluster": "Name|Config status|OverallStatus|NumHosts|numEffectiveHosts|TotalCpu|NumCpuCores|NumCpuThreads|Effective Cpu"
    "|TotalMemory|Effective Memory|Num VMotions|HA enabled|Failover Level|AdmissionControlEnabled|Host monitoring"
    "|HB Datastore Candidate Policy|Isolation Response|Restart Priority|Cluster Settings|Max Failures|Max Failure Window"
    "|Failure Interval|Min Up Time|VM Monitoring|DRS enabled|DRS default VM behavior|DRS vmotion rate|DPM enabled"
    "|DPM default behavior|DPM Host Power Action Rate|Object ID|VI SDK Server|VI SDK UUID",
    "vHost": "Host|Datacenter|Cluster|Config status|Compliance Check State|in Maintenance Mode|in Quarantine Mode|vSAN Fault "
    "Domain Name|CPU Model|Speed|HT Available|HT Active|# CPU|Cores per CPU|# Cores|CPU usage %|# Memory|Memory Tiering Type"
    "|Memory usage %|Console|# NICs|# HBAs|# VMs total|# VMs|VMs per Core|# vCPUs|vCPUs per Core|vRAM|VM Used memory"
    "|VM Memory Swapped|VM Memory Ballooned|VMotion support|Storage VMotion support|Current EVC|Max EVC|Assigned License(s)"
    "|ATS Heartbeat|ATS Locking|Current CPU power man. policy|Supported CPU power man.|Host Power Policy|ESX Version|Boot time"
    "|DNS Servers|DHCP|Domain|Domain List|DNS Search Order|NTP Server(s)|NTPD running|Time Zone|Time Zone Name|GMT Offset|Vendor"
    "|Model|Serial number|Service tag|OEM specific string|BIOS Vendor|BIOS Version|BIOS Date|Certificate Issuer|Certificate "
    "Start Date|Certificate Expiry Date|Certificate Status|Certificate Subject|Object ID|UUID|VI SDK Server|VI SDK UUID",
    "vDatastore": "Name|Config status|Address|Accessible|Type|# VMs total|# VMs|Capacity MiB|Provisioned MiB|In Use MiB|Free MiB"
    "|Free %|SIOC enabled|SIOC Threshold|# Hosts|Hosts|Cluster name|Cluster capacity MiB|Cluster free space MiB|Block size"
    "|Max Blocks|# Extents|Major Version|Version|VMFS Upgradeable|MHA|URL|Object ID|VI SDK Server|VI SDK UUID",
    "vMultiPath": "Host|Cluster|Datacenter|Datastore|Disk|Display name|Policy|Oper. State|Path 1|Path 1 state|Path 2|Path 2 state"
    "|Path 3|Path 3 state|Path 4|Path 4 state|Path 5|Path 5 state|Path 6|Path 6 state|Path 7|Path 7 state|Path 8|Path 8 state"
    "|vStorage|Queue depth|Vendor|Model|Revision|Level|Serial #|UUID|Object ID|VI SDK Server|VI SDK UUID",
    "vMetaData": "RVTools major version|RVTools version|xlsx creation datetime|Server",
}
"""The headers of RVTools 4.6, in order."""

_POWER = {"powered_on": "poweredOn", "powered_off": "poweredOff", "suspended": "suspended"}
_TOOLS = {"running": "toolsOk", "not_running": "toolsNotRunning", "not_installed": "toolsNotInstalled"}
_GUEST = {"running": "running", "sleeping": "standby", "shut_down": "notRunning"}
_CONTROLLERS = {
    "pvscsi": "VMware paravirtual SCSI",
    "lsilogic_sas": "LSI Logic SAS",
    "nvme": "NVME Controller",
}
_BUS = {"none": "noSharing", "virtual": "virtualSharing", "physical": "physicalSharing"}
_SHARING = {"none": "sharingNone", "multi_writer": "sharingMultiWriter"}
_RAW = {"physical": "physicalMode", "virtual": "virtualMode"}
_NAMES = {
    "windows_server": "Microsoft Windows Server {version} (64-bit)",
    "windows": "Microsoft Windows {version} (64-bit)",
    "rhel": "Red Hat Enterprise Linux {major} (64-bit)",
    "ubuntu": "Ubuntu Linux (64-bit)",
}
_MODEL = "4449534b2041"
"""The end of a LUN's UUID, after the digits of its NAA id."""


def write(tree: Tree, path: Path) -> None:
    """Write the workbook. Needs xlsxwriter."""
    import xlsxwriter

    source = _Export(tree)
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    for tab, header in HEADERS.items():
        columns = header.split("|")
        places = {name: place for place, name in enumerate(columns)}
        sheet = book.add_worksheet(tab)
        sheet.write_row(0, 0, columns)
        for number, row in enumerate(getattr(source, tab.lower())(), start=1):
            for name, value in row.items():
                if value is not None:
                    sheet.write(number, places[name], value)
    book.close()


def _text(value: bool) -> str:
    """RVTools writes booleans as text."""
    return str(value)


class _Export:
    """The rows of each tab, by the name of the tab in lower case."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.defaults = tree["defaults"]
        self.servers = {
            fact["name"]: {"VI SDK Server": fact["name"], "VI SDK UUID": f"9000-{place:04}"}
            for place, fact in enumerate(tree["vcenters"])
        }
        self.cluster_of = {host: cluster["name"] for cluster in tree["clusters"] for host in cluster["hosts"]}
        self.datastore_of = {
            (device, store["vcenter"]): store["name"] for store in tree["datastores"] for device in store.get("extents", ())
        }

    def _home(self, fact: Tree) -> Row:
        return {"Datacenter": fact["datacenter"], **self.servers[fact["vcenter"]]}

    # --- virtual machines ------------------------------------------------------------------------------------------

    def _vms(self) -> Iterator[tuple[int, Tree, Row]]:
        """Each VM, with the columns that all its tabs have."""
        for place, vm in enumerate(self.tree["vms"]):
            os = vm["guest"]["os"]
            version = os.get("version")
            name = _NAMES[os["family"]].format(version=version, major=(version or "").partition(".")[0]) if version else None
            yield (
                place,
                vm,
                {
                    "VM": vm["name"],
                    "Powerstate": _POWER.get(vm["power_state"]),
                    "Annotation": "",
                    **self._home(vm),
                    "Cluster": self.cluster_of.get(vm["host"]),
                    "Host": vm["host"],
                    "OS according to the configuration file": name,
                    "OS according to the VMware Tools": name,
                    "VM ID": f"vm-{place + 1001}",
                    "VM UUID": vm["uuid"].replace("4210", "5010", 1),
                },
            )

    def _template(self, vm: Tree) -> Row:
        return {"Template": _text(vm.get("template", False)), "SRM Placeholder": "False"}

    def vinfo(self) -> Iterator[Row]:
        fixed = {
            "Config status": "green", "Connection state": "connected", "Heartbeat": "green", "Consolidation Needed": "False",
            "Suspended To Memory": "False", "Suspend Interval": "0", "CPUs": 4, "Overall Cpu Readiness": 12, "Memory": 16384,
            "Active Memory": 1024, "NICs": 1, "Fixed Passthru HotPlug": "False", "Latency Sensitivity": "normal",
            "EnableUUID": "True", "CBT": "False", "Network #1": "VM Network", "Num Monitors": 1, "Video Ram KiB": 8192,
            "Folder": "vm", "DAS protection": "True", "FT Latency": -1, "FT Bandwidth": -1, "FT Sec. Latency": -1,
            "HA Restart Priority": "medium", "HA Isolation Response": "none", "HA VM Monitoring": "vmMonitoringDisabled",
            "Boot Required": "False", "Boot delay": 0, "Boot retry delay": 10000, "Boot retry enabled": "False",
            "Boot BIOS setup": "False", "Reboot PowerOff": "False", "EFI Secure boot": "False", "Firmware": "efi",
            "HW version": 19, "HW upgrade status": "none", "HW upgrade policy": "never",
            "VI SDK Server type": "VMware vCenter Server 8.0.3 build-24022515", "VI SDK API Version": "8.0.3.0",
        }  # fmt: skip
        for place, vm, common in self._vms():
            folder = vm["vmx"].rpartition("/")[0] + "/"
            capacity = sum(disk["capacity_gib"] * 1024 for disk in vm["disks"])
            yield fixed | common | self._template(vm) | {
                "DNS Name": f"{vm['name']}.example",
                "Primary IP Address": f"10.{place >> 16}.{place >> 8 & 255}.{place & 255}",
                "Guest state": _GUEST[vm["guest"]["state"]],
                "Creation date": "2024/03/04 11:22:33",
                "Disks": len(vm["disks"]),
                "Total disk capacity MiB": capacity,
                "Provisioned MiB": capacity,
                "In Use MiB": capacity // 2,
                "Unshared MiB": capacity // 2,
                "FT State": "running" if vm.get("fault_tolerance") else "notConfigured",
                "Path": vm["vmx"],
                "Log directory": folder,
                "Snapshot directory": folder,
                "Guest Detailed Data": _detailed(vm["guest"]["os"]),
                "SMBIOS UUID": vm["uuid"],
            }  # fmt: skip

    def vmemory(self) -> Iterator[Row]:
        fixed = {
            "Size MiB": 16384, "Memory Reservation Locked To Max": "False", "Overhead": 90, "Max": 16384, "Private": 9000,
            "Shared": 0, "Swapped": 0, "Ballooned": 0, "Entitlement": 9000, "Level": "normal", "Shares": 163840,
            "Reservation": 0, "Limit": -1, "Hot Add": "False",
        }  # fmt: skip
        for place, vm, common in self._vms():
            yield fixed | common | self._template(vm) | {"Consumed": 8000 + place % 999, "Active": place % 4096}

    def vdisk(self) -> Iterator[Row]:
        fixed = {
            "Thin": "True", "Eagerly Scrub": "False", "Split": "False", "Write Through": "False", "Level": "normal",
            "Shares": 1000, "Reservation": 0, "Limit": -1,
        }  # fmt: skip
        default = self.defaults["disk"]
        for _, vm, common in self._vms():
            controllers = {found["id"]: found for found in vm["controllers"] or ()}
            for number, stated in enumerate(vm["disks"]):
                disk = default | stated
                controller = controllers.get(disk["controller"], {})
                raw = disk["backing"] == "rdm"
                yield fixed | common | self._template(vm) | {
                    "Disk": disk["label"],
                    "Disk Key": str(2000 + number),
                    "Disk UUID": f"6000c29{number}-{vm['uuid'][9:]}",
                    "Disk Path": "C:\\" if number == 0 else "D:\\",
                    "Capacity MiB": disk["capacity_gib"] * 1024,
                    "Raw": _text(raw),
                    "Disk Mode": disk["mode"],
                    "Sharing mode": _SHARING[disk["sharing"]],
                    "Controller": _CONTROLLERS.get(controller.get("type", "")),
                    "Label": f"SCSI controller {disk['controller'].removeprefix('scsi')}",
                    "SCSI Unit #": number,
                    "Unit #": number,
                    "Shared Bus": _BUS.get(controller.get("bus_sharing")),
                    "Path": disk["path"],
                    "Raw LUN ID": _lun_uuid(disk["rdm"]["device"]) if raw else None,
                    "Raw Comp. Mode": _RAW[disk["rdm"]["compatibility"]] if raw else None,
                }  # fmt: skip

    def vnetwork(self) -> Iterator[Row]:
        fixed = {
            "NIC label": "Network adapter 1", "Adapter": "Vmxnet3", "Network": "VM Network", "Switch": "vSwitch0",
            "Connected": "True", "Starts Connected": "True", "Type": "assigned", "Direct Path IO": "False",
        }  # fmt: skip
        for place, vm, common in self._vms():
            yield (
                fixed
                | common
                | self._template(vm)
                | {"Mac Address": f"00:50:56:{place >> 16:02x}:{place >> 8 & 255:02x}:{place & 255:02x}"}
            )

    def vsnapshot(self) -> Iterator[Row]:
        for _, vm, common in self._vms():
            for snapshot in vm.get("snapshots") or ():
                yield common | {"Name": snapshot["name"], "Date / time": "2025/01/02 03:04:05", "State": "poweredOn"}

    def vtools(self) -> Iterator[Row]:
        fixed = {
            "VM Version": 19, "Required Version": 12389, "Upgradeable": "False", "Upgrade Policy": "manual", "Sync time": "False",
            "App status": "ok", "Heartbeat status": "green", "Operation Ready": "True", "State change support": "True",
            "Interactive Guest": "False",
        }  # fmt: skip
        for _, vm, common in self._vms():
            yield fixed | common | self._template(vm) | {"Tools": _TOOLS.get(vm["guest"]["tools"]), "Tools Version": 12389}

    # --- everything else -------------------------------------------------------------------------------------------

    def vsource(self) -> Iterator[Row]:
        for fact in self.tree["vcenters"]:
            yield {
                "Name": "VMware vCenter Server",
                "API type": "VirtualCenter",
                "Version": fact["version"],
                **self.servers[fact["name"]],
            }

    def vcluster(self) -> Iterator[Row]:
        for place, fact in enumerate(self.tree["clusters"]):
            yield {
                "Name": fact["name"],
                "NumHosts": len(fact["hosts"]),
                "numEffectiveHosts": len(fact["hosts"]),
                "HA enabled": _text(fact["ha"]["enabled"]),
                "HB Datastore Candidate Policy": fact["ha"]["heartbeat_policy"],
                "DRS enabled": "True",
                "Object ID": f"domain-c{place}",
                **self.servers[fact["vcenter"]],
            }

    def vhost(self) -> Iterator[Row]:
        for place, fact in enumerate(self.tree["hosts"]):
            yield {
                "Host": fact["name"],
                "Cluster": self.cluster_of[fact["name"]],
                "in Maintenance Mode": "False",
                "CPU Model": "Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz",
                "ESX Version": f"VMware ESXi {fact['version']} build-24280767",
                "Vendor": "NEC",
                "Model": "Express5800/R120j-2M",
                "Object ID": f"host-{place}",
                **self._home(fact),
            }

    def vdatastore(self) -> Iterator[Row]:
        for place, fact in enumerate(self.tree["datastores"]):
            extents = fact.get("extents", ())
            yield {
                "Name": fact["name"],
                "Config status": "green",
                "Address": extents[0] if extents else f"nas01:/vol{place}",
                "Accessible": "True",
                "Type": "VVOL" if fact["type"] == "vVol" else fact["type"],
                "Capacity MiB": 4 * 2**20,
                "In Use MiB": 2**20,
                "# Hosts": len(fact["hosts"]),
                "Hosts": ", ".join(fact["hosts"]),
                "# Extents": len(extents) or None,
                "Major Version": 6,
                "Version": "6.82",
                "MHA": "True",
                "Object ID": f"datastore-{place}",
                **self.servers[fact["vcenter"]],
            }

    def vmultipath(self) -> Iterator[Row]:
        for host in self.tree["hosts"]:
            for device in host["devices"]:
                yield {
                    "Host": host["name"],
                    "Cluster": self.cluster_of[host["name"]],
                    "Datastore": self.datastore_of.get((device["device"], host["vcenter"])),
                    "Disk": device["device"],
                    "Display name": f"{device['vendor']} Fibre Channel Disk ({device['device']})",
                    "Policy": "VMW_PSP_RR",
                    "Oper. State": "ok" if device["state"] == "attached" else "off",
                    "Path 1": f"vmhba2:C0:T0:L{device['device'][-4:]}",
                    "Path 1 state": "active",
                    "Vendor": f"{device['vendor']:<8}",
                    "Model": "DISK ARRAY      ",
                    "UUID": _lun_uuid(device["device"]),
                    **self._home(host),
                }

    def vmetadata(self) -> Iterator[Row]:
        for name in self.servers:
            yield {
                "RVTools major version": "4.6",
                "RVTools version": "4.6.1.0",
                "xlsx creation datetime": "2026-04-01 09:00:00",
                "Server": name,
            }


def _detailed(os: Tree) -> str | None:
    """What VMware Tools say of the guest: the one place where RVTools states minor releases and builds."""
    if not os.get("version"):
        return None
    if os["family"].startswith("windows"):
        product = f"Windows {'Server ' if os['family'] == 'windows_server' else ''}{os['version']}"
        build = os.get("build", "")
        kernel = f" kernelVersion='{build}'" if "." in build else ""
        return f"bitness='64' buildNumber='{build.partition('.')[0]}' familyName='Windows'{kernel} prettyName='{product}'"
    name = {"rhel": "Red Hat Enterprise Linux", "ubuntu": "Ubuntu"}[os["family"]]
    return f"bitness='64' distroName='{name}' distroVersion='{os['version']}' familyName='Linux' prettyName='{name} {os['version']}'"


def _lun_uuid(device: str) -> str:
    return f"0200000000{device.removeprefix('naa.')}{_MODEL}"
