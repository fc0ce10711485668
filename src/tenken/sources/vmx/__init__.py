"""Configuration files of VMs (.vmx), their disks' descriptors (.vmdk), and copies of /vmfs/volumes."""
