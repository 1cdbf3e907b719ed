"""The working lists, the start page, and what is taken along."""

import csv
import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import openpyxl
import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from ratification.ledger import writing as ledger
from ratification.ledger.shown import shown_of
from ratification.ledger.writing import ActionContent
from ratification.models import Action, Difference, ImportRun, StatusDocument
from ratification.operations import accounts, heartbeat
from ratification.status import recompute as status
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]
Entry = Callable[[ActionContent], Action]
Say = Callable[..., ActionContent]
LIST = "/admin/ratification/action/"


def listed(client: Client, query: str) -> list[str]:
    return [str(entry) for entry in client.get(LIST + query).context["cl"].result_list]


def test_each_question_has_its_list(
    hanoi: Treaty, clerk: User, reviewer: User, at: At, draft: Entry, waiting: Entry, say: Say, now: datetime
) -> None:
    mine = draft(say("VNM ratification 2026-04-15"))
    returned = waiting(say("AUT ratification 2026-04-16"))
    returned = ledger.reject(returned, reviewer=reviewer, reason="No.", shown=shown_of(returned))
    review = waiting(say("BEL ratification 2026-04-17"))
    odd = waiting(say("CHL accession 2026-04", notification="C.N.9.2026", override="So it is called."))
    ledger.publish(odd, reviewer=reviewer, now=now, shown=shown_of(odd))
    document = StatusDocument.objects.create(sha256="0" * 64, compressed=b"")
    run = ImportRun.objects.create(
        treaty=hanoi, document=document, address="a file", retrieved_at=now, compared_at=now, revision=87,
        headings=[], rows=75, state="compared",
    )  # fmt: skip
    signature = hanoi.actions.get(participant__iso3="FRA", kind="signature")
    Difference.objects.create(
        run=run, number=1, outcome="differs", held=signature, participant=signature.participant
    )

    client = at(clerk)
    assert set(listed(client, "?question=mine")) == {str(mine), str(returned)}
    assert listed(client, "?question=returned") == [str(returned)]
    assert listed(client, "?question=to_review") == []
    assert listed(at(reviewer), "?question=to_review") == [str(review)]
    assert listed(client, "?question=left_behind") == []
    assert any(line.startswith("India: signature") for line in listed(client, "?question=of_files"))
    assert str(odd) in listed(client, "?question=holding")
    assert str(odd) not in listed(client, "?question=without_notification")
    assert str(odd) in listed(client, "?question=inexact")
    assert listed(client, "?question=unusual") == [str(odd)]
    assert listed(client, "?question=disagreeing") == [str(signature)]
    assert set(listed(client, "?kind=ratification&state__exact=draft")) == {str(mine), str(returned)}

    page = client.get(LIST).content.decode()
    for facet in (
        "My drafts (2)",
        "Returned to me (1)",
        "Disagreeing with the depositary (1)",
        "in review (1)",
    ):
        assert facet in page, facet
    assert "?taken_earliest__year=2025" in page


def test_entries_are_found_by_any_name_and_by_notification(
    hanoi: Treaty, clerk: User, at: At, draft: Entry, say: Say
) -> None:
    draft(say("MMR accession 2026-04-15", notification="C.N.77.2026.TREATIES-XVIII.16"))
    client = at(clerk)
    for words in ("burma", "myanmar", "MMR", "C.N.77"):
        assert listed(client, f"?q={words}") == ["Myanmar: accession, 2026-04-15"], (words, hanoi)


