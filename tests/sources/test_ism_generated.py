"""A generated array of some size, read whole: export, pairs and the hosts that see it."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks import ism_export

from tenken.engine import graph as graphs
from tenken.engine.nodes import LdNode
from tenken.sources import registry
from tenken.sources.joining.assemble import assemble


def test_a_generated_array(tmp_path: Path) -> None:
    lds = 256
    files = [tmp_path / name for name in ("M710F-01.xml", "pairs.txt", "notes.json")]
    ism_export.write(lds, files[0])
    ism_export.write_pairs(lds, files[1])
    hosts = [
        {
            "name": f"esx{host}",
            "ports": [f"10:00:00:90:00:{host:02x}:00:01", f"10:00:00:90:00:{host:02x}:00:02"],
            "devices": [{"device": ism_export.device_of(ldn)} for ldn in range(0, lds, 4)],
        }
        for host in range(4)
    ]
    files[2].write_text(json.dumps({"tenken": 1, "hosts": hosts}), encoding="utf-8")
    assembled = assemble(registry.read(files))
    graph = graphs.build(assembled.inventory, assembled.locate, assembled.partial)
    disks = graph.of(LdNode)
    assert len(disks) == lds
    for number, disk in enumerate(disks):
        if number % 4 == 0:
            host, before = number // 64, (number // 64 - 1) % 4
            assert disk.fact.uid == ism_export.device_of(number)
            assert {found and found.name for found in disk.hosts or ()} == {f"esx{host}", f"esx{before}"}
            assert [copy and copy.fact.ldn for copy in disk.copies] == [f"{number + 1:04x}h", None]
        else:
            assert disk.fact.uid is None
            assert disk.hosts == []
        if number % 4 == 1:
            assert [original and original.fact.ldn for original in disk.originals] == [f"{number - 1:04x}h"]
