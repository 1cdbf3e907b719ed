"""Names of groups and depositaries, and occasions of statements, stand in the language of the page."""

import csv
import tomllib

import pytest
from django.conf import settings
from django.test import Client
from django.utils.translation import override

from common import catalogues
from common.languages import EnglishText
from states.known_names import BUNDLED, known_name
from treaty.models import Treaty
from treaty.occasions import BUNDLED as OCCASIONS


def test_each_group_depositary_and_occasion_that_is_bundled_is_named_in_each_language() -> None:
    with (settings.BASE_DIR / "states/data/groups.csv").open(encoding="utf-8", newline="") as rows:
        groups = {row["name"] for row in csv.DictReader(rows)}
    treaties = (settings.BASE_DIR / "treaty/data").glob("*/treaty.toml")
    depositaries = {tomllib.loads(path.read_text(encoding="utf-8"))["depositary"] for path in treaties}
    assert set(BUNDLED) == groups | depositaries
    occasions = {
        row["occasion"]
        for path in (settings.BASE_DIR / "treaty/data").glob("*/requirements.csv")
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    }
    assert set(OCCASIONS) == occasions - {""}
    for locale in catalogues.LOCALES:
        catalogue = catalogues.read(locale)
        assert [
            name for name in [*BUNDLED, *OCCASIONS] if not (found := catalogue.get(name)) or not found.string
        ] == []


def test_a_name_that_no_catalogue_has_stays_english_and_says_so() -> None:
    with override("ru"):
        assert known_name("African Union") == "Африканский союз"
        assert isinstance(known_name("Pacific Islands Forum"), EnglishText)
        assert known_name("") == ""


@pytest.mark.django_db
def test_pages_name_groups_and_depositary_in_their_language(hanoi: Treaty, client: Client) -> None:
    assert hanoi.depositary == "Secretary-General of the United Nations"
    page = client.get("/ar/participants/AGO/").content.decode()
    assert "الاتحاد الأفريقي" in page
    assert "الأمين العام للأمم المتحدة" in page
    assert "African Union" not in page
    statements = client.get("/ar/statements/").content.decode()
    assert "<small>التوقيع أو الإيداع</small>" in statements
    assert "signature or deposit" not in statements
    assert "Африканский союз" in client.get("/ru/charts/by-group/").content.decode()
