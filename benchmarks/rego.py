"""Twenty rules of the pack once more, in Rego, for the side-by-side run on Regorus."""

from __future__ import annotations

RULES = (
    "vm-not-encrypted", "vm-no-fault-tolerance", "vm-no-guest-iscsi", "vm-no-raw-disk", "vm-no-dynamic-disk", "vm-no-directpath-io",
    "vm-no-scsi-bus-sharing", "vm-no-nvme-with-scsi", "vm-not-suspended", "vm-guest-not-sleeping", "vm-tools-running",
    "vm-tools-installed", "vm-not-istoragemanager", "vm-not-vcls", "vm-no-leftover-snapshot", "vm-passthrough-other-to-be-confirmed",
    "vm-disk-not-independent", "vm-on-vmfs-datastore", "datastore-single-lun", "array-is-istorage-m",
)  # fmt: skip

POLICY = r"""
package bench
import rego.v1

target(vm) if { not vm.template; not role(vm, "vcls"); not role(vm, "template") }
role(vm, name) if { vm.roles != null; name in vm.roles }
windows(vm) if vm.guest.os.family in {"windows", "windows_server"}
scsi(c) if c.type in {"pvscsi", "lsilogic", "lsilogic_sas", "buslogic"}
hit contains ["vm-not-encrypted", vm.name] if { some vm in input.vms; target(vm); vm.encrypted == true }
hit contains ["vm-no-fault-tolerance", vm.name] if { some vm in input.vms; target(vm); vm.fault_tolerance == true }
hit contains ["vm-no-guest-iscsi", vm.name] if { some vm in input.vms; target(vm); vm.guest.iscsi_initiator == true }
hit contains ["vm-no-raw-disk", vm.name] if { some vm in input.vms; target(vm); vm.guest.raw_disks == true }
hit contains ["vm-no-dynamic-disk", vm.name] if { some vm in input.vms; target(vm); windows(vm); vm.guest.dynamic_disks == true }
hit contains ["vm-no-directpath-io", vm.name] if {
  some vm in input.vms; target(vm); vm.passthrough_devices != null; some d in vm.passthrough_devices; d.type in {"directpath_io", "dynamic_directpath_io"} }
hit contains ["vm-no-scsi-bus-sharing", vm.name] if {
  some vm in input.vms; target(vm); vm.controllers != null; some c in vm.controllers; scsi(c); c.bus_sharing != null; c.bus_sharing != "none" }
hit contains ["vm-no-nvme-with-scsi", vm.name] if {
  some vm in input.vms; target(vm); vm.controllers != null; some c in vm.controllers; scsi(c); some n in vm.controllers; n.type == "nvme" }
hit contains ["vm-not-suspended", vm.name] if { some vm in input.vms; target(vm); vm.power_state == "suspended" }
hit contains ["vm-guest-not-sleeping", vm.name] if {
  some vm in input.vms; target(vm); vm.power_state == "powered_on"; vm.guest.state == "sleeping" }
hit contains ["vm-tools-running", vm.name] if {
  some vm in input.vms; target(vm); vm.power_state == "powered_on"; vm.guest.tools != null; vm.guest.tools != "running" }
hit contains ["vm-tools-installed", vm.name] if { some vm in input.vms; target(vm); vm.guest.tools == "not_installed" }
hit contains ["vm-not-istoragemanager", vm.name] if { some vm in input.vms; target(vm); vm.roles != null; "istoragemanager" in vm.roles }
hit contains ["vm-not-vcls", vm.name] if { some vm in input.vms; vm.roles != null; "vcls" in vm.roles }
hit contains ["vm-no-leftover-snapshot", vm.name] if { some vm in input.vms; target(vm); vm.snapshots != null; count(vm.snapshots) > 0 }
hit contains ["vm-passthrough-other-to-be-confirmed", vm.name] if {
  some vm in input.vms; target(vm); vm.passthrough_devices != null; some d in vm.passthrough_devices; d.type in {"vgpu", "sriov"} }
physical(d) if { d.backing == "rdm"; d.rdm.compatibility == "physical" }
hit contains ["vm-disk-not-independent", concat("/", [vm.name, d.label])] if {
  some vm in input.vms; target(vm); vm.disks != null; some d in vm.disks; not physical(d); is_string(d.mode); startswith(d.mode, "independent") }
store_type[d.name] contains d.type if some d in input.datastores
hit contains ["vm-on-vmfs-datastore", vm.name] if {
  some vm in input.vms; target(vm); name := substring(split(vm.vmx, "]")[0], 1, -1); not "VMFS" in store_type[name] }
hit contains ["datastore-single-lun", d.name] if { some d in input.datastores; d.type == "VMFS"; d.extents != null; count({e | some e in d.extents}) > 1 }
hit contains ["array-is-istorage-m", a.name] if { some a in input.arrays; not regex.match(`^(NEC )?(iStorage )?M[0-9]+`, a.model) }
"""
