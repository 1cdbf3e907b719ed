"""Who can ask whom, against the Council of Europe's chart; and the pages that say so."""

import csv
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from ratification.ledger import writing as ledger
from ratification.ledger.system_accounts import system_user
from ratification.ledger.writing import ActionContent
from ratification.models import Action
from ratification.readiness import cooperation
from ratification.record.selectors import View
from ratification.rules.dates import Span
from ratification.rules.outcome import ParticipantStanding, StandingKind
from ratification.rules.pairs import shared_by
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Treaty

pytestmark = pytest.mark.usefixtures("hanoi")

CHART = Path(__file__).parents[1] / "cases" / "budapest_in_force.csv"
DAYS = [date(2012, 6, 1), date(2026, 11, 21)]


def chart() -> dict[str, date]:
    """The day of entry into force for each party of the chart."""
    with CHART.open(encoding="utf-8") as file:
        return {row["participant"]: date.fromisoformat(row["in_force_on"]) for row in csv.DictReader(file)}


def pairs() -> list[tuple[str, str]]:
    """Twenty pairs of the chart."""
    chosen, codes = random.Random(185), sorted(chart())  # noqa: S311 - a sample that stays the same, no secret
    return [(one, other) for one, other in (chosen.sample(codes, 2) for _ in range(20))]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_twenty_pairs_agree_with_the_chart(view: Callable[..., View], day: date) -> None:
    in_force = chart()
    (basis, *_) = cooperation.cooperation_treaties(view(day, slug="budapest"))
    computed, expected = {}, {}
    for one, other in pairs():
        (tie,) = cooperation.ties_of(one, other, [basis])
        computed[one, other] = (tie.shared.since.on, tie.shared.certain) if tie.shared else None
        both = max(in_force[one], in_force[other])
        expected[one, other] = (both, True) if both <= day else None
    assert computed == expected
    assert any(expected.values())


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_partners_of_a_state_are_all_others_in_force_in_the_chart(
    view: Callable[..., View], day: date
) -> None:
    asked = view(day, slug="budapest")
    partners = cooperation.partners_of("FRA", cooperation.cooperation_treaties(asked)[:1], asked.directory)
    in_force = {iso3 for iso3, since in chart().items() if since <= day}
    assert {partner.participant.iso3 for partner in partners} == in_force - {"FRA"}


def standing(*possible: StandingKind, in_force: Span | None) -> ParticipantStanding:
    return ParticipantStanding(
        "XXX", possible[0], possible, None, None, None, in_force, None, counted=True, reason=""
    )


EARLY, LATE = Span.day(date(2020, 1, 1)), Span(date(2020, 2, 1), date(2020, 3, 1))
PARTY, CONTRACTING = StandingKind.PARTY, StandingKind.CONTRACTING


def test_a_pair_shares_a_treaty_from_the_later_of_its_days() -> None:
    one = standing(PARTY, in_force=EARLY)
    other = standing(PARTY, in_force=LATE)
    unsure = standing(CONTRACTING, PARTY, in_force=LATE)
    for pair, since, certain in ((other, LATE, True), (unsure, LATE, False), (one, EARLY, True)):
        for shared in (shared_by(one, pair), shared_by(pair, one)):
            assert shared
            assert (shared.since, shared.certain) == (since, certain)
    assert shared_by(one, standing(CONTRACTING, in_force=LATE)) is None
    assert shared_by(one, standing(StandingKind.WITHDRAWN, in_force=EARLY)) is None
    assert shared_by(one, replace(other, in_force=None)) is None


