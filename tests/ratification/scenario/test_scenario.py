import json
import re
from collections.abc import Callable
from datetime import date, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ratification.intake.bundles import load_treaty
from ratification.management.base import Error
from ratification.models import Action, Record
from ratification.record import selectors
from ratification.rules.dates import Span
from ratification.scenario import (
    Scenario,
    ScenarioError,
    headline,
    parse_scenario,
    scenario_document,
    scenario_of,
    sentences,
    soonest_of,
)
from treaty.models import Treaty

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.embedded,
]  # what is computed of a record read, not how it is read
FIRST_OF_MARCH = date(2027, 3, 1)
IN_FORCE = date(2027, 5, 30)
OF_THE_UNION = ["AUT", "BEL", "CZE", "FRA", "GRC", "IRL", "LUX", "POL", "PRT", "SVK", "SVN", "ESP", "SWE"]
"""The thirteen members of the European Union that signed."""


@pytest.fixture(autouse=True)
def _frozen(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr("dashboard.page.timezone.now", lambda: now)
    monkeypatch.setattr("ratification.management.commands.scenario.timezone.now", lambda: now)
    cache.clear()  # the API counts requests there


@pytest.fixture
def ask(hanoi: Treaty, today: date) -> Callable[..., Scenario]:
    """Evaluates a scenario on the Convention."""

    def scenario(text: str, as_of: date | None = None, revision: int | None = None) -> Scenario:
        view = selectors.view_of(hanoi, today=today, as_of=as_of, revision=revision)
        return scenario_of(view, parse_scenario(text))

    return scenario


@pytest.fixture
def others(hanoi: Treaty, today: date) -> list[str]:
    """Twenty-six signatories outside the Union, by code."""
    standings = selectors.view_of(hanoi, today=today).outcome.standings
    signed = sorted(item.participant for item in standings if item.kind == "signatory")
    return [iso3 for iso3 in signed if iso3 not in {*OF_THE_UNION, "EUE"}][:26]


def result(scenario: Scenario) -> tuple[Span | None, Span | None]:
    return scenario.outcome.threshold.reached, scenario.outcome.entry_into_force.on


def test_thirteen_of_the_union_and_twenty_six_others_are_the_fortieth_with_qatar(
    ask: Callable[..., Scenario], others: list[str]
) -> None:
    text = f"signatories of eu on 2027-03-01; {','.join(others)} on 2027-03-01"
    scenario = ask(text)
    assert [each.participant.iso3 for each in scenario.assumed[:13] if each.participant] == OF_THE_UNION
    assert result(scenario) == (Span.day(FIRST_OF_MARCH), Span.day(IN_FORCE))
    assert scenario.outcome.threshold.counted.certain == 40
    assert {each.in_force for each in scenario.assumed} == {Span.day(IN_FORCE)}
    assert sorted(scenario.decisive) == sorted([*OF_THE_UNION, *others])

    with_the_union = ask(f"{text}; EUE on 2027-03-01")
    assert result(with_the_union) == result(scenario)
    assert with_the_union.outcome.threshold.counted == scenario.outcome.threshold.counted
    assert not with_the_union.assumed[-1].entry.counted
    assert "13 of its 27 members" in with_the_union.assumed[-1].entry.reason


def test_leaving_any_one_out_gives_no_entry_into_force(
    ask: Callable[..., Scenario], others: list[str]
) -> None:
    everybody = [*OF_THE_UNION, *others]
    for left_out in (OF_THE_UNION[0], others[-1]):
        some = ",".join(code for code in everybody if code != left_out)
        scenario = ask(f"{some},EUE on 2027-03-01")
        assert result(scenario) == (None, None)
        assert headline(scenario) == "No entry into force follows. 1 more instrument is needed."


def test_page_api_and_command_line_say_what_the_document_says(
    ask: Callable[..., Scenario], client: Client, others: list[str]
) -> None:
    lines = ["signatories of eu on 2027-03-01", f"{', '.join(others)}, EUE on 2027-03-01"]
    document = scenario_document(ask(";".join(lines)))
    assert document["after"]["reached"]["on"] == "2027-03-01"
    assert document["after"]["entry_into_force"]["on"] == "2027-05-30"
    assert document["steps"] == ["2027-03-01 + 90 days = 2027-05-30"]

    printed = StringIO()
    call_command("scenario", "hanoi", *lines, "--json", stdout=printed)
    assert json.loads(printed.getvalue()) == document
    printed = StringIO()
    call_command("scenario", "hanoi", *lines, stdout=printed)
    assert printed.getvalue().splitlines()[0] == document["summary"]

    answer = client.get("/api/v1/treaties/hanoi/scenario/", {"deposits": ";".join(lines)})
    permalink = answer.json()["permalink"]
    assert answer.json() == {**document, "permalink": permalink}
    assert client.get(permalink).json() == answer.json()

    page = client.get("/scenario/", {"deposits": document["deposits"]})
    assert page.status_code == 200
    text = " ".join(page.content.decode().split())
    assert (
        "<h1>The 40th instrument is deposited on 1 Mar 2027, and the treaty enters into force on 30 May 2027."
        in text
    )
    assert "1 Mar 2027 + 90 days = 30 May 2027" in text


def test_so_many_more_by_a_day_leave_the_day_open(ask: Callable[..., Scenario], today: date) -> None:
    by = ask("39 more by 2027-03-01")
    assert result(by) == (Span(today, FIRST_OF_MARCH), Span(date(2027, 2, 19), IN_FORCE))
    assert result(ask("39 more on 2027-03-01")) == (Span.day(FIRST_OF_MARCH), Span.day(IN_FORCE))
    assert result(ask("38 more by 2027-03-01")) == (None, None)
    with pytest.raises(ScenarioError, match="lies before 2026-11-21"):
        ask("1 more by 2026-11-20")


def test_a_number_that_open_days_leave_open_has_both_bounds(
    ask: Callable[..., Scenario], client: Client
) -> None:
    """Where 39 are certain to have deposited and two may have by then, at least 40 count and at most 42."""
    asked = "39 more on 2027-03-01; 2 more by 2027-03-05"
    scenario = ask(asked)
    counted = scenario.outcome.threshold.counted
    assert (counted.certain, counted.possible) == (40, 42)
    assert "then at least 40, at most 42 of 40." in list(sentences(scenario))[1]
    document = scenario_document(scenario)["after"]
    assert (document["counted"], document["possible"]["counted"]) == (40, 42)
    page = client.get("/scenario/", {"deposits": asked, "versus": "39 more on 2027-03-01"}).content.decode()
    assert page.count("40</strong> <small>at most 42</small>") == 1
    assert '<td class="num">40 <small>at most 42</small></td><td class="num">40</td>' in page


def test_who_comes_after_the_threshold_has_a_day_and_a_window_of_its_own(
    ask: Callable[..., Scenario],
) -> None:
    deposits = "39 more on 2027-03-01; ALB on 2027-04-20; AND on 2027-05-10"
    more, early, late = ask(deposits).assumed
    assert (more.instruments, more.in_force) == (39, Span.day(IN_FORCE))
    assert (early.kind, early.in_force) == ("accession", Span.day(IN_FORCE))
    assert late.in_force == Span.day(date(2027, 6, 9))
    assert late.window
    assert (late.window.opens.on, late.window.closes) == (date(2027, 5, 10), late.in_force)
    assert early.window
    assert early.window.basis == "article 65(2)"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("QAT on 2027-03-01", "stands; it would have to be withdrawn or denounced first"),
        ("EUE on 2027-03-01", "None of the organization's member States had consented"),
        ("YUG on 2027-03-01", "It no longer existed"),
        ("AUT on 2025-10-01", "before the treaty was opened for signature"),
        ("AUT on 2027-03-01; AUT on 2027-04-01", "An earlier line names it"),
    ],
)
def test_who_cannot_deposit_then_is_left_out_and_named(
    ask: Callable[..., Scenario], text: str, reason: str
) -> None:
    (left_out,) = ask(text).left_out
    assert reason in left_out.reason


