terraform {
  required_providers {
    vsphere = {
      source  = "hashicorp/vsphere"
      version = "~> 2.11"
    }
  }
}

variable "vsphere_server" {
  type    = string
  default = "vc01.example"
}

variable "vsphere_password" {
  type      = string
  sensitive = true
}

provider "vsphere" {
  vsphere_server = var.vsphere_server
  user           = "terraform@vsphere.local"
  password       = var.vsphere_password
}

data "vsphere_datacenter" "dc1" {
  name = "DC1"
}

data "vsphere_host" "esx" {
  for_each      = toset(["esx01.example", "esx02.example"])
  name          = each.key
  datacenter_id = data.vsphere_datacenter.dc1.id
}

data "vsphere_network" "servers" {
  name          = "Servers"
  datacenter_id = data.vsphere_datacenter.dc1.id
}

resource "vsphere_compute_cluster" "cl01" {
  name            = "CL01"
  datacenter_id   = data.vsphere_datacenter.dc1.id
  host_system_ids = [for host in data.vsphere_host.esx : host.id]

  ha_enabled                    = true
  ha_heartbeat_datastore_policy = "userSelectedDs"
  ha_heartbeat_datastore_ids    = [vsphere_vmfs_datastore.heartbeat.id]
}
