"""The bars, measured side by side in one run; prints a table and writes docs/performance.md.

    python -m benchmarks.run [--quick] [--only NAME] [--spectral PATH_OF_SPECTRAL]

Ratios are what counts: seconds differ from machine to machine. A tool that is missing is named and skipped.
"""

from __future__ import annotations

import argparse
import copy
import functools
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from benchmarks import rego
from benchmarks.generate import generate, write

ROOT = Path(__file__).parent.parent
PARTS = ("start_up", "json", "yaml", "regorus", "cel", "rvtools", "sources", "page")
PYTHON = sys.executable


@dataclass
class Line:
    """One row of the table."""

    what: str
    measured: str
    against: str
    bar: str
    met: bool | None


def timed(command: list[str], runs: int, cwd: Path = ROOT, output: Path = Path(os.devnull)) -> float:
    """Median seconds of a whole process that writes to a file. A command that fails otherwise than by its findings is an error."""
    seconds = []
    for _ in range(runs):
        with output.open("wb") as file:
            begin = time.perf_counter()
            done = subprocess.run(command, cwd=cwd, stdout=file, stderr=subprocess.PIPE, text=True, check=False)
            seconds.append(time.perf_counter() - begin)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"{command} exited {done.returncode}: {done.stderr[-500:]}")
    return statistics.median(seconds)


