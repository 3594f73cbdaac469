"""Every document that a command may print, by its verb."""

from __future__ import annotations

from linkbak.report import (
    clone_documents,
    compact_documents,
    config_documents,
    digest_documents,
    documents,
    drill_documents,
    exported_documents,
    lost_documents,
    mark_documents,
    notify_documents,
    nudge_documents,
    people_documents,
    pull_documents,
    remote_documents,
    restore_documents,
    scan_documents,
    schedule_documents,
    search_documents,
    stats_documents,
    status_documents,
    verify_documents,
)
from linkbak.report.page import documents as page_documents

DOCUMENTS = {
    **documents.DOCUMENTS,
    **people_documents.DOCUMENTS,
    **lost_documents.DOCUMENTS,
    **search_documents.DOCUMENTS,
    **mark_documents.DOCUMENTS,
    **exported_documents.DOCUMENTS,
    **status_documents.DOCUMENTS,
    **compact_documents.DOCUMENTS,
    **config_documents.DOCUMENTS,
    **stats_documents.DOCUMENTS,
    **digest_documents.DOCUMENTS,
    **restore_documents.DOCUMENTS,
    **drill_documents.DOCUMENTS,
    **page_documents.DOCUMENTS,
    **verify_documents.DOCUMENTS,
    **scan_documents.DOCUMENTS,
    **schedule_documents.DOCUMENTS,
    **notify_documents.DOCUMENTS,
    **nudge_documents.DOCUMENTS,
    **remote_documents.DOCUMENTS,
    **pull_documents.DOCUMENTS,
    **clone_documents.DOCUMENTS,
}
