"""A bundle: what whoever receives it needs to see what each source said, and to get the same verdicts from it."""

from __future__ import annotations

import dataclasses
import json
import platform
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tenken
from tenken import pipeline
from tenken.bundle import decisions, inputs, readme, rvtools
from tenken.bundle.decisions import BASELINE, CONFIG, WAIVERS, InForce
from tenken.bundle.inputs import Input
from tenken.bundle.masking import Masking, texts_of
from tenken.document.problem import InputError
from tenken.engine import graph as graphs
from tenken.engine.evaluate import evaluate
from tenken.engine.findings import Findings
from tenken.engine.verdict import judge
from tenken.model.report import Report
from tenken.outputs import registry as formats
from tenken.outputs.json import render as report_as_json
from tenken.pipeline import Run
from tenken.sources.base import Document
from tenken.sources.joining.assemble import assemble
from tenken.sources.joining.precedence import source_of
from tenken.sources.native import source as native
from tenken.sources.rvtools import source as rvtools_source


@dataclass(slots=True)
class Bundle:
    """What may leave the house, file by file, and what stays."""

    files: dict[str, str]
    originals: dict[str, str]
    """Pseudonym → name."""
    inputs: list[dict[str, Any]]
    """For each file of an input: path, size and SHA-256 of the original, for those who keep the map."""
    same: bool
    """The masked inputs give the same verdicts and findings, one for one; where not, a word was masked that a rule reads."""
    differences: list[str] = field(default_factory=list)


def make(
    paths: Sequence[Path],
    run: Run,
    known: Mapping[str, str] | None = None,
    lang: str = "en",
    settings: InForce | None = None,
) -> Bundle:
    """The bundle of a run. paths: its inputs, which are read once more; known: the map of an earlier bundle.

    Raises InputError where the inputs can't be read any more.
    """
    settings = settings or InForce()
    masking = Masking(run.catalog, known, inputs.own_words())
    documents = inputs.read(paths)
    for document in documents:
        masking.pseudonyms.avoid(texts_of(document.tree))
        if _is_rvtools(document):
            masking.pseudonyms.avoid(rvtools.texts(Path(document.name)))
    found = inputs.masked(documents, masking)
    again = _checked(found, run, masking, settings)
    differences = _differences(run, again)
    files = {one.file: one.content for one in found}
    files.update(_decided(run, again, not differences, masking))
    rules = [rule for pack in run.catalog.packs for rule in pack.rules]
    files[CONFIG] = decisions.config(settings, masking, rules, files)
    made = _report(_with_decisions(again, files), settings)
    joined = any(document.join is not None for document in documents)
    for one in found:
        if _is_rvtools(one.document):
            files.update(_raw(one, masking, joined))
    files["inputs.json"] = json.dumps([one.about for one in found], indent=1) + "\n"
    files["report.json"] = report_as_json(made).decode()
    files["report.md"] = str(formats.render(made, "markdown", lang))
    files["versions.json"] = json.dumps(_versions(made, differences), indent=1) + "\n"
    files["README.md"] = readme.text(found, files)
    return Bundle(files, masking.originals, [_kept(one) for one in found], not differences, differences)


def _is_rvtools(document: Document) -> bool:
    return source_of(document) == "rvtools" and not document.format.startswith("native")


def _checked(found: Sequence[Input], run: Run, masking: Masking, settings: InForce) -> Run:
    """A run on the masked files alone, as whoever unpacks them gets it."""
    documents = []
    with tempfile.TemporaryDirectory() as folder:
        for one in found:
            path = Path(folder) / Path(one.file).name
            path.write_text(one.content, encoding="utf-8")
            documents += native.read(path, one.file)
    precedence = {masking.fact(fact): [masking.source(name) for name in order] for fact, order in settings.precedence.items()}
    assembled = assemble(documents, precedence=precedence, assumptions=settings.assumptions)
    graph = graphs.build(assembled.inventory, assembled.locate, assembled.partial)
    return Run(run.catalog, assembled, graph, evaluate(graph, run.catalog.rules.values()))


def _report(run: Run, settings: InForce) -> Report:
    return pipeline.report(run, fail_on=settings.fail_on, unknown=settings.unknown)  # type: ignore[arg-type]


