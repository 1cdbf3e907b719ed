"""Addresses are found in every language, and those that are the same in all are listed once."""

import pytest
from django.conf import settings
from django.urls import get_resolver, resolve, reverse
from django.utils.translation import override

from config.addresses import SameInEveryLanguage


def test_addresses_are_found_in_every_language() -> None:
    for code, _ in settings.LANGUAGES:
        with override(code):
            start = "/" if code == settings.LANGUAGE_CODE else f"/{code}/"
            assert reverse("dashboard:article", kwargs={"number": 3}) == f"{start}articles/3/"
            assert resolve(f"{start}articles/3/").url_name == "article"
            assert reverse("embeds:oembed") == "/oembed/"
            assert reverse("admin:index") == f"/{settings.ADMIN_PATH}"


@pytest.mark.parametrize("place", ["panel", "api"])
def test_the_same_addresses_are_listed_once(place: str) -> None:
    start = {"panel": settings.ADMIN_PATH, "api": "api/"}[place]
    (part,) = (each for each in get_resolver().url_patterns if str(each.pattern) == start)
    assert isinstance(part, SameInEveryLanguage)
    listed = []
    for code in ("en", "fr", "ar"):
        with override(code):
            listed.append(part.reverse_dict)
    assert listed[0] is listed[1] is listed[2]
