"""A write of the panel and its line of the audit log are one: a process that dies between them leaves neither."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ratification.ledger import reference
from ratification.ledger import writing as ledger
from ratification.ledger.shown import shown_of, to_text
from ratification.ledger.writing import ActionContent
from ratification.models import Action, Notification, Record, ReferenceChange
from ratification.operations import roles
from states.models import Participant
from tests.panel.conftest import account
from tests.panel.test_notification_kept import pasted
from tests.panel.test_unfinished_lines import TEXT
from treaty.models import Treaty

At = Callable[[User], Client]
Say = Callable[..., ActionContent]
ACTIONS = "admin:ratification_action"
TABLE = "participant,kind,taken_on,source\nFRA,ratification,2026-05-01,{0}\nVNM,ratification,2026-05-02,{0}\n"


class DiedError(Exception):
    """The end of the process."""


def die(*_args: object, **_named: object) -> None:
    raise DiedError


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the process die when it writes its last line of the audit log."""
    return lambda: monkeypatch.setattr(type(LogEntry.objects), "log_actions", die)


@pytest.fixture
def waiting(hanoi: Treaty, clerk: User, now: datetime, say: Say) -> list[Action]:
    """Two entries of the clerk in review."""
    drafts = [
        ledger.draft(hanoi, say(f"{iso3} ratification 2026-05-01"), author=clerk, now=now)
        for iso3 in ("FRA", "VNM")
    ]
    return [ledger.submit(draft, by=clerk) for draft in drafts]


def record() -> tuple[object, ...]:
    """What a step can move."""
    return (
        sorted(Record.objects.values_list("treaty", "revision")),
        sorted(Action.objects.values_list("pk", "state", "review_note")),
        list(ReferenceChange.objects.values_list("accepted")),
        Participant.objects.get(iso3="QAT").name,
        Notification.objects.count(),
        LogEntry.objects.count(),
    )


def step(client: Client, entry: Action, name: str, **more: str) -> None:
    sent = {"shown": to_text(shown_of(entry)), **more}
    client.post(reverse(f"{ACTIONS}_{name}", args=[entry.pk]), sent)


def of_set(client: Client, entries: list[Action], *, where: str = "", **more: str) -> str:
    shown = {f"shown-{entry.pk}": to_text(shown_of(entry)) for entry in entries}
    rows = {"action": "publish_selected", "_selected_action": [entry.pk for entry in entries]}
    address = reverse(f"{ACTIONS}_changelist") + where
    return client.post(address, rows | shown | more, follow=True).content.decode()


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("how", ["publish", "return"])
def test_review_is_written_with_its_lines(
    waiting: list[Action], reviewer: User, at: At, dying: Callable[[], None], how: str, *, together: bool
) -> None:
    client, before = at(reviewer), record()

    def review() -> None:
        if not together:
            step(client, waiting[0], how, reason="A digit is missing.")
        elif how == "publish":
            of_set(client, waiting, _confirmed="1")
        else:
            of_set(client, waiting, _return="all", reason="A digit is missing.")

    dying()
    with pytest.raises(DiedError):
        review()
    assert record() == before


def test_publishing_again_after_the_death_publishes_once(
    waiting: list[Action], reviewer: User, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = at(reviewer)
    with monkeypatch.context() as patch:
        patch.setattr(type(LogEntry.objects), "log_actions", die)
        with pytest.raises(DiedError):
            of_set(client, waiting, _confirmed="1")
    of_set(client, waiting, _confirmed="1")
    of_set(client, waiting, _confirmed="1")
    of_set(client, waiting, _confirmed="1")
    assert set(Action.objects.filter(author=waiting[0].author).values_list("state", flat=True)) == {
        "published"
    }
    assert LogEntry.objects.filter(change_message__contains="Published as revision").count() == len(waiting)


QUEUE = "?question=to_review"


@pytest.mark.parametrize("answer", [{"_confirmed": "1"}, {"_return": "all", "reason": "A digit is missing."}])
def test_a_set_is_answered_once_and_whole(
    waiting: list[Action], reviewer: User, at: At, answer: dict[str, str]
) -> None:
    """The button again after the way back in the browser, or after a colleague has taken one of them (500 once)."""
    client = at(reviewer)
    of_set(client, waiting[:1], where=QUEUE, **answer)
    moved = record()
    for entries in (waiting[:1], waiting):
        page = of_set(client, entries, where=QUEUE, **answer)
        assert "they have moved on since you opened it. Nothing was done." in page
    assert record() == moved
    assert "they have moved on" in of_set(client, waiting[:1], where=QUEUE)


def test_what_was_submitted_already_is_not_submitted_again(
    waiting: list[Action], clerk: User, at: At
) -> None:
    rows = {"action": "submit_selected", "_selected_action": [entry.pk for entry in waiting]}
    page = at(clerk).post(reverse(f"{ACTIONS}_changelist") + "?question=mine", rows, follow=True)
    assert "they have moved on" in page.content.decode()


def test_a_retraction_that_cannot_be_submitted_leaves_no_draft(
    hanoi: Treaty, clerk: User, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = hanoi.actions.filter(revision__isnull=False, kind="signature")[0]
    before = record()

    monkeypatch.setattr(ledger, "submit", die)
    with pytest.raises(DiedError):
        step(at(clerk), entry, "retract", reason="It was another State.")
    assert record() == before


def test_a_table_is_drafted_with_its_lines(
    hanoi: Treaty, clerk: User, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, source = at(clerk), hanoi.sources.all()[0].key
    table = SimpleUploadedFile("table.csv", TABLE.format(source).encode())
    page = client.post(reverse(f"{ACTIONS}_import"), {"treaty": hanoi.pk, "file": table})
    sent = {"_confirm": "1", "table": page.context["table"]}
    before = record()
    with monkeypatch.context() as patch:
        patch.setattr(type(LogEntry.objects), "log_actions", die)
        with pytest.raises(DiedError):
            client.post(reverse(f"{ACTIONS}_import"), sent)
    assert record() == before
    client.post(reverse(f"{ACTIONS}_import"), sent)
    assert hanoi.actions.filter(author=clerk).count() == LogEntry.objects.count() == 2


def test_a_decision_is_written_with_its_line(
    administrator: User, hanoi: Treaty, at: At, dying: Callable[[], None], now: datetime
) -> None:
    assert hanoi
    qatar = Participant.objects.get(iso3="QAT")
    second = account("second", roles.ADMINISTRATOR)
    change = reference.propose(
        qatar,
        before={"name": qatar.name},
        after={"name": "Atlantis"},
        by=administrator,
        reason="Note verbale",
        now=now,
    )
    client, before = at(second), record()
    dying()
    with pytest.raises(DiedError):
        client.post(reverse("admin:ratification_referencechange_accept", args=[change.pk]))
    assert record() == before


def test_a_notification_is_written_with_its_lines(
    hanoi: Treaty, clerk: User, at: At, dying: Callable[[], None]
) -> None:
    client, before = at(clerk), record()
    dying()
    with pytest.raises(DiedError):
        pasted(client, hanoi, TEXT, step="_draft")
    assert record() == before