def peak_mib(command: list[str]) -> tuple[float, float]:
    """Seconds and peak memory of one run of a process, in a child that runs nothing else."""
    code = (
        "import resource, subprocess, sys, time; b = time.perf_counter();"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
        "print(time.perf_counter() - b, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    seconds, mib = subprocess.run([PYTHON, "-c", code, *command], capture_output=True, text=True, check=True).stdout.split()
    return float(seconds), float(mib)


def in_process(function: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """Median seconds of a call, and its last result. To let go of the result before counts for nothing."""
    seconds, result = [], None
    for _ in range(runs):
        result = None
        begin = time.perf_counter()
        result = function()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds), result


def seconds_of_json_load(path: Path) -> float:
    """Seconds that ``json.load`` takes for a file in a process that did nothing before."""
    code = (
        "import json, sys, time; b = time.perf_counter(); tree = json.load(open(sys.argv[1], encoding='utf-8'));"
        "print(time.perf_counter() - b)"
    )
    return float(subprocess.run([PYTHON, "-c", code, str(path)], capture_output=True, text=True, check=True).stdout)


class Bench:
    def __init__(self, folder: Path, quick: bool, spectral: str | None) -> None:
        self.folder, self.spectral = folder, spectral
        self.vms, self.runs = (1_000, 1) if quick else (10_000, 3)
        self.lines: list[Line] = []
        self.notes: list[str] = []

    def site(self, vms: int, format: str) -> Path:
        path = self.folder / f"{vms}.{'xlsx' if format == 'rvtools' else format}"
        if not path.exists():
            write(generate(vms, 1)[0], path, format)
        return path

    def add(self, what: str, measured: str, against: str, bar: str, met: bool | None) -> None:
        self.lines.append(Line(what, measured, against, bar, met))
        print(f"{'' if met is None else 'ok  ' if met else 'MISS'} {what}: {measured} | {against} | bar: {bar}", flush=True)

    # --- the measurements ------------------------------------------------------------------------------------------

    def start_up(self) -> None:
        ours, bare = timed([PYTHON, "-m", "tenken", "--version"], 7), timed([PYTHON, "-c", "pass"], 7)
        self.add("`tenken --version`", f"{ours:.3f} s", f"{ours / bare:.1f} × `python -c pass`", "8 ×", ours <= 8 * bare)
        small = timed([PYTHON, "-m", "tenken", "check", "examples/failing"], 5)
        self.add("`tenken check examples/failing`", f"{small:.2f} s", "", "0.5 s", small <= 0.5)

    def json(self) -> None:
        path = self.site(self.vms, "json")
        command = [PYTHON, "-m", "tenken", "check", str(path), "-f", "json"]
        ours = timed(command, self.runs * 2 - 1, output=self.folder / "report.json")
        load = statistics.median(seconds_of_json_load(path) for _ in range(self.runs * 2 + 1))
        self.add(
            f"{self.vms:,} VMs, JSON in, whole pack, JSON report, whole process",
            f"{ours:.2f} s", f"{ours / load:.1f} × `json.load` of the same file of {path.stat().st_size / 2**20:.0f} MiB ({load:.3f} s), the process around it not counted", "1.5 s, 12 ×",
            ours <= 1.5 and ours <= 12 * load,
        )  # fmt: skip
        if self.vms < 10_000:
            return
        ten, ten_mib = peak_mib(command)
        hundred, mib = peak_mib([PYTHON, "-m", "tenken", "check", str(self.site(10 * self.vms, "json")), "-f", "json"])
        self.add(
            f"{10 * self.vms:,} VMs, JSON", f"{hundred:.1f} s, {mib / 1024:.2f} GiB", f"{hundred / ten:.1f} × the {self.vms:,} run ({ten_mib:.0f} MiB)",
            "11 ×, 1.5 GB", hundred <= 11 * ten and mib * 2**20 <= 1.5e9,
        )  # fmt: skip

    def yaml(self) -> None:
        path = self.site(self.vms, "yaml")
        ours = timed([PYTHON, "-m", "tenken", "check", str(path), "-f", "json"], self.runs, output=self.folder / "y.json")
        against, faster = "Spectral is not installed", None
        if self.spectral:
            rules = self.folder / "spectral.yaml"
            rules.write_text(SPECTRAL, encoding="utf-8")
            command = [
                self.spectral,
                "lint",
                str(path),
                "-r",
                str(rules),
                "--quiet",
                "-f",
                "json",
                "-o",
                str(self.folder / "s.json"),
            ]
            theirs = timed(command, 1)
            if not json.loads((self.folder / "s.json").read_text(encoding="utf-8")):
                raise RuntimeError("Spectral found nothing: its rules did not run")
            against, faster = f"Spectral 6, 10 rules: {theirs:.1f} s, {theirs / ours:.1f} × ours", ours < theirs
        self.add(
            f"{self.vms:,} VMs, YAML, every finding with line and column",
            f"{ours:.2f} s",
            against,
            "2.5 s, faster than Spectral",
            ours <= 2.5 and faster is not False,
        )

    def regorus(self) -> None:
        try:
            import regorus
        except ImportError:
            self.notes.append("REGORUS IS NOT INSTALLED (gordon-to-regorus): its line is missing.")
            return
        from tenken.document.collector import collector_paused
        from tenken.document.json_text import JsonText
        from tenken.engine import graph as graphs
        from tenken.engine.evaluate import NAMES, evaluate
        from tenken.pipeline import load_rules
        from tenken.sources.base import Document
        from tenken.sources.joining.assemble import assemble

        catalog = load_rules()
        rules = [catalog.rules[name] for name in rego.RULES]
        text = json.dumps(stated_in_full(generate(self.vms, 1, jobs=False)[0]), ensure_ascii=False)

        def ours() -> set[tuple[str, str]]:
            with collector_paused():
                parsed = JsonText(text, "site")
                tree = parsed.take_tree()
                tree["tenken"] = 1
                found = assemble([Document("site", "native JSON", tree, parsed.locate, keeps_places=True)])
                graph = graphs.build(found.inventory, found.locate)
                return {
                    (run.rule.id, node.name)
                    for run in evaluate(graph, rules)
                    for _, node, outcome in run.notable()
                    if NAMES[outcome] == "fail" or run.rule.id == "array-is-istorage-m"
                }

        engine = regorus.Engine()
        engine.add_policy("bench.rego", rego.POLICY)

        def theirs() -> set[tuple[str, str]]:
            engine.set_input_json(text)
            hits = json.loads(engine.eval_rule_as_json("data.bench.hit"))
            return {(hit[0], hit[1]) for hit in hits}

        seconds, found = in_process(ours, self.runs)
        other, hits = in_process(theirs, self.runs)
        if found != hits:
            raise RuntimeError(
                f"the two disagree: only ours {sorted(found - hits)[:5]}, only theirs {sorted(hits - found)[:5]}"
            )
        self.add(
            f"20 rules, {self.vms:,} VMs, JSON text in, findings out, in process",
            f"{seconds:.2f} s", f"Regorus {other:.2f} s, {other / seconds:.1f} × ours ({len(found)} findings, the same)", "faster than Regorus", seconds < other,
        )  # fmt: skip

    def cel(self) -> None:
        from tenken.engine import graph as graphs
        from tenken.engine.evaluate import evaluate
        from tenken.pipeline import load_rules
        from tenken.sources.joining.assemble import assemble
        from tenken.sources.native.source import read

        catalog = load_rules()
        path = self.site(self.vms, "json")
        found = assemble(read(path, str(path)))
        graph = graphs.build(found.inventory, found.locate)
        seconds, runs = in_process(lambda: evaluate(graph, catalog.rules.values()), self.runs)
        count = sum(len(run.outcomes) for run in runs)
        each = seconds / count
        self.add(
            "one rule on one subject, whole pack",
            f"{each * 1e6:.2f} µs",
            f"{count:,} evaluations in {seconds:.2f} s",
            "1 µs",
            each <= 1e-6,
        )
        try:
            from cel_expr_python import cel
        except ImportError:
            self.notes.append("cel-expr-python IS NOT INSTALLED: its line is missing.")
            return
        rule = catalog.rules["vm-not-suspended"]
        ours, _ = in_process(lambda: evaluate(graph, [rule]), self.runs)
        env = cel.NewEnv(variables={"vm": cel.Type.Map(cel.Type.STRING, cel.Type.DYN)})
        program = env.compile("vm.power_state != 'suspended'")
        data = [{"vm": {"power_state": vm.power_state, "name": vm.name}} for vm in found.inventory.vms or ()]
        theirs, _ = in_process(lambda: [program.eval(data=item) for item in data], 1)
        ratio = (theirs / len(data)) / (ours / len(data))
        self.add(
            "the same condition on each VM",
            f"{ours / len(data) * 1e6:.2f} µs",
            f"Google's CEL {theirs / len(data) * 1e6:.1f} µs, {ratio:.0f} × ours",
            "20 ×",
            ratio >= 20,
        )

    def rvtools(self) -> None:
        try:
            path = self.site(self.vms, "rvtools")
        except ImportError:
            self.notes.append("THE RVTOOLS WORKBOOK CAN'T BE WRITTEN HERE: its line is missing.")
            return
        seconds = timed([PYTHON, "-m", "tenken", "check", str(path)], 1 if self.runs == 1 else 3)
        self.add(
            f"RVTools workbook, {self.vms:,} VMs, console report",
            f"{seconds:.1f} s",
            f"{path.stat().st_size / 2**20:.0f} MiB workbook",
            "5 s",
            seconds <= 5,
        )

    def sources(self) -> None:
        """Reading alone, beside what a bare parser takes for the same file."""
        from benchmarks import host_files, ism_export, terraform_plan
        from tenken.document.collector import collector_paused
        from tenken.sources.ism import source as ism
        from tenken.sources.terraform import source as terraform
        from tenken.sources.vmx import source as vmx

        export, plan, files = self.folder / "ism.xml", self.folder / "plan.json", self.folder / "vmx"
        ism_export.write(self.vms, export)
        terraform_plan.write(plan, self.vms)
        host_files.write(generate(self.vms, 1)[0], files)

        def bare_xml() -> None:
            text = export.read_text(encoding="utf-8")
            ElementTree.fromstring(text[: text.rindex("</REQUEST>") + len("</REQUEST>")])

        for what, source, path, bare, name in (
            (f"iStorage export, {self.vms:,} logical disks", ism, export, bare_xml, "bare ElementTree"),
            (f"Terraform plan, {self.vms:,} VMs", terraform, plan, lambda: json.loads(plan.read_bytes()), "`json.loads`"),
            (f"{self.vms:,} `.vmx` with their descriptors", vmx, files, lambda: [p.read_bytes() for p in files.rglob("*.vm*")], "reading the bytes"),
        ):  # fmt: skip
            with collector_paused():
                ours, _ = in_process(functools.partial(source.read, path, str(path)), 1)
                floor, _ = in_process(bare, 1)
            self.add(f"{what}, reading", f"{ours:.1f} s", f"{ours / floor:.1f} × {name}", "", None)

    def page(self) -> None:
        chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        try:
            from playwright.sync_api import sync_playwright
        except ImportError:
            chromium = None
        if chromium is None:
            self.notes.append("NO BROWSER, OR NO PLAYWRIGHT: the lines about the page are missing.")
            return
        with sync_playwright() as playwright:
            view = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]).new_page()

            def open_page(html: Path) -> None:
                view.goto(html.as_uri())
                view.evaluate("document.body.offsetHeight")

            for vms, bar in ((self.vms // 5, 1.0), (self.vms * 2, None)):
                html = self.folder / f"{vms}.html"
                timed([PYTHON, "-m", "tenken", "check", str(self.site(vms, "json")), "--no-plan", "-o", str(html)], 1)
                seconds, _ = in_process(functools.partial(open_page, html), self.runs)
                self.add(
                    f"HTML report of {vms:,} VMs opens in Chromium",
                    f"{seconds:.2f} s", f"{html.stat().st_size / 2**20:.1f} MiB", "1 s" if bar else "", seconds <= bar if bar else None,
                )  # fmt: skip


def stated_in_full(tree: dict[str, Any]) -> dict[str, Any]:
    """The same inventory without defaults, as an engine that knows none needs it."""
    tree = copy.deepcopy(tree)
    defaults = tree.pop("defaults", {})

    def fill(target: dict[str, Any], values: dict[str, Any]) -> None:
        for key, value in values.items():
            if key not in target:
                target[key] = copy.deepcopy(value)
            elif isinstance(value, dict) and isinstance(target[key], dict):
                fill(target[key], value)

    for vm in tree["vms"]:
        fill(vm, defaults.get("vm", {}))
        for disk in vm.get("disks") or ():
            fill(disk, defaults.get("disk", {}))
    return tree


SPECTRAL = """
rules:
""" + "".join(
    f"""  rule-{number}:
    given: $.vms[*]{path}
    severity: error
    message: "{{{{path}}}}"
    then: {then}
"""
    for number, (path, then) in enumerate(
        [
            ("", "{field: encrypted, function: falsy}"), ("", "{field: fault_tolerance, function: falsy}"), ("", "{field: template, function: falsy}"),
            ("", "{field: power_state, function: pattern, functionOptions: {notMatch: suspended}}"),
            ("", "{field: vmx, function: pattern, functionOptions: {match: '^\\['}}"),
            (".disks[*]", "{field: mode, function: pattern, functionOptions: {notMatch: '^independent'}}"),
            (".disks[*]", "{field: path, function: pattern, functionOptions: {match: '^\\['}}"),
            (".controllers[*]", "{field: bus_sharing, function: pattern, functionOptions: {match: '^none$'}}"),
            (".guest", "{field: tools, function: pattern, functionOptions: {match: '^running$'}}"),
            ("", "{field: name, function: truthy}"),
        ]
    )
)  # fmt: skip

HEAD = """# Performance

Written by `make bench` (`python -m benchmarks.run`): everything side by side in one run, medians, whole processes where it says so.
Ratios are what counts. The estates come from the seeded generator in `benchmarks/`; a test holds that tenken finds exactly
what was planted in them.

| what | tenken | against | bar | |
|---|---|---|---|---|
"""
TAIL = """
How it is done: rules are compiled to Python code objects and run in one loop over all subjects of their kind, or those
for which what several rules begin with may hold; outcomes are one byte each; evidence is worked out only for what is read in a report, and of subjects that a rule can't tell apart once. JSON is read by the C scanner, one element of a list at a time, so that
offsets come for nothing and lines are counted only for findings. YAML is walked once as libyaml's events. pydantic validates
plain trees into slotted dataclasses, after which the tree of a JSON file is let go. The process ends without taking
its objects apart. The garbage collector rests meanwhile. Support tables remember the cells they were asked
for; what surrounds many VMs alike is judged once. Compiled rules and pydantic's core schemas are kept between runs. Whatever is
slow to import is imported by the command that needs it.
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--quick", action="store_true", help="1,000 VMs, once; writes no file")
    parser.add_argument("--only", metavar="NAME", choices=PARTS, help=f"{', '.join(PARTS)}; writes no file")
    parser.add_argument(
        "--spectral",
        metavar="PATH",
        default=shutil.which("spectral"),
        help="the spectral command (npm: @stoplight/spectral-cli)",
    )
    options = parser.parse_args()
    os.environ.pop("TENKEN_LANG", None)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), options.quick, options.spectral)
        if not options.spectral:
            bench.notes.append("SPECTRAL IS NOT INSTALLED: the comparison is missing (npm install @stoplight/spectral-cli).")
        for name in PARTS:
            if options.only in (None, name):
                getattr(bench, name)()
    for note in bench.notes:
        print(note)
    if not options.quick and not options.only:
        rows = "".join(
            f"| {x.what} | {x.measured} | {x.against} | {x.bar} | {'' if x.met is None else 'met' if x.met else 'missed'} |\n"
            for x in bench.lines
        )
        notes = "".join(f"\n{note}\n" for note in bench.notes)
        (ROOT / "docs" / "performance.md").write_text(HEAD + rows + notes + TAIL, encoding="utf-8")
    print(f"peak memory of this run: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
