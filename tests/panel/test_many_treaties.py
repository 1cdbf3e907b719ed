"""The panel beside thousands of treaties: no page names them all, and each is found by words of its name."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client

from panel.base import ReferenceAdmin
from panel.treaty_choice import NAMED
from ratification.models import Action
from treaty.clauses import ActionKind
from treaty.models import Source, Treaty

ROWS = ReferenceAdmin.list_per_page
pytestmark = pytest.mark.usefixtures("with_facts")

ACTIONS = "/admin/ratification/action/"
PICKERS = (
    f"{ACTIONS}add/",
    f"{ACTIONS}import/",
    "/admin/ratification/notification/add/",
    "/admin/ratification/importrun/compare/",
    "/admin/ratification/report/gaps/",
    "/admin/ratification/report/import/",
    "/admin/ratification/subscription/add/",
    "/admin/ratification/treatyproposal/add/",
    "/admin/ratification/treatyfact/add/",
)


@pytest.fixture
def boss(at: Callable[[User], Client]) -> Client:
    return at(User.objects.create_superuser("boss"))


@pytest.fixture
def many(db: None) -> int:  # noqa: ARG001 - they stand in the database
    """Treaties beside those of the record, each with a source, a chapter and a definition."""
    like = Treaty.objects.get(slug="hanoi")
    made = Treaty.objects.bulk_create(
        Treaty(
            slug=f"river-{number}",
            title=f"Agreement on river {number}",
            short_title=f"River {number} Agreement",
            depositary=like.depositary,
            depositary_reference=f"XII-{number}",
            definition=like.definition,
        )
        for number in range(NAMED * 6)
    )
    Source.objects.bulk_create(
        Source(treaty=treaty, key="list", title=f"List of {treaty}") for treaty in made
    )
    return len(made)


def rivers(page: str) -> set[str]:
    """The made treaties that a page names."""
    return set(re.findall(r"River \d+ Agreement", page))


@pytest.mark.slow
def test_no_list_and_no_form_names_every_treaty(boss: Client, many: int) -> None:
    boss.get("/admin/")
    lists = [
        f"/admin/{model._meta.app_label}/{model._meta.model_name}/"  # noqa: SLF001 - documented API
        for model in admin.site._registry  # noqa: SLF001 - Django has no other list of them
    ]
    named = {}
    for address in (*lists, *PICKERS):
        answer = boss.get(address)
        assert answer.status_code == 200, address
        named[address] = len(rivers(answer.content.decode()))
    rows_of_a_page = {
        f"/admin/treaty/{name}/" for name in ("treaty", "source")
    }  # a list of them has a page of rows
    assert many > ROWS
    assert {address for address, count in named.items() if count > NAMED} == rows_of_a_page
    assert max(named.values()) <= ROWS


def test_list_is_narrowed_by_words_of_a_treaty_and_keeps_its_other_filters(
    boss: Client,
    many: int,  # noqa: ARG001 - they stand in the database
) -> None:
    page = boss.get(ACTIONS, {"treaty_named": "cyber hanoi", "entry": "original"})
    chosen = page.context["cl"].queryset
    assert {action.treaty.slug for action in chosen} == {"hanoi"}
    assert chosen.count() == Action.objects.filter(treaty__slug="hanoi", entry="original").count()
    text = page.content.decode()
    hanoi = Treaty.objects.get(slug="hanoi")
    assert f'href="?entry=original&amp;treaty__id__exact={hanoi.pk}"' in text
    assert '<input type="hidden" name="entry" value="original">' in text
    one = boss.get(ACTIONS, {"treaty__id__exact": str(hanoi.pk)})
    assert one.context["cl"].result_count == Action.objects.filter(treaty=hanoi).count()
    assert f"{hanoi.in_full} ({one.context['cl'].result_count})" in one.content.decode()


def test_words_that_many_treaties_have_name_the_first_of_them_and_their_number(
    boss: Client, many: int
) -> None:
    page = boss.get("/admin/treaty/source/", {"treaty_named": "river"})
    assert page.context["cl"].result_count == many
    assert f"{many} of {Treaty.objects.count()} treaties; the first {NAMED}:" in page.content.decode()
    assert (
        boss.get("/admin/treaty/source/", {"treaty_named": "river XII-119"}).context["cl"].result_count == 1
    )
    named = boss.get("/admin/treaty/source/", {"treaty_named": "river XII-119"}).content.decode()
    assert "River 119 Agreement, XII-119" in named
    asked = {"app_label": "ratification", "model_name": "action", "field_name": "treaty", "term": "XII-119"}
    (choice,) = boss.get("/admin/autocomplete/", asked).json()["results"]
    assert choice["text"] == "River 119 Agreement, XII-119"
    none = boss.get("/admin/treaty/source/", {"treaty_named": "no such treaty"})
    assert none.context["cl"].result_count == 0
    assert f"0 of {Treaty.objects.count()} treaties" in none.content.decode()


def test_few_treaties_are_all_named_with_their_rows(boss: Client) -> None:
    text = boss.get(ACTIONS).content.decode()
    for treaty in Treaty.objects.all():
        assert f"{treaty} ({Action.objects.filter(treaty=treaty).count()})" in text
    assert "treaty_named" not in text


def test_a_long_list_tells_its_numbers_when_it_is_asked(
    boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = Action.objects.count()
    told = f"published ({Action.objects.filter(state=Action.State.PUBLISHED).count()})"
    assert told in boss.get(ACTIONS).content.decode()
    monkeypatch.setattr("panel.entry_admin.COUNTED", count - 1)
    page = boss.get(ACTIONS).content.decode()
    assert told not in page
    assert "Show counts" in page
    assert told in boss.get(ACTIONS, {"_facets": "True"}).content.decode()


def test_numbers_beside_kinds_are_those_of_the_lists(boss: Client) -> None:
    page = boss.get(ACTIONS).content.decode()
    kinds = set(Action.objects.values_list("kind", flat=True))
    for kind in kinds:
        label = ActionKind(kind).label
        assert f"{label} ({Action.objects.filter(kind=kind).count()})" in page


@pytest.mark.parametrize("value", ["x", "", "9" * 40, "%'"])
def test_a_treaty_that_is_none_is_refused_or_ignored(boss: Client, many: int, value: str) -> None:  # noqa: ARG001 - they stand in the database
    answer = boss.get(ACTIONS, {"treaty__id__exact": value, "treaty_named": value})
    assert answer.status_code in {200, 302}


class Forms(HTMLParser):
    """Counts forms within forms, which browsers end with the inner one: what stands below is never sent."""

    open_forms = nested = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's
        if tag == "form":
            self.nested += self.open_forms > 0
            self.open_forms += 1

    def handle_endtag(self, tag: str) -> None:
        self.open_forms -= tag == "form"


@pytest.mark.usefixtures("many")
def test_no_form_stands_within_another(boss: Client) -> None:
    """The form of a new treaty held the search for one to begin with, where there are more than can be named."""
    for address in PICKERS:
        forms = Forms()
        forms.feed(boss.get(address).content.decode())
        assert (forms.nested, forms.open_forms) == (0, 0), address
