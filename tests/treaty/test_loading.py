import shutil
from pathlib import Path

import pytest

from states.tables import TableError, TableRow
from treaty.loading import DATA, load_definition
from treaty.models import Article, Treaty

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, with_participants: None) -> Path:  # noqa: ARG001 - the clauses name them
    return Path(shutil.copytree(DATA / "hanoi", tmp_path / "hanoi"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_convention_has_71_article_records_of_which_68_are_adopted(folder: Path) -> None:
    treaty, written = load_definition(folder)

    assert written > 0
    assert treaty.chapters.count() == 9
    assert treaty.articles.count() == 71
    reported = treaty.articles.filter(status=Article.Status.REPORTED)
    assert [article.number for article in reported] == [69, 70, 71]
    assert all(article.source.confidence == "secondary" for article in reported)
    assert treaty.articles.filter(status=Article.Status.ADOPTED).exclude(summary="").count() == 68
    assert treaty.claims.count() == 8


def test_a_second_run_writes_nothing(folder: Path) -> None:
    load_definition(folder)

    assert load_definition(folder)[1] == 0


def test_a_changed_summary_is_one_write(folder: Path) -> None:
    treaty, _ = load_definition(folder)
    change(folder / "articles.csv", "Names three aims", "States three aims")

    assert load_definition(folder)[1] == 1
    assert treaty.articles.get(number=1).summary.startswith("States three aims")


def test_an_article_gets_and_loses_the_themes_that_the_file_changes(folder: Path) -> None:
    treaty, _ = load_definition(folder)
    articles = treaty.articles.all()
    before = {article.number: {theme.slug for theme in article.themes.all()} for article in articles}
    change(folder / "articles.csv", "governance;electronic-evidence", "governance;extradition")

    assert load_definition(folder)[1] == 2  # one link less, one more
    after = {article.number: {theme.slug for theme in article.themes.all()} for article in articles}
    assert after == before | {2: {"governance", "extradition"}}


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("treaty.toml", 'slug = "hanoi"', "slug = hanoi", "hanoi/treaty.toml: is not valid TOML"),
        ("treaty.toml", "instruments = 40", f"all = {'[' * 5000}", "tables and lists are nested too deeply"),
        ("treaty.toml", "instruments = 40", f"instruments = {10**20}", "must be at most 1000000"),
        ("treaty.toml", "instruments = 40", "instruments = 0", "entry_into_force.instruments"),
        ("treaty.toml", "days = 90", "weeks = 13", "entry_into_force.delay"),
        (
            "treaty.toml",
            "instruments = 40",
            'instruments = 40\nafter_treaty = "crpd"',
            "no treaty 'crpd' is loaded",
        ),
        (
            "treaty.toml",
            "instruments = 40",
            'instruments = 40\nrequired_participants = ["QQQ"]',
            "unknown participants: QQQ",
        ),
        (
            "treaty.toml",
            "instruments = 40",
            'instruments = 40\nsubset = [{group = "NOBODY", instruments = 3}]',
            "unknown groups: nobody",
        ),
        (
            "treaty.toml",
            "instruments = 40",
            'instruments = 40\nshare = [{table = "shares.csv", percent = 55}]',
            "shares.csv cannot be read",
        ),
        ("articles.csv", "1,I,Statement", "one,I,Statement", "hanoi/articles.csv, row 2: number is 'one'"),
        (
            "articles.csv",
            "1,I,Statement",
            "1,X,Statement",
            "hanoi/articles.csv, row 2: chapter is 'X', which is unknown",
        ),
        (
            "articles.csv",
            "capacity-building;",
            "no-theme;",
            "hanoi/articles.csv, row 2: themes names no-theme",
        ),
        ("claims.csv", "seventy-one-articles", "india-signed", "repeats india-signed"),
        (
            "claims.csv",
            "claimed_by,published_on",
            "published_on,claimed_by",
            "claims.csv, row 2: published_on is",
        ),
        ("sources.csv", ",primary,", ",hearsay,", "hanoi/sources.csv, row 2: confidence is 'hearsay'"),
    ],
)
def test_a_bad_definition_is_refused_by_place_and_nothing_is_loaded(
    folder: Path, file: str, old: str, new: str, message: str
) -> None:
    change(folder / file, old, new)

    with pytest.raises(TableError) as caught:
        load_definition(folder)

    assert message in str(caught.value)
    assert not Treaty.objects.exists()


def test_a_source_may_be_written_out_instead_of_named(folder: Path) -> None:
    change(
        folder / "chapters.csv", "I,General provisions,ga-res-79-243", "I,General provisions,The annex itself"
    )

    treaty, _ = load_definition(folder)

    assert treaty.chapters.get(position=1).source.title == "The annex itself"
    assert load_definition(folder)[1] == 0


@pytest.mark.parametrize("text", ["", "2026", "2026-02", "2026-02-28", "2026-03/2026-04", "2025/2026"])
def test_days_of_publication_are_taken(text: str) -> None:
    assert TableRow("sources.csv, row 2", {"published_on": text}).days("published_on") == text


@pytest.mark.parametrize(
    "text", ["yesterday", "2026-02-30", "2026-13", "26", "2026-1-5", "2026/", "2025/2026/2027"]
)
def test_what_is_no_day_of_publication_is_refused(text: str) -> None:
    with pytest.raises(TableError, match=r"sources\.csv, row 2: published_on is"):
        TableRow("sources.csv, row 2", {"published_on": text}).days("published_on")
