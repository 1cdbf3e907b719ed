"""Reference data are edited with a history, and the files of a later release leave edits as they are."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from panel.base import SpanTextField
from ratification.models import Action, ReferenceChange
from ratification.operations import roles
from states.loading import load_participants
from states.models import Group, Participant, ParticipantName
from tests.panel.conftest import account
from treaty.loading import DATA, load_definition
from treaty.models import Article, Source, Theme, Treaty

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]


def form_of(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send back if nothing were changed."""
    context = client.get(address).context
    forms = [context["adminform"].form]
    data: dict[str, Any] = {}
    for formset in context.get("inline_admin_formsets", []):
        forms += [
            formset.formset.management_form,
            *(formset.formset.forms if formset.has_change_permission else []),
        ]
        if not formset.has_change_permission:
            data |= {f"{form.prefix}-id": form.instance.pk for form in formset.formset.forms}
    for form in forms:
        for field in form:
            value = field.value()
            data[field.html_name] = "" if value is None else value
    return data


@pytest.mark.usefixtures("with_participants")
def test_a_participant_is_edited_with_a_history_and_the_loader_leaves_it(administrator: User, at: At) -> None:
    client, turkey = at(administrator), Participant.objects.get(iso3="TUR")
    address = reverse("admin:states_participant_change", args=[turkey.pk])
    form = form_of(client, address)
    client.post(address, {**form, "name": "Turkiye", "source": "A letter of the Permanent Mission"})
    turkey.refresh_from_db()
    assert turkey.name == "Turkiye"
    after, before = turkey.history.all()
    assert (before.name, before.history_user, before.history_change_reason) == (
        "Türkiye",
        None,
        "As loaded from the files",
    )
    assert (after.name, after.history_user) == ("Turkiye", administrator)
    page = client.get(reverse("admin:states_participant_history", args=[turkey.pk])).content.decode()
    assert "Türkiye → Turkiye" in page
    assert (
        client.get(
            reverse("admin:states_participant_simple_history", args=[turkey.pk, before.pk])
        ).status_code
        == 200
    )

    assert load_participants() == 0
    turkey.refresh_from_db()
    assert turkey.name == "Turkiye"


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.usefixtures("hanoi")
@pytest.mark.parametrize(("iso3", "entries"), [("QAT", "published"), ("TUV", "none")])
def test_codes_are_fixed_once_a_published_entry_names_the_participant(
    administrator: User, at: At, iso3: str, entries: str
) -> None:
    """They join the databases of partners, and stand in answers that were cited."""
    participant = Participant.objects.get(iso3=iso3)
    fixed = entries == "published"
    assert Action.objects.filter(participant=participant, revision__isnull=False).exists() == fixed
    address = reverse("admin:states_participant_change", args=[participant.pk])
    client = at(administrator)
    form = form_of(client, address) | {"iso3": "XQZ", "iso2": "QZ", "m49": "998"}
    client.post(address, form)
    after = Participant.objects.get(pk=participant.pk)
    before = (participant.iso3, participant.iso2, participant.m49)
    assert (after.iso3, after.iso2, after.m49) == (before if fixed else ("XQZ", "QZ", "998"))


@pytest.mark.usefixtures("with_participants")
def test_names_and_memberships_are_edited_with_their_participant(administrator: User, at: At) -> None:
    client, myanmar = at(administrator), Participant.objects.get(iso3="MMR")
    address = reverse("admin:states_participant_change", args=[myanmar.pk])
    form = form_of(client, address)
    number = int(form["names-TOTAL_FORMS"])
    new = {
        "names-TOTAL_FORMS": number + 1,
        f"names-{number}-participant": myanmar.pk,
        f"names-{number}-name": "Birmania",
        f"names-{number}-language": "es",
        f"names-{number}-kind": "alias",
        f"names-{number}-valid_from": "",
        f"names-{number}-valid_until": "",
        f"names-{number}-source": "The Spanish list",
    }
    response = client.post(address, {**form, **new, f"names-{number}-name": "FRANCE "})
    assert "is already a name of France" in response.content.decode()
    response = client.post(address, {**form, **new, f"names-{number}-name": "!!"})
    assert "A name has letters." in response.content.decode()
    client.post(address, {**form, **new})
    assert ParticipantName.objects.get(name="Birmania").normalised == "birmania"

    burma = ParticipantName.objects.get(normalised="burma")
    form = form_of(client, address)
    index = next(
        key.split("-")[1] for key, value in form.items() if key.endswith("-name") and value == burma.name
    )
    client.post(address, {**form, f"names-{index}-DELETE": "on"})
    assert not ParticipantName.objects.filter(normalised="burma").exists()
    assert [record.history_type for record in ParticipantName.history.filter(name=burma.name)] == ["-", "+"]
    assert load_participants() == 0
    assert not ParticipantName.objects.filter(normalised="burma").exists()


def test_the_text_is_edited_by_two_with_a_history_and_the_loader_leaves_it(
    hanoi: Treaty, administrator: User, at: At
) -> None:
    client, article = at(administrator), hanoi.articles.get(number=2)
    address = reverse("admin:treaty_article_change", args=[article.pk])
    themes = [theme.pk for theme in Theme.objects.filter(slug__in=["prevention"])]
    form = {**form_of(client, address), "title": "Terms", "themes": themes, "reason": "As printed"}
    client.post(address, form)
    change = ReferenceChange.objects.get()
    at(account("second", roles.ADMINISTRATOR)).post(
        reverse("admin:ratification_referencechange_accept", args=[change.pk])
    )
    assert load_definition(DATA / "hanoi")[1] == 0
    article.refresh_from_db()
    assert (article.title, [theme.slug for theme in article.themes.all()]) == ("Terms", ["prevention"])
    titles = [record.title for record in Article.history.filter(id=article.pk)]
    assert (titles[0], set(titles[1:])) == ("Terms", {"Use of terms"})


