"""What a depositary notifies can be entered, by two people through the ledger, and is what the record then says."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from ratification.intake.bundles import load_treaty
from ratification.ledger import writing as ledger
from ratification.ledger.content import ActionContent
from ratification.ledger.refusal import LedgerError
from ratification.models import Action
from ratification.operations.audit import breaches
from ratification.record import selectors
from ratification.record.statements import statements_of
from ratification.rules.dates import parse_edtf
from ratification.rules.statements import ProvisionState
from ratification.status.recompute import recompute
from states.models import Participant
from treaty.clauses import ActionKind
from treaty.models import Treaty

Say = Callable[..., ActionContent]
Publish = Callable[[ActionContent], Action]

ROME = """slug = "rome"
title = "Rome Statute: Burundi"
depositary = "Secretary-General of the United Nations"
adopted_on = 1998-07-17
[entry_into_force]
article = "126(1)"
instruments = 1
counted_acts = ["ratification"]
organisations_count = false
delay = { days = 60, then = "first-of-next-month" }
[later_parties]
article = "126(2)"
delay = { days = 60, then = "first-of-next-month" }
not_before_general = true
[denunciation]
article = "127(1)"
delay = { years = 1 }
"""
OPTIONAL_PROTOCOL = """slug = "protocol"
title = "First Optional Protocol"
depositary = "Secretary-General of the United Nations"
adopted_on = 1966-12-16
[entry_into_force]
article = "9(1)"
instruments = 1
counted_acts = ["ratification", "accession"]
organisations_count = false
delay = { months = 3 }
[later_parties]
article = "9(2)"
delay = { months = 3 }
not_before_general = true
[denunciation]
article = "12(1)"
delay = { months = 3 }
"""


@pytest.fixture
def enter(clerk: User, reviewer: User, now: datetime) -> Callable[..., Action]:
    """Enters an act under a treaty as a clerk and a reviewer do: `enter(treaty, "BDI ratification 2004-09-21")`."""

    def do(treaty: Treaty, text: str, **more: object) -> Action:
        iso3, kind, taken = text.split()
        source, _ = treaty.sources.get_or_create(
            key="list", defaults={"title": "List", "confidence": "primary"}
        )
        fields = {
            "participant": Participant.objects.get(iso3=iso3),
            "kind": ActionKind(kind),
            "taken": parse_edtf(taken),
            "source": source,
        }
        content = ActionContent(**(fields | more))  # type: ignore[arg-type]  # the keyword arguments of a test
        entry = ledger.draft(treaty, content, author=clerk, now=now)
        return ledger.publish(ledger.submit(entry, by=clerk), reviewer=reviewer, now=now)

    return do


def in_force(treaty: Treaty, iso3: str, today: date) -> tuple[date | None, date | None]:
    """Return the days on which the treaty begins and ends to be in force for a participant."""
    view = selectors.view_of(treaty, today=today)
    (standing,) = [each for each in view.outcome.standings if each.participant == iso3]
    begins, ends = standing.in_force, standing.ended
    return begins.on if begins else None, ends.on if ends else None


def test_who_withdraws_while_bound_denounces(
    make_treaty: Callable[..., Path], enter: Callable[..., Action], now: datetime
) -> None:
    """Burundi and the Rome Statute: entered as a withdrawal it is refused; as a denunciation it ends after a year."""
    treaty, _ = load_treaty(make_treaty(slug="rome", clause=ROME), now=now)
    why = {"override": "The list has it so."}
    enter(treaty, "COD ratification 2002-04-11", **why)
    ratified = enter(treaty, "BDI ratification 2004-09-21", **why)
    with pytest.raises(LedgerError, match=r"enter a denunciation \(article 127\(1\)\)"):
        enter(treaty, "BDI withdrawal 2016-10-27", relates_to=ratified)
    enter(treaty, "BDI denunciation 2016-10-27")
    assert in_force(treaty, "BDI", date(2017, 10, 26)) == (date(2004, 12, 1), date(2017, 10, 27))


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    ("iso3", "first", "again", "anew"),
    [
        ("TTO", "1980-11-14", "1998-05-26", date(1998, 8, 26)),
        ("GUY", "1993-05-10", "1999-01-05", date(1999, 4, 5)),
    ],
)
def test_who_denounces_and_accedes_anew_on_one_day(
    make_treaty: Callable[..., Path],
    enter: Callable[..., Action],
    now: datetime,
    iso3: str,
    first: str,
    again: str,
    anew: date,
) -> None:
    """Trinidad and Tobago, Guyana: the denunciation names the consent that it ends, and the later one binds."""
    treaty, _ = load_treaty(make_treaty(slug="protocol", clause=OPTIONAL_PROTOCOL), now=now)
    enter(treaty, "CRI accession 1975-12-23")
    consent = enter(treaty, f"{iso3} accession {first}")
    enter(treaty, f"{iso3} denunciation {again}", relates_to=consent)
    second = enter(treaty, f"{iso3} accession {again}")
    assert in_force(treaty, iso3, date(2000, 1, 1))[0] == anew
    enter(treaty, f"{iso3} denunciation 2000-03-27", relates_to=second)
    assert in_force(treaty, iso3, date(2001, 1, 1)) == (anew, date(2000, 6, 27))
    with pytest.raises(LedgerError, match="no consent"):
        enter(treaty, f"{iso3} denunciation 2000-03-28")


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("BTN definitive_signature 2026-11-10", "not among the acts"),
        ("SRB succession 2026-11-10", "predecessor"),
        ("SRB participation 2026-11-10", "not among the acts"),
        ("SRB consent_to_be_bound 2026-11-10", "not among the acts"),
        ("SRB simplified_procedure 2026-11-10", "not among the acts"),
        ("EST provisional_application 2026-11-10", "provisional application"),
        ("DNK territorial_application 2026-11-10", "nothing to extend"),
        ("QAT reservation 2026-11-10", "twelve months"),
        ("QAT denunciation 2026-11-12", "not in force for it"),
    ],
)
@pytest.mark.usefixtures("hanoi")
def test_acts_that_the_convention_does_not_know_are_explained(
    say: Say, published: Publish, text: str, said: str
) -> None:
    with pytest.raises(LedgerError, match=said):
        published(say(text))
    assert published(say(text, override="The notification says so.")).revision


def test_a_denunciation_before_entry_into_force_is_not_revoked(
    say: Say, published: Publish, hanoi: Treaty
) -> None:
    notice = published(say("QAT denunciation 2026-11-12", override="The notification says so."))
    with pytest.raises(LedgerError, match="took the instrument back on receipt"):
        published(say("QAT withdrawal 2026-11-20", relates_to=notice))
    view = selectors.view_of(hanoi, today=date(2026, 11, 21))
    assert {each.participant: each.kind for each in view.outcome.standings}["QAT"] == "withdrawn"


def test_kinds_of_notification(say: Say, published: Publish, hanoi: Treaty, now: datetime) -> None:
    """Each kind of a depositary's notification has its entry, and the record is sound with all of them in it."""
    why = {"override": "The notification says so."}
    published(
        say(
            "BRA ratification 2026-11-10",
            notification="C.N.501.2026.TREATIES-XVIII.16",
            notified_on=now.date(),
        )
    )
    text = {"language": "pt", "status": "authentic", "text": "O Brasil..."}
    reserved = published(
        say("BRA reservation 2026-11-10", provisions=["13", "63(3)"], excludes=True, texts=[text])
    )
    published(say("CAN objection 2026-11-12", relates_to=reserved, provisions=["13"], precludes=False))
    published(say("CAN communication 2026-11-12", relates_to=reserved))
    published(say("ARG communication 2026-11-12", summary="On a territory."))
    published(
        say("BRA modification_of_statement 2026-11-13", relates_to=reserved, provisions=["63(3)"], **why)
    )
    published(say("BRA withdrawal_of_statement 2026-11-14", relates_to=reserved, provisions=["13"]))
    first = published(
        say("BRA notification 2026-11-10", provisions=["40(12)"], summary="Ministry of Justice.")
    )
    second = published(say("BRA notification 2026-11-15", provisions=["40(12)"], relates_to=first))
    published(say("GBR territorial_application 2026-11-10", territories=["GIB", "IMN"]))
    published(say("DNK territorial_exclusion 2026-11-10", territories=["GRL", "FRO"], **why))
    begun = published(say("EST provisional_application 2026-11-10", **why))
    published(say("EST end_of_provisional_application 2026-11-12", relates_to=begun))
    recorded = statements_of(selectors.extract_of(hanoi, today=now.date()))
    states = {each.entry.pk: each.statement.state for each in recorded.by_entry.values()}
    assert states[reserved.pk] == ProvisionState.PARTLY_WITHDRAWN
    assert (states[first.pk], states[second.pk]) == (ProvisionState.REPLACED, ProvisionState.STANDING)
    assert states[begun.pk] == ProvisionState.WITHDRAWN
    recompute(hanoi.pk, today=now.date(), now=now)
    assert [line for line in breaches(today=now.date(), now=now) if line.startswith("hanoi")] == []


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("BRA declaration 2026-11-10", {"excludes": True}, "only a reservation"),
        ("BRA reservation 2026-11-10", {"precludes": True}, "only an objection"),
        ("BRA ratification 2026-11-10", {"territories": ["GIB"]}, "names none"),
        ("GBR territorial_application 2026-11-10", {"territories": ["FRA"]}, "no territory has the code FRA"),
        (
            "BRA declaration 2026-11-10",
            {"texts": [{"language": "??", "status": "own", "text": "x"}]},
            "no language",
        ),
        (
            "BRA declaration 2026-11-10",
            {"texts": [{"language": "pt", "status": "good", "text": "x"}]},
            "is none of",
        ),
        (
            "BRA declaration 2026-11-10",
            {"texts": [{"language": "pt", "status": "own", "text": " "}]},
            "is empty",
        ),
        ("BRA designation 2026-11-10", {"notification": "C.N.1.2026"}, "it is a notification"),
    ],
)
@pytest.mark.usefixtures("hanoi")
def test_what_an_act_cannot_say_is_refused(
    say: Say, published: Publish, text: str, more: dict[str, object], said: str
) -> None:
    with pytest.raises(LedgerError, match=said):
        published(say(text, **more))
    assert not Action.objects.filter(author__username="clerk").exists()
