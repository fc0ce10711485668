"""Settings: what somebody wants of a run, from the command line, the environment, a file and a profile; and from which."""

from __future__ import annotations

from tenken.document.problem import Problem


class NothingMatched(Exception):
    """No configured input is there: nothing can be checked. Carries a problem for each of them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))
