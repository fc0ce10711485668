"""GitLab Code Quality: what a merge request shows beside its changes. GitLab itself compares with the target branch."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

from tenken.model.report import Report, Result
from tenken.outputs import digest
from tenken.outputs.inert import visible
from tenken.outputs.places import inside, path_of
from tenken.outputs.ranking import clean, details, findings, headline, level

_SEVERITIES = {"broken": "blocker", "error": "critical", "unknown": "major", "inquire": "major", "warning": "minor"}


def render(report: Report, lang: str = "en", templates: Path | None = None, color: bool = False) -> str:
    """The findings as a list of issues, the gravest first, texts in ``lang``. ``templates`` and ``color`` change nothing."""
    lang = "ja" if lang == "ja" else "en"
    seen: Counter[str] = Counter()
    issues = [_issue(result, report, lang, seen) for result in findings(report)]
    return json.dumps(issues, ensure_ascii=False, indent=1) + "\n"


def _issue(result: Result, report: Report, lang: str, seen: Counter[str]) -> dict[str, Any]:
    place = f" ({cell})" if (cell := inside(result.location)) else ""
    return {
        "description": clean(" — ".join([headline(result, lang) + place, *details(result, lang)])),
        "check_name": result.rule,
        "fingerprint": _unique(result.fingerprint, seen),
        "severity": severity(result, report.summary.fail_on),
        "location": {
            "path": visible(path_of(result.location, report)),
            "lines": {"begin": max(result.location.line or 1, 1)},
        },
    }


def severity(result: Result, fail_on: str) -> str:
    """GitLab's word: by what the finding is, and info for what can never fail the gate."""
    return "info" if level(result, fail_on) == "note" else _SEVERITIES[digest.tone(result)]


def _unique(fingerprint: str, seen: Counter[str]) -> str:
    """GitLab drops all but one of the issues that share a fingerprint, as two subjects of one name would."""
    seen[fingerprint] += 1
    if seen[fingerprint] == 1:
        return fingerprint
    return hashlib.sha256(f"{fingerprint}/{seen[fingerprint]}".encode()).hexdigest()[:16]
