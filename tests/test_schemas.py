"""The JSON Schemas in docs/schemas are those of the documents in the code, and what the commands print fits them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from examples import archives
from tests.cli.running import run
from tests.conftest import Golden
from tests.schedule.machines import Machine
from tests.schemas import DOCUMENTS, adapter

SCHEMAS = Path(__file__).parents[1] / "docs/schemas"


@pytest.mark.parametrize("verb", DOCUMENTS)
def test_schema(verb: str, golden: Golden) -> None:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"linkbak.{verb}/1",
        **adapter(verb).json_schema(),
    }
    golden(SCHEMAS / f"{verb}.json", json.dumps(schema, indent=2, ensure_ascii=False) + "\n")


def test_no_schema_is_left_over() -> None:
    assert {path.stem for path in SCHEMAS.glob("*.json")} == set(DOCUMENTS)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What each verb prints with --json, on the archives of the examples."""
    tmp_path = tmp_path_factory.mktemp("printed")
    archives.write(tmp_path / "family")
    vault, ada = tmp_path / "vault", tmp_path / "family/ada"
    found: dict[str, object] = {"init": run("init", vault, "--json").json}
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"no zip at all")
    found["import"] = run("import", *sorted(ada.iterdir()), broken, ada, "--json", vault=vault).json
    found["log"] = run("log", "--json", vault=vault).json
    found["files"] = run("log", "latest", "--json", vault=vault).json
    found["diff"] = run("diff", "--json", vault=vault).json
    book = tmp_path / "people.vcf"
    for day, more in (("2026-03-21", ("--ever",)), ("2026-03-22", ())):
        run("export", "vcard", *more, "-o", book, vault=vault)
        run("import", book, "--taken", day, vault=vault)
    found["diff-contacts"] = run("diff", "--account", "contacts-vcard", "--json", vault=vault).json
    for verb, *words in (("people",), ("show", "alba"), ("lost",)):
        schema = "show-contact" if verb == "show" else f"{verb}-contacts"
        found[schema] = run(verb, *words, "--account", "contacts-vcard", "--json", vault=vault).json
    found["link"] = run("link", "review", "--json", vault=vault).json
    found["show"] = run("show", "Niall Sampla", "--json", vault=vault).json
    found["people"] = run("people", "--json", vault=vault).json
    found["lost"] = run("lost", "--json", vault=vault).json
    found["kit"] = run("kit", "--region", "eu", "--json", vault=vault).json
    found["reach"] = run("reach", "--json", vault=vault).json
    found["reach-why"] = run("reach", "--why", "Niall Sampla", "--json", vault=vault).json
    found["search"] = run("search", "sampla", "--json", vault=vault).json
    found["messages"] = run("messages", "--json", vault=vault).json
    place = tmp_path / "messages.mbox"
    found["posts"] = run("posts", "--json", vault=vault).json
    page = tmp_path / "posts.html"
    found["posts-exported"] = run("posts", "export", "html", "-o", page, "--json", vault=vault).json
    found["messages-exported"] = run("messages", "export", "mbox", "-o", place, "--json", vault=vault).json
    found["activity"] = run("activity", "--json", vault=vault).json
    found["audit"] = run("audit", "--json", vault=vault).json
    found["audit-cull"] = run("audit", "cull", "--json", vault=vault).json
    found["audit-unanswered"] = run("audit", "unanswered", "--json", vault=vault).json
    found["invitations"] = run("invitations", "--json", vault=vault).json
    found["pitches"] = run("pitches", "--json", vault=vault).json
    found["mark"] = run("mark", "Niall Sampla", "note", "met in Ghent", "--json", vault=vault).json
    found["export"] = run("export", "json", vault=vault).json
    found["exported"] = run("export", "csv", "-o", tmp_path / "people.csv", "--json", vault=vault).json
    found["api"] = run("api", "--json", vault=vault).json
    found["status"] = run("status", "--json", vault=vault).json
    found["compact"] = run("compact", "--json", vault=vault).json
    found["config"] = run("config", "show", "--json", vault=vault).json
    found["doctor"] = run("doctor", "--json", vault=vault).json
    found["restore"] = run("restore", "2026-03", "-o", tmp_path / "out", "--json", vault=vault).json
    found["verify"] = run("verify", "--json", vault=vault).json
    found["forget"] = run("forget", "2026-02", "--json", vault=vault).json
    run("forget", "2026-02", "--undo", vault=vault)
    found["drill"] = run("verify", "--restore", "2026-03", "--json", vault=vault).json
    found["stats"] = run("stats", "--json", vault=vault).json
    found["digest"] = run("stats", "--mail", "--json", vault=vault).json
    found["report"] = run("report", "-o", tmp_path / "page.html", "--json", vault=vault).json
    sealed, secret = tmp_path / "vault.age", tmp_path / "secret"
    secret.mkdir()
    found["seal"] = run("seal", "-o", sealed, "--new-key", secret / "key.txt", "--json", vault=vault).json
    found["unseal"] = run("unseal", sealed, tmp_path / "unsealed", "-i", secret / "key.txt", "--json").json
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINKBAK_NOTIFY_COMMAND", "true")
        patch.setenv("LINKBAK_NOTIFY_APPRISE", "nothing://nowhere")
        found["notify"] = run("config", "test-notification", "--json").json
    found["nudge"] = run("request", "sent", "--json", vault=vault).json
    (tmp_path / "machine").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        Machine(tmp_path / "machine", patch).has_cron()
        found["schedule"] = run("schedule", "install", "--yes", "--json", vault=vault).json
    run("remote", "add", "usb", tmp_path / "usb.git", "--create", vault=vault)
    found["push"] = run("push", "--json", vault=vault).json
    found["run"] = run("run", "--json", vault=vault).json
    found["pull"] = run("pull", "--json", vault=vault).json
    found["remote"] = run("remote", "check", "--json", vault=vault).json
    found["clone"] = run("clone", tmp_path / "usb.git", tmp_path / "again", "--json").json
    found["error"] = json.loads(run("diff", "1999", "--json", vault=vault).err)
    return found


@pytest.mark.parametrize("verb", DOCUMENTS)
def test_what_is_printed_fits_its_schema(verb: str, printed: dict[str, object]) -> None:
    """Every key that is printed is in the schema, and of its type."""
    document, kind = printed[verb], adapter(verb)
    assert kind.dump_python(kind.validate_python(document, strict=True)) == document
