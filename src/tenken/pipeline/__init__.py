"""The whole run, from paths to a report: callable from Python, from tests and from the command line.

``run`` goes from paths to a Run; ``reporting`` from there to the report, with its ``summary``, its ``notices`` and how the
``clauses`` are covered. The other modules ask a run for more: ``planning``, ``questions``, ``runbooks``, ``merging``; or they
compare two reports: ``differences``. What may be called is named here, and imported when somebody asks for it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tenken.document.problem import InputError as InputError
    from tenken.pipeline.clauses import binding as binding
    from tenken.pipeline.clauses import coverage as coverage
    from tenken.pipeline.clock import moment as moment
    from tenken.pipeline.differences import diff as diff
    from tenken.pipeline.merging import merged as merged
    from tenken.pipeline.planning import NoSuchName as NoSuchName
    from tenken.pipeline.planning import plan as plan
    from tenken.pipeline.questions import questionnaire as questionnaire
    from tenken.pipeline.reporting import check as check
    from tenken.pipeline.reporting import report as report
    from tenken.pipeline.run import Run as Run
    from tenken.pipeline.run import evaluate_paths as evaluate_paths
    from tenken.pipeline.run import load_rules as load_rules
    from tenken.pipeline.run import read_baseline as read_baseline
    from tenken.pipeline.run import read_waivers as read_waivers
    from tenken.pipeline.runbooks import runbook as runbook

_HOMES = {
    "InputError": "tenken.document.problem",
    "binding": "tenken.pipeline.clauses",
    "coverage": "tenken.pipeline.clauses",
    "moment": "tenken.pipeline.clock",
    "diff": "tenken.pipeline.differences",
    "merged": "tenken.pipeline.merging",
    "NoSuchName": "tenken.pipeline.planning",
    "plan": "tenken.pipeline.planning",
    "questionnaire": "tenken.pipeline.questions",
    "check": "tenken.pipeline.reporting",
    "report": "tenken.pipeline.reporting",
    "Run": "tenken.pipeline.run",
    "evaluate_paths": "tenken.pipeline.run",
    "load_rules": "tenken.pipeline.run",
    "read_baseline": "tenken.pipeline.run",
    "read_waivers": "tenken.pipeline.run",
    "runbook": "tenken.pipeline.runbooks",
}
"""Where the names live."""


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'tenken.pipeline' has no attribute {name!r}")
