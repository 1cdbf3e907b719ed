"""What the pages say of statements: what stands, what was withdrawn, who objects to whom, and what follows."""

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from ratification.intake.bundles import load_treaty
from ratification.ledger import writing as ledger
from ratification.ledger.content import ActionContent, TreatyFactContent
from ratification.ledger.system_accounts import system_user
from ratification.ledger.writing import LedgerError
from ratification.models import Action, TreatyFact
from ratification.rules.dates import Span, parse_edtf
from ratification.rules.statements import ProvisionState
from ratification.rules.statements.effects import effect_sentence, effects_between
from ratification.rules.statements.life import statements_on
from states.models import Participant
from tests.ratification.ledger.test_notifications import OPTIONAL_PROTOCOL
from tests.ratification.rules.test_statements import QATAR, TODAY, act
from treaty.clauses import ActionKind
from treaty.models import Treaty

Get = Callable[..., str]
Say = Callable[..., ActionContent]
Publish = Callable[[ActionContent], Action]


@pytest.fixture
def qatar(get: Get) -> Action:  # noqa: ARG001 - the facts stand in the database
    """The bundled reservation of Qatar to articles 14, 15 and 16."""
    return Action.objects.get(treaty__slug="hanoi", participant__iso3="QAT", provisions=["14", "15", "16"])


def test_article_after_a_withdrawal(get: Get, say: Say, published: Publish) -> None:
    """A withdrawn declaration is shown as withdrawn, with the day and the act, and not as standing."""
    said = published(say("BRA declaration 2026-11-10", provisions=["40"], summary="On languages."))
    page = get("/articles/40/")
    assert "Current statements" in page
    assert "Ended statements" not in page
    published(say("BRA withdrawal_of_statement 2026-11-15", relates_to=said))
    page = get("/articles/40/")
    assert re.search(
        r'Ended statements.*On languages.*<span class="tag withdrawn">withdrawn</span> since '
        r'<time datetime="2026-11-15">.*withdrawal of statement',
        page,
    )
    assert "Current statements<" not in page
    before = get("/articles/40/", as_of=date(2026, 11, 14))
    assert "Current statements<" in before
    assert "withdrawn</span>" not in before
    assert "Current statements<" in get("/articles/40/", revision=(said.revision or 0))


def test_the_bundled_reservation_of_qatar_excludes_its_articles(get: Get, qatar: Action) -> None:
    assert qatar.excludes is True
    assert "It excludes the effect of these provisions." in get(f"/statements/{qatar.revision}/")


def test_withdrawal_in_two_steps_and_its_refusals(
    get: Get, say: Say, published: Publish, qatar: Action
) -> None:
    published(say("QAT withdrawal_of_statement 2026-11-10", provisions=["14"], relates_to=qatar))
    with pytest.raises(
        LedgerError, match=r"It names 14; what stands of the reservation of .* is articles 15 and 16"
    ):
        published(say("QAT withdrawal_of_statement 2026-11-11", provisions=["14"], relates_to=qatar))
    with pytest.raises(LedgerError, match="It names 63"):
        published(say("QAT withdrawal_of_statement 2026-11-11", provisions=["63(3)"], relates_to=qatar))
    page = get(f"/statements/{qatar.revision}/")
    assert re.search(r"withdrawn</span> article 14 since", page)
    assert re.search(r"maintained</span> articles 15 and 16", page)
    assert "article 14 since" in get("/articles/15/")
    assert "Current statements<" in get("/articles/15/")
    assert "Ended statements" in get("/articles/14/")
    assert "Current statements<" not in get("/articles/14/")
    published(say("QAT withdrawal_of_statement 2026-11-12", provisions=["15", "16"], relates_to=qatar))
    assert "withdrawn</span> since" not in get(f"/statements/{qatar.revision}/", as_of=date(2026, 11, 11))
    with pytest.raises(LedgerError, match="has been taken back already"):
        published(say("QAT withdrawal_of_statement 2026-11-13", relates_to=qatar))


