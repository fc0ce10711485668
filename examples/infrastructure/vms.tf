module "web" {
  source   = "./modules/windows-server"
  for_each = { web01 = 60, web02 = 80 }

  name             = each.key
  size             = each.value
  datastore_id     = vsphere_vmfs_datastore.ds01.id
  resource_pool_id = vsphere_compute_cluster.cl01.resource_pool_id
  network_id       = data.vsphere_network.servers.id
}

resource "vsphere_virtual_machine" "db" {
  name             = "db01"
  resource_pool_id = vsphere_compute_cluster.cl01.resource_pool_id
  datastore_id     = vsphere_vmfs_datastore.ds01.id
  guest_id         = "windows2019srvNext_64Guest"
  num_cpus         = 4
  memory           = 16384
  firmware         = "efi"

  network_interface {
    network_id = data.vsphere_network.servers.id
  }

  disk {
    label = "system"
    size  = 100
  }

  # New in this change. An independent disk is left out of snapshots, so an online backup would not hold it.
  disk {
    label       = "data"
    size        = 500
    unit_number = 1
    disk_mode   = "independent_persistent"
  }
}

# New in this change.
resource "vsphere_virtual_machine" "app" {
  name             = "app01"
  resource_pool_id = vsphere_compute_cluster.cl01.resource_pool_id
  host_system_id   = data.vsphere_host.esx["esx02.example"].id
  datastore_id     = vsphere_vmfs_datastore.ds02.id
  guest_id         = "windows2019srvNext_64Guest"
  num_cpus         = 2
  memory           = 8192
  firmware         = "efi"

  network_interface {
    network_id = data.vsphere_network.servers.id
  }

  disk {
    label = "system"
    size  = 100
  }
}