def test_reservations_that_touch_the_article_are_named_until_they_are_taken_back(
    view: Callable[..., View], get: Callable[..., str], now: datetime
) -> None:
    budapest = Treaty.objects.get(slug="budapest")
    author, reviewer = system_user("a", "a test"), system_user("b", "a test")

    def publish(kind: ActionKind, day: date | Span, *provisions: str, about: Action | None = None) -> Action:
        statement = ActionContent(
            participant=Participant.objects.get(iso3="FRA"),
            kind=kind,
            taken=day if isinstance(day, Span) else Span.day(day),
            provisions=list(provisions),
            relates_to=about,
            source=budapest.sources.first(),
        )
        (entry,) = ledger.record(budapest, [statement], author=author, reviewer=reviewer, now=now)
        return entry

    dual = publish(ActionKind.RESERVATION, date(2006, 1, 10), "29(4)")
    publish(ActionKind.RESERVATION, date(2006, 1, 10), "9(4)")
    publish(ActionKind.WITHDRAWAL_OF_STATEMENT, date(2020, 1, 1), "29(4)", about=dual)

    def touching(day: date) -> list[list[int]]:
        (tie,) = cooperation.ties_of(
            "DEU", "FRA", cooperation.cooperation_treaties(view(day, slug="budapest"))[:1]
        )
        return [[each.entry.pk for each in subject.statements] for subject in tie.subjects]

    assert touching(date(2019, 12, 31)) == [[dual.pk], []]
    assert touching(date(2020, 1, 1)) == [[], []]

    perhaps = publish(ActionKind.RESERVATION, date(2006, 1, 10), "27(4)")
    publish(
        ActionKind.WITHDRAWAL_OF_STATEMENT, Span(date(2021, 1, 1), date(2021, 3, 1)), "27(4)", about=perhaps
    )
    assert touching(date(2021, 2, 1)) == [[perhaps.pk], []]
    assert touching(date(2021, 3, 1)) == [[], []]
    page = get("/treaties/budapest/participants/DEU/cooperation/FRA/", as_of="2021-02-01")
    assert "<strong>France, reservation</strong> on 27(4)" in page
    assert "article 27(4) does not apply as far as the reservation of France goes" in page


@pytest.fixture
def publish(now: datetime) -> Callable[..., Action]:
    """Publish an act of a participant under the Budapest Convention."""
    budapest = Treaty.objects.get(slug="budapest")
    author, reviewer = system_user("a", "a test"), system_user("b", "a test")

    def do(iso3: str, kind: ActionKind, day: date, **more: Any) -> Action:  # noqa: ANN401 - columns
        content = ActionContent(
            participant=Participant.objects.get(iso3=iso3),
            kind=kind,
            taken=Span.day(day),
            source=budapest.sources.first(),
            **more,
        )
        (entry,) = ledger.record(budapest, [content], author=author, reviewer=reviewer, now=now)
        return entry

    return do


def test_an_objection_that_precludes_keeps_the_treaty_out_of_force_between_the_two(
    get: Callable[..., str], publish: Callable[..., Action]
) -> None:
    """VCLT 20(4)(b): between the two alone; each still shares the treaty with everyone else."""
    dual = publish("FRA", ActionKind.RESERVATION, date(2006, 1, 10), provisions=["29(4)"], excludes=True)
    address = "/treaties/budapest/participants/DEU/cooperation/"
    assert "Between France and Germany, article 29(4) does not apply" in get(
        f"{address}FRA/", as_of="2015-01-01"
    )

    def bases(iso3: str, day: str) -> int:
        """How many treaties the list of partners says that France shares with a participant."""
        page = get(f"/treaties/budapest/participants/{iso3}/cooperation/", as_of=day)
        row = re.search(r"/cooperation/FRA/.*?</tr>", page, re.DOTALL)
        return len(re.findall("datetime=", row[0])) if row else 0

    earlier, before, spain = (
        bases("DEU", "2009-12-31"),
        bases("DEU", "2015-01-01"),
        bases("ESP", "2015-01-01"),
    )
    objection = publish("DEU", ActionKind.OBJECTION, date(2010, 1, 1), relates_to=dual, precludes=True)
    page = get(f"{address}FRA/", as_of="2015-01-01")
    assert "Between France and Germany the treaty is not in force: Germany objects" in page
    assert bases("DEU", "2015-01-01") == before - 1
    assert bases("DEU", "2009-12-31") == earlier
    assert bases("ESP", "2015-01-01") == spain
    assert tag(get(f"{address}FRA/", as_of="2026-11-01"), "Budapest Convention") == "not shared"
    publish("DEU", ActionKind.WITHDRAWAL_OF_STATEMENT, date(2018, 3, 1), relates_to=objection)
    assert bases("DEU", "2018-02-28") == before - 1
    page = get(f"{address}FRA/", as_of="2019-01-01")
    assert "1 Mar 2018</time>: an objection had precluded entry into force between the two" in page
    assert "the treaty is not in force" not in page
    assert 'datetime="2018-03-01"' in get(
        "/treaties/budapest/participants/DEU/cooperation/", as_of="2019-01-01"
    )


