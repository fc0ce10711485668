"""What is worth asking of the people who know a site."""

from __future__ import annotations

from tenken.document.collector import collector_paused
from tenken.engine import questions
from tenken.engine.evidence.reasons import Reasons
from tenken.model.questionnaire import Questionnaire
from tenken.pipeline.clock import moment
from tenken.pipeline.run import Run


def questionnaire(run: Run) -> Questionnaire:
    """What is worth asking: the facts by which an open verdict of a run could still change."""
    with collector_paused():
        return questions.questionnaire(run.graph, run.catalog, Reasons(run.graph, run.runs), run.site_name, moment())