def test_a_treatys_clauses_and_slug_stay(hanoi: Treaty, administrator: User, at: At) -> None:
    client, address = at(administrator), reverse("admin:treaty_treaty_change", args=[hanoi.pk])
    client.post(address, {**form_of(client, address), "slug": "changed", "definition": "{}"})
    before, hanoi = hanoi.definition, Treaty.objects.get(pk=hanoi.pk)
    assert (hanoi.slug, hanoi.definition) == ("hanoi", before)


def test_a_clerk_adds_a_source_and_changes_none(hanoi: Treaty, clerk: User, at: At) -> None:
    client = at(clerk)
    data = {
        "treaty": hanoi.pk,
        "key": "cn-123",
        "title": "C.N.123",
        "confidence": "primary",
        "url": "untc.example/x",
    }
    client.post(reverse("admin:treaty_source_add"), data)
    source = Source.objects.get(key="cn-123")
    assert source.url == "https://untc.example/x"
    assert source.history.get().history_user == clerk
    address = reverse("admin:treaty_source_change", args=[source.pk])
    assert client.post(address, {**data, "title": "Changed"}).status_code == 403


@pytest.mark.usefixtures("with_participants")
def test_a_group_has_members_with_dates(administrator: User, at: At) -> None:
    client, group = at(administrator), Group.objects.get(slug="brics")
    page = client.get(reverse("admin:states_group_change", args=[group.pk])).content.decode()
    assert "Brazil in BRICS" in page


def test_the_timeline_stands_on_the_participants_page(hanoi: Treaty, clerk: User, at: At) -> None:
    qatar = Participant.objects.get(iso3="QAT")
    page = at(clerk).get(reverse("admin:states_participant_change", args=[qatar.pk])).content.decode()
    assert page.index("2025-10-25") < page.index("2026-02-01/2026-02-13")
    assert "reservation (63(3))" in page
    assert hanoi.popular_name in page


SOURCE = "/admin/treaty/source/add/"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"title": "Report \u202efdp.exe"}, "a character that turns the order of the letters (U+202E)"),
        ({"title": "Form\x01feed"}, "a control character (U+0001)"),
        ({"title": "a\U000e0041b"}, "an invisible character"),
        ({"publisher": "A\r\nBcc: x@example.org"}, "It has more than one line."),
        ({"note": "x\x08"}, "a control character (U+0008)"),
        ({"published_on": "yesterday"}, "is no date"),
        ({"published_on": "2026-02-30"}, "does not exist"),
    ],
)
def test_texts_of_reference_data_have_the_same_characters_as_entries(
    hanoi: Treaty, administrator: User, at: At, wrong: dict[str, str], why: str
) -> None:
    sent = {"treaty": hanoi.pk, "key": "odd", "title": "Odd", "confidence": "primary", "_save": "1"}
    page = at(administrator).post(SOURCE, {**sent, **wrong}).content.decode()
    assert why in page
    assert not Source.objects.filter(key="odd").exists()
    at(administrator).post(SOURCE, {**sent, "published_on": "3 March 2026", "note": "Two\nlines"})
    assert Source.objects.get(key="odd").published_on == "2026-03-03"


def test_names_of_accounts_and_participants_have_them_too(administrator: User, at: At) -> None:
    address = "/admin/auth/user/add/"
    page = at(administrator).post(address, {"username": "new", "first_name": "A\u202eB", "_hand": "1"})
    assert "a character that turns the order of the letters" in page.content.decode()
    assert not User.objects.filter(username="new").exists()
    load_participants()
    fiji = Participant.objects.get(iso3="FJI")
    edit = reverse("admin:states_participant_change", args=[fiji.pk])
    page = at(administrator).post(edit, {"name": "Fi\x02ji"})
    assert "a control character (U+0002)" in page.content.decode()


def test_an_interval_of_publication_stays_as_it_is_written() -> None:
    assert SpanTextField().clean("2026-03/2026-04") == "2026-03/2026-04"
    assert SpanTextField(required=False).clean("") == ""


def test_a_row_is_not_saved_over_what_a_colleague_has_saved(
    hanoi: Treaty, administrator: User, at: At
) -> None:
    source = Source.objects.create(treaty=hanoi, key="odd", title="Odd", confidence="primary")
    address = reverse("admin:treaty_source_change", args=[source.pk])
    first, second = at(administrator), at(account("second", roles.ADMINISTRATOR))
    version = row_version(first.get(address).content.decode())
    form = form_of(first, address)
    second.post(address, form_of(second, address) | {"note": "Hers", "publisher": "Both"})
    sent = form | {"title": "His", "publisher": "Both", "row_version": version}
    page = first.post(address, sent).content.decode()
    assert "This has been saved elsewhere since you opened it" in page
    assert "Stored meanwhile: Hers. Yours stands in the field." in page
    assert "Stored meanwhile: Odd. Yours stands in the field." in page
    source.refresh_from_db()
    assert (source.title, source.note) == ("Odd", "Hers")
    merged = sent | {"note": "Hers", "row_version": row_version(page)}
    assert first.post(address, merged).status_code == 302
    source.refresh_from_db()
    assert (source.title, source.note, source.publisher) == ("His", "Hers", "Both")


def row_version(page: str) -> str:
    found = re.search(r'name="row_version" value="(\w+)"', page)
    assert found
    return found[1]
