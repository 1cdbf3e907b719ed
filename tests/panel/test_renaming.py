"""A participant is renamed, and the name that it gives up is kept with its last day."""

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from ratification.models import ReferenceChange
from ratification.operations import roles
from states.models import Participant, ParticipantName
from states.search import find
from tests.panel.conftest import account
from tests.panel.test_reference import form_of
from treaty.models import Treaty

At = Callable[[User], Client]
TODAY = date(2026, 11, 29)
OLD = ParticipantName.objects.filter(kind=ParticipantName.Kind.FORMER)


def rename(client: Client, iso3: str, **changed: str) -> str:
    row = Participant.objects.get(iso3=iso3)
    address = reverse("admin:states_participant_change", args=[row.pk])
    return client.post(address, form_of(client, address) | changed, follow=True).content.decode()


def test_the_old_name_of_a_participant_in_the_record_is_kept_when_a_second_person_accepts(
    hanoi: Treaty, administrator: User, at: At
) -> None:
    assert hanoi.actions.filter(participant__iso3="VNM").exists()
    page = rename(
        at(administrator),
        "VNM",
        name="New Viet Nam",
        old_name_until="30 November 2026",
        reason="Note verbale",
    )
    assert "those of past days too, such as /participants/VNM/?as_of=2020-01-01." in page
    assert Participant.objects.get(iso3="VNM").name == "Viet Nam"
    assert not OLD.filter(name="Viet Nam").exists()
    change = ReferenceChange.objects.get()
    assert ("old name until", "", "2026-12-01") in change.amended
    second = account("second", roles.ADMINISTRATOR)
    at(second).post(reverse("admin:ratification_referencechange_accept", args=[change.pk]))
    assert Participant.objects.get(iso3="VNM").name == "New Viet Nam"
    kept = OLD.get(name="Viet Nam")
    assert (kept.participant.iso3, kept.kind, kept.valid_until) == ("VNM", "former", date(2026, 12, 1))
    assert kept.source == "Note verbale"
    assert find("Viet Nam", today=TODAY)[0].participant.iso3 == "VNM"


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.usefixtures("with_participants")
def test_one_person_renames_who_is_in_no_record(administrator: User, at: At) -> None:
    client = at(administrator)
    assert "only an old name has a last day" in rename(client, "TUR", old_name_until="2026-11-30")
    rename(client, "TUR", name="Anatolia", old_name_until="2026-11-30")
    assert Participant.objects.get(iso3="TUR").name == "Anatolia"
    assert OLD.get(name="Türkiye").valid_until == date(2026, 12, 1)


@pytest.mark.usefixtures("with_participants")
def test_a_name_without_a_last_day_is_not_kept(administrator: User, at: At) -> None:
    rename(at(administrator), "TUR", name="Anatolia")
    assert not OLD.filter(name="Türkiye").exists()
