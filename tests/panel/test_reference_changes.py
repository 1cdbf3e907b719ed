"""What published entries cite is changed by two people, with a reason that all may read."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ratification.ledger import reference
from ratification.ledger.refusal import LedgerError
from ratification.models import ReferenceChange, TreatyStatus
from ratification.operations import roles
from ratification.status import recompute as status
from ratification.tasks import recompute_stale
from states.models import Group, Membership, Participant, Responsibility
from tests.panel.conftest import account
from tests.panel.test_reference import form_of
from treaty.models import Source, Treaty

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]
REASON = "Note verbale of 3 November 2026"


@pytest.fixture
def second(db: None) -> User:  # noqa: ARG001 - it stands in the database
    return account("second", roles.ADMINISTRATOR)


def save(client: Client, page: str, pk: int, **changed: object) -> str:
    address = reverse(f"admin:{page}_change", args=[pk])
    return client.post(address, form_of(client, address) | changed, follow=True).content.decode()


def decide(client: Client, step: str = "accept") -> str:
    change = ReferenceChange.objects.latest("pk")
    address = reverse(f"admin:ratification_referencechange_{step}", args=[change.pk])
    return client.post(address, follow=True).content.decode()


def test_one_person_adds_no_provision_as_seen_in_the_text(hanoi: Treaty, administrator: User, at: At) -> None:
    address = reverse("admin:treaty_interpretativenote_add")
    form = {"treaty": hanoi.pk, "title": "On article 2", "source": hanoi.sources.all()[0].pk}
    page = at(administrator).post(address, {**form, "status": "verified"}).content.decode()
    assert "takes two people" in page
    assert hanoi.interpretative_notes.count() == 1
    at(administrator).post(address, {**form, "status": "reported"})
    assert hanoi.interpretative_notes.count() == 2


@pytest.mark.parametrize(
    ("page", "column", "value"),
    [
        ("states_participant", "name", "Atlantis"),
        ("states_participant", "kind", "territory"),
        ("states_participant", "valid_until", "2026-01-01"),
        ("states_participant", "region", "Atlantis"),
        ("states_group", "name", "Members of Atlantis"),
        ("treaty_source", "title", "Another document"),
        ("treaty_source", "url", "https://example.org/other"),
        ("treaty_source", "confidence", "knowledge"),
        ("treaty_treaty", "popular_name", "Hanoi Treaty"),
        ("treaty_treaty", "depositary_timezone", "Pacific/Kiritimati"),
        ("treaty_article", "summary_status", "verified"),
        ("treaty_requirement", "kind", "reservation"),
        ("treaty_requirement", "status", "verified"),
        ("treaty_interpretativenote", "status", "verified"),
    ],
)
def test_one_person_changes_nothing_that_published_entries_cite(
    hanoi: Treaty, administrator: User, second: User, at: At, page: str, column: str, value: str
) -> None:
    """The exploit of finding 8: Qatar renamed, a cited source's text exchanged, by one account and without a word."""
    rows: dict[str, Any] = {
        "states_participant": Participant.objects.get(iso3="QAT"),
        "states_group": Group.objects.get(slug="eu"),
        "treaty_source": Source.objects.filter(actions__revision__isnull=False)[0],
        "treaty_treaty": hanoi,
        "treaty_article": hanoi.articles.get(number=42),
        "treaty_requirement": hanoi.requirements.get(article__number=23, paragraph="3(a)"),
        "treaty_interpretativenote": hanoi.interpretative_notes.get(),
    }
    row = rows[page]
    before = str(getattr(row, column) or "")
    client = at(administrator)
    assert "say why it is right" in save(client, page, row.pk, **{column: value})
    assert not ReferenceChange.objects.exists()
    assert "waits for a second person" in save(client, page, row.pk, **{column: value, "reason": REASON})
    row.refresh_from_db()
    assert str(getattr(row, column) or "") == before
    assert "not the one who proposed" in decide(client)
    row.refresh_from_db()
    assert str(getattr(row, column) or "") == before
    public = " ".join(Client().get("/corrections/").content.decode().split())
    assert REASON not in public
    decide(at(second))
    row.refresh_from_db()
    assert str(getattr(row, column)) == value
    assert row.history.latest("pk").history_change_reason.startswith(REASON)
    public = " ".join(Client().get("/corrections/").content.decode().split())
    assert REASON in public
    (said,) = Client().get("/api/v1/treaties/hanoi/corrections/").json()["reference"]
    assert said["reason"] == REASON
    assert {"subject": column.replace("_", " "), "wrong": before, "right": value} in said["amended"]


