variable "name" { type = string }
variable "size" { type = number }
variable "datastore_id" { type = string }
variable "resource_pool_id" { type = string }
variable "network_id" { type = string }

terraform {
  required_providers {
    vsphere = { source = "hashicorp/vsphere" }
  }
}

resource "vsphere_virtual_machine" "server" {
  name             = var.name
  resource_pool_id = var.resource_pool_id
  datastore_id     = var.datastore_id
  guest_id         = "windows2019srvNext_64Guest"
  num_cpus         = 2
  memory           = 8192
  firmware         = "efi"

  network_interface {
    network_id = var.network_id
  }

  disk {
    label = "system"
    size  = var.size
  }
}