def _differences(run: Run, again: Run) -> list[str]:
    """What came out otherwise under pseudonyms; in words of the schema and ids of rules only."""
    told = []
    old, new = _verdicts(run), _verdicts(again)
    if old != new:
        told.append(f"verdicts: {sum(one != other for one, other in zip(old, new, strict=False)) + abs(len(old) - len(new))}")
    counted, recounted = _outcomes(run), _outcomes(again)
    for rule, outcome in sorted({*counted, *recounted}):
        if counted[rule, outcome] != recounted[rule, outcome]:
            told.append(f"{rule}, {outcome}: {counted[rule, outcome]} → {recounted[rule, outcome]}")
    return told


def _verdicts(run: Run) -> list[tuple[object, ...]]:
    return [
        (ruling.node.kind, ruling.method, ruling.judgement.verdict, sorted(ruling.judgement.rules))
        for ruling in judge(run.graph, run.runs)
    ]


def _outcomes(run: Run) -> Counter[tuple[str, str]]:
    """How often each rule came out how. Evidence, which a report is mostly made of, is not needed to compare."""
    return Counter({(found.rule.id, outcome): count for found in run.runs for outcome, count in found.counts().items()})


def _decided(run: Run, again: Run, same: bool, masking: Masking) -> dict[str, str]:
    """What people decided about the findings, by the fingerprints that these have under pseudonyms."""
    if run.waivers is None and run.baseline is None:
        return {}
    results = [
        Findings(one.graph, one.catalog, one.assembled.locate).results(one.runs, everything=False) if same else []
        for one in (run, again)
    ]
    pairs = list(zip(*results, strict=False))
    files = {}
    if run.waivers is not None:
        files[WAIVERS] = decisions.waivers(run.waivers, pairs, masking)
    if run.baseline is not None:
        files[BASELINE] = decisions.baseline(run.baseline, pairs, masking)
    return files


def _with_decisions(run: Run, files: Mapping[str, str]) -> Run:
    """The run with the masked waivers and baseline, as they are read from the archive."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: Path(folder) / name for name in (WAIVERS, BASELINE) if name in files}
        for name, path in paths.items():
            path.write_text(files[name], encoding="utf-8")
        accepted = pipeline.read_waivers(paths[WAIVERS], WAIVERS) if WAIVERS in paths else None
        known = pipeline.read_baseline(paths[BASELINE], BASELINE) if BASELINE in paths else None
    return dataclasses.replace(run, waivers=accepted, baseline=known)


def _raw(one: Input, masking: Masking, joined: bool) -> dict[str, str]:
    """The export as it was written, and whether its reader makes the same of it as it did of the original.

    joined: other inputs may have added to what was read, so that the original has to be read once more.
    """
    folder = f"raw/{Path(one.file).stem}"
    try:
        files, unknown = rvtools.masked(Path(one.document.name), masking)
        one.about["columns_not_read"] = unknown
        with tempfile.TemporaryDirectory() as place:
            for name, content in files.items():
                (Path(place) / name).write_bytes(content.encode("utf-8-sig"))
            (read,) = rvtools_source.read(Path(place), folder)
    except (InputError, OSError) as error:
        one.about["raw"] = None
        one.about["raw_failed"] = type(error).__name__
        return {}
    (original,) = rvtools_source.read(Path(one.document.name), "") if joined else [one.document]
    one.about["raw"] = folder
    one.about["raw_reads_the_same"] = read.partial == original.partial and read.tree == masking.mask(original.tree)
    return {f"{folder}/{name}": content for name, content in files.items()}


def _versions(made: Report, differences: list[str]) -> dict[str, Any]:
    return {
        "tenken": tenken.__version__,
        "python": platform.python_version(),
        "system": platform.system(),
        "packs": [{"id": pack.id, "edition": pack.edition, "digest": pack.digest} for pack in made.packs],
        "same_verdicts": not differences,
        "differences": differences,
    }


def _kept(one: Input) -> dict[str, Any]:
    size, digest = inputs.size_and_digest(Path(one.document.name))
    return {"file": one.file, "original": one.document.name, "bytes": size, "sha256": digest}