def test_objection_page_and_the_pages_that_name_it(
    get: Get, say: Say, published: Publish, qatar: Action
) -> None:
    objection = published(
        say(
            "FRA objection 2026-11-10",
            provisions=["14"],
            relates_to=qatar,
            precludes=False,
            texts=[
                {"language": "fr", "status": "authentic", "text": "La France fait objection."},
                {"language": "en", "status": "own", "text": "France objects."},
            ],
        )
    )
    page = get(f"/statements/{objection.revision}/")
    assert "Objection of France to the reservation of Qatar" in page
    assert "does not preclude entry into force between the two (VCLT 20(4)(b))" in page
    assert re.search(r'Authentic text <small>fr</small></h3> <blockquote lang="fr"><p>La France', page)
    assert "This project’s own translation" in page
    assert (
        "Between Qatar and France, article 14 does not apply as far as the reservation of Qatar goes" in page
    )
    for address in ("/participants/FRA/", "/articles/14/", f"/statements/{qatar.revision}/"):
        page = get(address)
        assert "does not preclude entry into force between the two" in page, address
        assert "Qatar" in page
    assert "Objection of France" in get("/participants/QAT/")


def test_confirmation_on_ratification(get: Get, say: Say, published: Publish) -> None:
    """Azerbaijan's four reservations await confirmation; its ratification confirms those that it names, and no more."""
    four = list(Action.objects.filter(treaty__slug="hanoi", participant__iso3="AZE", kind="reservation"))
    assert len(four) == 4
    assert "awaiting confirmation</span>" in get("/articles/7/")
    published(say("AZE ratification 2026-11-10"))
    page = get(f"/statements/{four[0].revision}/")
    assert "ratification of 10 Nov 2026 did not confirm it" in page
    for reservation in four[:3]:
        published(say("AZE confirmation_of_reservation 2026-11-10", relates_to=reservation))
    assert "confirmed</span> since" in get("/articles/7/")
    assert "awaiting confirmation</span>" in get("/articles/63/")
    with pytest.raises(LedgerError, match="names it makes no second one"):
        published(say("AZE reservation 2026-11-10", provisions=["63(3)"]))
    published(say("AZE confirmation_of_reservation 2026-11-10", relates_to=four[3]))
    assert (
        Action.objects.filter(treaty__slug="hanoi", participant__iso3="AZE", kind="reservation").count() == 4
    )
    with pytest.raises(LedgerError, match="was confirmed"):
        published(say("AZE confirmation_of_reservation 2026-11-11", relates_to=four[3]))


def test_a_corrected_statement_keeps_its_address_and_its_acts(
    get: Get, say: Say, published: Publish, qatar: Action, client: Client
) -> None:
    published(say("QAT withdrawal_of_statement 2026-11-10", provisions=["16"], relates_to=qatar))
    first = get(f"/statements/{qatar.revision}/")
    assert "withdrawn</span> article 16" in first
    assert client.get("/statements/1/").status_code == 404
    assert client.get(f"/statements/{qatar.revision}/?as_of=2026-01-01").status_code == 404


def test_effects_between_two_parties() -> None:
    """VCLT 21: excluded or modified between the two; with an objection kept out; with another not in force at all."""
    reserved = [*QATAR[:2], act("13", "QAT", "reservation", "2026-02-01", "14", "15", excludes=True)]
    objection = act("30", "FRA", "objection", "2026-06-01", "14", target="13", precludes=False)
    (effect,) = effects_between(statements_on(reserved, TODAY), "FRA", "QAT")
    assert effect_sentence(effect, "Qatar", "France") == (
        "Between Qatar and France, articles 14 and 15 do not apply (VCLT 21(1))."
    )
    read = statements_on([*reserved, objection], TODAY)
    assert [effect_sentence(each, "Qatar", "France") for each in effects_between(read, "QAT", "FRA")] == [
        (
            "Between Qatar and France, article 14 does not apply as far as the reservation of Qatar goes, to which "
            "France objects (VCLT 21(3))."
        ),
        "Between Qatar and France, article 15 does not apply (VCLT 21(1)).",
    ]
    assert [effect.kind for effect in effects_between(read, "QAT", "BRA")] == ["excluded"]
    (alone,) = effects_between(
        statements_on([*reserved, replace(objection, precludes=True)], TODAY), "QAT", "FRA"
    )
    assert (alone.kind, alone.provisions) == ("precluded", ("14",))
    waiting = [reserved[0], reserved[2]]
    assert statements_on(waiting, TODAY).by_id["13"].state == ProvisionState.AWAITING_CONFIRMATION
    assert effects_between(statements_on(waiting, TODAY), "QAT", "BRA") == ()


