"""The choice of tests for both shapes: each statement reaches both databases, or the run fails."""

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection

from ratification.record.entries import latest_revision
from tests.statements import SENT, SentByAll, noting, unnoted, without_values
from treaty.models import Treaty


def sent_by_all(alone: dict[str, str], both: dict[str, str] | None = None) -> SentByAll:
    """What a run has sent: tests with their statements, a letter each, and as many seconds as letters."""
    found = SentByAll()
    found.by_test = {test: frozenset(letters) for test, letters in (alone | (both or {})).items()}
    found.seconds = {test: len(letters) for test, letters in found.by_test.items()}
    found.alone = set(alone)
    return found


def test_what_no_test_of_both_shapes_sends_is_lacking() -> None:
    found = sent_by_all({"one": "ab", "two": "bc"}, {"both": "ad"})
    assert found.lacking() == {"b": ["one", "two"], "c": ["two"]}
    assert found.cheapest() == {"two"}
    assert sent_by_all({"one": "ab"}, {"both": "abc"}).lacking() == {}
    found.marked = {"two"}
    assert found.cheapest() == {"one"}


def test_the_cheapest_that_send_all_are_chosen() -> None:
    found = sent_by_all({"large": "abcdef", "half": "abc", "other": "def", "none": ""})
    found.seconds["large"] = 60
    assert found.cheapest() == {"half", "other"}
    found.seconds["large"] = 0
    assert found.cheapest() == {"large"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("WHERE id IN (%s, %s, %s) LIMIT 21", "WHERE id IN (%s) LIMIT 1"),
        ("VALUES (%s, NULL), (%s, %s)", "VALUES (%s)"),
        ('SAVEPOINT "s140_x2"', 'SAVEPOINT "s9_x17"'),
        ("SET a = NULL, b = %s", "SET a = %s, b = %s"),
        (
            "CASE WHEN (a = %s) THEN %s WHEN (a = %s) THEN %s ELSE NULL END",
            "CASE WHEN (a = %s) THEN %s ELSE NULL END",
        ),
    ],
)
def test_values_and_their_number_make_no_other_statement(one: str, other: str) -> None:
    assert without_values(one) == without_values(other)


def test_another_question_is_another_statement() -> None:
    questions = ["a IS NULL", "a IS NOT NULL", "a = %s", "a > %s", "a IN (%s)", "a = %s FOR UPDATE", "b = %s"]
    assert len({without_values(f"WHERE {each}") for each in questions}) == len(questions)


@pytest.mark.django_db
def test_what_the_site_sends_is_noted_and_what_a_test_asks_is_not(hanoi: Treaty) -> None:
    with noting():
        own, sites, once = set[str](), set[str](), set[str]()
        with SENT.into(own):
            Treaty.objects.count()
            cache.get("nothing")
        with SENT.into(sites):
            latest_revision(hanoi)
        with SENT.into(once), unnoted():
            latest_revision(hanoi)
    assert own == once == set()
    assert [each for each in sites if "ratification_rec" in each or "ratification_rev" in each]


@pytest.mark.django_db
def test_what_the_database_refuses_is_another_statement(
    hanoi: Treaty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.statements.caller", lambda: "the site")
    place = set[str]()
    with noting(), SENT.into(place), pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("DELETE FROM ratification_revision")
    (kind,) = (each.partition(" refused: ")[2] for each in place if "refused" in each)
    assert kind in {"IntegrityError", "InternalError"}
    assert hanoi
