"""Exports of an iStorage array of any size, and how long tenken takes to read one.

    python -m benchmarks.ism_export --lds 10000 -o M320-01.xml --measure

The array has no defects of its own: a quarter of its logical disks are RVs of another quarter, each host has an LD set
with two ports, and each MV is in the LD sets of two hosts. The largest real array has 8,192 logical disks.
"""

from __future__ import annotations

import argparse
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

LDS_OF_A_HOST = 64
_WWN = "00255C3A1101"


def write(lds: int, path: Path) -> None:
    """The XML of ``iSMquery -cinder -xml -all`` of an array with some logical disks."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_export(lds))


def write_pairs(lds: int, path: Path) -> None:
    """What iSMrc_query prints of all pairs of the same array."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for number in range(0, lds, 4):
            volumes = "".join(
                f"{side}: Special File  -\n    LD Name       {_name(ldn)}\n    Type          LX\n"
                for side, ldn in (("MV", number), ("RV", number + 1))
            )
            file.write(f"{volumes}Activity State    separate\nSync State        separated\nSeparate Diff     0KB\n\n")


def device_of(ldn: int) -> str:
    """The id under which hosts see a logical disk of this array."""
    return f"eui.{_WWN.lower()}{ldn:04x}"


def _role(number: int) -> str:
    return ("MV", "RV", "IV", "IV")[number % 4]


def _name(number: int) -> str:
    return f"{_role(number)}_{number:06d}"


def _export(lds: int) -> Iterator[str]:
    yield '<REQUEST>\n <CMD_REQUEST cmd_name="/opt/iSMCliGateway/impl/query/iSMquery"\n'
    yield '              arg="-cinder -xml -all "\n              version="Version 12.4.001">\n'
    yield from _chapter("Disk Array", [_entry("Disk Array", [("Disk Array Detail Information", {"Product ID": "M710F"})])])
    yield from _chapter("Logical Disk", map(_logical_disk, range(lds)))
    ports = [{"Port No.(h)": f"00-{port:02}", "WWPN": f"2{port}00{_WWN}"} for port in range(4)]
    yield from _chapter("Controller", [_entry("Host Port", [("Host Director/Host Port Information", port)]) for port in ports])
    hosts = max(2, -(-lds // LDS_OF_A_HOST))
    yield from _chapter("Access Control", (_ld_set(host, hosts, lds) for host in range(hosts)))
    yield " <RETURN_MSG>Command Completed Successfully!!</RETURN_MSG>\n <RETURN_CODE>0</RETURN_CODE>\n"
    yield " </CMD_REQUEST>\n</REQUEST>\nExitStatus: 0\n"


def _chapter(name: str, entries: list[str] | Iterator[str] | map[str]) -> Iterator[str]:
    yield f'  <CHAPTER name="{name}">\n'
    yield from entries
    yield "  </CHAPTER>\n"


def _entry(name: str, sections: list[tuple[str, dict[str, str]]]) -> str:
    lines = [f'   <OBJECT name="{name}">\n']
    for section, units in sections:
        lines.append(f'    <SECTION name="{section}">\n')
        lines += [f'     <UNIT name="{unit}">{text}</UNIT>\n' for unit, text in units.items()]
        lines.append("    </SECTION>\n")
    return "".join([*lines, "   </OBJECT>\n"])


def _logical_disk(number: int) -> str:
    units = {
        "LDN(h)": f"{number:04x}", "OS Type": "LX", "LD Name": _name(number), "LD Capacity": str(1024 * 2**30),
        "Pool No.(h)": "0000", "Purpose": "---", "RPL Attribute": _role(number),
    }  # fmt: skip
    return _entry("Logical Disk", [("LD Detail Information", units)])


def _ld_set(host: int, hosts: int, lds: int) -> str:
    own = [
        *range(host * LDS_OF_A_HOST, min(lds, (host + 1) * LDS_OF_A_HOST), 4),
        *range(((host + 1) % hosts) * LDS_OF_A_HOST, min(lds, ((host + 1) % hosts + 1) * LDS_OF_A_HOST), 4),
    ]
    return _entry(
        "LD Set(FC)",
        [
            ("LD Set(FC) Information", {"Platform": "VW", "LD Set Name": f"esx{host:04}"}),
            *(("Path List", {"Path": f"1000-0090-{host:04X}-000{port}"}) for port in (1, 2)),
            *(("LUN/LD List", {"LUN(h)": f"{lun:04x}", "LDN(h)": f"{ldn:04x}"}) for lun, ldn in enumerate(own)),
        ],
    )


def measure(path: Path) -> None:
    """Prints the best of five times, beside that of bare ElementTree on the same file."""
    from tenken.document.collector import collector_paused
    from tenken.sources.ism import source as ism
    from tenken.sources.joining.assemble import assemble

    def bare() -> None:
        text = path.read_text(encoding="utf-8")
        ElementTree.fromstring(text[: text.rindex("</REQUEST>") + len("</REQUEST>")])

    def ours() -> None:
        with collector_paused():
            ism.read(path, str(path))

    def whole() -> None:
        with collector_paused():
            assemble(ism.read(path, str(path)))

    times = {}
    for name, run in (("ElementTree, no places", bare), ("tenken reads", ours), ("tenken reads and validates", whole)):
        laps = []
        for _ in range(5):
            start = time.perf_counter()
            run()
            laps.append(time.perf_counter() - start)
        times[name] = min(laps)
        print(f"{name:28} {times[name]:6.2f} s  {times[name] / times['ElementTree, no places']:5.1f} x")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ism_export", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lds", type=int, default=10_000, metavar="N")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    parser.add_argument("--pairs", type=Path, metavar="FILE", help="where to write the output of iSMrc_query for its pairs")
    parser.add_argument("--measure", action="store_true", help="measure how long it takes to read")
    options = parser.parse_args(arguments)
    write(options.lds, options.output)
    if options.pairs:
        write_pairs(options.lds, options.pairs)
    print(f"{options.output}: {options.lds} logical disks, {options.output.stat().st_size / 2**20:.1f} MiB", file=sys.stderr)
    if options.measure:
        measure(options.output)


if __name__ == "__main__":
    main()
