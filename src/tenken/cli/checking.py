"""One run of ``tenken check``: read, judge, write the reports; and again, where somebody watches."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tenken.cli import forge
from tenken.cli.configured import run_of
from tenken.cli.errors import complain, errors_for_people
from tenken.cli.nothing_checked import why_nothing
from tenken.cli.targets import Target
from tenken.cli.terminal import color, deliver, progress, spare
from tenken.gate import exit_codes
from tenken.outputs import registry

if TYPE_CHECKING:
    from tenken.model.report import Plan, Report
    from tenken.pipeline import Run
    from tenken.settings.resolve import Settings

Content = str | bytes


@dataclass(slots=True)
class Check:
    """What one command line asked for."""

    settings: Callable[[], Settings]
    """What is in force, read anew for each run."""
    targets: list[Target]
    everything: bool
    """What passed or does not apply is listed, too."""
    plan: bool | None
    """The way out in every format that can tell it, or in none; None: in those that people read at leisure."""
    template: Path | None
    annotates: bool
    """It runs on GitHub Actions, and nobody asked for a format."""
    debug: bool
    _latest: tuple[Run, Report] | None = field(default=None, init=False)
    """What was made last: the process ends, and nothing has to take a million objects apart before."""

    def once(self) -> Report:
        """One run. What is wrong with it is told, and ends it."""
        with errors_for_people(self.debug):
            from tenken.document.collector import collector_paused

            with collector_paused(), progress() as step:
                settings = self.settings()
                run = run_of(settings, progress=step)
                spare((path for _, path in self.targets), run.names_of_inputs)
                reports = _Reports(self, run, settings, step)
                made = [(self._rendered(reports, *target), target[1]) for target in self.targets]
                summary = self._summary(reports)
            for content, path in made:
                deliver(content, path)
            if summary is not None:
                forge.append_summary(summary)
            if reports.whole.summary.exit_code == exit_codes.NOTHING_CHECKED:
                complain(*why_nothing(run.catalog, reports.whole))
            self._latest = (run, reports.whole)
            return reports.whole

    def _rendered(self, reports: _Reports, format: str, path: Path | None) -> Content:
        content = registry.render(reports.of(format), format, reports.lang, self.template, color=path is None and color())
        if self.annotates and path is None and format == "console":
            return forge.fenced(cast(str, content))
        return content

    def _summary(self, reports: _Reports) -> str | None:
        """The summary of the job, where the report is annotated on GitHub."""
        if all(format != "github" for format, _ in self.targets):
            return None
        return cast(str, registry.render(reports.whole, "markdown", reports.lang, self.template))


class _Reports:
    """The report of a run, as each format wants it."""

    def __init__(self, check: Check, run: Run, settings: Settings, step: Callable[[str], None]) -> None:
        self._check, self._run, self._settings, self._step = check, run, settings, step
        self._made: dict[bool, Report] = {}
        self.lang = settings.language.value
        self._way_out = self._planned()
        self.whole = self._report(check.everything)
        """That of the exit code and of the summary."""
        self._here = Path.cwd()
        self._root = forge.repository_root(self._here)

    def of(self, format: str) -> Report:
        """The report with what a format tells, and the places as it wants them."""
        from tenken.outputs.places import from_root

        shown = self._report(self._check.everything or format in registry.NEED_EVERYTHING)
        if self._check.plan is None and format not in registry.PLANNED:
            shown = dataclasses.replace(shown, plan=None)
        return from_root(shown, self._here, self._root) if format in registry.IN_REPOSITORY else shown

    def _report(self, everything: bool) -> Report:
        from tenken import pipeline

        if everything not in self._made:
            made = pipeline.report(
                self._run,
                fail_on=self._settings.fail_on.value,
                unknown=self._settings.unknown.value,
                everything=everything,
                progress=self._step,
            )
            made.plan = self._way_out
            self._made[everything] = made
        return self._made[everything]

    def _planned(self) -> Plan | None:
        """The way out, where somebody asked for it, or a format tells it without being asked."""
        from tenken import pipeline

        asked = self._check.plan
        if asked is False or (asked is None and all(format not in registry.PLANNED for format, _ in self._check.targets)):
            return None
        self._step("planning")
        return pipeline.plan(self._run, asked=asked is True)