def test_who_decides_reads_codes_and_not_numbers_of_rows(
    hanoi: Treaty, administrator: User, second: User, at: At
) -> None:
    requirement = hanoi.requirements.get(article__number=23, paragraph="3(a)")
    other = hanoi.articles.get(number=42)
    save(at(administrator), "treaty_requirement", requirement.pk, article=other.pk, reason=REASON)
    change = ReferenceChange.objects.get()
    assert change.amended == [("article", "23", "42")]
    page = at(second).get(reverse("admin:ratification_referencechange_change", args=[change.pk]))
    assert "article: “23” → “42”" in page.content.decode()
    decide(at(second))
    requirement.refresh_from_db()
    assert requirement.article == other
    (said,) = Client().get("/api/v1/treaties/hanoi/corrections/").json()["reference"]
    assert said["amended"] == [{"subject": "article", "wrong": "23", "right": "42"}]


def test_codes_of_sources_and_participants_stay(hanoi: Treaty, administrator: User, at: At) -> None:
    source = Source.objects.filter(actions__revision__isnull=False)[0]
    save(at(administrator), "treaty_source", source.pk, key="other", note="", reason=REASON)
    assert Source.objects.get(pk=source.pk).key == source.key
    page = save(at(administrator), "treaty_source", source.pk, key="other", note="Seen.", reason=REASON)
    assert "its key stays as it is. Nothing is saved." in page
    assert "changed successfully" not in page
    assert not ReferenceChange.objects.exists()
    participant = Participant.objects.get(iso3="QAT")
    save(at(administrator), "states_participant", participant.pk, iso3="ATL", reason=REASON)
    assert Participant.objects.get(pk=participant.pk).iso3 == "QAT"
    group = Membership.objects.filter(participant=participant)[0].group
    save(at(administrator), "states_group", group.pk, slug="other", reason=REASON)
    article = hanoi.articles.get(number=42)
    save(at(administrator), "treaty_article", article.pk, number=4200, reason=REASON)
    for row, code in ((group, group.slug), (article, 42)):
        row.refresh_from_db()
        assert code in (getattr(row, "slug", None), getattr(row, "number", None))
    assert hanoi.sources.filter(key=source.key).exists()


@pytest.mark.parametrize(
    ("page", "column", "days", "typed"),
    [
        ("treaty_treaty", "adopted_on", ("3000-01-01", "1 January 3000"), "2024-12-25"),
        ("treaty_source", "published_on", ("3000", "3000-01/3000-02", "2 January 3000"), "2026-11"),
        ("treaty_claim", "published_on", ("3000-05-06",), "2026-11-21"),
    ],
)
def test_what_has_happened_lies_in_no_future(
    hanoi: Treaty,
    administrator: User,
    second: User,
    at: At,
    page: str,
    column: str,
    days: tuple[str, ...],
    typed: str,
) -> None:
    """Neither in a form nor by a proposal of before: the second person cannot accept it."""
    rows = {
        "treaty_treaty": hanoi,
        "treaty_source": Source.objects.filter(actions__revision__isnull=False)[0],
        "treaty_claim": hanoi.claims.all()[0],
    }
    row = rows[page]
    before = str(getattr(row, column))
    client = at(administrator)
    for day in days:
        assert "lies in the future" in save(client, page, row.pk, **{column: day, "reason": REASON})
    assert not ReferenceChange.objects.exists()
    assert "lies in the future" not in save(client, page, row.pk, **{column: typed, "reason": REASON})
    if page == "treaty_claim":  # one person's to change
        return
    ReferenceChange.objects.update(before={column: before}, after={column: days[0]})
    assert "lies in the future" in decide(at(second))
    row.refresh_from_db()
    assert str(getattr(row, column)) == before


