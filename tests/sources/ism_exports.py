"""Writes output of iStorage commands for tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from tenken.document.problem import InputError
from tenken.model.inventory import reader
from tenken.sources.base import Document
from tenken.sources.ism import source as ism

INVENTORY = reader()

Sections = Sequence[tuple[str, Sequence[tuple[str, str]]]]

PORT1, PORT2 = "1000-0090-FAA0-786A", "1000-0090-FAA0-786B"
IQN = "iqn.1998-01.com.vmware:esx01-1a2b"


def section(name: str, units: Sequence[tuple[str, str]]) -> str:
    lines = "".join(f'     <UNIT name="{escape(unit)}">{escape(text)}</UNIT>\n' for unit, text in units)
    return f'    <SECTION name="{escape(name)}">\n{lines}    </SECTION>\n'


def entry(name: str, sections: Sections) -> str:
    return f'   <OBJECT name="{escape(name)}">\n{"".join(section(*one) for one in sections)}   </OBJECT>\n'


def chapter(name: str, *entries: str) -> str:
    return f'  <CHAPTER name="{escape(name)}">\n{"".join(entries)}  </CHAPTER>\n'


def ld(number: str, name: str, roles: str = "IV", **units: str) -> str:
    facts = {
        "LDN(h)": number, "OS Type": "LX", "LD Name": name, "LD Capacity": str(1024 * 2**30), "Pool No.(h)": "0000",
        "Purpose": "---", "RPL Attribute": roles,
    }  # fmt: skip
    facts |= {key.replace("_", " "): value for key, value in units.items()}
    return entry("Logical Disk", [("LD Detail Information", list(facts.items()))])


def fc(name: str, luns: Sequence[tuple[str, str]] = (), ports: Sequence[str] = (PORT1, PORT2), platform: str = "VW") -> str:
    return entry(
        "LD Set(FC)",
        [
            ("LD Set(FC) Information", [("Platform", platform), ("LD Set Name", name)]),
            *(("Path List", [("Path", port)]) for port in ports),
            *(("LUN/LD List", [("LUN(h)", lun), ("LDN(h)", number)]) for lun, number in luns),
        ],
    )


def iscsi(name: str, targets: Sequence[tuple[str, str]], mode: str = "Multi-Target", initiators: Sequence[str] = (IQN,)) -> str:
    listed = "Target Information For Multi-Target Mode" if mode == "Multi-Target" else "LUN/LD List"
    return entry(
        "LD Set(iSCSI)",
        [
            ("LD Set(iSCSI) Information", [("Platform", "VW"), ("LD Set Name", name), ("Target Mode", mode)]),
            ("Portal", [("Portal", "192.168.1.90:3260")]),
            *(("Initiator List", [("Initiator List", initiator)]) for initiator in initiators),
            *(
                (listed, [("Target Name", f"iqn.2001-03.target{at:04}"), ("LUN(h)", lun), ("LDN(h)", number)])
                for at, (lun, number) in enumerate(targets)
            ),
        ],
    )


def host_port(wwpn: str) -> str:
    units = [("Port No.(h)", "00-00"), ("WWPN", wwpn)]
    return entry("Host Port", [("Host Director/Host Port Information", units)])


DISK_ARRAY = chapter("Disk Array", entry("Disk Array", [("Disk Array Detail Information", [("Product ID", "M320F")])]))
DISKS = (
    ld("0010", "VM_MV01", "MV"),
    ld("0110", "VM_RV01", "RV"),
    ld("0020", "VM_BV01", "BV"),
    ld("0220", "VM_SV01", "SV"),
    ld("0221", "VM_SV02", "SV"),
    ld("0320", "VM_LV01", "LV"),
    ld("0321", "VM_LV02", "LV"),
)
SETS = (fc("esx01", [("0000", "0010"), ("0001", "0020"), ("000a", "0110")]), iscsi("esx02", [("0000", "0010")]))


def export(*chapters: str, arguments: str = "-cinder -xml -all ", code: str = "0", tail: str = "") -> str:
    """The XML of a query; without chapters, that of a small array."""
    body = "".join(chapters or (DISK_ARRAY, chapter("Logical Disk", *DISKS), chapter("Access Control", *SETS)))
    return (
        '<REQUEST>\n <CMD_REQUEST cmd_name="/opt/iSMCliGateway/impl/query/iSMquery"\n'
        f'              arg="{escape(arguments)}"\n              version="Version 9.4.001">\n{body}'
        f" <RETURN_MSG>Command Completed Successfully!!</RETURN_MSG>\n <RETURN_CODE>{code}</RETURN_CODE>\n"
        f" </CMD_REQUEST>\n</REQUEST>\n{tail}"
    )


PAIRS = """\
MV: Special File  -
    LD Name       VM_MV01
    Type          LX
RV: Special File  -
    LD Name       VM_RV01
    Type          LX
Activity State    separate
Sync State        separated
Separate Diff     128KB
RV Access         ro
"""

SUMMARY = """\
BV Information
    LD Name      : VM_BV01
    Type         : LX
    Special File : /dev/sdc
    State        : normal
    Reserve Area : -

SV Information
  LX:VM_SV01                 ( -1) snap/active   [2026/03/24 11:16:16] link
  LX:VM_SV02                 ( -2) snap/none     [                   ]
"""

DETAIL = """\
BV Information
    LD Name      : VM_BV01
    Type         : LX

Pair Information
    SV:LD Name              : VM_SV01
       Type                 : LX
       Generation(Attribute): -1(normal)
       Snap State           : snap/active        [2026/09/09 17:27:45]
       SV Guard             : off
       LV Link Status       : link
    LV:LD Name              : VM_LV01
       Type                 : LX
       LV Access            : rw
    SV:LD Name              : VM_SV02
       Type                 : LX
       SV Guard             : on
       LV Link Status       : link
    LV:LD Name              : VM_LV02
       Type                 : LX
"""


def read(tmp_path: Path, text: str | bytes, name: str = "M320-01.xml") -> Document:
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert ism.recognises(file)
    (document,) = ism.read(file, name)
    return document


def array_of(document: Document) -> dict[str, Any]:
    (array,) = document.tree["arrays"]
    return dict(array)


def problems_of(tmp_path: Path, text: str | bytes, name: str = "M320-01.xml") -> str:
    """The mistakes that a file is refused for."""
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        ism.read(file, name)
    except InputError as refused:
        assert all(problem.place and problem.place.source == name for problem in refused.problems)
        return str(refused)
    return ""


def warnings_of(document: Document) -> str:
    return "\n".join(map(str, document.warnings))
