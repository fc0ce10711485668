# LDs 0010h and 0020h of the array, presented to both hosts.
resource "vsphere_vmfs_datastore" "ds01" {
  name           = "DS01"
  host_system_id = data.vsphere_host.esx["esx01.example"].id
  disks          = ["naa.6000000000000010"]
}

# For HA only: a heartbeat datastore is never backed up.
resource "vsphere_vmfs_datastore" "heartbeat" {
  name           = "DS_HB"
  host_system_id = data.vsphere_host.esx["esx01.example"].id
  disks          = ["naa.60000000000000f0"]
}

# New in this change.
resource "vsphere_vmfs_datastore" "ds02" {
  name           = "DS02"
  host_system_id = data.vsphere_host.esx["esx01.example"].id
  disks          = ["naa.6000000000000020"]
}