@pytest.mark.parametrize(
    ("text", "why"),
    [("XYZ on 2027-03-01", "code XYZ"), ("members of eux on 2027-03-01", "no group eux; known are")],
)
def test_who_does_not_exist_is_refused(ask: Callable[..., Scenario], text: str, why: str) -> None:
    with pytest.raises(ScenarioError, match=why):
        ask(text)
    with pytest.raises(Error, match=why):
        call_command("scenario", "hanoi", text)


def test_nothing_is_stored(ask: Callable[..., Scenario], client: Client) -> None:
    before = (Action.objects.count(), Record.objects.values_list("revision").get())
    ask("signatories on 2027-03-01")
    with CaptureQueriesContext(connection) as queries:
        client.get("/scenario/", {"deposits": "signatories on 2027-03-01"})
    assert all(query["sql"].lstrip().upper().startswith("SELECT") for query in queries)
    assert len(queries) <= 8
    assert (Action.objects.count(), Record.objects.values_list("revision").get()) == before


def test_both_clocks_are_asked(ask: Callable[..., Scenario]) -> None:
    early = ask("40 more on 2026-01-15", as_of=date(2026, 1, 10))
    assert early.outcome.threshold.counted.certain == 40  # Qatar had not deposited
    assert ask("39 more on 2026-01-15", as_of=date(2026, 1, 10)).outcome.threshold.remaining == 1
    assert ask("signatories on 2027-03-01", revision=0).assumed == ()


