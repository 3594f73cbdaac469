"""The family of archives: which files each holds, and how each is wrapped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from examples import activity, connection_lists, correspondence, extras, regards, tables
from examples.people import ADA, BORIS
from examples.profile import profile
from examples.story import Standing, connections, everybody
from examples.zips import Contents, packed, write_file, write_folder


class Archive(NamedTuple):
    """One archive of the family."""

    path: str
    written: str
    wrapping: str
    make: Callable[[datetime], Contents]

    @property
    def taken(self) -> datetime:
        """When LinkedIn wrote its last file, in UTC."""
        return datetime.fromisoformat(self.written)

    @property
    def contents(self) -> Contents:
        """Its files."""
        return self.make(self.taken)


def outlook_2017(taken: datetime) -> Contents:
    """The old export page: one file."""
    return {"linkedin_connections_export_microsoft_outlook.csv": connection_lists.outlook(connections(taken))}


def basic_2018(taken: datetime) -> Contents:
    """Unsorted list, half of the account's files in UTF-16."""
    return {
        "Connections.csv": connection_lists.of_2018(connections(taken)),
        "Messages.csv": correspondence.messages_of_2018(taken),
        "Invitations.csv": correspondence.invitations(taken),
        **profile(ADA, taken),
        **activity.account_of_2018(),
        **extras.imported_contacts(),
        **extras.article_of_2018(),
    }


def basic_2020(taken: datetime) -> Contents:
    """Days instead of minutes."""
    return {
        "Connections.csv": connection_lists.of_2020(connections(taken)),
        "messages.csv": correspondence.messages_of_2020(taken),
        "Invitations.csv": correspondence.invitations(taken),
        **profile(ADA, taken),
    }


def complete_2022(taken: datetime) -> Contents:
    """The preamble, activity files, two files of endorsements."""
    return {
        "Connections.csv": connection_lists.of_2022(connections(taken)),
        "messages.csv": correspondence.messages(taken, correspondence.NINE),
        "Invitations.csv": correspondence.invitations(taken),
        "Account Status History.csv": activity.account_of_2018()["Account Status History.csv"],
        **profile(ADA, taken),
        **activity.activity(taken),
        **activity.account(),
        **regards.endorsements(taken),
        **extras.contacts(),
    }


def basic_2023(taken: datetime) -> Contents:
    """Profile addresses, and member ids for people in the invitations."""
    return {
        "Connections.csv": connection_lists.since_2023(connections(taken)),
        "messages.csv": correspondence.messages(taken, correspondence.TEN),
        "Invitations.csv": correspondence.invitations(taken, "Urn"),
        **profile(ADA, taken),
        **regards.endorsements(taken),
        **extras.contacts(),
    }


def complete_2024(taken: datetime) -> Contents:
    """Addresses in the invitations too, and recommendations."""
    return {
        **basic_2023(taken),
        **regards.recommendations(taken),
        "Invitations.csv": correspondence.invitations(taken, "Url"),
        **activity.activity(taken),
        **activity.account(),
    }


def connections_alone(taken: datetime) -> Contents:
    """One file taken out of an archive."""
    return {"Connections.csv": connection_lists.since_2023(connections(taken))}


def portability_2025(taken: datetime) -> Contents:
    """What programs make of the portability API: no preamble, and a chunk of rows served twice."""
    people = connections(taken)
    return {
        "Connections.csv": connection_lists.without_preamble([*people, *people[-10:]]),
        "Invitations.csv": correspondence.invitations(taken, "Url"),
        "messages.csv": correspondence.messages(taken, correspondence.TEN),
        "Profile.csv": profile(ADA, taken)["Profile.csv"],
    }


def basic_2025(taken: datetime) -> Contents:
    """Attachments and drafts among the messages, and a file nobody knows."""
    return {**_quick(taken), **extras.nobody_knows()}


def basic_2026(taken: datetime) -> Contents:
    """The quick archive of today, with the member's own notes on people."""
    return {**_quick(taken), **regards.notes(taken)}


