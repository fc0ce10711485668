package main

import (
	"fmt"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// The simulator has no SAN, no HA and no FT, and its API can't add them. So they are put into its memory:
//
//   - every host sees four disks of the array (LUN 0 to 3) and boots from one of its own; LUN 3 is detached
//   - LocalDS_0 is a VMFS on LUN 0, LocalDS_1 one on LUN 1 and 2, LocalDS_2 one on LUN 3
//   - vSphere HA of the cluster has its heartbeat on LocalDS_2
//   - of the first resource pool, VM 0 is protected by FT, VM 1 is encrypted, and VM 2 has a sleeping guest and maps LUN 0
const disk = "naa.6000000000000000000000000000001%d"

var yes, no = true, false

func equip() {
	hosts := simulator.Map.All("HostSystem")
	for number, entity := range hosts {
		equipHost(entity.(*simulator.HostSystem), number)
	}
	var stores []types.ManagedObjectReference
	for number, luns := range [][]int{{0}, {1, 2}, {3}} {
		for _, entity := range simulator.Map.All("Datastore") {
			if store := entity.(*simulator.Datastore); store.Name == fmt.Sprintf("LocalDS_%d", number) {
				equipDatastore(store, luns, hosts)
				stores = append(stores, store.Self)
			}
		}
	}
	for _, entity := range simulator.Map.All("ClusterComputeResource") {
		cluster := entity.(*simulator.ClusterComputeResource)
		settings := cluster.ConfigurationEx.(*types.ClusterConfigInfoEx)
		settings.DasConfig.Enabled = &yes
		settings.DasConfig.HBDatastoreCandidatePolicy = "allFeasibleDs"
		simulator.Map.Put(&clusterWithHeartbeat{*cluster, stores[2]})
	}
	for _, entity := range simulator.Map.All("VirtualMachine") {
		machine := entity.(*simulator.VirtualMachine)
		machine.Runtime.FaultToleranceState = types.VirtualMachineFaultToleranceStateNotConfigured
		machine.Guest.ToolsRunningStatus = string(types.VirtualMachineToolsRunningStatusGuestToolsRunning)
		machine.Guest.ToolsVersionStatus2 = string(types.VirtualMachineToolsVersionStatusGuestToolsCurrent)
		for _, device := range machine.Config.Hardware.Device {
			if backing, ok := device.GetVirtualDevice().Backing.(*types.VirtualDiskFlatVer2BackingInfo); ok {
				backing.Sharing = string(types.VirtualDiskSharingSharingNone)
			}
		}
		machine.Guest.GuestState = string(types.VirtualMachineGuestStateRunning)
		switch machine.Name {
		case "DC0_C0_RP0_VM0":
			machine.Runtime.FaultToleranceState = types.VirtualMachineFaultToleranceStateRunning
			machine.Config.FtInfo = &types.FaultToleranceConfigInfo{Role: 1, InstanceUuids: []string{machine.Config.InstanceUuid}}
		case "DC0_C0_RP0_VM1":
			machine.Config.KeyId = &types.CryptoKeyId{KeyId: "key", ProviderId: &types.KeyProviderId{Id: "kms"}}
		case "DC0_C0_RP0_VM2":
			machine.Config.GuestFullName = "Red Hat Enterprise Linux 8 (64-bit)"
			machine.Guest.GuestFullName = "Red Hat Enterprise Linux 8 (64-bit)"
			machine.Guest.GuestState = string(types.VirtualMachineGuestStateStandby)
			machine.Config.Hardware.Device = append(machine.Config.Hardware.Device, rawDeviceMapping())
		}
	}
}

func rawDeviceMapping() *types.VirtualDisk {
	backing := &types.VirtualDiskRawDiskMappingVer1BackingInfo{
		LunUuid:           "0200000000" + fmt.Sprintf(disk, 0)[4:] + "4953746f7261",
		CompatibilityMode: "physicalMode",
		DiskMode:          "independent_persistent",
		Sharing:           "sharingNone",
	}
	backing.FileName = "[LocalDS_0] DC0_C0_RP0_VM2/raw.vmdk"
	made := &types.VirtualDisk{CapacityInKB: 1024}
	made.Key, made.ControllerKey, made.Backing = 2100, 202, backing
	made.DeviceInfo = &types.Description{Label: "Hard disk 2"}
	return made
}

func equipHost(host *simulator.HostSystem, number int) {
	own := fmt.Sprintf("naa.5000000000000000%016d", number)
	lun := func(name, vendor, state string, local *bool) *types.HostScsiDisk {
		found := &types.HostScsiDisk{LocalDisk: local}
		found.Key, found.CanonicalName, found.LunType, found.Vendor = "key-"+name, name, "disk", vendor
		found.Uuid = "0200000000" + name[4:] + "4953746f7261"
		found.Model, found.OperationalState = "iStorage 1000   ", []string{state}
		return found
	}
	fibre := &types.HostFibreChannelHba{PortWorldWideName: 0x10000000c9000000 + int64(number), PortType: types.FibreChannelPortTypeFabric}
	fibre.Key, fibre.Device = "key-vmhba2", "vmhba2"
	block := &types.HostBlockHba{}
	block.Key, block.Device = "key-vmhba0", "vmhba0"
	device := &types.HostStorageDeviceInfo{
		HostBusAdapter: []types.BaseHostHostBusAdapter{fibre, block},
		ScsiLun:        []types.BaseScsiLun{lun(own, "ATA     ", "ok", &yes)},
		ScsiTopology:   &types.HostScsiTopology{},
		MultipathInfo: &types.HostMultipathInfo{Lun: []types.HostMultipathInfoLogicalUnit{{
			Lun:  "key-" + own,
			Path: []types.HostMultipathInfoPath{{Name: "vmhba0:C0:T0:L0", Adapter: block.Key}},
		}}},
	}
	var seen []types.HostScsiTopologyLun
	for number := 0; number < 4; number++ {
		name, state := fmt.Sprintf(disk, number), "ok"
		if number == 3 {
			state = "off"
		}
		device.ScsiLun = append(device.ScsiLun, lun(name, "NEC     ", state, &no))
		seen = append(seen, types.HostScsiTopologyLun{Lun: int32(number), ScsiLun: "key-" + name})
	}
	device.ScsiTopology.Adapter = []types.HostScsiTopologyInterface{{
		Adapter: fibre.Key,
		Target:  []types.HostScsiTopologyTarget{{Lun: seen}},
	}}
	host.Config.StorageDevice = device
	host.Config.Product.Version = "8.0.2"
	system := &bootDevices{}
	system.Self = types.ManagedObjectReference{Type: "HostBootDeviceSystem", Value: fmt.Sprintf("bootdevicesystem-%d", number)}
	simulator.Map.Put(system)
	host.ConfigManager.BootDeviceSystem = &system.Self
}

func equipDatastore(store *simulator.Datastore, luns []int, hosts []mo.Entity) {
	store.Summary.Type = "VMFS"
	volume := &types.HostVmfsVolume{
		Uuid:         fmt.Sprintf("6500000%d-00000000-0000-000000000000", luns[0]),
		Version:      "6.82",
		MajorVersion: 6,
	}
	volume.Name, volume.Type = store.Name, "VMFS"
	for _, number := range luns {
		volume.Extent = append(volume.Extent, types.HostScsiDiskPartition{DiskName: fmt.Sprintf(disk, number), Partition: 1})
	}
	info := &types.VmfsDatastoreInfo{Vmfs: volume}
	info.Name, info.Url = store.Name, store.Summary.Url
	store.Info = info
	store.Host = nil
	for _, host := range hosts {
		mount := types.DatastoreHostMount{Key: host.Reference()}
		mount.MountInfo.Mounted, mount.MountInfo.Accessible = &yes, &yes
		store.Host = append(store.Host, mount)
	}
}

type bootDevices struct {
	mo.HostBootDeviceSystem
}

func (*bootDevices) QueryBootDevices(*types.QueryBootDevices) soap.HasFault {
	return &methods.QueryBootDevicesBody{Res: &types.QueryBootDevicesResponse{Returnval: &types.HostBootDeviceInfo{
		BootDevices: []types.HostBootDevice{
			{Key: "net", Description: "Network boot"},
			{Key: "disk", Description: "vmhba0:C0:T0:L0"},
		},
		CurrentBootDeviceKey: "disk",
	}}}
}

type clusterWithHeartbeat struct {
	simulator.ClusterComputeResource
	store types.ManagedObjectReference
}

func (c *clusterWithHeartbeat) RetrieveDasAdvancedRuntimeInfo(*types.RetrieveDasAdvancedRuntimeInfo) soap.HasFault {
	return &methods.RetrieveDasAdvancedRuntimeInfoBody{Res: &types.RetrieveDasAdvancedRuntimeInfoResponse{
		Returnval: &types.ClusterDasAdvancedRuntimeInfo{
			HeartbeatDatastoreInfo: []types.DasHeartbeatDatastoreInfo{{Datastore: c.store}},
		},
	}}
}
