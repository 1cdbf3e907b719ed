"""Names of participants in the six languages."""

import pytest
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from common.languages import LANGUAGES
from states.models import Participant, ParticipantName
from states.naming import begin, by_name, name_html, name_of, names_in

pytestmark = pytest.mark.django_db
OTHERS = [language for language in LANGUAGES.values() if language.code != "en"]


@pytest.fixture(autouse=True)
def loaded(with_participants: None) -> None:  # noqa: ARG001 - they stand in the database
    """The bundled participants."""
    begin()


def test_each_state_of_the_united_nations_has_its_own_form_in_each_language() -> None:
    kinds = (Participant.Kind.MEMBER_STATE, Participant.Kind.OBSERVER_STATE)
    for language in OTHERS:
        held = ParticipantName.objects.filter(
            language=language.tag, kind=ParticipantName.Kind.TRANSLATED, participant__kind__in=kinds
        )
        assert held.filter(source__startswith="United Nations").count() == 195
        assert len(set(held.values_list("participant", flat=True))) == 195


def test_a_name_is_that_of_the_language_and_else_marked_as_english() -> None:
    germany, ended = Participant.objects.get(iso3="DEU"), Participant.objects.get(iso3="CSK")
    with override("zh-hans"):
        assert name_of(germany) == name_html(germany) == "德国"
        assert name_html(ended) == '<span lang="en" dir="ltr">Czechoslovakia</span>'
    with override("en"):
        assert name_html(ended) == "Czechoslovakia"


def test_a_name_holds_from_the_day_of_the_english_one() -> None:
    turkish = ParticipantName.objects.get(participant__iso3="TUR", language="fr", kind="translated")
    former = ParticipantName.objects.get(participant__iso3="TUR", kind="former")

    assert turkish.name == "Türkiye"
    assert turkish.valid_from == former.valid_until


def test_names_are_read_once_a_version(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    people = list(Participant.objects.all())
    begin("a version of this test")
    with override("fr"), django_assert_num_queries(1):
        assert [name_of(person) for person in people]
        assert names_in("fr") is names_in("fr")
    begin("a version of this test")
    with override("fr"), django_assert_num_queries(0):
        assert name_of(people[0])


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize(
    ("code", "first", "second"),
    [
        ("fr", "DZA", "DEU"),
        ("es", "DEU", "DZA"),
        ("ru", "AUS", "DEU"),
        ("ar", "DEU", "FRA"),
        ("zh-hans", "DEU", "FRA"),
    ],
)
def test_names_are_ordered_as_they_are_written(code: str, first: str, second: str) -> None:
    with override(code):
        codes = [person.iso3 for person in by_name(Participant.objects.all())]
    assert codes.index(first) < codes.index(second)