def test_an_objection_of_who_is_no_party_has_its_effect_once_the_treaty_is_in_force_for_both(
    get: Callable[..., str], publish: Callable[..., Action]
) -> None:
    reserved = publish("FRA", ActionKind.RESERVATION, date(2006, 1, 10), provisions=["29(4)"])
    publish("IRL", ActionKind.OBJECTION, date(2007, 1, 10), relates_to=reserved)
    address = f"/treaties/budapest/statements/{reserved.revision}/"
    later = "From the day on which the treaty is in force for both."
    assert later in get(address, as_of="2008-01-01"), "Ireland has signed, and not ratified"
    publish("DEU", ActionKind.OBJECTION, date(2009, 6, 1), relates_to=reserved)
    page = get(address, as_of="2010-01-01")
    assert "which Germany objects" in page
    assert later in page


def tag(page: str, treaty: str) -> str:
    """Return what the card of a treaty says beside its name."""
    card = page[page.index('<div class="grid">') :]
    card = card[card.index(f">{treaty}<") :]
    return " ".join(re.sub("<[^>]*>", "", card[card.index("<span") : card.index("<dl")]).split())


def test_what_may_not_be_in_force_yet_is_not_called_shared(get: Callable[..., str]) -> None:
    """Somalia's day of entry into force under UNTOC is open: 23 December 2024 to 24 April 2025."""
    page = get("/participants/SOM/cooperation/FRA/", as_of="2025-01-01")
    assert tag(page, "UNTOC") == "uncertain: a date is open"


def test_until_a_deposit_takes_effect_it_is_known_that_nothing_is_shared(
    get: Callable[..., str], now: datetime
) -> None:
    """Past the last day of the list too: the deposit is recorded, and the treaty in force."""
    budapest = Treaty.objects.get(slug="budapest")
    people = [system_user("a", "a test"), system_user("b", "a test")]
    content = ActionContent(
        participant=Participant.objects.get(iso3="VNM"),
        kind=ActionKind.ACCESSION,
        taken=Span.day(date(2026, 11, 2)),
        source=budapest.sources.first(),
    )
    ledger.record(budapest, [content], author=people[0], reviewer=people[1], now=now)
    address = "/participants/VNM/cooperation/FRA/"
    assert tag(get(address, as_of="2026-11-20"), "Budapest Convention") == "not shared"
    assert tag(get(address, as_of="2026-11-01"), "Budapest Convention").startswith("not known since")


def test_the_page_of_a_participant_names_its_partners_and_what_binds_them(get: Callable[..., str]) -> None:
    page = get("/participants/FRA/cooperation/", as_of=date(2012, 6, 1))
    assert "<strong>Hanoi Convention</strong>: no partner" in page
    assert re.search(
        r"<strong>Budapest Convention</strong>: \d+ partners; mutual legal assistance under articles 25, 27",
        page,
    )
    germany = re.search(r"/participants/FRA/cooperation/DEU/\?as_of=2012-06-01.*?</tr>", page, re.DOTALL)
    assert germany
    assert re.findall(r'datetime="([\d-]+)"', germany[0]) == ["2009-07-01", "2006-07-14"]
    later = get("/participants/FRA/cooperation/")
    assert "Its list is known until" in later


def test_the_page_of_a_pair_shows_both_standings(get: Callable[..., str], client: Client) -> None:
    page = get("/participants/FRA/cooperation/QAT/")
    assert "not shared" not in page
    assert page.count("not known since") == 2  # the Hanoi and the Budapest Convention
    assert "whether one was deposited later is not known" in page  # what France deposited
    assert "No act is known. The list is known until" in page
    earlier = get("/participants/FRA/cooperation/QAT/", as_of="2026-03-01")
    assert earlier.count("not shared") == 2
    assert "No act is recorded." in earlier
    assert "Article 46." in page
    assert client.get("/participants/FRA/cooperation/FRA/").status_code == 404
    assert client.get("/participants/FRA/cooperation/XXX/").status_code == 404
