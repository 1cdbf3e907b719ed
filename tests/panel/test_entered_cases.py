"""Real cases of leaving and coming back, entered in the panel's forms by a clerk and published by a reviewer."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from ratification.intake.bundles import load_treaty
from ratification.models import Action
from tests.ratification.ledger.test_notifications import OPTIONAL_PROTOCOL, ROME, in_force
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

Enter = Callable[..., tuple[Action | None, dict[str, list[str]]]]


def test_who_withdraws_while_bound_denounces(
    make_treaty: Callable[..., Path], enter: Enter, now: datetime, client: Client
) -> None:
    """Burundi and the Rome Statute: the form refuses a withdrawal, names the article, and takes a denunciation."""
    treaty, _ = load_treaty(make_treaty(slug="rome", clause=ROME), now=now)
    enter(treaty, "COD ratification 2002-04-11")
    ratified, _ = enter(treaty, "BDI ratification 2004-09-21")
    entry, refused = enter(treaty, "BDI withdrawal 2016-10-27", ratified)
    assert entry is None
    assert "enter a denunciation (article 127(1))" in refused["kind"][0]
    assert enter(treaty, "BDI denunciation 2016-10-27", ratified)[0]
    assert in_force(treaty, "BDI", date(2017, 10, 26)) == (date(2004, 12, 1), date(2017, 10, 27))
    address = "/api/v1/treaties/rome/participants/BDI/"
    standings = [
        client.get(address, {"as_of": day}).json()["standing"] for day in ("2017-10-26", "2017-10-27")
    ]
    assert standings == ["party", "withdrawn"]


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
    enter: Enter,
    now: datetime,
    iso3: str,
    first: str,
    again: str,
    anew: date,
) -> None:
    """Trinidad and Tobago, Guyana, and the second denunciation of the former."""
    treaty, _ = load_treaty(make_treaty(slug="protocol", clause=OPTIONAL_PROTOCOL), now=now)
    enter(treaty, "CRI accession 1975-12-23")
    consent, _ = enter(treaty, f"{iso3} accession {first}")
    notice, _ = enter(treaty, f"{iso3} denunciation {again}", consent)
    second, refused = enter(treaty, f"{iso3} accession {again}")
    assert (bool(notice), refused) == (True, {})
    assert in_force(treaty, iso3, date(2000, 1, 1))[0] == anew
    enter(treaty, f"{iso3} denunciation 2000-03-27", second)
    assert in_force(treaty, iso3, date(2001, 1, 1)) == (anew, date(2000, 6, 27))
    assert "no consent" in str(enter(treaty, f"{iso3} denunciation 2000-03-28")[1])


@pytest.mark.production  # other tests send SQLite the same statements
def test_a_withdrawal_in_two_steps_and_the_withdrawal_of_an_objection(
    hanoi: Treaty, enter: Enter, client: Client
) -> None:
    """Qatar takes back article 15, then 14; what it no longer has is refused; article 16 stands throughout."""
    reservation = hanoi.actions.get(participant__iso3="QAT", provisions=["14", "15", "16"])
    objection, _ = enter(
        hanoi, "AUT objection 2026-11-02", reservation, provisions="16", precludes="false", notification=""
    )
    for day, provision in (("2026-11-10", "15"), ("2026-11-12", "14")):
        entry, refused = enter(hanoi, f"QAT withdrawal_of_statement {day}", reservation, provisions=provision)
        assert (bool(entry), refused) == (True, {})
    entry, refused = enter(hanoi, "QAT withdrawal_of_statement 2026-11-13", reservation, provisions="15")
    assert entry is None
    assert "It names 15; what stands" in refused["provisions"][0]
    assert enter(hanoi, "AUT withdrawal_of_statement 2026-11-14", objection)[0]
    rows = client.get(
        "/api/v1/treaties/hanoi/statements/",
        {"participant": "QAT", "kind": "reservation", "as_of": "2026-11-20"},
    ).json()["results"]
    states = {
        each["provision"]: each["state"]
        for row in rows
        if row["revision"] == reservation.revision
        for each in row["provisions"]
    }
    assert states == {"14": "withdrawn", "15": "withdrawn", "16": "standing"}
    for article, said in (("14", "withdrawn"), ("16", "standing")):
        page = client.get(f"/articles/{article}/").content.decode()
        assert "Qatar" in page
        assert said in page


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("BTN definitive_signature 2026-11-10", "not among the acts"),
        ("SRB succession 2026-11-10", "does not name the predecessor"),
        ("SRB participation 2026-11-10", "not among the acts"),
        ("SRB consent_to_be_bound 2026-11-10", "not among the acts"),
        ("EST provisional_application 2026-11-10", "not known to provide for provisional application"),
    ],
)
@pytest.mark.usefixtures("hanoi")
def test_acts_that_the_convention_does_not_know_are_explained_in_the_form(
    clerk: User,
    at: Callable[[User], Client],
    filled: Callable[..., dict[str, object]],
    text: str,
    said: str,
) -> None:
    address, client = reverse("admin:ratification_action_add"), at(clerk)
    submitted = client.post(address, {**filled(text), "_submit": "1"})
    errors = submitted.context["adminform"].form.errors
    assert said in str(errors)
    assert "This is unusual" in errors["override"][0]
    assert not Action.objects.filter(author=clerk).exists()
    client.post(address, {**filled(text, override="The notification says so."), "_submit": "1"})
    assert Action.objects.get(author=clerk).override
