"""Estates of any size with known defects.

    python -m benchmarks.generate --vms 10000 --format json --seed 1 -o site.json --expected findings.json

The same arguments always write the same file, so that a run over it is a test too: tenken must find exactly what
``generate`` returns, on the JSON and on the YAML. A workbook of RVTools says less; what it leaves out is unknown there.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import defects, yaml_block
from benchmarks.defects import Finding
from benchmarks.estate import Tree, healthy

FORMATS = ("json", "yaml", "rvtools")


def generate(vms: int, seed: int, *, share: float = 0.01, jobs: bool = True) -> tuple[Tree, set[Finding]]:
    """An inventory with defects in about ``share`` of its VMs, and all results that are neither pass nor not applicable.

    jobs: with backup jobs for all datastores; without them everything is a candidate.
    """
    estate = healthy(vms, seed, jobs)
    return estate.tree, defects.plant(estate, random.Random(f"defects {seed}"), share)


def write(tree: Tree, path: Path, format: str) -> None:
    """The inventory as a file; in JSON each entry of a top-level list has a line for itself."""
    if format == "rvtools":
        from benchmarks import rvtools_workbook

        rvtools_workbook.write(tree, path)
        return
    with path.open("w", encoding="utf-8", newline="\n") as file:
        if format == "yaml":
            file.writelines(yaml_block.dump(tree))
        else:
            file.writelines(_json(tree))


def _json(tree: Tree) -> Iterator[str]:
    encode = json.JSONEncoder(ensure_ascii=False).encode
    for place, (key, value) in enumerate(tree.items()):
        yield f"{',' if place else '{'}\n{encode(key)}: "
        if isinstance(value, list) and value:
            yield "[\n" + ",\n".join(map(encode, value)) + "\n]"
        else:
            yield encode(value)
    yield "\n}\n"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__.splitlines()[0])
    parser.add_argument("--vms", type=int, default=10_000, metavar="N")
    parser.add_argument("--format", choices=FORMATS, default="json")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=0.01, help="share of VMs with a defect (default: 0.01)")
    parser.add_argument("--no-jobs", action="store_true", help="an estate without backup jobs: everything is a candidate")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    parser.add_argument("--expected", type=Path, metavar="FILE", help="where to write what must be found, as JSON")
    options = parser.parse_args(arguments)
    tree, expected = generate(options.vms, options.seed, share=options.share, jobs=not options.no_jobs)
    write(tree, options.output, options.format)
    if options.expected:
        options.expected.write_text(json.dumps(sorted(expected), ensure_ascii=False, indent=0), encoding="utf-8")
    print(f"{options.output}: {options.vms} VMs, {len(expected)} findings planted", file=sys.stderr)


if __name__ == "__main__":
    main()
