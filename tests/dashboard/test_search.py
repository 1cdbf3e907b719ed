from hypothesis import given
from hypothesis import strategies as st

from dashboard.search import has_all_words, marked, words_of


def test_case_and_accents_make_no_difference_and_words_may_be_begun() -> None:
    assert has_all_words(words_of("merida CONV"), "The Convention of Mérida")
    assert not has_all_words(words_of("ida"), "Mérida")
    assert has_all_words([], "anything")


def test_only_what_was_found_is_marked() -> None:
    assert marked("Mérida & co", words_of("mer")) == "<mark>Mér</mark>ida &amp; co"
    assert marked("a", []) == "a"
    assert marked("", words_of("x")) == ""


@given(st.text(), st.text())
def test_marking_adds_nothing_but_marks(text: str, search: str) -> None:
    plain = marked(text, words_of(search)).replace("<mark>", "").replace("</mark>", "")
    assert plain == marked(text, [])