def test_a_treaty_in_force_stays_so(make_treaty: Callable[..., Path], now: datetime, today: date) -> None:
    clause = (
        'slug = "small"\ntitle = "t"\ndepositary = "d"\nadopted_on = 2000-01-01\n'
        '[entry_into_force]\narticle = "1"\ninstruments = 1\ncounted_acts = ["ratification"]\ndelay = { days = 90 }\n'
        '[later_parties]\narticle = "2"\ndelay = { days = 30 }\n'
    )
    folder = make_treaty(["FRA,ratification,2001-01-01,,,,,somewhere"], slug="small", clause=clause)
    view = selectors.view_of(load_treaty(folder, now=now)[0], today=today)
    scenario = scenario_of(view, parse_scenario("DEU on 2027-01-01"))
    assert headline(scenario) == "Nothing changes in general: the treaty entered into force on 2001-04-01."
    assert scenario.assumed[0].kind == "ratification"  # the clause knows no accession
    assert scenario.assumed[0].in_force == Span.day(date(2027, 1, 31))
    assert soonest_of(view) is None


@pytest.mark.parametrize(
    ("as_of", "deposited_on", "in_force_on"),
    [
        (date(2026, 11, 21), date(2026, 11, 21), date(2027, 2, 19)),
        (date(2025, 10, 24), date(2025, 10, 25), date(2026, 1, 23)),  # nobody consents before it is open
    ],
)
def test_the_earliest_day_is_the_scenario_of_all_that_is_missing(
    hanoi: Treaty, today: date, as_of: date, deposited_on: date, in_force_on: date
) -> None:
    view = selectors.view_of(hanoi, today=today, as_of=as_of)
    soonest = soonest_of(view)
    assert soonest
    assert soonest.line
    assert (soonest.deposited_on, soonest.in_force_on) == (deposited_on, Span.day(in_force_on))
    assert scenario_of(view, [soonest.line]).outcome.entry_into_force.on == soonest.in_force_on


def test_the_earliest_possible_day_is_a_scenario(client: Client, hanoi: Treaty) -> None:  # noqa: ARG001 - loaded
    page = re.sub(r"\s+", " ", client.get("/scenario/").content.decode())
    assert "Not a forecast: if the 39 instruments still needed were deposited on" in page
    assert "at the earliest" in page
    assert "at the earliest" not in client.get("/").content.decode()