def test_one_person_deletes_nothing_that_published_entries_cite(
    hanoi: Treaty, administrator: User, at: At
) -> None:
    requirement = hanoi.requirements.all()[0]
    client, pages = at(administrator), "admin:treaty_requirement"
    assert client.post(reverse(f"{pages}_delete", args=[requirement.pk]), {"post": "yes"}).status_code == 403
    several = {"action": "delete_selected", "_selected_action": [requirement.pk], "post": "yes"}
    client.post(reverse(f"{pages}_changelist"), several, follow=True)
    assert hanoi.requirements.filter(pk=requirement.pk).exists()


@pytest.mark.usefixtures("hanoi")
def test_responsibility_for_a_territory_is_handed_over_by_two_people_and_asked_by_date(
    administrator: User, second: User, at: At
) -> None:
    """As Hong Kong on 1 July 1997: the old State keeps its days, the new one has its own from then on."""
    qatar = Participant.objects.get(iso3="QAT")
    held = Responsibility.objects.get(territory__iso3="GIB")
    client, territory = at(administrator), held.territory
    address = reverse("admin:states_participant_change", args=[territory.pk])
    assert form_of(client, address)["responsibilities-0-state"] == held.state_id
    ends = {"responsibilities-0-valid_until": "2026-11-01"}
    begins = {
        "responsibilities-TOTAL_FORMS": 2,
        "responsibilities-1-territory": territory.pk,
        "responsibilities-1-state": qatar.pk,
        "responsibilities-1-valid_from": "2026-11-01",
        "responsibilities-1-valid_until": "",
        "responsibilities-1-source": "A treaty of cession",
    }
    backwards = {**ends, "responsibilities-0-valid_from": "2026-12-01"}
    page = save(client, "states_participant", territory.pk, **backwards, reason=REASON)
    assert "ends before it begins" in page
    assert "say why it is right" in save(client, "states_participant", territory.pk, **ends)
    save(client, "states_participant", territory.pk, **begins, reason=REASON)
    assert not Responsibility.objects.filter(territory=territory, state=qatar).exists()
    save(client, "states_participant", territory.pk, **ends, reason=REASON)
    for change in ReferenceChange.objects.all():
        accept = reverse("admin:ratification_referencechange_accept", args=[change.pk])
        at(second).post(accept, follow=True)
    where = "/api/v1/treaties/hanoi/territories/"

    def responsible(day: str) -> list[str]:
        rows = Client().get(where, {"territory": "GIB", "as_of": day}).json()["results"]
        return [row["state"] for row in rows]

    assert (responsible("2026-10-31"), responsible("2026-11-01")) == (["GBR"], ["QAT"])
    state = reverse("admin:states_participant_change", args=[held.state_id])
    assert territory.pk in [
        value for name, value in form_of(client, state).items() if name.endswith("-territory")
    ]


@pytest.mark.usefixtures("hanoi")
def test_a_membership_of_a_participant_in_the_record_is_proposed(
    administrator: User, second: User, at: At
) -> None:
    qatar, group = Participant.objects.get(iso3="QAT"), Group.objects.get(slug="eu")
    client = at(administrator)
    address = reverse("admin:states_participant_change", args=[qatar.pk])
    number = int(str(form_of(client, address)["memberships-TOTAL_FORMS"]))
    new = {
        "memberships-TOTAL_FORMS": number + 1,
        f"memberships-{number}-participant": qatar.pk,
        f"memberships-{number}-group": group.pk,
        f"memberships-{number}-valid_from": "2026-01-01",
        f"memberships-{number}-valid_until": "",
        f"memberships-{number}-source": "A treaty of accession",
    }
    assert "say why it is right" in save(client, "states_participant", qatar.pk, **new)
    save(client, "states_participant", qatar.pk, **new, reason=REASON)
    assert not Membership.objects.filter(participant=qatar, group=group).exists()
    decide(at(second))
    membership = Membership.objects.get(participant=qatar, group=group)
    assert (membership.valid_from, membership.source) == (date(2026, 1, 1), "A treaty of accession")

    form = form_of(client, address)
    index = next(
        key.split("-")[1] for key, value in form.items() if key.endswith("-group") and value == group.pk
    )
    gone = {f"memberships-{index}-DELETE": "on", "reason": "It was another State."}
    save(client, "states_participant", qatar.pk, **gone)
    assert Membership.objects.filter(pk=membership.pk).exists()
    decide(at(second))
    assert not Membership.objects.filter(pk=membership.pk).exists()