def cells(page: str, name: str) -> list[str]:
    """Return what the cells of a participant's row in the workbench say, the empty ones left out."""
    row = re.search(rf">{name}</a></th>(.*?)</tr>", page)
    assert row, name
    return [
        text for cell in re.findall(r"<td>(.*?)</td>", row[1]) if (text := re.sub(r"<[^>]+>|\s", "", cell))
    ]


def test_workbench_shows_what_was_said_and_what_stands(
    get: Get, say: Say, published: Publish, qatar: Action
) -> None:
    published(say("QAT withdrawal_of_statement 2026-11-10", provisions=["14"], relates_to=qatar))
    published(say("FRA objection 2026-11-12", provisions=["15"], relates_to=qatar))
    page = get("/statements/")
    assert "7 statements, 3 participants" in page
    assert cells(page, "Azerbaijan") == ["R?", "R?", "R?", "R?"]
    assert "<s>R</s>" in page
    assert cells(page, "Qatar") == ["R", "R!", "R", "–", "–", "–", "R"]
    assert cells(page, "France") == ["O"]
    assert cells(get("/statements/", as_of=date(2026, 11, 9)), "Qatar") == [
        "R",
        "R",
        "R",
        "–",
        "–",
        "–",
        "R",
    ]


@pytest.mark.parametrize(
    ("query", "said", "names"),
    [
        ({"article": "63"}, "2 statements, 2 participants", ["Azerbaijan", "Qatar"]),
        ({"state": "awaiting_confirmation"}, "4 statements, 1 participant", ["Azerbaijan"]),
        ({"participant": "QAT"}, "2 statements, 1 participant", ["Qatar"]),
        ({"kind": "objection"}, "0 statements, 0 participants", []),
        ({"group": "eu"}, "0 statements, 0 participants", []),
        ({"in_force": "true"}, "0 statements", []),
        ({"in_force": "false"}, "6 statements", ["Azerbaijan", "Qatar"]),
    ],
)
def test_workbench_filters(get: Get, query: dict[str, str], said: str, names: list[str]) -> None:
    page = get("/statements/", **query)
    assert said in page
    assert re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', page) == names
    parameters = "&amp;".join(f"{name}={value}" for name, value in query.items())
    assert f"/api/v1/treaties/hanoi/statements.csv?{parameters}&amp;as_of=2026-11-21" in page


def test_workbench_refuses_what_it_does_not_know(client: Client, get: Get) -> None:
    assert get("/statements/")
    for query in ("state=gone", "article=999", "kind=ratification", "page=0"):
        assert client.get(f"/statements/?{query}").status_code == 400, query


@pytest.mark.slow
def test_workbench_of_200_participants_and_68_articles_is_within_the_budget(
    client: Client, get: Get, hanoi: Treaty, now: datetime
) -> None:
    """Each of 200 States reserves on each of the 68 articles."""
    assert get("/statements/")
    author, reviewer = system_user("a", "a test"), system_user("b", "a test")
    people = Participant.objects.filter(kind="member_state").order_by("iso3")[:190]
    others = Participant.objects.filter(kind="territory").order_by("iso3")[:10]
    contents = [
        ActionContent(
            participant=person,
            kind=ActionKind.RESERVATION,
            taken=Span.day(date(2026, 11, 1)),
            provisions=[str(number) for number in range(1, 69)],
            source=hanoi.sources.first(),
        )
        for person in (*people, *others)
    ]
    ledger.record(hanoi, contents, author=author, reviewer=reviewer, now=now)
    for address in ("/statements/", "/statements/?page=3", "/statements/?article=14"):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        assert response.status_code == 200
        assert len(queries) <= 8
        assert len(gzip.compress(response.content)) <= 60_000, address


