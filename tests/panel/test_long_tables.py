"""Long tables: as many statements for many rows as for few, and nobody waits while the rows are checked."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ratification.intake import uploads
from ratification.intake.rows import ACTIONS
from ratification.intake.uploads import TableDrafts, check_rows
from ratification.ledger import writing as ledger
from ratification.ledger.checks import Scrutiny
from ratification.ledger.writing import ActionContent
from ratification.models import Notification
from states.models import Participant
from treaty.models import Treaty

At = Callable[[User], Client]
FEW, MANY = 6, 24


def of_actions(hanoi: Treaty, number: int) -> str:
    """Return statements with everything that a row can name: articles, territories, a notification, an earlier act."""
    target = hanoi.actions.get(participant__iso3="QAT", kind="ratification").revision
    codes = Participant.objects.filter(kind="member_state").order_by("iso3").values_list("iso3", flat=True)
    lines = [
        f"{code},communication,2026-11-0{1 + place % 9},{target},7(2),FRO,C.N.{place + 10}.2026.TREATIES-XVIII.16"
        for place, code in enumerate(codes[:number])
    ]
    heading = "participant,kind,taken_on,relates_to,articles,territories,notification"
    return "\n".join([heading, *lines])


def of_reports(hanoi: Treaty, number: int) -> str:
    """Return reports on one measure."""
    measure = hanoi.measures.all()[0]
    codes = Participant.objects.filter(kind="member_state").order_by("iso3").values_list("iso3", flat=True)
    stage = next(stage for stage in measure.stages if stage not in {"signed", "deposited"})
    lines = [f"{code},{measure.slug},{stage},2026-11-02" for code in codes[:number]]
    return "\n".join(["participant,measure,stage,taken_on", *lines])


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "table"), [("action", of_actions), ("report", of_reports)])
def test_statements_of_the_database_do_not_follow_the_rows(
    hanoi: Treaty,
    clerk: User,
    at: At,
    kind: str,
    table: Callable[[Treaty, int], str],
) -> None:
    client, counted = at(clerk), []
    address = f"/admin/ratification/{kind}/import/"
    for number in (FEW, FEW, MANY):  # the first fills what a process keeps
        file = SimpleUploadedFile("table.csv", table(hanoi, number).encode())
        source = hanoi.sources.get(key="untc-xviii-16").pk
        sent = {"treaty": hanoi.pk, "file": file, "source": source}
        with CaptureQueriesContext(connection) as read:
            page = client.post(address, sent)
        assert {line.outcome for line in page.context["lines"]} == {"new"}
        confirm = {"_confirm": "1", "table": page.context["table"], "submit": "1"}
        with CaptureQueriesContext(connection) as written:
            client.post(address, confirm)
        drafts = getattr(hanoi, f"{kind}s").filter(author=clerk)
        assert set(drafts.values_list("state", flat=True)) == {"in_review"}
        assert drafts.count() == number
        counted.append((len(read), len(written)))
        drafts.delete()
        Notification.objects.filter(entered_by=clerk).delete()
    assert counted[1] == counted[2]


@pytest.mark.embedded("SQLite alone makes every other writer wait for a transaction that has begun to write.")
@pytest.mark.django_db(transaction=True)
def test_rows_are_checked_before_others_have_to_wait(
    hanoi: Treaty, clerk: User, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    check = Scrutiny.doubts_about

    def watched(*arguments: object) -> object:
        seen.append(connection.in_atomic_block)
        return check(*arguments)  # type: ignore[arg-type]  # as it was called

    client, file = at(clerk), SimpleUploadedFile("table.csv", of_actions(hanoi, FEW).encode())
    page = client.post("/admin/ratification/action/import/", {"treaty": hanoi.pk, "file": file, "source": ""})
    monkeypatch.setattr(Scrutiny, "doubts_about", watched)
    confirm = {"_confirm": "1", "table": page.context["table"]}
    client.post("/admin/ratification/action/import/", confirm)
    assert hanoi.actions.filter(author=clerk, state="draft").count() == FEW
    assert seen == [False] * FEW


@pytest.mark.django_db
def test_what_was_published_between_comparison_and_check_is_said(
    hanoi: Treaty,
    clerk: User,
    at: At,
    say: Callable[..., ActionContent],
    reviewer: User,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The row is explained, so that no doubt speaks against it: without a word it would be drafted a second time."""
    client, address = at(clerk), "/admin/ratification/action/import/"
    table = b"participant,kind,taken_on,articles,override\nFRA,declaration,2026-05-01,7,As printed.\n"
    page = client.post(address, {"treaty": hanoi.pk, "file": SimpleUploadedFile("table.csv", table)})
    confirm = {"_confirm": "1", "table": page.context["table"]}
    compare = uploads.check_rows

    def slowly(*arguments: Any) -> Any:  # noqa: ANN401 - as it was called
        lines = compare(*arguments)
        monkeypatch.setattr(uploads, "check_rows", compare)
        said = say("FRA declaration 2026-05-01", provisions=["7"])
        ledger.record(hanoi, [said], author=reviewer, reviewer=clerk, now=now)
        return lines

    monkeypatch.setattr(uploads, "check_rows", slowly)
    again = client.post(address, confirm)
    assert "1 entry was published while the table was compared with the record" in again.content.decode()
    assert [line.outcome for line in again.context["lines"]] == ["unchanged"]
    assert not hanoi.actions.filter(author=clerk, revision=None).exists()
    assert "0 entries were drafted" in client.post(address, confirm, follow=True).content.decode()


@pytest.mark.django_db
def test_what_was_drafted_between_check_and_lock_is_held_against_the_rows(
    hanoi: Treaty, clerk: User, reviewer: User, now: datetime, say: Callable[..., ActionContent]
) -> None:
    rows = [(2, {"participant": "FRA", "kind": "ratification", "taken_on": "2026-05-01"})]
    lines = check_rows(ACTIONS, hanoi, rows, None)
    tried = TableDrafts(hanoi, lines, author=clerk, now=now)
    assert [line.outcome for line in lines] == ["new"]
    ledger.draft(hanoi, say("FRA acceptance 2026-05-02"), author=reviewer, now=now)
    assert tried.write() == []
    assert [line.outcome for line in lines] == ["refused"]
    assert "Drafted already: France: acceptance" in lines[0].why
