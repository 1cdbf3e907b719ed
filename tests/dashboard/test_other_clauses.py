"""Pages of treaties whose clauses ask for more than a number, or for no number: every figure says what it counts."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils.html import strip_tags

from dashboard.charts import CURVE
from ratification.intake.bundles import load_treaty
from ratification.status.recompute import recompute

HEAD = 'slug = "{slug}"\ntitle = "A treaty"\nadopted_on = 2019-02-28\ndepositary = "A Government"\n'
RULE = '[entry_into_force]\narticle = "14"\ncounted_acts = ["ratification"]\n'
FIVE = [
    f"{code},ratification,2020-01-0{day}" for day, code in enumerate(["ESP", "ITA", "GBR", "FRA", "POL"], 1)
]
NUMBER = "instruments = 2\ndelay = { days = 9 }\n"
NAMED = 'required_participants = ["FRA", "DEU"]\ndelay = { days = 180 }\n'
SHARE = 'condition = { all = [ { at_least = 3 }, { sum = "t.csv", more_than_percent = 50 } ] }\ndelay = { days = 9 }\n'
TWO_SETS = (
    'condition = { all = [ { at_least = 2, of = { participants = ["ESP", "ITA", "PRT"] } },'
    ' { at_least = 2, of = { participants = ["FRA", "DEU", "AUT"] } } ] }\ndelay = { days = 9 }\n'
)
EITHER = 'condition = { any = [ { at_least = 30 }, { at_least = 2, of = { group = "eu" } } ] }\ndelay = { days = 9 }\n'

Load = Callable[..., str]


@pytest.fixture
def load(tmp_path: Path, hanoi: object, now: datetime) -> Load:  # noqa: ARG001 - it stands in the database
    """Loads a treaty with an invented clause; returns its slug."""

    def treaty(clause: str, rows: list[str], slug: str = "invented") -> str:
        folder = tmp_path / slug
        folder.mkdir()
        (folder / "treaty.toml").write_text(HEAD.format(slug=slug) + RULE + clause)
        (folder / "t.csv").write_text("iso3,value\nESP,1\nITA,1\nUSA,10\n")
        (folder / "sources.csv").write_text(
            "key,title,url,publisher,published_on,confidence,note\ns,A list,,A depositary,,primary,\n"
        )
        lines = ["participant,kind,taken_on,source", *(f"{row},s" for row in rows)]
        (folder / "actions.csv").write_text("\n".join(lines) + "\n")
        made, _ = load_treaty(folder, now=now)
        recompute(made.pk, today=now.date(), now=now)
        return slug

    return treaty


def heading(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("clause", "missing"),
    [
        (NAMED, "1 of 2 named participants has not: Germany."),
        (
            SHARE,
            "Those counted hold 16.66 per cent of amounts whose source is not recorded (t); 50 are needed.",
        ),
        (TWO_SETS, "1 more must be one of France, Germany or Austria."),
    ],
)
def test_what_is_missing_is_no_number_of_instruments(
    get: Callable[..., str], load: Load, clause: str, missing: str
) -> None:
    page = get(f"/treaties/{load(clause, FIVE)}/")
    assert heading(page) == "5 have consented to be bound."
    assert missing in page
    assert not re.search(r"\b5 of the [1-4] needed", strip_tags(page))
    assert "more needed" not in page


def test_a_number_that_is_not_reached_is_still_the_headline(get: Callable[..., str], load: Load) -> None:
    page = get(f"/treaties/{load(SHARE, FIVE[:2])}/")
    assert heading(page) == "No signature is recorded; 2 of the 3 needed have ratified"
    assert "1 more instrument is needed." in page


def test_a_clause_without_a_number_shows_how_many_count(
    get: Callable[..., str], load: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    slug = load(EITHER, FIVE)
    page = strip_tags(get(f"/treaties/{slug}/"))
    assert "at least 2 of the members of the European Union have deposited instruments" in page
    assert "of the 0 instruments" not in page
    assert "members of eu" not in page
    assert "<strong>2</strong>" in get(f"/embed/{slug}/progress/")
    call_command("status", slug)
    assert "    2  counting toward entry into force" in capsys.readouterr().out


def test_an_instrument_whose_counting_is_open_is_no_certain_number(
    get: Callable[..., str], load: Load
) -> None:
    rows = ["FRA,ratification,2020-01-31", "DEU,ratification,2020-02", "ESP,ratification,2020-02-29"]
    slug = load(NUMBER, rows)
    page = get(f"/treaties/{slug}/")
    assert "Instruments counted: 2 certain, at most 3.<" in page
    assert get(f"/treaties/{slug}/charts/{CURVE}.csv").rstrip().endswith(",instruments,2,3")
    for path in ("changes/", "changes.atom", "calendar/", "participants/ESP/", "participants/csv"):
        assert get(f"/treaties/{slug}/{path}")
    assert '"in_force":{"on":null,"earliest":"2020-02-10","latest":null}' in get(
        f"/api/v1/treaties/{slug}/changes/"
    )


def test_the_result_is_in_the_language_of_the_page(get: Callable[..., str]) -> None:
    assert "The 40th instrument was deposited" in get("/treaties/untoc/")
    assert "The 40th instrument was deposited" not in get("/fr/treaties/untoc/")


@pytest.mark.parametrize("needed", [5, 7])
def test_no_working_adds_nought_days(get: Callable[..., str], load: Load, needed: int) -> None:
    """The Charter and others enter into force on the day of the last deposit needed: there is nothing to add."""
    slug = load(f"instruments = {needed}\ndelay = {{ days = 0 }}\n", FIVE, f"at-once-{needed}")
    deposits = {"deposits": "2 more on 2026-12-01"} if needed > len(FIVE) else {}
    said = {
        path: strip_tags(get(path, **query))
        for path, query in {
            f"/treaties/{slug}/": {},
            f"/fr/treaties/{slug}/": {},
            f"/treaties/{slug}/scenario/": deposits,
            f"/treaties/{slug}/forecast/": {},
            f"/api/v1/treaties/{slug}/status/": {"explain": "1"},
        }.items()
    }
    for path, text in said.items():
        assert not re.search(r"(?<!\d)0 (days|jours?)\b(?! left)", text), path
    together = " ".join(said.values())
    assert "without a waiting period" in together
    assert "sans délai d’attente" in said[f"/fr/treaties/{slug}/"] or needed > len(FIVE)
    assert ("On the day on which the 7th instrument is deposited; 2 more needed." in together) is (
        needed == 7
    )


AMOUNTS = '[amounts."t.csv"]\nwhat = "the gross tonnage in 2018"\nsource = "Lloyd’s List, page 3"\n'


@pytest.mark.parametrize(
    "clause", [SHARE, 'share = [{ table = "t.csv", percent = 50 }]\ndelay = { days = 9 }\n']
)
@pytest.mark.parametrize("described", [AMOUNTS, ""])
def test_a_rule_says_what_its_amounts_are_and_no_file_name(
    get: Callable[..., str], load: Load, clause: str, described: str
) -> None:
    slug = load(clause + described, FIVE)
    pages = {
        path: strip_tags(get(f"{path}"))
        for path in (f"/treaties/{slug}/", f"/treaties/{slug}/about/", f"/fr/treaties/{slug}/", "/treaties/")
    }
    for path, text in pages.items():
        assert "t.csv" not in text, (path, text[text.index("t.csv") - 200 :][:300])
    reason = json.loads(get(f"/api/v1/treaties/{slug}/status/"))["entry_into_force"]["reason"]
    words = "the gross tonnage in 2018 (source: Lloyd’s List, page 3)"
    words = words if described else "amounts whose source is not recorded (t)"
    assert f"per cent of {words}" in reason
    assert words in pages[f"/treaties/{slug}/"]
