"""A treaty entered by forms: its clause said and tried before it goes live, by two people, and exported."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from panel.treaty_fields import KEYS
from ratification.intake.bundles import load_treaty
from ratification.models import TreatyProposal
from ratification.operations import roles
from ratification.record.evaluation import clause_of
from tests.panel.conftest import account
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]
ADD = "/admin/ratification/treatyproposal/add/"
# On the pattern of the Convention on Cluster Munitions; three instruments stand for its thirty, the last of which was
# deposited on the same day as the third here.
FORM = {
    "treaty__slug": "clusters",
    "treaty__title": "Convention on Cluster Munitions",
    "treaty__depositary": "Secretary-General of the United Nations",
    "treaty__depositary_timezone": "America/New_York",
    "treaty__adopted_on": "30 May 2008",
    "entry_into_force__article": "17(1)",
    "entry_into_force__instruments": "3",
    "entry_into_force__counted_acts": ["ratification", "acceptance", "approval", "accession"],
    "entry_into_force__delay": "5 months, then first-of-next-month",
    "entry_into_force__organisations_count": "",
    "entry_into_force__former_states_count": "",
    "later_parties__article": "17(2)",
    "later_parties__delay": "5 months, then first-of-next-month",
    "later_parties__counted_from": "",
    "later_parties__after": "",
    "chapters": "number\ttitle\tsource\n1\tAll articles\tThe text",
    "articles": (
        "number,chapter,title,title_status,status,themes,summary,source\n"
        "17,1,Entry into force,verified,adopted,,,The text\n"
    ),
    "further": "",
    "amounts": "",
    "sources": "",
    "requirements": "",
    "reason": "It is asked for.",
    "trial_acts": (
        "NOR, ratification, 2008-12-03\nIRL, ratification, 2008-12-03\n"
        "MDA, ratification, 2010-02-16\nALB, ratification, 2010-03-01"
    ),
    "trial_day": "1 August 2010",
}


@pytest.fixture
def second(db: None) -> User:  # noqa: ARG001 - it stands in the database
    return account("second", roles.ADMINISTRATOR)


def form(**more: object) -> dict[str, object]:
    return {key.name: "" for key in KEYS if key.kind not in {"flag", "kinds"}} | FORM | more


def proposed(client: Client, **more: object) -> TreatyProposal:
    answer = client.post(ADD, form(**more) | {"_continue": "1"}, follow=True)
    errors = answer.context.get("errors", "")
    assert TreatyProposal.objects.exists(), errors
    return TreatyProposal.objects.get()


def page_of(client: Client, proposal: TreatyProposal) -> str:
    return client.get(
        reverse("admin:ratification_treatyproposal_change", args=[proposal.pk])
    ).content.decode()


def decide(client: Client, proposal: TreatyProposal, step: str = "accept", shown: str = "") -> str:
    page = client.get(reverse("admin:ratification_treatyproposal_change", args=[proposal.pk]))
    digest = shown or page.context["digest"]
    address = reverse(f"admin:ratification_treatyproposal_{step}", args=[proposal.pk])
    return client.post(address, {"shown": digest}, follow=True).content.decode()


@pytest.mark.usefixtures("hanoi")
def test_a_treaty_is_not_adopted_on_a_day_to_come(administrator: User, at: At) -> None:
    page = at(administrator).post(ADD, form(treaty__adopted_on="1 January 3000"))
    assert page.context["adminform"].form.errors["treaty__adopted_on"] == [
        "3000-01-01 lies in the future; only what has happened is recorded."
    ]
    assert not TreatyProposal.objects.exists()


@pytest.mark.usefixtures("hanoi")
def test_two_administrators_make_a_treaty_without_the_machine(
    administrator: User, second: User, at: At, now: datetime, tmp_path: Path
) -> None:
    """`/admin/treaty/treaty/add/` was 403 for everyone (finding A16)."""
    client = at(administrator)
    proposal = proposed(client)
    page = page_of(client, proposal)
    assert (
        "In force on the first day of the month that follows 5 months after the deposit of the 3rd instrument"
        in page
    )
    assert "Entry into force: 2010-08-01" in page
    assert "That is the official day." in page
    assert "2010-09-01" in page  # of the fourth, which came after
    assert not Treaty.objects.filter(slug="clusters").exists()
    assert "not the one who proposed" in decide(client, proposal)
    assert not Treaty.objects.filter(slug="clusters").exists()
    assert "clusters: Convention on Cluster Munitions" in at(second).get("/admin/").content.decode()
    decide(at(second), proposal)
    treaty = Treaty.objects.get(slug="clusters")
    clause = clause_of(treaty)
    assert clause
    assert clause.entry_into_force.instruments == 3
    assert treaty.articles.get().title == "Entry into force"
    assert not treaty.actions.exists()
    assert "decided already" in decide(at(second), proposal, "refuse")

    archive = at(second).get(reverse("admin:treaty_treaty_definition", args=[treaty.pk]))
    with zipfile.ZipFile(io.BytesIO(archive.content)) as file:
        file.extractall(tmp_path)
    assert load_treaty(tmp_path / "clusters", now=now) == (treaty, 0)


@pytest.mark.usefixtures("hanoi")
def test_a_clause_that_does_not_give_the_official_day_is_not_accepted(
    administrator: User, second: User, at: At
) -> None:
    proposal = proposed(at(administrator), entry_into_force__delay="90 days")
    page = page_of(at(second), proposal)
    assert "The official day is 2010-08-01: the clause does not give it" in page
    assert "does not give the official day" in decide(at(second), proposal)
    proposal.refresh_from_db()
    assert proposal.accepted is None


@pytest.mark.usefixtures("hanoi")
def test_what_was_changed_after_it_was_shown_is_not_accepted(
    administrator: User, second: User, at: At
) -> None:
    proposal = proposed(at(administrator))
    shown = (
        at(second)
        .get(reverse("admin:ratification_treatyproposal_change", args=[proposal.pk]))
        .context["digest"]
    )
    change = reverse("admin:ratification_treatyproposal_change", args=[proposal.pk])
    at(administrator).post(change, form(entry_into_force__instruments="4", trial_day="1 September 2010"))
    proposal.refresh_from_db()
    assert proposal.trial_day == date(2010, 9, 1)
    assert "has been changed since" in decide(at(second), proposal, shown=shown)
    assert at(second).post(change, form(entry_into_force__instruments="5")).status_code == 403
    decide(at(second), proposal, "refuse")
    assert not Treaty.objects.filter(slug="clusters").exists()


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.usefixtures("hanoi")
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"treaty__slug": "hanoi"}, "is loaded already"),
        ({"treaty__adopted_on": "30/30/2008"}, "errors"),
        ({"entry_into_force__delay": "ninety days"}, "is no delay; write it like one of these"),
        ({"entry_into_force__article": ""}, "is missing"),
        ({"entry_into_force__required_participants": "XXX"}, "unknown participants: XXX"),
        ({"further": "[entry_into_force]\ninstruments = 3"}, "is said by a field already"),
        ({"further": "[entry_into_force]\nquorum = 3"}, "entry_into_force.quorum: unknown key"),
        ({"further": "[["}, "Further|Invalid|Expected"),
        ({"amounts": "NOR,3"}, "the first line is the name of a file"),
        ({"articles": "number,chapter\n17"}, "line 2: has 1 cells under 2 headings"),
        ({"articles": "number,chapter\n17,1"}, "lacks the column"),
        ({"articles": form()["articles"] + "18,2,More,verified,adopted,,,The text\n"}, "row 3: chapter is"),  # type: ignore[operator]
        ({"trial_acts": "NOR, ratified, 2008-12-03"}, "line 1: &#x27;ratified&#x27; is no kind of act"),
        ({"trial_acts": "NOR, ratification"}, "line 1: the day is missing"),
        ({"treaty__title": "Convention \u202eno"}, "a character that turns the order of the letters"),
        ({"articles": FORM["articles"] + "\x01"}, "a control character"),  # type: ignore[operator]
    ],
)
def test_wrong_input_says_what_and_where_and_changes_nothing(
    administrator: User, at: At, wrong: dict[str, object], said: str
) -> None:
    page = at(administrator).post(ADD, form(**wrong)).content.decode()
    assert any(part in page for part in said.split("|")), page[page.find("errornote") :][:3000]
    assert "errorlist" in page
    assert not TreatyProposal.objects.exists()


@pytest.mark.usefixtures("hanoi")
def test_a_form_begins_with_another_treaty(administrator: User, at: At) -> None:
    page = at(administrator).get(f"{ADD}?like=hanoi").content.decode()
    for said in ('value="65(1)"', 'value="90 days"', "Criminalization", "English: https://docs.un.org/en/"):
        assert said in page
