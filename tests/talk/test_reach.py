"""Whom one could reach without the network, and how it is known."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from shutil import copytree
from zipfile import ZipFile

from linkbak.index import PeopleFilter
from linkbak.index.history import History
from linkbak.talk.addresses import Owner, emails_in
from linkbak.talk.reach import Reach, Way, reach_of
from linkbak.vault.writer import create_vault
from tests.cli.running import run
from tests.diff.people import person
from tests.index.archives import IN, ME, TEN, indexed, list_of, table

DAY = date(2024, 1, 5)
ADA, BOB, CARL, DORA, EVE = (
    person(name, DAY) for name in ("Ada Example", "Bob Sample", "Carl Muster", "Dora Double", "Eve Ejemplo")
)
ADDRESS_BOOK = "FirstName,LastName,Emails,PhoneNumbers,Birthday"


def wrote(who: str, text: str) -> tuple[str, ...]:
    slug = who.lower().replace(" ", "-")
    return f"2-{slug}", "", who, f"{IN}{slug}", *ME, "2024-03-06 10:00:00 UTC", "", text, "INBOX"


def reached(history: History) -> tuple[Reach, dict[str, list[Way]]]:
    found = reach_of(history, "linkedin-me", Owner(frozenset({"me@example.com"}), frozenset({ME[0]})))
    return found, {one.row.name: found.ways[one.number] for one in found.people if one.number in found.ways}


def test_each_person_counts_once_and_every_way_has_its_source() -> None:
    first = [ADA._replace(email="ada@old.example.com"), BOB._replace(email="bob@example.com"), CARL, DORA, EVE]
    second = [ADA, BOB._replace(email="bob@example.com"), CARL, DORA, EVE]
    texts = [
        wrote("Bob Sample", "or bob.sample@example.com"),
        wrote("Carl Muster", "reach me at bluebird77@example.com, +32 470 12 34 56"),
        wrote("Eve Ejemplo", "write to my colleague at eve@example.com"),
    ]
    book = [("Dora", "Double", "dora@example.com; me@example.com", "+1 555 0100", "")]
    found, ways = reached(
        indexed(
            ("2024-02-20", {"Connections.csv": list_of(*first)}),
            (
                "2024-03-20",
                {
                    "Connections.csv": list_of(*second),
                    "messages.csv": table(TEN, texts),
                    "Contacts.csv": table(ADDRESS_BOOK, book),
                },
            ),
        )
    )
    february, march = (f"2024-0{month}-20" for month in (2, 3))
    sent = "2024-03-06T10:00:00Z"

    assert {name: [(way.email, way.source, way.at[:10], way.band) for way in some] for name, some in ways.items()} == {
        "Ada Example": [("ada@old.example.com", "older list", february, "")],
        "Bob Sample": [
            ("bob@example.com", "list", march, ""),
            ("bob.sample@example.com", "written", sent[:10], "likely"),
        ],
        "Carl Muster": [("bluebird77@example.com", "written", sent[:10], "possible")],
        "Dora Double": [("dora@example.com", "synced", "", "")],
    }
    assert found.groups[2] == ("all", 5, 2, 2, 1, 4)
    assert found.groups[1].people == 0
    assert [one.row.name for one in found.ask(9)] == ["Eve Ejemplo"]
    assert [one.number for one in found.seen] == ["+32 470 12 34 56"]


def test_without_messages_nobody_can_tell_what_was_written() -> None:
    """Absent is not none: precondition of the column, and of the group of those who talked."""
    found, _ = reached(
        indexed(("2024-03-20", {"Connections.csv": list_of(ADA, BOB._replace(email="bob@example.com"))}))
    )

    assert [(one.people, one.written) for one in found.groups] == [(2, None), (None, None), (2, None)]
    assert found.untold == 2


def test_an_email_that_only_an_older_list_could_show_is_dated() -> None:
    """The newest list has no column for e-mails, so that it shows none is no news."""
    bare = "First Name,Last Name,URL,Company,Position,Connected On\n"
    later = f"{bare}Ada,Example,{ADA.url},{ADA.company},{ADA.position},05 Jan 2024\n"
    archives = {"Connections.csv": list_of(ADA._replace(email="ada@example.com"))}

    _, ways = reached(indexed(("2024-02-20", archives), ("2024-03-20", {"Connections.csv": later})))

    assert [(way.source, way.at[:10]) for way in ways["Ada Example"]] == [("older list", "2024-02-20")]


def test_who_is_no_longer_connected_has_ways_too_but_counts_in_no_group() -> None:
    lost = BOB._replace(email="bob@example.com")
    history = indexed(
        ("2024-02-20", {"Connections.csv": list_of(ADA, lost, CARL)}),
        ("2024-03-20", {"Connections.csv": list_of(ADA, CARL), "messages.csv": table(TEN, [])}),
    )
    (bob,) = (one for one in history.people(PeopleFilter(states=frozenset({"suspected"}))))

    found = reach_of(history, "linkedin-me", Owner(), asked=bob)

    assert [(way.email, way.source, way.at[:10]) for way in found.ways[bob.number]] == [
        ("bob@example.com", "older list", "2024-02-20")
    ]
    assert found.groups[2][:3] == ("all", 2, 0)
    assert bob not in found.people


def test_every_source_of_one_address_is_told() -> None:
    texts = [wrote("Bob Sample", "bob@example.com")]
    shows = list_of(ADA, BOB._replace(email="bob@example.com"))
    _, ways = reached(indexed(("2024-03-20", {"Connections.csv": shows, "messages.csv": table(TEN, texts)})))

    assert [(way.email, way.source) for way in ways["Bob Sample"]] == [
        ("bob@example.com", "list"),
        ("bob@example.com", "written"),
    ]


def test_the_verb_shows_why_and_drafts_words(february_march: Path) -> None:
    assert run("reach", "draft", "Alba Mostra", vault=february_march).out.startswith("Hi Alba,\n")
    for name in (["Alba Mostra"], ["Alba", "Mostra"]):
        assert run("reach", "--why", *name, vault=february_march).out.startswith("Alba Mostra")
    assert run("reach", vault=february_march).out.endswith("linkbak kit\n")
    assert "linkbak export vcard --reachable -o contacts.vcf\n" in run("reach", vault=february_march).out
    assert run("reach", "--ask", "0", vault=february_march).out.endswith("\n\nFor the day itself: linkbak kit\n")
    assert run("reach", "Alba", vault=february_march).status == 2
    rows = run("reach", "--csv", vault=february_march).out.splitlines()
    (everybody,) = (one for one in run("reach", "--json", vault=february_march).json["groups"] if one["name"] == "all")
    assert len(rows) == 1 + everybody["people"]


def test_only_those_with_a_mark_and_nobody_to_be_culled_is_asked(february_march: Path, tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    copytree(february_march, vault)
    first, second = (one["name"] for one in run("reach", "--json", vault=vault).json["ask"][:2])
    assert run("mark", first, "tag", "cull", vault=vault).status == 0
    assert run("mark", second, "known", vault=vault).status == 0

    told = run("reach", "--json", vault=vault).json
    assert (told["ask"][0]["name"], told["culled"], told["among"]) == (second, 1, None)
    shown = run("reach", vault=vault).out
    assert "Not to be asked, since they are on your cull list: 1; see `linkbak audit cull`\n" in shown

    only = run("reach", "--known", "--json", vault=vault).json
    assert ([one["people"] for one in only["groups"]][::2], only["among"]) == ([1, 1], "marked known")
    assert [one["name"] for one in only["ask"]] == [second]
    assert "\n  Among those tagged cull\n" in run("reach", "--tag", "cull", vault=vault).out
    assert run("reach", "--unknown", "--csv", vault=vault).out.count("\n") == 1
    nobody = run("reach", "--unknown", vault=vault).out
    assert nobody.startswith("linkedin-me: nobody who is connected now is among those marked unknown\n")
    told = run("reach", "--unknown", "--json", vault=vault).json["groups"]
    assert [(one["people"], one["written"]) for one in told] == [(0, 0), (0, 0), (0, 0)]
    assert run("reach", "--known", "--why", second, vault=vault).status == 2
    # What status tells later is of everybody.
    every = run("reach", "--json", vault=vault).json["groups"][2]["people"]
    assert run("status", "--json", vault=vault).json["reach"][0]["people"] == every > 1
    assert run("kit", "--region", "eu", "-o", tmp_path / "kit", vault=vault).status == 0
    page = (tmp_path / "kit/kit.html").read_text("utf-8")
    assert (f"<bdi>{first}</bdi>" in page, f"<bdi>{second}</bdi>" in page) == (False, True)


def test_why_tells_programs_what_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive/Connections.csv").write_text(list_of(EVE))
    texts = [wrote("Eve Ejemplo", "write to my colleague at eve@example.com or +32 470 12 34 56")]
    (tmp_path / "archive/messages.csv").write_text(table(TEN, texts))
    create_vault(tmp_path / "vault").close()
    assert run("import", tmp_path / "archive", "--taken", "2026-03-20", vault=tmp_path / "vault").status == 0

    told = run("reach", "--why", "Eve Ejemplo", "--json", vault=tmp_path / "vault").json
    at = "2024-03-06T10:00:00Z"
    shown = run("reach", "--why", "Eve Ejemplo", vault=tmp_path / "vault").out
    assert told["ways"] == []
    assert [(one["email"], one["sent_at"]) for one in told["refused"]] == [("eve@example.com", at)]
    assert f"not used: {told['refused'][0]['why']}\n" in shown
    assert told["numbers"] == [{"number": "+32 470 12 34 56", "sent_at": at}]


def test_whom_one_can_reach_is_exported_with_the_address_but_no_newsletter_takes_a_written_one(tmp_path: Path) -> None:
    archive = tmp_path / "Complete_LinkedInDataExport_03-20-2026.zip"
    with ZipFile(archive, "w") as made:
        made.writestr("Connections.csv", list_of(ADA._replace(email="ada@example.com"), CARL, EVE))
        made.writestr("messages.csv", table(TEN, [wrote("Carl Muster", "carl.muster@example.com")]))
    vault = tmp_path / "vault"
    create_vault(vault).close()
    assert run("import", archive, "--taken", "2026-03-20", vault=vault).status == 0

    def exported(*words: str) -> list[str]:
        return sorted(emails_in(run("export", *words, "--reachable", vault=vault).out))

    assert exported("vcard") == ["ada@example.com", "carl.muster@example.com"]
    assert exported("mailing-list") == ["ada@example.com"]
    assert exported("mailing-list", "--written") == ["ada@example.com", "carl.muster@example.com"]
