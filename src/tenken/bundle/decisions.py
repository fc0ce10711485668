"""What people decided about a run, under pseudonyms: settings, waivers and the baseline."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tenken.bundle.masking import Masking
from tenken.gate import baseline as baselines
from tenken.gate.baseline import Baseline
from tenken.gate.waivers import Waivers, day_of
from tenken.model.baseline import Known
from tenken.model.report import Result
from tenken.sources.native import writer as native_writer

CONFIG, WAIVERS, BASELINE = "tenken.toml", "tenken-waivers.yaml", "tenken-baseline.json"


@dataclass(frozen=True, slots=True)
class InForce:
    """The settings of a run that change what comes out of it."""

    fail_on: str = "unknown"
    unknown: str = "threshold"
    rules: Mapping[str, str] = field(default_factory=dict)
    """Rule id or pattern → level or switch, in the order in which they are applied."""
    precedence: Mapping[str, Sequence[str]] = field(default_factory=dict)
    assumptions: Sequence[str] = ()


def config(settings: InForce, masking: Masking, all_rules: Sequence[str], files: Container[str]) -> str:
    """``tenken.toml``, with which ``tenken check`` needs no argument. A pattern is spelled out: its text may name anything."""
    lines = ['inputs = ["inputs"]', f"fail-on = {_quoted(settings.fail_on)}", f"unknown = {_quoted(settings.unknown)}"]
    if settings.assumptions:
        lines.append(f"assumptions = [{', '.join(map(_quoted, settings.assumptions))}]")
    lines += [f'waivers = "{WAIVERS}"'] if WAIVERS in files else []
    lines += [f'baseline = "{BASELINE}"'] if BASELINE in files else []
    rules: dict[str, str] = {}
    for pattern, switch in settings.rules.items():
        rules.update(dict.fromkeys(fnmatch.filter(all_rules, pattern) if "*" in pattern else [pattern], switch))
    if rules:
        lines += ["", "[rules]", *(f"{_quoted(name)} = {_quoted(switch)}" for name, switch in rules.items())]
    if settings.precedence:
        lines += ["", "[precedence]"]
        for fact, order in settings.precedence.items():
            lines.append(f"{_quoted(masking.fact(fact))} = [{', '.join(_quoted(masking.source(name)) for name in order)}]")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=True)


def waivers(found: Waivers, pairs: Sequence[tuple[Result, Result]], masking: Masking) -> str:
    """The waiver file. What a pattern or a fingerprint covers is named one by one: neither fits a pseudonym.

    pairs: each finding, and the same one under pseudonyms.
    """
    entries = []
    for standing in found.standings:
        said = standing.waiver
        words = {"reason": said.reason, "owner": said.owner, "ticket": said.ticket}
        told = {key: masking.pseudonyms.name(text, key) for key, text in words.items() if text is not None}
        told["expires"] = said.expires if day_of(said.expires) else masking.pseudonyms.name(said.expires, "text")
        rule = said.rule if masking.is_rule(said.rule) else masking.pseudonyms.name(said.rule, "rule")
        covered = [masked for result, masked in pairs if result.rule == said.rule and standing.matches(result)]
        subjects: list[dict[str, Any]] = []
        if said.subject is None:
            subjects = [{"fingerprint": masked.fingerprint} for masked in covered] or [{"fingerprint": "0" * 16}]
        else:
            kind, name = said.subject.kind, said.subject.name
            names = list(dict.fromkeys(masked.subject.name for masked in covered)) or [masking.pseudonyms.joined(name, "name")]
            subjects = [{"subject": {"kind": kind, "name": name}} for name in names]
        entries += [{"rule": rule, **subject, **told} for subject in subjects]
    body = native_writer.write({"time_zone": found.time_zone, "waivers": entries}, ["Waivers, under pseudonyms."])
    return body.replace("tenken: 1\n", "tenken_waivers: 1\n", 1)


def baseline(found: Baseline, pairs: Sequence[tuple[Result, Result]], masking: Masking) -> str:
    """The baseline. What is gone from the site stays as a line of its own that fits nothing."""
    by_fingerprint = {result.fingerprint: masked for result, masked in pairs}
    entries = []
    for number, known in enumerate(found.findings):
        masked = by_fingerprint.get(known.fingerprint)
        rule = known.rule if masking.is_rule(known.rule) else masking.pseudonyms.name(known.rule, "rule")
        kind, _, name = known.subject.partition("/")
        subject = f"{masking.kind(kind)}/{masking.pseudonyms.joined(name, 'name')}"
        entries.append(
            Known(
                fingerprint=masked.fingerprint if masked is not None else f"{number:016x}",
                worth=known.worth,
                rule=rule,
                subject=f"{masked.subject.kind}/{masked.subject.name}" if masked is not None else subject,
            )
        )
    return baselines.text(entries)
