"""Treaty facts in the panel: two people, and the alarm where a declared day differs from the computed one."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from ratification.ledger import writing as ledger
from ratification.ledger.content import ActionContent, TreatyFactContent
from ratification.ledger.shown import shown_of, to_text
from ratification.models import TreatyFact
from ratification.record.entries import latest_revision, read_treaty_facts
from ratification.rules.dates import Span
from ratification.status import recompute as status
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Treaty

At = Callable[[User], Client]
LATER = datetime.fromisoformat("2027-12-01T12:00:00+00:00")
COMPUTED, OTHER = date(2027, 5, 30), date(2027, 5, 31)


@pytest.fixture
def forty(computed_hanoi: Treaty, clerk: User, reviewer: User) -> Treaty:
    """The Convention with forty more deposits on one day, so that it enters into force on 30 May 2027."""
    hanoi = computed_hanoi
    bound = hanoi.actions.filter(kind="ratification").values("participant")
    signed = hanoi.actions.filter(kind="signature", revision__isnull=False).exclude(participant__in=bound)
    people = Participant.objects.filter(kind="member_state", pk__in=signed.values("participant"))[:40]
    deposits = [
        ActionContent(
            participant=person,
            kind=ActionKind.RATIFICATION,
            taken=Span.day(date(2027, 3, 1)),
            source=hanoi.sources.first(),
        )
        for person in people
    ]
    ledger.record(hanoi, deposits, author=clerk, reviewer=reviewer, now=LATER)
    return hanoi


def declare(at: At, clerk: User, reviewer: User, treaty: Treaty, **fields: object) -> TreatyFact:
    """Enter a treaty fact by one person's form, and publish it by another's page."""
    form = {
        "treaty": treaty.pk,
        "source": treaty.sources.first().pk,  # type: ignore[union-attr]  # the Convention has some
        "confidence": "primary",
        "_submit": "",
        **fields,
    }
    answer = at(clerk).post(reverse("admin:ratification_treatyfact_add"), form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    entry = TreatyFact.objects.latest("pk")
    assert entry.state == "in_review"
    publish = reverse("admin:ratification_treatyfact_publish", args=[entry.pk])
    assert at(clerk).post(publish, {"shown": to_text(shown_of(entry))}).status_code == 403
    page = at(reviewer).get(reverse("admin:ratification_treatyfact_change", args=[entry.pk]))
    assert b"Publish" in page.content
    at(reviewer).post(publish, {"shown": to_text(shown_of(entry))})
    entry.refresh_from_db()
    assert entry.state == "published"
    return entry


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(("day", "differs"), [(COMPUTED, False), (OTHER, True)])
def test_a_declared_day_that_differs_raises_the_alarm(
    at: At,
    clerk: User,
    reviewer: User,
    forty: Treaty,
    monkeypatch: pytest.MonkeyPatch,
    day: date,
    *,
    differs: bool,
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
    declare(at, clerk, reviewer, forty, kind="entry_into_force", taken_on=day.isoformat())
    status.recompute(forty.pk, today=LATER.date(), now=LATER)
    document = Client().get("/api/v1/treaties/hanoi/status/").json()
    assert document["declared"]["differs"] is differs
    assert document["declared"]["entry_into_force"] == day.isoformat()
    assert document["entry_into_force"]["on"] == COMPUTED.isoformat()
    page = " ".join(Client().get("/").content.decode().split())
    words = f"The depositary declares {day.day} May 2027 as the day of entry into force"
    assert (words in page) is differs
    assert ("30 May 2027 follows" in page) is differs
    assert f"In force since {day.day} May 2027" in page
    start = at(reviewer).get(reverse("admin:index")).content.decode()
    assert ("the depositary declares another day than the rules compute" in start) is differs


@pytest.mark.parametrize(("day", "differs"), [(COMPUTED, False), (OTHER, True)])
def test_a_day_declared_for_a_participant_that_differs_raises_the_alarm(
    at: At,
    clerk: User,
    reviewer: User,
    forty: Treaty,
    monkeypatch: pytest.MonkeyPatch,
    day: date,
    *,
    differs: bool,
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
    person = forty.actions.filter(kind="ratification", taken_earliest=date(2027, 3, 1)).first().participant  # type: ignore[union-attr]  # there are forty
    fields = {"kind": "entry_into_force_for", "participant": person.pk, "taken_on": day.isoformat()}
    declare(at, clerk, reviewer, forty, **fields)
    status.recompute(forty.pk, today=LATER.date(), now=LATER)
    document = Client().get("/api/v1/treaties/hanoi/status/").json()
    computed = {name: COMPUTED.isoformat() for name in ("on", "earliest", "latest")}
    assert document["declared"]["participants"] == [
        {
            "participant": person.iso3,
            "entry_into_force": day.isoformat(),
            "computed": computed,
            "differs": differs,
        }
    ]
    (row,) = [row for row in document["participants"] if row["participant"] == person.iso3]
    assert row["in_force"]["on"] == day.isoformat()
    words = f"{day.day} May 2027 as the day of entry into force for {person.name}; under article"
    for address in ("/", f"/participants/{person.iso3}/"):
        assert (words in " ".join(Client().get(address).content.decode().split())) is differs
    start = at(reviewer).get(reverse("admin:index")).content.decode()
    assert ("the depositary declares another day than the rules compute" in start) is differs


def test_two_people_who_vouch_for_a_day_move_it(
    at: At, clerk: User, reviewer: User, hanoi: Treaty, now: datetime
) -> None:
    assert read_treaty_facts(hanoi, latest_revision(hanoi)).known_until == date(2026, 4, 9)
    declare(at, clerk, reviewer, hanoi, kind="known_until", taken_on="2026-11-20")
    assert read_treaty_facts(hanoi, latest_revision(hanoi)).known_until == date(2026, 11, 20)
    status.recompute(hanoi.pk, today=date(2026, 11, 20), now=now)
    document = Client().get("/api/v1/treaties/hanoi/status/", {"as_of": "2026-11-20"}).json()
    assert (document["known_until"], document["unknown"]) == ("2026-11-20", 0)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "entry_into_force_for", "taken_on": "2026-11-20"}, "names the participant"),
        ({"kind": "signatories", "taken_on": "2026-11-20"}, "has a number"),
        ({"kind": "opened", "taken_on": "2026-11-20", "number": "3"}, "has no number"),
        ({"kind": "known_until", "taken_on": "2031-01-01"}, "lies in the future"),
        ({"kind": "known_until", "taken_on": "2026-10"}, "is not one day"),
        ({"kind": "entry_into_force", "taken_on": "2026-10-01/2026-10-05"}, "is not one day"),
        ({"kind": "known_until", "taken_on": "2026-01-01"}, "knows the list until 2026-04-09 already"),
    ],
)
def test_a_fact_that_says_nothing_is_refused(
    at: At, clerk: User, hanoi: Treaty, fields: dict[str, str], words: str
) -> None:
    form = {"treaty": hanoi.pk, "confidence": "primary", "_submit": "", **fields}
    answer = at(clerk).post(reverse("admin:ratification_treatyfact_add"), form)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not TreatyFact.objects.filter(state="draft").exists()


def test_treaty_facts_are_published_together(
    hanoi: Treaty, clerk: User, reviewer: User, at: Callable[[User], Client], now: datetime
) -> None:
    source = hanoi.sources.get(key="untc-xviii-16")
    facts = [
        ledger.submit(
            ledger.draft(
                hanoi,
                TreatyFactContent(kind=kind, taken=Span.day(date(2026, 10, 1)), number=number, source=source),
                author=clerk,
                now=now,
            ),
            by=clerk,
        )
        for kind, number in ((TreatyFact.Kind.SIGNATORIES, 75), (TreatyFact.Kind.PARTIES, 1))
    ]
    client, address = at(reviewer), "/admin/ratification/treatyfact/"
    form: dict[str, object] = {"action": "publish_selected", "_selected_action": [fact.pk for fact in facts]}
    page = client.post(address, form).content.decode()
    assert "2 entries, in the order of their revisions" in page
    shown = {f"shown-{fact.pk}": to_text(shown_of(fact)) for fact in facts}
    client.post(address, {**form, **shown, "_confirmed": "1"})
    assert {fact.state for fact in TreatyFact.objects.filter(author=clerk)} == {"published"}


def test_the_number_and_date_of_its_notification_are_held_as_in_the_form_of_acts(
    hanoi: Treaty, clerk: User, at: At
) -> None:
    form = {
        "treaty": hanoi.pk,
        "source": hanoi.sources.first().pk,  # type: ignore[union-attr]  # the Convention has some
        "kind": "entry_into_force",
        "taken_on": "30 May 2027",
        "confidence": "",
    }
    address = reverse("admin:ratification_treatyfact_add")
    for number, sentence in {
        "hello world": "is no number of a notification",
        "C.N.501.2027.TREATIES-XVIII.12": "is not about Hanoi Convention",
    }.items():
        assert sentence in at(clerk).post(address, {**form, "notification": number}).content.decode()
    assert (
        "can be 4 March 2027 or 3 April 2027"
        in at(clerk).post(address, {**form, "notified_on": "03/04/2027"}).content.decode()
    )
    assert not TreatyFact.objects.filter(author=clerk).exists()
    heading = "Reference: C.N.501.2027.TREATIES-XVIII.16 (Depositary Notification)"
    at(clerk).post(address, {**form, "notification": heading, "notified_on": "1 March 2027"})
    entry = TreatyFact.objects.get(author=clerk)
    assert (entry.notification, entry.notified_on) == ("C.N.501.2027.TREATIES-XVIII.16", date(2027, 3, 1))
