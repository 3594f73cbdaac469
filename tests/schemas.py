"""The documents that commands print as JSON, by the names of their schemas, as pydantic takes them."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints, is_typeddict

import typing_extensions
from pydantic import TypeAdapter

from linkbak import kit
from linkbak.exporters import ExportedDocument, rows
from linkbak.report import (
    activity,
    api,
    audit,
    cards,
    config,
    diff,
    html,
    imports,
    json,
    lost,
    maintenance,
    marks,
    messages,
    people,
    pitches,
    reach,
    reminders,
    remotes,
    schedule,
    sealed,
    search,
    show,
    snapshots,
    stats,
    status,
)

DOCUMENTS: dict[str, type] = {
    "api": api.ApiDocument,
    "activity": activity.ActivityDocument,
    "audit": audit.AuditDocument,
    "audit-cull": audit.CullDocument,
    "audit-unanswered": audit.UnansweredDocument,
    "clone": remotes.CloneDocument,
    "compact": maintenance.CompactDocument,
    "config": config.ConfigDocument,
    "diff": diff.DiffDocument,
    "diff-contacts": cards.CardDiffDocument,
    "digest": stats.MailDocument,
    "doctor": maintenance.DoctorDocument,
    "drill": snapshots.DrillDocument,
    "error": json.FailureDocument,
    "export": rows.ExportDocument,
    "exported": ExportedDocument,
    "files": snapshots.FilesDocument,
    "forget": snapshots.ForgetDocument,
    "import": imports.ImportDocument,
    "init": snapshots.InitDocument,
    "invitations": messages.InvitationsDocument,
    "kit": kit.KitDocument,
    "link": reach.LinksDocument,
    "log": snapshots.LogDocument,
    "lost": lost.LostDocument,
    "lost-contacts": cards.LostContactsDocument,
    "mark": marks.MarksDocument,
    "messages": messages.MessagesDocument,
    "messages-exported": messages.ExportedMessagesDocument,
    "posts": activity.PostsDocument,
    "posts-exported": activity.ExportedPostsDocument,
    "notify": reminders.NotifyDocument,
    "nudge": reminders.NudgesDocument,
    "people": people.PeopleDocument,
    "people-contacts": cards.ContactsDocument,
    "pitches": pitches.PitchesDocument,
    "pull": remotes.PullDocument,
    "push": remotes.PushDocument,
    "reach": reach.ReachDocument,
    "reach-why": reach.WaysDocument,
    "remote": remotes.RemotesDocument,
    "report": html.ReportDocument,
    "restore": snapshots.RestoreDocument,
    "run": schedule.RunDocument,
    "schedule": schedule.ScheduleDocument,
    "seal": sealed.SealDocument,
    "search": search.SearchDocument,
    "show": show.ShowDocument,
    "show-contact": cards.ShownContactDocument,
    "stats": stats.StatsDocument,
    "status": status.StatusDocument,
    "unseal": sealed.UnsealDocument,
    "verify": maintenance.VerifyDocument,
}


def adapter(schema: str) -> TypeAdapter[object]:
    """What validates a document, and makes its schema."""
    return TypeAdapter(_for_pydantic(DOCUMENTS[schema]))


@cache
def _for_pydantic(document: type) -> Any:
    """The same document as pydantic wants it before Python 3.12: as a TypedDict of typing_extensions.

    Importing that costs every command its time, so linkbak itself goes without.
    """
    hints = get_type_hints(document, include_extras=True)
    fields = {name: _rebuilt(hint) for name, hint in hints.items()}
    rebuilt = typing_extensions.TypedDict(document.__name__, fields)  # type: ignore[misc]
    rebuilt.__doc__, rebuilt.__module__ = document.__doc__, document.__module__
    return rebuilt


def _rebuilt(hint: Any) -> Any:
    """A type with the documents in it rebuilt."""
    if is_typeddict(hint):
        return _for_pydantic(hint)
    origin, inner = get_origin(hint), tuple(map(_rebuilt, get_args(hint)))
    if inner == get_args(hint):
        return hint
    if origin in (Union, UnionType):
        return Union[inner]  # noqa: UP007
    return origin[inner if len(inner) > 1 else inner[0]]