def test_the_list_asks_the_database_as_often_for_many_as_for_few(
    hanoi: Treaty,
    clerk: User,
    at: At,
    django_assert_max_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    client = at(clerk)
    assert hanoi.actions.count() > 80
    with django_assert_max_num_queries(30):
        client.get(LIST)


def test_an_export_can_be_read_back_and_runs_no_formula(clerk: User, at: At, draft: Entry, say: Say) -> None:
    draft(say("VNM ratification 2026-04", summary="=1+1", provisions=["7(2)", "14"]))
    client = at(clerk)
    answer = client.post(f"{LIST}export/?question=mine", {"format": "0", "resource": ""})
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["participant"], row["kind"], row["taken_on"]) == ("VNM", "ratification", "2026-04")
    assert (row["articles"], row["source"], row["author"]) == ("7(2);14", "untc-xviii-16", "clerk")
    assert row["summary"] == "'=1+1"
    answer = client.post(f"{LIST}export/?question=mine", {"format": "1", "resource": ""})
    heading, cells = openpyxl.load_workbook(io.BytesIO(answer.content)).active.rows
    written = {name.value: cell for name, cell in zip(heading, cells, strict=True)}
    assert written["taken_on"].value == "2026-04"
    assert (written["summary"].value, written["summary"].data_type) == ("=1+1", "s")
    (row,) = json.loads(client.post(f"{LIST}export/?question=mine", {"format": "2", "resource": ""}).content)
    assert row["summary"] == "=1+1"
    for address in ("/admin/states/participant/export/", "/admin/treaty/article/export/"):
        answer = client.post(address, {"format": "0", "resource": ""})
        assert len(answer.content.decode().splitlines()) > 60


@pytest.mark.usefixtures("hanoi")
def test_what_a_person_can_do_today_stands_first(
    clerk: User,
    reviewer: User,
    administrator: User,
    at: At,
    draft: Entry,
    waiting: Entry,
    say: Say,
) -> None:
    def today(user: User) -> list[tuple[str, int]]:
        return [(count.label, count.number) for count in at(user).get("/admin/").context["start"].today]

    assert today(clerk) == today(reviewer) == []
    assert "Nothing waits for you." in at(clerk).get("/admin/").content.decode()
    draft(say("VNM ratification 2026-04-15"))
    waiting(say("AUS ratification 2026-04-15"))
    assert today(clerk) == [("action in draft", 1)]
    assert today(reviewer) == [("action to review", 1)]
    accounts.propose_role(clerk, Group.objects.get(name="reviewer"), by=reviewer, now=timezone.now())
    assert today(administrator) == [("account change to decide", 1)]
    page = at(administrator).get("/admin/").content.decode()
    assert page.index("<h2>For you</h2>") < page.index("<h2>Odd</h2>")
    client = at(reviewer)
    for count in client.get("/admin/").context["start"].today:
        assert len(client.get(count.address).context["cl"].result_list) == count.number
    decide = at(administrator).get("/admin/").context["start"].today[0].address
    assert len(at(administrator).get(decide).context["cl"].result_list) == 1


@pytest.mark.production  # other tests send SQLite the same statements
def test_the_start_page_says_what_waits_what_is_odd_and_what_is_alive(
    hanoi: Treaty, clerk: User, at: At, draft: Entry, say: Say
) -> None:
    client = at(clerk)
    page = client.get("/admin/").content.decode()
    assert "no sign of life" in page
    assert "behind the record:" in page
    assert '<span class="warn">never</span>' in page

    draft(say("VNM ratification 2026-04-15"))
    now = timezone.now()
    status.recompute(hanoi.pk, today=now.date(), now=now)
    heartbeat.leave(heartbeat.BEAT, now=now)
    heartbeat.leave(heartbeat.WORKER, now=now)
    start = client.get("/admin/").context["start"]
    assert {count.label: count.number for count in start.waiting}["My drafts"] == 1
    assert {count.label: count.number for count in start.odd} == {
        "Without notification number": 0,
        "Date not exact": 0,
        "Disagreeing with the depositary": 0,
    }  # the gaps of the bundled files were bold noise for ever (finding A14)
    page = client.get("/admin/").content.decode()
    assert "?question=of_files" in page
    assert "Gaps of loaded files" in page
    assert "no sign of life" not in page
    assert "up to date" in page
