"""Every document that a command may print, by its verb."""

from __future__ import annotations

from linkbak.report import (
    config,
    digest,
    exports,
    imports,
    lost,
    maintenance,
    marks,
    people,
    reminders,
    remotes,
    run,
    schedule,
    seal,
    search,
    stats,
    status,
    verify,
)
from linkbak.report import html as page_documents
from linkbak.report import (
    json as documents,
)

DOCUMENTS = {
    **documents.DOCUMENTS,
    **people.DOCUMENTS,
    **lost.DOCUMENTS,
    **search.DOCUMENTS,
    **marks.DOCUMENTS,
    **exports.DOCUMENTS,
    **status.DOCUMENTS,
    **maintenance.DOCUMENTS,
    **config.DOCUMENTS,
    **maintenance.DOCTOR_DOCUMENTS,
    **stats.DOCUMENTS,
    **digest.DOCUMENTS,
    **maintenance.RESTORE_DOCUMENTS,
    **maintenance.DRILL_DOCUMENTS,
    **page_documents.DOCUMENTS,
    **verify.DOCUMENTS,
    **imports.DOCUMENTS,
    **schedule.DOCUMENTS,
    **reminders.NOTIFY_DOCUMENTS,
    **seal.DOCUMENTS,
    **reminders.DOCUMENTS,
    **remotes.DOCUMENTS,
    **remotes.PULL_DOCUMENTS,
    **remotes.CLONE_DOCUMENTS,
    **run.DOCUMENTS,
}
