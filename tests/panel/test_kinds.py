"""The kinds that the form of an action offers, and what it says of each for a participant and day."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from ratification.ledger.writing import ActionContent
from ratification.models import Action
from states.models import Participant
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

ADD = "/admin/ratification/action/add/"
At = Callable[[User], Client]
Filled = Callable[..., dict[str, Any]]


def errors(client: Client, address: str, data: dict[str, Any]) -> dict[str, list[str]]:
    form = client.post(address, data).context["adminform"].form
    return {name: [str(error) for error in found] for name, found in form.errors.items()}


def test_the_form_offers_the_kinds_that_the_treaty_admits_and_the_others_apart(
    hanoi: Treaty, clerk: User, at: At
) -> None:
    """Hanoi 64(3), (4) admit five acts. A treaty whose definition names no acts leaves signatures and consents open."""
    *offered, (label, others) = at(clerk).get(ADD).context["adminform"].form.fields["kind"].choices
    assert label == "Other kinds, to be explained"
    kinds = [kind for kind, _ in offered]
    assert {"ratification", "accession", "reservation", "withdrawal"} <= set(kinds)
    assert {kind for kind, _ in others} == {
        *("succession_to_signature", "formal_confirmation", "definitive_signature", "succession"),
        *("consent_to_be_bound", "participation", "simplified_procedure", "application"),
        "provisional_application",
    }
    definition: dict[str, Any] = hanoi.definition or {}
    hanoi.definition = {**definition, "reservations": {"article": "69", "permitted": "none"}}
    hanoi.save(update_fields=["definition"])
    address = "/admin/ratification/action/advice/"
    kinds_of = at(clerk).get(address, {"treaty": hanoi.pk}).json()["kinds"]
    assert kinds_of["reservation"]["fit"] == "unusual"
    assert kinds_of["declaration"]["fit"] == "usual"
    hanoi.definition = {key: value for key, value in definition.items() if key != "acts"}
    hanoi.save(update_fields=["definition"])
    kinds_of = at(clerk).get(address, {"treaty": hanoi.pk}).json()["kinds"]
    assert [kind for kind, about in kinds_of.items() if about["fit"] != "usual"] == [
        "provisional_application"
    ]


def test_a_denunciation_that_takes_effect_before_it_is_received_is_answered_with_a_sentence(
    clerk: User, at: At, filled: Filled
) -> None:
    data = filled("QAT denunciation 2026-06-01", effective_on="2026-05-01", _submit="1")
    found = errors(at(clerk), ADD, data)
    assert found["effective_on"] == [
        "It was received on 2026-06-01 and cannot have taken effect before, on 2026-05-01."
    ]


def test_the_form_is_advised_by_where_the_participant_stands(
    hanoi: Treaty,
    clerk: User,
    at: At,
    draft: Callable[[ActionContent], Action],
    say: Callable[..., ActionContent],
) -> None:
    client = at(clerk)

    def ask(iso3: str, **more: object) -> dict[str, Any]:
        query: dict[str, Any] = {
            "treaty": hanoi.pk,
            "participant": Participant.objects.get(iso3=iso3).pk,
            **more,
        }
        answer: dict[str, Any] = client.get("/admin/ratification/action/advice/", query).json()
        return answer

    signatory = ask("VNM", taken_on="2026-04")
    assert signatory["standing"].startswith("Viet Nam today: signatory.")
    assert signatory["date"] == "a day from 1 April 2026 to 30 April 2026"
    fits = {kind: about["fit"] for kind, about in signatory["kinds"].items()}
    assert (fits["ratification"], fits["accession"], fits["signature"]) == ("usual", "unusual", "impossible")
    assert signatory["kinds"]["objection"]["about_another"]
    assert ["63(3)", "63: Settlement of disputes"] not in signatory["provisions"]
    assert "63" in [value for value, _ in signatory["provisions"]]

    stranger = ask("SGP", taken_on="2026-04-15")
    assert stranger["standing"] == "Singapore has done nothing under Hanoi Convention yet."
    assert stranger["date"] == "Wednesday, 15 April 2026"
    assert stranger["kinds"]["accession"]["fit"] == "usual"
    assert stranger["kinds"]["ratification"]["fit"] == "unusual"

    assert "does not exist" in ask("SGP", taken_on="2026-02-30")["date"]
    entry = draft(say("SGP signature 2026-05-01"))
    assert ask("SGP")["waiting"] == ["Singapore: signature, 2026-05-01 (draft, clerk)"]
    assert ask("SGP", entry=entry.pk)["waiting"] == []
    reservation = hanoi.actions.get(participant__iso3="QAT", provisions=["63(3)"])
    assert ask("AUT", relates_to=reservation.pk)["kinds"]["objection"]["fit"] == "usual"
    ratification = hanoi.actions.get(participant__iso3="QAT", kind="ratification")
    assert ask("QAT", taken_on="2026-02-11")["kinds"]["ratification"]["fit"] == "impossible"
    again = ask("QAT", taken_on="2026-02-11", corrects=ratification.pk)
    assert again["kinds"]["ratification"]["fit"] == "usual"
    nobody = client.get("/admin/ratification/action/advice/", {"treaty": "x", "participant": "y"}).json()
    assert nobody == {"date": "", "kinds": {}, "standing": "", "waiting": [], "provisions": []}


def test_the_lines_of_a_notification_offer_the_same_kinds(hanoi: Treaty, clerk: User, at: At) -> None:
    page = at(clerk).get("/admin/ratification/notification/add/")
    *_, (label, others) = page.context["lines"].forms[0].fields["kind"].choices
    assert label == "Other kinds, to be explained"
    assert "definitive_signature" in dict(others)
    assert hanoi.popular_name in page.content.decode()