def test_acts_without_a_participant_and_successors(get: Get, say: Say, published: Publish) -> None:
    """A correction of the text is an entry of the treaty; a succession names the predecessor."""
    fact = TreatyFactContent(
        kind=TreatyFact.Kind.CORRECTION,
        taken=Span.day(date(2026, 11, 10)),
        summary="Article 63, French text.",
        notification="C.N.510.2026.TREATIES-XVIII.16",
        notified_on=date(2026, 11, 12),
        source=Treaty.objects.get(slug="hanoi").sources.first(),
    )
    published(fact)  # type: ignore[arg-type]  # an entry of another kind
    page = get("/convention/")
    assert "Text corrected (procès-verbal of rectification): Article 63, French text." in page
    assert "Acts</span> that concern" not in get("/convention/", as_of=date(2026, 11, 9))
    published(
        say(
            "SRB succession 2026-11-10",
            predecessor=Participant.objects.get(iso3="YUG"),
            override="So it says.",
        )
    )
    assert re.search(r"as the successor of <a [^>]*>Yugoslavia", get("/participants/SRB/"))


def test_a_successors_page_names_its_predecessors_statements(
    get: Get, make_treaty: Callable[..., Path], now: datetime
) -> None:
    """Czechoslovakia reserved and ceased to exist; the Czech Republic succeeded, Slovakia said what it maintains."""
    treaty, _ = load_treaty(make_treaty(slug="protocol", clause=OPTIONAL_PROTOCOL), now=now)
    source = treaty.sources.get_or_create(key="list", defaults={"title": "List", "confidence": "primary"})[0]
    people = {each.iso3: each for each in Participant.objects.filter(iso3__in=["CSK", "CZE", "SVK"])}
    lines: list[tuple[str, str, str, dict[str, Any]]] = [
        ("CSK", "accession", "1991-03-12", {}),
        ("CSK", "reservation", "1991-03-12", {"provisions": ["5"]}),
        ("CZE", "succession", "1993-02-22", {"predecessor": people["CSK"]}),
        ("SVK", "succession", "1993-05-28", {"predecessor": people["CSK"]}),
        ("SVK", "reservation", "1993-05-28", {"provisions": ["5"]}),
    ]
    contents = [
        ActionContent(
            participant=people[who], kind=ActionKind(kind), taken=parse_edtf(day), source=source, **more
        )
        for who, kind, day, more in lines
    ]
    author, reviewer = system_user("a", "a test"), system_user("b", "a test")
    ledger.record(treaty, contents, author=author, reviewer=reviewer, now=now)
    page = get("/treaties/protocol/participants/CZE/", as_of=date(1995, 1, 1))
    assert "Statements of its predecessor" in page
    assert re.search(r"Reservation of Czechoslovakia</a>, .*1991.*, on article 5", page)
    assert "Statements of its predecessor" not in get(
        "/treaties/protocol/participants/SVK/", as_of=date(1995, 1, 1)
    )
    assert "ended</span> since" in get("/treaties/protocol/participants/CSK/", as_of=date(1995, 1, 1))


def test_territories_are_those_of_the_day(get: Get) -> None:
    """Hong Kong, Macao and the Netherlands Antilles, each on the last day before the change and on its day."""

    def responsible(iso3: str, day: str) -> str:
        page = get("/territories/", as_of=date.fromisoformat(day))
        row = re.search(rf'id="{iso3}">.*?data-label="Responsible State"><a [^>]*>([^<]+)</a>', page)
        return row[1] if row else ""

    assert responsible("HKG", "1997-06-30").startswith("United Kingdom")
    assert responsible("HKG", "1997-07-01") == "China"
    assert (responsible("MAC", "1999-12-19"), responsible("MAC", "1999-12-20")) == ("Portugal", "China")
    assert responsible("ANT", "2010-10-09").startswith("Netherlands")
    assert responsible("ANT", "2010-10-10") == ""


def test_several_articles_are_named_as_in_a_sentence(get: Get, qatar: Action) -> None:
    page = get(f"/statements/{qatar.revision}/")
    linked = re.search(r'<p class="standfirst">(.*?)</p>', page, re.DOTALL)
    assert linked
    assert " ".join(strip_tags(linked[1]).split()) == "1–13 Feb 2026, on articles 14, 15 and 16."
    assert 'href="/articles/15/">15</a>' in linked[1]
    assert 'href="/articles/63/">article 63(3)</a>' in get("/participants/QAT/")
