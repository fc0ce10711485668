"""The names that an expression of a rule sees, by the kind of the rule's subject."""

from __future__ import annotations

from tenken.engine import nodes


def scope_of(kind: str) -> dict[str, type[nodes.Node]]:
    """The names that a rule on a subject of this kind sees: itself, its owner, the site."""
    cls = nodes.KINDS[kind]
    names: dict[str, type[nodes.Node]] = {cls.variable: cls}
    for owner in nodes.PARENTS.get(kind, ()):
        names[owner] = nodes.KINDS[owner]
    names["site"] = nodes.SiteNode
    return names


def code_of(kind: str) -> dict[str, str]:
    """What a rule's names are in its compiled code, by the kind of its subject."""
    cls = nodes.KINDS[kind]
    code = {owner: f"subject.{owner}" for owner in nodes.PARENTS.get(kind, ())}
    return {**code, "site": "site", cls.variable: "subject"}