@pytest.mark.usefixtures("hanoi")
def test_a_participant_without_entries_is_changed_by_one(administrator: User, at: At) -> None:
    tuvalu = Participant.objects.get(iso3="TUV")
    save(at(administrator), "states_participant", tuvalu.pk, name="The islands")
    tuvalu.refresh_from_db()
    assert tuvalu.name == "The islands"


@pytest.mark.production  # other tests send SQLite the same statements
def test_the_stored_status_follows_an_accepted_change(
    hanoi: Treaty, administrator: User, second: User, at: At
) -> None:
    """The exploit of finding 7: a kind was changed, and today's stored status said the old count until midnight."""
    now = timezone.now()
    status.recompute(hanoi.pk, today=hanoi.legal_day(now), now=now)
    before = TreatyStatus.objects.get(treaty=hanoi).document
    qatar = Participant.objects.get(iso3="QAT")
    save(at(administrator), "states_participant", qatar.pk, kind="territory", reason=REASON)
    recompute_stale.apply()
    assert TreatyStatus.objects.get(treaty=hanoi).document == before
    decide(at(second))
    recompute_stale.apply()  # beat asks for it every 20 seconds
    stored = TreatyStatus.objects.get(treaty=hanoi)
    assert stored.document != before
    assert status.recompute(hanoi.pk, today=stored.as_of, now=now + timedelta(minutes=1)) == 0


def test_a_proposal_for_a_row_that_has_changed_since_is_not_accepted(
    hanoi: Treaty, administrator: User, second: User
) -> None:
    now = timezone.now()
    source = Source.objects.filter(actions__revision__isnull=False)[0]
    before = reference.values_of(source, ["title"])
    with pytest.raises(LedgerError, match="needs a reason"):
        reference.propose(source, before=before, after={"title": "A"}, by=administrator, reason=" ", now=now)
    proposals = [
        reference.propose(source, before=before, after={"title": each}, by=administrator, reason="r", now=now)
        for each in ("A", "B")
    ]
    reference.decide(proposals[0], by=second, accept=True, now=now)
    with pytest.raises(LedgerError, match="has changed since"):
        reference.decide(proposals[1], by=second, accept=True, now=now)
    reference.decide(proposals[1], by=second, accept=False, now=now)
    source.refresh_from_db()
    assert source.title == "A"
    assert reference.reference_changes_of(hanoi) == [proposals[0]]
    assert (
        reference.reference_changes_of(hanoi, revision=3) == []
        or hanoi.revisions.get(number=4).recorded_at > now
    )


def test_a_proposal_sent_twice_waits_once(hanoi: Treaty, administrator: User, second: User, at: At) -> None:
    source = hanoi.sources.get(key="untc-xviii-16")
    for reason in (REASON, "The same once more"):
        page = save(at(administrator), "treaty_source", source.pk, title="Another document", reason=reason)
        assert "waits for a second person" in page
    save(at(administrator), "treaty_source", source.pk, title="A third one", reason=REASON)
    save(at(second), "treaty_source", source.pk, title="Another document", reason=REASON)
    told = ReferenceChange.objects.values_list("proposed_by__username", "after__title")
    assert sorted(told) == [
        ("administrator", "A third one"),
        ("administrator", "Another document"),
        ("second", "Another document"),
    ]


@pytest.mark.parametrize("name", ["Mars/Phobos", "America", "../etc/localtime", "utc"])
def test_a_time_zone_that_there_is_not_is_no_proposal(
    hanoi: Treaty, administrator: User, second: User, at: At, now: datetime, name: str
) -> None:
    page = save(at(administrator), "treaty_treaty", hanoi.pk, depositary_timezone=name, reason=REASON)
    assert "is no IANA time zone; write one like America/New_York." in page
    assert not ReferenceChange.objects.exists()
    before, after = {"depositary_timezone": hanoi.depositary_timezone}, {"depositary_timezone": name}
    made = reference.propose(hanoi, before=before, after=after, by=administrator, reason=REASON, now=now)
    with pytest.raises(LedgerError, match="is no IANA time zone"):
        reference.decide(made, by=second, accept=True, now=now)
    hanoi.refresh_from_db()
    assert hanoi.depositary_timezone == before["depositary_timezone"]
