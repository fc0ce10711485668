"""Host bus adapters from vHBA: by their names the LD sets of an array find their hosts."""

from __future__ import annotations

from pathlib import Path

import pytest
from rvtools_exports import INVENTORY, SERVER, host, read, vm

IQN = "iqn.1998-01.com.vmware:esx01-1a2b"


def adapter(name: str, wwn: str, device: str = "vmhba1") -> dict[str, str]:
    return {"Host": name, "Device": device, "Type": "Fibre Channel", "Status": "online", "WWN": wwn, **SERVER}


@pytest.mark.parametrize(
    ("printed", "ports"),
    [
        ("10:00:00:90:fa:a0:78:6b", ["10:00:00:90:fa:a0:78:6b"]),
        ("10 00 00 90 FA A0 78 6B", ["10:00:00:90:fa:a0:78:6b"]),
        ("10000090faa0786b", ["10:00:00:90:fa:a0:78:6b"]),
        ("20:00:00:90:fa:a0:78:6b 10:00:00:90:fa:a0:78:6b", ["20:00:00:90:fa:a0:78:6b", "10:00:00:90:fa:a0:78:6b"]),
        (IQN, [IQN]),
        ("", None),
        ("00:50:56:aa:bb:cc", None),
    ],
)
def test_names_of_adapters(tmp_path: Path, printed: str, ports: list[str] | None) -> None:
    document = read(tmp_path, {"vInfo": [vm("a", 1)], "vHost": [host("esx01")], "vHBA": [adapter("esx01", printed)]})
    (found,) = INVENTORY.validate_python(document.tree).hosts or ()
    assert found.ports == ports


def test_adapters_belong_to_their_host_and_vcenter(tmp_path: Path) -> None:
    tables = {
        "vInfo": [vm("a", 1)],
        "vHost": [host("esx01"), host("esx02"), host("esx03")],
        "vHBA": [
            adapter("esx01", "10:00:00:00:00:00:00:01"),
            adapter("esx01", IQN, "vmhba64"),
            adapter("esx02", "10:00:00:00:00:00:00:02"),
            adapter("esx03", "10:00:00:00:00:00:00:03") | {"VI SDK Server": "vc02", "VI SDK UUID": "2"},
        ],
    }
    document = read(tmp_path, tables)
    assert [entry.get("ports") for entry in document.tree["hosts"]] == [
        ["10:00:00:00:00:00:00:01", IQN],
        ["10:00:00:00:00:00:00:02"],
        None,
    ]
    assert str(document.locate(("hosts", 0, "ports", 1))).endswith("[vHBA!E3]")
    assert "vHBA!E4" in str(document.locate(("hosts", 1, "ports", 0)))
