"""Words are looked up once a process, and are those of Django's own catalogues."""

from threading import Thread

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import trans_real

from common.catalogues import read
from config.words import RememberedWords

CODES = [code for code, _ in settings.LANGUAGES]


@pytest.mark.parametrize("code", CODES)
def test_words_are_those_of_the_catalogues(code: str) -> None:
    plain = RememberedWords.__mro__[1](code)  # Django's own
    remembering = trans_real.translation(code)
    messages = [message.id for message in read("fr") if isinstance(message.id, str) and not message.context]
    messages += ["", "Please submit at least %d form.", "no message of any catalogue"]
    for message in messages:
        assert remembering.gettext(message) == plain.gettext(message)


def test_a_word_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    french = trans_real.translation("fr")
    french.gettext("January")
    monkeypatch.setattr(trans_real.TranslationCatalog, "get", None)
    assert french.gettext("January") == "janvier"


def test_threads_have_languages_of_their_own() -> None:
    seen: list[str | None] = []
    with translation.override("fr"):
        thread = Thread(target=lambda: seen.append(translation.get_language()))
        thread.start()
        thread.join()
        assert translation.gettext("January") == "janvier"
    assert seen == ["en"]