def test_no_day_follows_that_no_calendar_has(
    hanoi: Treaty, today: date, ask: Callable[..., Scenario], client: Client
) -> None:
    last = date(9999, 10, 1)  # with ninety days before the end of the calendar
    assert soonest_of(selectors.view_of(hanoi, today=today, as_of=last))
    assert soonest_of(selectors.view_of(hanoi, today=today, as_of=date(9999, 10, 2))) is None
    assert ask(f"39 more on {last}").outcome.entry_into_force.on == Span.day(date(9999, 12, 30))
    for lines in ("39 more on 9999-10-02", "39 more on 2027-03-01; MEX on 9999-12-02"):
        with pytest.raises(ScenarioError, match="after the year 9999"):
            ask(lines)
        assert client.get("/api/v1/treaties/hanoi/scenario/", {"deposits": lines}).status_code == 400
    page = client.get("/scenario/", {"as_of": "9999-12-30"}).content.decode()
    assert "10000" not in page
    assert "31 Dec 9999" not in page


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (
            "/scenario/?deposits=AUT on 2027-13",
            "“AUT on 2027-13”: “2027-13” is no day, month or",
        ),
        ("/fr/scenario/?deposits=AUT on 2027-13", "« AUT on 2027-13 » : « 2027-13 » n’est ni un jour"),
        ("/scenario/?deposits=AUT by 2026-02-03", "“AUT by 2026-02-03”: the day lies before"),
        ("/scenario/?deposits=9 more on 2020-01-01", "opened for signature on 2025-10-25"),
    ],
)
def test_a_refusal_repeats_the_line_as_it_was_typed(
    client: Client,
    hanoi: Treaty,  # noqa: ARG001 - loaded
    address: str,
    words: str,
) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_so_many_of_a_group_are_signatories_first_and_named(ask: Callable[..., Scenario]) -> None:
    result = ask("20 members of eu on 2027-03-01; EUE on 2027-03-01; 19 more on 2027-06-30")
    named = [each.participant.iso3 for each in result.assumed if each.participant]
    assert len(named) == 21
    assert set(OF_THE_UNION) < set(named)
    assert result.outcome.threshold.counted.certain == 40  # with Qatar's; the Union's is not additional
    assert result.outcome.entry_into_force.on
    assert result.outcome.entry_into_force.on.on == date(2027, 9, 28)
    with pytest.raises(ScenarioError, match="only 27 of them can still deposit"):
        ask("28 members of eu on 2027-03-01")


def test_two_scenarios_are_compared_and_the_address_holds_both(client: Client, hanoi: Treaty) -> None:  # noqa: ARG001 - loaded
    query = {"deposits": "39 more on 2027-03-01", "versus": "39 more on 2027-06-30"}
    answer = client.get("/scenario/", query)
    assert answer.status_code == 200
    page = re.sub(r"\s+", " ", answer.content.decode())
    row = re.search(r'<th scope="row">Entry into force</th>(.*?)</tr>', page)
    assert row
    assert re.findall(r'datetime="([^"]+)"', row[1]) == ["2027-05-30", "2027-09-28"]
    assert client.get("/scenario/", {**query, "versus": "x on 2027"}).status_code == 400


def test_the_form_leads_to_the_address(client: Client, hanoi: Treaty) -> None:  # noqa: ARG001 - loaded
    asked = {"deposits": "26 more by 2027-06-30", "who": ["AUT", "BEL"], "how": "on", "day": "2027-03-01"}
    answer = client.get("/scenario/", {**asked, "as_of": "2026-11-01"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == (
        "/scenario/?deposits=26+more+by+2027-06-30%3B+AUT%2C+BEL+on+2027-03-01&as_of=2026-11-01"
    )
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"who": "AUT"}, "Say on or by which day"),
        ({"more": "0", "day": "2027-03-01"}, "1 to 200 can be asked about"),
        ({"deposits": "Atlantis on 2027"}, "names no participant"),
    ],
)
def test_a_mistake_is_answered_on_the_page(
    client: Client,
    hanoi: Treaty,  # noqa: ARG001 - loaded
    query: dict[str, str],
    says: str,
) -> None:
    answer = client.get("/scenario/", query)
    assert answer.status_code == 400
    assert says in answer.content.decode()


@pytest.mark.parametrize("page", ["/scenario/", "/fr/scenario/", "/api/v1/treaties/hanoi/scenario/"])
@pytest.mark.parametrize("line", ["", "VNM on 0001-01-01", "VNM on 9999-12-30", "40 more by 9999-12-30"])
@pytest.mark.parametrize("as_of", ["0001-01-01", "2026-11-21", "9999-03-02", "9999-12-30"])
@pytest.mark.usefixtures("hanoi")
def test_the_ends_of_the_calendar_are_days_like_others(
    client: Client, page: str, line: str, as_of: str
) -> None:
    asked = {"as_of": as_of, **({"deposits": line} if line else {})}
    assert client.get(page, asked).status_code in {200, 400}


def test_states_that_are_not_named_deposit_nothing_before_the_opening(ask: Callable[..., Scenario]) -> None:
    for line in ("38 more on 2024-12-24", "VNM on 2027-01-01; 1 more on 1990"):
        with pytest.raises(
            ScenarioError, match="lies before the treaty was opened for signature on 2025-10-25"
        ):
            ask(line)
    assert len(ask("38 more on 2025-10-25").assumed) == 1
