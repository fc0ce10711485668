"""The terminal: what was read, what came out, the worst first, and what to do next, within a screen where that is possible."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

from tenken.model.report import VERDICTS, Report, Result, RuleUsed, SubjectName, VerdictOf
from tenken.model.rule import VMFS_METHODS, Text
from tenken.outputs import plan_view, provenance
from tenken.outputs.digest import TONES, further, tone, urgency
from tenken.outputs.inert import visible
from tenken.outputs.next_steps import next_steps, undecided_warnings
from tenken.outputs.ranking import waived
from tenken.outputs.widths import left_pad, pad, shorten, width, wrap
from tenken.outputs.words import SYMBOLS, named, word

_COLORS = {
    "ineligible": "31;1",
    "unknown": "35",
    "inquire": "36",
    "conditional": "33",
    "eligible": "32",
    "error": "31;1",
    "warning": "33",
}
_SHOWN_RULES, _SHOWN_SUBJECTS, _SHOWN_STORES, _SHOWN_FACTS, _SHOWN_NOTES = 12, 3, 12, 8, 3


def render(report: Report, lang: str = "en", templates: Path | None = None, color: bool = False) -> str:
    """The report as lines for a terminal; ``color`` adds ANSI colours and nothing else. It has no templates."""
    return _Console(report, lang, color).render()


class _Console:
    def __init__(self, report: Report, lang: str, color: bool) -> None:
        self.report, self.lang, self.color = report, lang, color
        self.lines: list[str] = []

    def render(self) -> str:
        self._head()
        self._answer()
        self._subjects("section.jobs", ("job",))
        self._datastores()
        self._subjects("section.others", ("disk", "host"))
        self._findings()
        self._known()
        self._plan()
        self._unknowns()
        self._waived()
        self._notes()
        self._next()
        self._foot()
        return "\n".join(self.lines) + "\n"

    def word(self, key: str, **values: object) -> str:
        return word(key, self.lang, **values)

    def _named(self, group: str, name: str) -> str:
        return named(group, name).text(self.lang)

    def _text(self, text: Text) -> str:
        return visible(text.text(self.lang))

    def _paint(self, text: str, kind: str) -> str:
        code = _COLORS.get(kind)
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and code else text

    def _strong(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self.color else text

    def _verdict(self, verdict: str) -> str:
        return f"{SYMBOLS[verdict]} {self._named('verdict', verdict)}"

    def _plan(self) -> None:
        if self.report.plan is not None:
            self.lines += ["", *plan_view.lines(self.report.plan, self.lang, self._strong)]
        elif any(found.verdict == "ineligible" and found.method != "as_planned" for found in self.report.verdicts):
            self.lines += ["", self.word("plan.hint")]

    # --- parts -----------------------------------------------------------------------------------------------------

    def _head(self) -> None:
        report = self.report
        owner = f", {visible(report.customer)}" if report.customer else ""
        packs = ", ".join(f"{pack.id} {pack.edition}" for pack in report.packs)
        self.lines.append(
            self._strong(f"{visible(report.site)}{owner}") + f"  ({report.tool.name} {report.tool.version}, {packs})"
        )
        for source in report.inputs:
            told = [self._text(part) for part in (provenance.kind(source), provenance.details(source))]
            shown = ("、" if self.lang == "ja" else ", ").join(filter(None, told))
            self.lines.append(f"  {visible(source.name)} ({shown})")
        subjects = report.summary.subjects
        kinds = ("host", "datastore", "vm", "logical_disk", "job")
        counts = [f"{self._named('kind', kind)} {subjects[kind]:,}" for kind in kinds if subjects.get(kind)]
        if counts:
            self.lines.append("  " + self.word("punctuation.comma").join(counts))
        for notice in report.notices:
            self.lines += wrap(self._text(notice), 100, "  ! ", "    ")

    def _answer(self) -> None:
        summary = self.report.summary
        counts = summary.verdicts.get("vm", {})
        if not counts:
            self.lines += ["", self.word("answer.none")]
        self._answers(counts)

    def _answers(self, counts: dict[str, dict[str, int]]) -> None:
        """A row for each method of VMs, then RDM disks, SAN boot hosts and jobs, as on the page."""
        summary = self.report.summary
        rows = [
            (self._named("method", method), summary.ready.get(method, 0), counts.get(method, {}))
            for method in VMFS_METHODS
            if counts
        ]
        rows += [(self.word(f"answer.{answer.method}"), answer.ready, answer.counts) for answer in further(self.report)]
        if not rows:
            return
        heads = [self._named("verdict", verdict) for verdict in VERDICTS]
        first = max(width(name) for name, _, _ in rows)
        ready_head = self.word("answer.ready")
        self.lines += ["", " " * first + "  " + "  ".join([ready_head, *heads])]
        for name, ready, found in rows:
            cells = [self._strong(left_pad(f"{ready:,}", width(ready_head)))]
            for verdict, head in zip(VERDICTS, heads, strict=True):
                count = found.get(verdict, 0)
                cell = left_pad(f"{count:,}" if count else "·", width(head))
                cells.append(self._paint(cell, verdict) if count else cell)
            self.lines.append(pad(name, first) + "  " + "  ".join(cells))

    def _datastores(self) -> None:
        stores: dict[str, dict[str, VerdictOf]] = defaultdict(dict)
        for ruling in self.report.verdicts:
            if ruling.subject.kind == "datastore":
                stores[ruling.subject.name][ruling.method] = ruling
        if not stores:
            return
        worst = sorted(stores.items(), key=lambda item: urgency(SubjectName("datastore", item[0]), item[1].values()))
        columns = min(32, max(width(visible(name)) for name in stores))
        wide = max(width(self._verdict(verdict)) for verdict in VERDICTS)
        self.lines += ["", self._strong(self.word("section.datastores"))]
        for name, methods in worst[:_SHOWN_STORES]:
            cells = []
            for method in VMFS_METHODS:
                found = methods.get(method)
                if found is not None:
                    cells.append(
                        f"{self._named('method', method)} {self._paint(pad(self._verdict(found.verdict), wide), found.verdict)}"
                    )
            spoilers = list(dict.fromkeys(s.name for found in methods.values() for s in found.blocked_by))
            rules = list(dict.fromkeys(rule for found in methods.values() for rule in found.because))
            tail = f"  ← {self._some(spoilers)}" if spoilers else f"  {self._some(rules)}"
            self.lines.append(f"  {pad(shorten(visible(name), columns), columns)}  {'  '.join(cells)}{tail}".rstrip())
        self._more(len(worst) - _SHOWN_STORES)

    def _subjects(self, title: str, kinds: tuple[str, ...]) -> None:
        """Subjects with one verdict each, the worst first, with what decided it."""
        found = [ruling for ruling in self.report.verdicts if ruling.subject.kind in kinds]
        if not found:
            return
        found.sort(key=lambda ruling: urgency(ruling.subject, [ruling]))
        columns = min(40, max(width(visible(ruling.subject.name)) for ruling in found))
        wide = max(width(self._verdict(verdict)) for verdict in VERDICTS)
        methods = max(width(self._named("short", ruling.method)) for ruling in found)
        self.lines += ["", self._strong(self.word(title))]
        for ruling in found[:_SHOWN_STORES]:
            name = pad(shorten(visible(ruling.subject.name), columns), columns)
            verdict = self._paint(pad(self._verdict(ruling.verdict), wide), ruling.verdict)
            because = self._some(ruling.because)
            method = pad(self._named("short", ruling.method), methods)
            self.lines.append(f"  {name}  {method}  {verdict}  {because}".rstrip())
        self._more(len(found) - _SHOWN_STORES)

    def _findings(self) -> None:
        groups: dict[str, list[Result]] = defaultdict(list)
        for result in self.report.results:
            undescribed = result.outcome == "unknown" and not result.lacks  # nothing to collect: the guide does not say
            known = result.baseline == "known"
            if result.in_plan and not known and (undescribed or result.outcome in ("fail", "inquire", "error")):
                groups[result.rule].append(result)
        self.lines += ["", self._strong(self.word("section.findings"))]
        if not groups:
            undecided = any(result.outcome == "unknown" and result.in_plan for result in self.report.results)
            self.lines.append(f"  {self.word('finding.none.decided' if undecided else 'finding.none')}")
        else:
            self.lines += wrap(self.word("finding.titles"), 110, "  ", "  ")
        rules = {rule.id: rule for rule in self.report.rules}
        ordered = sorted(groups.values(), key=lambda group: (min(map(_gravity, group)), -len(group), group[0].rule))
        # A waiver that does not act any more says why a finding is back: that is not left to the last line.
        of_waivers = [group for group in ordered[_SHOWN_RULES:] if group[0].subject.kind == "waiver"]
        shown = ordered[:_SHOWN_RULES] + of_waivers
        for group in shown:
            self._group(group, rules.get(group[0].rule))
        if left := len(ordered) - len(shown):
            self.lines.append(f"  {self.word('finding.more', n=left)}")

    def _group(self, group: list[Result], rule: RuleUsed | None) -> None:
        shown = sorted(group, key=_gravity)[:_SHOWN_SUBJECTS]
        worst = shown[0]
        worth = tone(worst)
        mark = self._paint(f"{SYMBOLS.get(worth, '!')} {self._named('tone', worth)}", worth)
        subjects = self.word("finding.subjects", n=len(group))
        title = self._text(rule.title if rule else worst.title)
        self.lines.append(f"  {mark}  {title}  ({subjects})  {worst.rule}")
        for result in shown:
            self.lines += wrap(f"{self._text(result.message)}  [{visible(str(result.location))}]", 110, "      ", "        ")
        if len(group) > _SHOWN_SUBJECTS:
            self.lines.append("      " + self.word("table.more", n=len(group) - _SHOWN_SUBJECTS))
        self.lines += wrap(self._remedy(shown, len(group)), 110, "      → ", "        ")

    def _remedy(self, shown: list[Result], count: int) -> str:
        """What to change, told of the first; where it names that one alone, that the others need the same."""
        remedy = self._text(shown[0].remedy)
        if all(result.remedy == shown[0].remedy for result in shown):
            return remedy
        return self.word("finding.remedy.likewise", remedy=remedy, n=count - 1)

    def _waived(self) -> None:
        """What somebody accepted: it fails nothing, and is never out of sight."""
        found = [result for result in self.report.results if result.outcome == "waived"]
        if not found:
            return
        self.lines += ["", self._strong(f"{self.word('section.waived')} ({len(found)})")]
        for result in found[:_SHOWN_FACTS]:
            said = f"{self._text(result.message)}  [{visible(str(result.location))}]  {result.rule}"
            self.lines += wrap(said, 110, f"  {SYMBOLS['waived']} ", "    ")
            self.lines += wrap(self._text(waived(result)), 110, "    ", "    ") if result.waiver else []
        self._more(len(found) - _SHOWN_FACTS)

    def _known(self) -> None:
        """What the baseline knows already, counted by rule; and what it knows that is gone."""
        compared = self.report.baseline
        if compared is None:
            return
        self.lines += ["", self._strong(self.word("section.known"))]
        said = self.word(
            "known.summary", name=visible(compared.name), new=compared.new, known=compared.known, gone=len(compared.gone)
        )
        self.lines += wrap(said, 110, "  ", "  ")
        known = [result for result in self.report.results if result.baseline == "known"]
        counts = Counter(result.rule for result in known)
        titles = {result.rule: result.title for result in known}
        for rule, count in counts.most_common(_SHOWN_RULES):
            self.lines.append(f"  · {self._text(titles[rule])}  ({self.word('finding.subjects', n=count)})  {rule}")
        self._more(len(counts) - _SHOWN_RULES)
        if compared.gone:
            self.lines.append(f"  {self.word('section.gone')} ({len(compared.gone)}): {self.word('known.update')}")
            for gone in compared.gone[:_SHOWN_FACTS]:
                self.lines.append(
                    f"    {visible(gone.rule)}  {self._named('kind', gone.subject.kind)} {visible(gone.subject.name)}"
                )
            self._more(len(compared.gone) - _SHOWN_FACTS)

    def _unknowns(self) -> None:
        missing = self.report.missing_facts
        if not missing:
            return
        self.lines += ["", self._strong(self.word("section.unknowns"))]
        for fact in missing[:_SHOWN_FACTS]:
            who = self._named("ask", fact.ask)
            count = self.word("finding.subjects", n=fact.subjects)
            self.lines.append(f"  ? {self._text(fact.label)}  ({count})  {fact.path}  {who}")
        self._more(len(missing) - _SHOWN_FACTS)

    def _notes(self) -> None:
        notes = self.report.notes
        if not notes:
            return
        self.lines += ["", self._strong(f"{self.word('section.notes')} ({len(notes)})")]
        for note in notes[:_SHOWN_NOTES]:
            self.lines += wrap(self._text(note.text), 110, "  i ", "    ")
        self._more(len(notes) - _SHOWN_NOTES)

    def _next(self) -> None:
        steps = next_steps(self.report)
        if not steps:
            return
        self.lines += ["", self._strong(self.word("section.next"))]
        for number, (_, step) in enumerate(steps, 1):
            self.lines += wrap(self._text(step), 110, f"  {number}. ", "     ")

    def _foot(self) -> None:
        summary = self.report.summary
        keys = ("error", "unknown", "inquire", "warning")
        counts = self.word("punctuation.comma").join(f"{self.word(f'count.{key}')} {summary.levels[key]:,}" for key in keys)
        self.lines += ["", counts]
        if summary.out_of_plan:
            self.lines[-1] += f"{self.word('punctuation.comma')}{self.word('count.out_of_plan')} {summary.out_of_plan:,}"
        if undecided := undecided_warnings(self.report):
            self.lines.append(self.word("answer.warnings.undecided", n=undecided))
        pending = self.report.coverage.pending
        if pending:
            self.lines.append(self.word("coverage.pending.warning", n=pending, total=self.report.coverage.clauses))
        threshold = self.word(f"threshold.{summary.fail_on}")
        self.lines.append(self.word(f"exit.{summary.exit_code}", threshold=threshold))

    def _some(self, names: list[str]) -> str:
        shown = self.word("punctuation.comma").join(visible(name) for name in names[:3])
        return shown + (f" {self.word('table.more', n=len(names) - 3)}" if len(names) > 3 else "")

    def _more(self, count: int) -> None:
        if count > 0:
            self.lines.append(f"  {self.word('table.more', n=count)}")


def _gravity(result: Result) -> int:
    return TONES.index(tone(result))
