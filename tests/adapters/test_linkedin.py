"""LinkedIn's exports as they were through the years; what must come out stands beside each as JSON."""

from __future__ import annotations

from linkbak.adapters import LinkedIn
from tests.adapters.contract import ListContract


class TestIn2018(ListContract):
    """Times in the American way, some files in UTF-16 with tabs, no profile addresses."""

    adapter = LinkedIn()
    export = "2018"
    people = "Connections.csv"


class TestIn2021(ListContract):
    """Notes above the list, comments that break lines outside quotes."""

    adapter = LinkedIn()
    export = "2021"
    people = "Connections.csv"


class TestIn2023(ListContract):
    """Profile addresses, invitations with member numbers, tables in parts."""

    adapter = LinkedIn()
    export = "2023"
    people = "Connections.csv"


class TestIn2026(ListContract):
    """Messages all in quotes and over many lines, member numbers in file names, drafts."""

    adapter = LinkedIn()
    export = "2026"
    people = "Connections.csv"


class TestAddressBookOf2017(ListContract):
    """The old page for exporting connections, on a Mac: no dates, no addresses, Mac Roman."""

    adapter = LinkedIn()
    export = "2017-outlook"
    people = "linkedin_connections_export_microsoft_outlook.csv"