def _quick(taken: datetime) -> Contents:
    return {
        "Connections.csv": connection_lists.since_2023(connections(taken)),
        "messages.csv": correspondence.messages(taken, correspondence.TWELVE),
        "Invitations.csv": correspondence.invitations(taken, "Url"),
        **profile(ADA, taken),
        **regards.endorsements(taken),
        **regards.recommendations(taken),
    }


def complete_2026(taken: datetime) -> Contents:
    """The large archive of today: all quoted messages with real line breaks, the member's id in file names."""
    return {
        **basic_2026(taken),
        "messages.csv": correspondence.messages_all_quoted(taken),
        **activity.activity(taken),
        **activity.account(),
        **extras.complete_of_2026(),
    }


def of_boris(taken: datetime) -> Contents:
    """Somebody else's archive: Ada and ten others."""
    ada = Standing(ADA.slug, ADA._replace(since=BORIS.since))
    known = [one for one in connections(taken) if not one.hidden and one.joined != BORIS.slug]
    others = [everybody(taken)["anaïs-exemple"], *known[-9:], ada]
    me, them = connection_lists.profile_url(BORIS.slug), connection_lists.profile_url("anaïs-exemple")
    asked = ("Boris Sample", "Anaïs Exemple", "3/1/26, 8:15 AM", "", "OUTGOING", me, them)
    header = "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl"
    return {
        "Connections.csv": connection_lists.since_2023(others),
        "Invitations.csv": tables.plain(header, [asked]),
        **profile(BORIS, taken),
    }


FAMILY = (
    Archive("ada/linkedin_connections_export_microsoft_outlook.csv", "2017-02-15 12:00:00", "file", outlook_2017),
    Archive("ada/Basic_LinkedInDataExport_11-02-2018.zip", "2018-11-02 19:44:02", "zip", basic_2018),
    Archive("ada/Basic_LinkedInDataExport_02-14-2020.zip", "2020-02-14 06:30:44", "zip", basic_2020),
    Archive("ada/Complete_LinkedInDataExport_09-12-2022.zip", "2022-09-12 22:10:08", "zip", complete_2022),
    Archive("ada/Basic_LinkedInDataExport_07-11-2023.zip", "2023-07-11 08:08:50", "zip", basic_2023),
    Archive("ada/Complete_LinkedInDataExport_03-20-2024.zip", "2024-03-20 15:21:36", "zip", complete_2024),
    Archive("ada/Connections.csv", "2025-06-30 10:00:00", "file", connections_alone),
    Archive("ada/linkedin-portability-2025-08-26", "2025-08-26 04:02:00", "folder", portability_2025),
    Archive("ada/Basic_LinkedInDataExport_11-29-2025.zip.zip", "2025-11-29 17:05:20", "zip", basic_2025),
    Archive("ada/Basic_LinkedInDataExport_01-15-2026.zip", "2026-01-15 11:12:14", "folder", basic_2026),
    Archive("ada/Basic_LinkedInDataExport_02-28-2026.zip", "2026-02-28 09:41:18", "zip", basic_2026),
    Archive("ada/Complete_LinkedInDataExport_03-20-2026.zip", "2026-03-20 08:07:10", "zip", complete_2026),
    Archive("boris/Basic_LinkedInDataExport_03-21-2026.zip", "2026-03-21 07:00:00", "zip", of_boris),
)


def write(folder: Path) -> list[Path]:
    """The whole family under a folder, the same bytes and file times every time."""
    return [_written(archive, folder / archive.path) for archive in FAMILY]


def _written(archive: Archive, path: Path) -> Path:
    contents = archive.contents
    if archive.wrapping == "zip":
        write_file(path, packed(contents, archive.taken), archive.taken)
    elif archive.wrapping == "folder":
        write_folder(path, contents, archive.taken)
    else:
        (data,) = contents.values()
        write_file(path, data, archive.taken)
    return path
