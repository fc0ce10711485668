"""What a run does by itself where a forge runs it: annotations and a job summary on GitHub Actions, paths from the root."""

from __future__ import annotations

import os
from pathlib import Path

from tenken.cli.errors import complain
from tenken.document.said import Said
from tenken.document.wording import of_system

SUMMARY_LIMIT = 1_048_576
"""Bytes of the summary of one step; GitHub drops a larger one as a whole."""


def on_github_actions() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"


def repository_root(here: Path) -> Path:
    """The root of the repository that a folder lies in, as the forge states it or git shows it; else the folder itself."""
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        stated = os.environ.get(name)
        if stated and here.is_relative_to(stated):
            return Path(stated)
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


def fenced(text: str) -> str:
    """Text for the log of Actions in which nothing is obeyed: a VM may be called ``::stop-commands::``, or ``##[debug]``."""
    import secrets

    token = secrets.token_hex(16)
    return f"::stop-commands::{token}\n{text.rstrip()}\n::{token}::\n"


def append_summary(markdown: str) -> None:
    """Add a report to the summary of the job, where there is one and it has room."""
    stated = os.environ.get("GITHUB_STEP_SUMMARY")
    if not stated:
        return
    path, data = Path(stated), (markdown + "\n").encode("utf-8", "replace")
    try:
        if (path.stat().st_size if path.exists() else 0) + len(data) > SUMMARY_LIMIT:
            complain(
                Said(
                    "the job summary has no room for the report: GitHub takes 1 MiB of a step",
                    "報告書がジョブサマリーに収まりません（GitHubの上限はステップあたり1 MiBです）",
                )
            )
            return
        with path.open("ab") as file:
            file.write(data)
    except OSError as error:
        reason = of_system(error)
        complain(Said(f"the job summary can't be written: {reason.en}", f"ジョブサマリーに書き込めません: {reason.ja}"))
