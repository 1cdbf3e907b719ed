"""Requests with values that no page sends: numbers of no row, halves of characters, structures without end.

Each is answered with a sentence or the form again, and changes nothing.
"""

import json
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from ratification.models import Action, UnfinishedForm
from states.models import Participant
from tests.panel.conftest import account
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]
NUMBERS = ["9" * 5_000, "9" * 20, "\u00b2", "\u0663", "-1", "0x1", "\0", "NaN", "1e400"]


@pytest.fixture
def client(at: At) -> Client:
    return at(account("all-roles", *Group.objects.values_list("name", flat=True)))


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    "address",
    [
        "ratification/action/add/?treaty={}",
        "ratification/action/add/?corrects={}",
        "ratification/subscription/add/?treaty={}",
        "ratification/treatyproposal/{}/change/",
        "ratification/action/advice/?treaty={}&participant={}",
        "ratification/action/set/?drafted_with={}",
        "autocomplete/?app_label=ratification&model_name=action&field_name=relates_to&term=a&treaty={}",
        "ratification/action/export/?treaty__id__exact={}",
    ],
)
def test_an_address_with_the_number_of_no_row_is_answered(
    hanoi: Treaty,  # noqa: ARG001 - there is a record
    client: Client,
    address: str,
    number: str,
) -> None:
    assert client.get(f"/admin/{address}".replace("{}", number)).status_code in {200, 302, 400, 404}


@pytest.mark.parametrize("step", ["change", "delete"])
def test_a_row_is_not_looked_up_by_a_field_without_a_name(client: Client, step: str) -> None:
    assert client.get(f"/admin/states/participant/1/{step}/?_to_field=").status_code == 400


def test_an_export_with_a_filter_that_its_list_does_not_know_is_of_the_whole_list(
    hanoi: Treaty,  # noqa: ARG001 - there is a record
    client: Client,
) -> None:
    response = client.get("/admin/ratification/action/export/?nothing=1", follow=True)
    assert response.status_code == 200
    assert client.get("/admin/ratification/action/export/?e=1").status_code == 200


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize("number", NUMBERS)
def test_a_form_with_the_number_of_no_row_is_shown_again(hanoi: Treaty, client: Client, number: str) -> None:
    before = Action.objects.count()
    names = ("treaty", "participant", "source", "relates_to", "predecessor", "_version")
    sent = {"treaty": hanoi.pk, "kind": "ratification", "taken_on": "2026-05-01"} | dict.fromkeys(
        names, number
    )
    for path in ("action", "report", "treatyfact"):
        response = client.post(f"/admin/ratification/{path}/add/", {**sent, "_submit": "1"})
        assert response.status_code == 200, path
    sent = {"treaty": number, "number": number, "form-TOTAL_FORMS": number, "form-INITIAL_FORMS": number}
    assert client.post("/admin/ratification/notification/add/", {**sent, "_submit": "1"}).status_code == 200
    assert Action.objects.count() == before


def test_a_report_with_a_version_that_it_cannot_have_is_shown_again(hanoi: Treaty, client: Client) -> None:
    sent = {"treaty": hanoi.pk, "taken_on": "2026-05-01", "_version": "1", "_save": "1"}
    assert client.post("/admin/ratification/report/add/", sent).status_code == 200


def test_a_row_that_a_timeline_does_not_have_is_passed_over(hanoi: Treaty, client: Client) -> None:  # noqa: ARG001 - there is a record
    france = Participant.objects.get(iso3="FRA")
    sent = {f"{part}-{what}_FORMS": 0 for part in ("names", "memberships") for what in ("TOTAL", "INITIAL")}
    sent |= {"actions-TOTAL_FORMS": 3, "actions-INITIAL_FORMS": 0}
    for address in (f"{france.pk}/change", "add"):
        assert client.post(f"/admin/states/participant/{address}/", sent).status_code in {200, 302}


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    "body", ["[" * 100_000, '{"key":' * 50_000, "9" * 5_000, "NaN", '{"fields": 1}', "\xff"]
)
def test_a_form_to_be_kept_that_is_none_is_refused(client: Client, body: str) -> None:
    response = client.post("/admin/unfinished/", body, content_type="application/json")
    assert response.status_code == 400
    assert not UnfinishedForm.objects.exists()


def test_half_a_character_is_left_out_of_what_is_kept(client: Client) -> None:
    form = {
        "key": "k",
        "address": "/a/",
        "title": "t",
        "version": "v",
        "fields": {"note\ud800": ["a\udfffb\0", ""]},
    }
    assert (
        client.post("/admin/unfinished/", json.dumps(form), content_type="application/json").status_code
        == 204
    )
    assert UnfinishedForm.objects.get().fields == {"note": ["ab", ""]}
    for name in ("key", "address", "title", "version"):
        sent = json.dumps({**form, name: "\ud800"})
        assert client.post("/admin/unfinished/", sent, content_type="application/json").status_code == 400


def test_a_text_pasted_from_a_document_with_pages_is_read_and_kept(hanoi: Treaty, client: Client) -> None:
    text = (
        "Reference: C.N.501.2026.TREATIES-XVIII.16 (Depositary Notification)\n\nVIET NAM: RATIFICATION\x0c\n"
        "The above action was effected on 3 August\x85 2026.\u202e\n"
    )
    sent = {"treaty": hanoi.pk, "text": text, "_read": "1", "form-TOTAL_FORMS": 0, "form-INITIAL_FORMS": 0}
    page = client.post("/admin/ratification/notification/add/", sent).content.decode()
    assert 'value="2026-08-03"' in page
    assert "\u202e" not in page
    assert "\x0c" not in page
