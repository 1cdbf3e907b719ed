import shutil
from pathlib import Path

import pytest

from states.loading import DATA, load_participants
from states.models import Group, Membership, Participant, ParticipantName, Responsibility
from states.tables import TableError

pytestmark = pytest.mark.django_db
TABLES = (Participant, ParticipantName, Group, Membership, Responsibility)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def test_every_row_arrives_and_a_second_run_writes_nothing() -> None:
    written = load_participants()

    there = sum(table.objects.count() for table in TABLES)
    assert written == there
    assert Participant.objects.filter(kind="member_state").count() == 193
    assert load_participants() == 0


def test_a_changed_row_is_one_write(folder: Path) -> None:
    load_participants(folder)
    table = folder / "participants.csv"
    table.write_text(table.read_text().replace("Türkiye,", "Turkiye,", 1))

    assert load_participants(folder) == 1
    assert Participant.objects.get(iso3="TUR").name == "Turkiye"


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize(
    ("table", "row", "message"),
    [
        ("memberships.csv", "eu,QQQ,,,nobody", "iso3 is 'QQQ', which is unknown"),
        ("memberships.csv", "nowhere,FRA,,,nobody", "group is 'nowhere', which is unknown"),
        ("memberships.csv", "eu,QAT,1990-02-30,,nobody", "valid_from is '1990-02-30', not a date"),
        ("memberships.csv", "eu,FRA", "2 cells under 5 headings"),
        ("responsibilities.csv", "GIB,QQQ,,,nobody", "state is 'QQQ', which is unknown"),
        ("names.csv", "QAT,FRANCE,alias,,,nobody", "'FRANCE' is already a name of FRA"),
        ("names.csv", "QAT,Katar,nickname,,,nobody", "kind is 'nickname', not one of"),
        (
            "participants.csv",
            "QAT,QA,634,Qatar,member_state,Asia,Western Asia,asia_pacific,,,x",
            "repeats QAT",
        ),
        ("participants.csv", "XXX,,,Nowhere,member_state,,,none,,,", "source: This field cannot be blank."),
    ],
)
def test_a_bad_row_is_refused_by_file_and_row_and_nothing_is_loaded(
    folder: Path, table: str, row: str, message: str
) -> None:
    path = folder / table
    with path.open("a") as file:
        file.write(f"{row}\n")
    line = len(path.read_text().splitlines())

    with pytest.raises(TableError) as caught:
        load_participants(folder)

    assert f"data/{table}, row {line}: " in str(caught.value)
    assert message in str(caught.value)
    assert Participant.objects.count() == 0


def test_a_missing_and_an_unknown_column_are_named(folder: Path) -> None:
    table = folder / "groups.csv"
    table.write_text(table.read_text().replace("slug,", "key,", 1))

    with pytest.raises(TableError, match=r"data/groups\.csv: lacks the column slug"):
        load_participants(folder)
