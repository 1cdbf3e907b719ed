import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache

import pytest
from defusedxml import ElementTree
from django.test import Client
from django.utils.html import strip_tags

from ratification.following import subscriptions
from ratification.following.question import ChangeQuestion
from ratification.ledger import writing as ledger
from ratification.ledger.content import ActionContent, content_of
from ratification.ledger.system_accounts import system_user
from ratification.models import Action, Change, MailSubscription, TreatyFact
from ratification.record.selectors import View
from ratification.rules.dates import Span
from ratification.status import feeds
from ratification.status import recompute as status
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Treaty

pytestmark = pytest.mark.usefixtures("with_everything_computed")

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def deposit(hanoi: Treaty, now: datetime) -> Action:
    """The status as loaded, and then one more deposit."""
    author, reviewer = system_user("invented", "a test"), system_user("checked", "a test")
    statement = ActionContent(
        participant=Participant.objects.get(iso3="VNM"),
        kind=ActionKind.RATIFICATION,
        taken=Span.day(now.date()),
        source=hanoi.sources.first(),
    )
    (entry,) = ledger.record(hanoi, [statement], author=author, reviewer=reviewer, now=now)
    status.recompute(hanoi.pk, today=now.date(), now=now)
    return entry


@pytest.mark.usefixtures("deposit")
def test_changes_are_told_in_sentences(get: Callable[..., str]) -> None:
    page = get("/changes/")
    assert "Viet Nam ratified on 21 November 2026." in page
    assert '<h2 id="m-2026-11">November 2026</h2>' in page
    assert "recorded 21 Nov 2026" not in page  # the record began that day


def test_a_change_recorded_later_names_its_revision(
    get: Callable[..., str], hanoi: Treaty, now: datetime
) -> None:
    author, reviewer = system_user("invented", "a test"), system_user("checked", "a test")
    content = ActionContent(
        participant=Participant.objects.get(iso3="VNM"),
        kind=ActionKind.RATIFICATION,
        taken=Span.day(date(2026, 3, 5)),
        source=hanoi.sources.first(),
    )
    later = now + timedelta(days=2)
    (entry,) = ledger.record(hanoi, [content], author=author, reviewer=reviewer, now=later)
    status.recompute(hanoi.pk, today=later.date(), now=later)
    page = get("/changes/")
    march = page.partition('id="m-2026-03"')[2].partition("<h2")[0]
    assert "Viet Nam ratified on 5 March 2026" in march
    assert f">revision {entry.revision}</a>" in march
    assert "recorded 23 Nov 2026" in strip_tags(march)
    months = re.findall(r'<h2 id="m-([\d-]+)">', page)
    assert months == sorted(months, reverse=True)


def test_what_the_record_says_otherwise_since_is_marked(
    get: Callable[..., str], deposit: Action, hanoi: Treaty, now: datetime
) -> None:
    wrong = "Viet Nam ratified on 21 November 2026"
    assert "no longer so" not in get("/changes/")
    author, reviewer = system_user("invented", "a test"), system_user("checked", "a test")
    content = ActionContent(
        participant=deposit.participant,
        kind=ActionKind.WITHDRAWAL,
        taken=Span.day(now.date()),
        relates_to=deposit,
        source=deposit.source,
    )
    (entry,) = ledger.record(hanoi, [content], author=author, reviewer=reviewer, now=now)
    status.recompute(hanoi.pk, today=now.date(), now=now)
    page = get("/changes/")
    assert "no longer so" not in page  # it ratified, and has withdrawn

    corrected = replace(content_of(deposit), taken=Span.day(date(2026, 11, 19)), override="A test.")
    draft = ledger.correct(deposit, corrected, author=author, reason="Misread.", now=now)
    made = ledger.publish(ledger.submit(draft, by=author), reviewer=reviewer, now=now)
    status.recompute(hanoi.pk, today=now.date(), now=now)
    line = get("/changes/").partition(wrong)[2].partition("</li>")[0]
    assert "no longer so in the record since" in line
    assert f">revision {made.revision}</a>" in line
    assert "no longer so" not in get("/changes/", revision=entry.revision or 0)


def test_many_alike_are_one_line_that_holds_them_all(
    get: Callable[..., str], client: Client, deposit: Action
) -> None:
    page = get("/changes/", revision=deposit.revision)
    assert "<summary>Each of 69 participants signed on 25 October 2025.</summary>" in page
    assert page.count("signed on 25 October 2025.</span>") == 69
    feed = client.get("/changes.json").json()["items"]
    for item in feed:
        assert f'id="{item["url"].partition("#")[2]}"' in page


