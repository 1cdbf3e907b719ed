"""A State is found by any of its names, in each language."""

import json
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from ratification.intake.rows import References
from treaty.models import Treaty

FOUND = {
    "DEU": ("Germany", ("Allemagne", "Германия", "ألمانيا", "德国", "Alemania")),
    "CIV": ("Ivoire", ("Кот-д’Ивуар", "Кот-д'Ивуар", "cote d'ivoire", "科特迪瓦", "كوت ديفوار")),
    "COD": ("Democratic Republic of the Congo", ("République démocratique du Congo", "刚果民主共和国")),
    "LAO": ("Lao", ("Лаосская Народно-Демократическая Республика", "老挝人民民主共和国")),
    "TZA": ("Tanzania", ("República Unida de Tanzanía", "جمهورية تنزانيا المتحدة")),
    "ARE": ("United Arab Emirates", ("الامارات العربية المتحدة", "Émirats arabes unis", "阿拉伯联合酋长国")),
}
"""By code, what the English name has in it, and names in other languages, also as people type them."""

FORMAL = {
    "DEU": (
        *("République fédérale d'Allemagne", "Федеративная Республика Германия", "جمهورية ألمانيا الاتحادية"),
        *("REPUBLICA FEDERAL DE ALEMANIA", "德意志联邦共和国", "德意志聯邦共和國", "德國"),
    ),
    "CHE": ("Confédération suisse", "瑞士联邦"),
    "KOR": ("大韓民國", "Республика Корея"),
    "NLD": ("Reino de los Países Bajos", "荷蘭王國"),
}


def _find(client: Client, treaty: Treaty, iso3: str, name: str) -> None:
    """Find a participant by a name on the page, in the API and in an imported table."""
    page = client.get("/participants/", {"q": name}).content.decode()
    assert f"/participants/{iso3}/" in page.partition("<tbody")[2]
    found = json.loads(client.get("/api/v1/participants/", {"q": name}).content)
    assert iso3 in [each["iso3"] for each in found["results"]]
    assert References(treaty, None).participant(name).iso3 == iso3


@pytest.mark.parametrize(
    ("iso3", "english", "name"),
    [(iso3, english, name) for iso3, (english, names) in FOUND.items() for name in names],
)
def test_a_state_is_found_by_its_name_in_each_language(
    client: Client, hanoi: Treaty, iso3: str, english: str, name: str
) -> None:
    """On the page, in the API, in the panel, and in an imported table."""
    _find(client, hanoi, iso3, name)
    person = User.objects.create_superuser("administrator", password="a phrase of this test")  # noqa: S106  # pragma: allowlist secret
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    panel = client.get(reverse("admin:states_participant_changelist"), {"q": name}).content.decode()
    assert english in unescape(panel)


@pytest.mark.parametrize(("iso3", "name"), [(iso3, name) for iso3, names in FORMAL.items() for name in names])
def test_lists_find_a_state_by_its_formal_name_and_in_traditional_characters(
    client: Client, hanoi: Treaty, iso3: str, name: str
) -> None:
    _find(client, hanoi, iso3, name)
