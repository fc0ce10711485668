"""What a reader must know before the findings of a run: what it took for granted, and what its sources told of themselves."""

from __future__ import annotations

from tenken.model.rule import Text
from tenken.pipeline.run import Run


def notices(run: Run) -> list[Text]:
    """Of the plan, of the graph, and of the sources, in this order."""
    told = []
    if not run.graph.site.has_jobs:
        told.append(
            Text(
                en="No backup jobs are stated: every VMFS datastore and its VMs are assessed as candidates for both methods, and RepNavi Suite is taken for granted.",
                ja="バックアップジョブの記載がないため、すべてのVMFSデータストアと仮想マシンを両方式の候補として評価し、RepNavi Suiteの使用を前提としています。",
            )
        )
    elif any(job.steps is None and job.pattern != "rdm" for job in run.assembled.inventory.jobs or ()):
        told.append(
            Text(
                en="Jobs without written steps: their order was not checked. tenken runbook --job NAME writes the procedure for this site.",
                ja="手順（steps）の記載がないジョブは、手順の順序を点検していません。tenken runbook --job 名前 でこのサイト向けの手順書を作成できます。",
            )
        )
    told += run.graph.notices
    told += [Text(en=warning.text("en"), ja=warning.text("ja")) for warning in run.assembled.warnings]
    return told
