"""Sentences of the rules: English text that keeps what it was made from."""

import pickle

from common.messages import Message, in_a_row, listed, message, plural_message

SINGULAR, PLURAL = "%(number)s instrument is needed.", "%(number)s instruments are needed."
CATALOGUE = {
    "Signed %(day)s.": "Signé %(day)s.",
    "on %(day)s": "le %(day)s",
    "%(first)s %(next)s": "%(first)s %(next)s",
    "%(most)s and %(last)s": "%(most)s et %(last)s",
    SINGULAR: "Il faut %(number)s instrument.",
    PLURAL: "Il faut %(number)s instruments.",
}


def french(text: object) -> str:
    """Write a message in French, as a page does it."""
    if not isinstance(text, Message):
        return str(text)
    return text.translated(
        CATALOGUE.__getitem__, lambda one, many, number: CATALOGUE[one if number < 2 else many], french
    )


def test_a_message_is_its_english_text() -> None:
    signed = message("Signed %(day)s.", day=message("on %(day)s", day="2026-07-01"))

    assert signed == "Signed on 2026-07-01."
    assert pickle.loads(pickle.dumps(signed)) == signed  # noqa: S301 - made here
    assert type(pickle.loads(pickle.dumps(signed))) is str  # noqa: S301 - made here


def test_a_message_is_written_in_another_language_with_the_messages_in_it() -> None:
    signed = message("Signed %(day)s.", day=message("on %(day)s", day="2026-07-01"))

    assert french(signed) == "Signé le 2026-07-01."
    assert french(in_a_row([signed, "", signed])) == "Signé le 2026-07-01. Signé le 2026-07-01."


def test_the_language_chooses_the_form_by_the_number() -> None:
    assert plural_message(SINGULAR, PLURAL, 0) == "0 instruments are needed."
    assert french(plural_message(SINGULAR, PLURAL, 0)) == "Il faut 0 instrument."
    assert french(plural_message(SINGULAR, PLURAL, 2)) == "Il faut 2 instruments."


def test_words_are_listed_as_in_a_sentence() -> None:
    assert listed([], "and") == ""
    assert listed(["14"], "and") == "14"
    assert listed(["14", "15", "16"], "or") == "14, 15 or 16"
    assert french(listed(["14", "15"], "and")) == "14 et 15"
    days = [message("on %(day)s", day="2026-07-01"), message("on %(day)s", day="2026-07-02")]
    assert french(listed(days, "and")) == "le 2026-07-01 et le 2026-07-02"
