"""Numbers of notifications as the Secretary-General's documents print them, old and new."""

import pytest

from ratification.intake.numbers import read_number
from treaty.models import Treaty

pytestmark = pytest.mark.django_db
PLACES = {
    "C.N.501.2026.TREATIES-XVIII.16": "XVIII-16",
    "C. N. 501.2026.TREATIES - XVIII.16": "XVIII-16",
    "C.N.491.2013.Reissued.25112014.TREATIES-XXVII.7.c": "XXVII-7-c",
    "C.N.315.2014.TREATIES-XI-A.8": "XI-A-8",
    "C.N.867.2003.TREATIES-29": "XVIII-12",
    "C.N.143.1994.TREATIES-1/2/3": "XVI-1",
    "C.N.1167.2011.TREATIES-XXVII.8": "XXVII-8",
}
WRONG = {
    "C.N.501.2026.TREATIES-16": "is no number of a notification",
    "C.N.0.2026.TREATIES-XVIII.16": "is no number of a notification",
    "C.N.501.1826.TREATIES-XVIII.16": "is no number of a notification",
    "CN501": "is no number of a notification",
    "C.N.501.2026.TREATIES-XVIII.12": "is not about",
    "C.N.501.2026.TREATIES-XVIII.16.a": "is not about",
}


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize(("number", "place"), PLACES.items())
def test_a_number_of_a_treaty_is_taken(number: str, place: str) -> None:
    assert read_number(number, Treaty(short_title="T", depositary_reference=place)).startswith("C.N.")


@pytest.mark.parametrize(("number", "why"), WRONG.items())
def test_any_other_is_refused_in_words(number: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_number(number, Treaty(short_title="T", depositary_reference="XVIII-16"))


def test_other_depositaries_have_numbers_of_their_own_and_known_ones_stay() -> None:
    assert read_number("JJ 8512C", Treaty(depositary_reference="ETS 185")) == "JJ 8512C"
    hanoi = Treaty(depositary_reference="XVIII-16")
    assert read_number("LC/TR/1", hanoi, {"LC/TR/1"}) == "LC/TR/1"
