"""Steps that another machine does than the one that should, or that change another machine's access."""

from __future__ import annotations

from collections.abc import Iterator

from tenken.engine.procedures.written import Deviation, Written
from tenken.model.procedure import Actor, ProcedureStep
from tenken.model.rule import Text

ACTORS: dict[Actor, Text] = {
    "management": Text(en="the management server", ja="管理サーバ"),
    "business": Text(en="the ESXi side, through the vSphere Client", ja="業務サーバ（vSphere Clientなどから操作）"),
    "backup": Text(en="the backup server", ja="バックアップサーバ"),
}


ACCESS: dict[Actor, Text] = {**ACTORS, "business": Text(en="the ESXi hosts", ja="業務サーバ（ESXiホスト）")}
"""The same machines, as those that have access to a disk."""


def actors(written: Written) -> Iterator[Deviation]:
    """Steps that are done by a machine of another role."""
    for step in written.procedure.steps:
        for position in written.found[step.id]:
            name = written.steps[position].actor
            if name is None:
                continue
            right = acts_as(written, name, step.actor)
            if right is not True:
                wanted = ACTORS[step.actor]
                yield Deviation(
                    Text(
                        en=f"“{step.title.en}” is done by {name} and not by {wanted.en}",
                        ja=f"「{step.title.ja}」の実行者が{wanted.ja}ではなく {name} です",
                    ),
                    (position,),
                    () if right is False else ("server.roles",),
                )


def acts_as(written: Written, name: str, role: Actor) -> bool | None:
    """Whether a named machine has a role. Roles may be written instead of names."""
    if name in ACTORS:
        return name == role
    job = written.job
    if job is not None and role == "management" and job.server is not None and job.server.fact.name == name:
        return True
    if job is not None and role == "backup" and job.secondary_server is not None and job.secondary_server.fact.name == name:
        return True
    server = next((server for server in written.node.servers if server.fact.name == name), None)
    if server is None:
        return role == "business"  # an ESXi host, a VM or a vCenter: a name that is none of these is a mistake of the input
    roles = server.fact.roles
    return None if roles is None else role in roles


def wrong_access(written: Written, step: ProcedureStep) -> Iterator[Deviation]:
    """Steps that say whose access they change, where it is that of another machine."""
    for position in written.found[step.id]:
        name = written.steps[position].server
        right = step.access is None or name is None or acts_as(written, name, step.access)
        if right is not True and step.access is not None:
            text = Text(
                en=f"“{step.title.en}” changes the access of {name}, not of {ACCESS[step.access].en}",
                ja=f"「{step.title.ja}」で変更するアクセス設定が{ACCESS[step.access].ja}のものではなく {name} のものです",
            )
            yield Deviation(text, (position,), () if right is False else ("server.roles",))