def test_an_earlier_record_knows_no_later_change(get: Callable[..., str], deposit: Action) -> None:
    assert deposit.revision
    assert "Viet Nam ratified" not in get("/changes/", revision=deposit.revision - 1)


def test_a_change_shows_from_the_day_of_its_act_however_late_it_was_recorded(
    get: Callable[..., str], view: Callable[..., View], deposit: Action
) -> None:
    assert "Viet Nam ratified" not in get("/changes/", as_of="2026-11-20")
    early = get("/changes/", as_of="2026-02-13")
    assert "Qatar ratified between 1 and 13 February 2026, the 1st to consent to be bound." in early
    assert "Canada signed" not in early
    assert "No change had been recorded yet." in get("/changes/", as_of="2025-10-24")
    standings = cache(
        lambda day: {item.participant: item.kind for item in view(day, deposit.revision).outcome.standings}
    )
    for change in Change.objects.filter(treaty=deposit.treaty, subject="standing").select_related(
        "participant"
    ):
        assert change.participant
        assert change.after
        iso3, said = change.participant.iso3, change.after["standing"]
        for day, holds in ((change.as_of, True), (change.as_of - timedelta(days=1), False)):
            assert (standings(day).get(iso3) == said) is holds


@pytest.mark.usefixtures("deposit")
def test_older_changes_are_a_page_away(
    get: Callable[..., str], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.changes.PER_PAGE", 2)
    found: list[str] = []
    address = "/changes/"
    while address:
        page = get(address)
        found += re.findall(r'id="change-(\d+)"', page)
        older = re.search(r'href="(/changes/\?before=[\d-]+)"', page.partition("<main")[2])
        address = older[1] if older else ""
    rest = feeds.news_of(Treaty.objects.get(slug="hanoi"), as_of=date(2026, 11, 21), revision=10_000)
    assert sorted(map(int, found)) == sorted(change.number for change in rest)
    for wrong in ("x", "2026-13", "5", "2026-3", "0000-01"):
        assert client.get("/changes/", {"before": wrong}).status_code == 400


@pytest.mark.usefixtures("deposit")
def test_both_feeds_tell_the_same(client: Client) -> None:
    atom = ElementTree.fromstring(client.get("/changes.atom").content)
    told = [entry.findtext(f"{ATOM}title") for entry in atom.findall(f"{ATOM}entry")]
    feed = client.get("/changes.json")
    assert feed["Content-Type"] == "application/feed+json"
    assert [item["title"] for item in feed.json()["items"]] == told
    assert "Viet Nam ratified on 21 November 2026." in told
    assert len({item["id"] for item in feed.json()["items"]}) == len(told)
    assert all("revision=" in item["url"] for item in feed.json()["items"])


def test_a_passing_day_is_told_as_such(get: Callable[..., str], hanoi: Treaty, now: datetime) -> None:
    status.recompute(hanoi.pk, today=date(2027, 1, 1), now=now + timedelta(days=41))
    page = get("/changes/", as_of="2027-01-01")
    assert "The treaty is closed for signature." in page
    assert page.index("January 2027") < page.index("October 2025")


def test_a_correction_of_a_fact_of_the_treaty_is_of_no_participant(
    get: Callable[..., str], hanoi: Treaty, now: datetime
) -> None:
    """The day until which the list of acts is complete, read anew."""
    author, reviewer = system_user("invented", "a test"), system_user("checked", "a test")
    known = TreatyFact.objects.get(treaty=hanoi, kind=TreatyFact.Kind.KNOWN_UNTIL)
    content = replace(content_of(known), taken=Span.day(date(2026, 4, 10)))
    draft = ledger.correct(known, content, author=author, reason="The day was misread.", now=now)
    ledger.publish(ledger.submit(draft, by=author), reviewer=reviewer, now=now)
    page = get("/corrections/")
    assert "The day was misread." in page
    assert "Hanoi Convention: corrected" in " ".join(strip_tags(page).split())
    assert "Hanoi Convention : corrigé" in " ".join(strip_tags(get("/fr/corrections/")).split())
    for address in ("corrections/", "corrections.csv", "changes/?since=0"):
        assert get(f"/api/v1/treaties/hanoi/{address}")


def test_corrections_say_what_was_wrong(get: Callable[..., str], deposit: Action, now: datetime) -> None:
    assert "No corrections so far." in get("/corrections/")
    author, reviewer = system_user("invented", "a test"), system_user("checked", "a test")
    statement = ActionContent(
        participant=deposit.participant,
        kind=ActionKind.RATIFICATION,
        taken=Span.day(date(2026, 11, 20)),
        source=deposit.source,
    )
    draft = ledger.correct(deposit, statement, author=author, reason="The day was misread.", now=now)
    ledger.publish(ledger.submit(draft, by=author), reviewer=reviewer, now=now)
    page = get("/corrections/")
    assert "The day was misread." in page
    assert "<del>21 Nov 2026</del> <ins>20 Nov 2026</ins>" in page
    assert "<dt>date</dt>" in page
    assert "<dt>fecha</dt>" in get("/es/corrections/")
    assert "The day was misread." not in get("/corrections/", revision=deposit.revision)


def test_a_retraction_is_named_in_the_language_of_the_page(
    get: Callable[..., str], deposit: Action, now: datetime
) -> None:
    author, reviewer = system_user("invented", "a test"), system_user("checked", "a test")
    draft = ledger.retract(deposit, author=author, reason="It never happened.", now=now)
    ledger.publish(ledger.submit(draft, by=author), reviewer=reviewer, now=now)
    name = deposit.participant.name
    assert f"<del>{name}: ratification, 21 Nov 2026</del>" in get("/corrections/")
    assert ": ratificación, 21 nov 2026</del>" in get("/es/corrections/").replace("\xa0", " ")
    answer = json.loads(get("/api/v1/treaties/hanoi/corrections/"))["results"][0]["amended"]
    assert [each["wrong"] for each in answer] == [str(deposit)]


def test_corrected_names_and_choices_are_in_the_language_of_the_page(
    get: Callable[..., str], deposit: Action, now: datetime
) -> None:
    author, reviewer = system_user("invented", "a test"), system_user("checked", "a test")
    laos = Participant.objects.get(iso3="LAO")
    said = replace(content_of(deposit), participant=laos, confidence="primary")
    draft = ledger.correct(deposit, said, author=author, reason="Another State.", now=now)
    ledger.publish(ledger.submit(draft, by=author), reviewer=reviewer, now=now)
    page = get("/fr/corrections/")
    assert "<del>Viet Nam</del> <ins>République démocratique populaire lao</ins>" in page
    assert re.search(r"<dt>fiabilité</dt>\s*<dd><del>(?!<span)[^<]+</del> <ins>primaire", page)
    answer = json.loads(get("/api/v1/treaties/hanoi/corrections/"))["results"][0]["amended"]
    assert {"subject": "participant", "wrong": "Viet Nam", "right": laos.name} in answer


def test_a_later_party_is_told_with_its_entry_into_force_and_once(get: Callable[..., str]) -> None:
    """The period between deposit and entry into force has both ends told by the sentence on the participant."""
    page = strip_tags(get("/treaties/uncac/changes/"))
    said = "San Marino acceded on 25 September 2025, the 192nd to consent to be bound."
    assert f"{said} The treaty entered into force for San Marino on 25 October 2025." in page
    assert "period from the deposit" not in page
    assert "period from the deposit" in strip_tags(get("/treaties/uncac/changes/", kind="window"))


def test_who_joins_again_after_leaving_has_not_been_corrected(get: Callable[..., str]) -> None:
    page = strip_tags(get("/treaties/uncac/changes/", participant="BTN"))
    assert "Bhutan acceded on 27 September 2023" in page
    assert "not ratified" not in page


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("article=70", "the text has no article 70"),
        ("article=999", "no article 999"),
        ("forecast=yes", "“yes” is neither 1"),
    ],
)
@pytest.mark.parametrize("path", ["/follow/", "/changes/", "/changes.atom", "/changes.json", "/calendar.ics"])
def test_nobody_follows_what_can_never_come(
    client: Client,
    hanoi: Treaty,  # noqa: ARG001 - it stands in the database
    path: str,
    asked: str,
    words: str,
) -> None:
    answer = client.get(f"{path}?{asked}")
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert client.get(f"{path}?article=63&forecast=1").status_code == 200


def test_no_subscription_is_changed_to_what_can_never_come(
    client: Client, hanoi: Treaty, now: datetime
) -> None:
    asked = subscriptions.Asked(hanoi, ChangeQuestion(article=63), "at_once", "ann@example.org")
    subscriptions.subscribe(asked, site="https://x.example/", visitor="203.0.113.1", now=now)
    row = MailSubscription.objects.get()
    path = f"/follow/manage/{subscriptions.token_of(row)}/"
    answer = client.post(path, {"article": "70", "frequency": "daily"})
    assert answer.status_code == 400
    assert "the text has no article 70" in answer.content.decode()
    row.refresh_from_db()
    assert (row.question, row.frequency) == ("article=63", "at_once")
