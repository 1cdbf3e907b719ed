"""Treaty facts from a table: drafted by who may draft them by hand, reviewed as those, and read back from an export."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ratification.ledger.shown import shown_of, to_text
from ratification.models import TreatyFact
from tests.panel.test_import import confirmed
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]
LIST = "/admin/ratification/treatyfact/"
HEADING = "kind,taken_on,participant,number,notification,notified_on,source"
GOOD = [
    "known_until,2026-11-20,,,,,untc-xviii-16",
    "list of acts known until,2026-11-20,,,,,",
    "signatories,2026-11-20,,76,C.N.512.2026.TREATIES-XVIII.16,2026-11-21,untc-xviii-16",
    "amendment_proposed,2026-10,,,,,untc-xviii-16",
]
# A row that cannot be read or that the ledger refuses, and why.
BAD = {
    "entry_into_force_for,2026-11-01,,,,,untc-xviii-16": "names the participant",
    "parties,2026-11-01,,,,,untc-xviii-16": 'a fact of the kind "declared number of parties" has a number',
    "known_until,2026-11-01,France,,,,untc-xviii-16": "names no participant",
    "known_until,2099-01-01,,,,,untc-xviii-16": "lies in the future",
    "entry_into_force,2026-05/2026-06,,,,,untc-xviii-16": "is not one day",
    "parties,2026-11-02,,-3,,,untc-xviii-16": "number begins with -",
    "parties,2026-11-02,,99999999999,,,untc-xviii-16": "is no number",
    "parties,2026-11-02,,3,,2026-11,untc-xviii-16": "is no day",
}


def send(client: Client, treaty: Treaty, content: bytes) -> Any:  # noqa: ANN401 - the test client's response
    file = SimpleUploadedFile("table.csv", content)
    return client.post(f"{LIST}import/", {"treaty": treaty.pk, "file": file, "source": ""})


def test_a_table_is_drafted_and_reviewed(hanoi: Treaty, clerk: User, reviewer: User, at: At) -> None:
    client = at(clerk)
    assert f"{LIST}import/" in client.get(LIST).content.decode()
    page = send(client, hanoi, "\n".join([HEADING, GOOD[0], *GOOD[2:], *BAD]).encode())
    lines = page.context["lines"]
    assert [line.outcome for line in lines] == ["new"] * 3 + ["refused"] * len(BAD)
    refused = zip(lines[3:], BAD.values(), strict=True)
    assert [line.why for line, why in refused if why not in line.why] == []
    client.post(f"{LIST}import/", {**confirmed(client, "treatyfact"), "leave_out": "1", "submit": "1"})
    drafted = list(hanoi.treatyfacts.filter(author=clerk).order_by("pk"))
    assert [(each.kind, each.state, each.number) for each in drafted] == [
        ("known_until", "in_review", None),
        ("signatories", "in_review", 76),
        ("amendment_proposed", "in_review", None),
    ]
    assert drafted[1].notified_on == date(2026, 11, 21)
    for entry in drafted:
        shown = {"shown": to_text(shown_of(entry))}
        publish = reverse("admin:ratification_treatyfact_publish", args=[entry.pk])
        assert at(clerk).post(publish, shown).status_code == 403
        at(reviewer).post(publish, shown)
        entry.refresh_from_db()
        assert (entry.state, entry.reviewer) == ("published", reviewer)


def test_an_export_reads_back_as_unchanged(hanoi: Treaty, clerk: User, at: At) -> None:
    client = at(clerk)
    send(client, hanoi, "\n".join([HEADING, GOOD[2]]).encode())
    client.post(f"{LIST}import/", confirmed(client, "treatyfact"))
    export = client.post(f"{LIST}export/?treaty__id__exact={hanoi.pk}", {"format": "0", "resource": ""})
    assert b"2026-11-21" in export.content
    lines = send(client, hanoi, export.content).context["lines"]
    assert len(lines) == TreatyFact.objects.filter(treaty=hanoi).count()
    assert {line.outcome for line in lines} == {"unchanged"}
