"""A definition in plain English, for a lawyer to check."""

import tomllib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from treaty.clauses import parse_definition
from treaty.clauses.explain import explain

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(
    path.parent for path in [*ROOT.glob("treaty/data/*/treaty.toml"), *ROOT.glob("tests/cases/*/treaty.toml")]
)


def said(folder: Path) -> list[str]:
    data = tomllib.loads((folder / "treaty.toml").read_text(encoding="utf-8"))
    return explain(parse_definition(data, lambda name: (folder / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_every_definition_is_said_in_sentences_with_its_articles(folder: Path) -> None:
    data = tomllib.loads((folder / "treaty.toml").read_text(encoding="utf-8"))
    text = "\n".join(said(folder))
    articles = [table["article"] for table in data.values() if isinstance(table, dict) and "article" in table]
    assert [article for article in articles if f"article {article}" not in text] == []
    assert all(line[0].isupper() and line.endswith(".") for line in text.splitlines())
    assert "None" not in text


def test_a_tree_is_said_with_its_parts_groups_and_events() -> None:
    lines = said(ROOT / "tests" / "cases" / "aggression")
    assert lines[2] == (
        "Entry into force (article 15 bis(2) and (3)): In force on the day on which (a) the time of 1 year has passed "
        "since the day on which at least 30 participants have deposited instruments (article 15 bis(2)), "
        '(b) 2017-01-02 has come (article 15 bis(3)) and (c) the event "activation" has happened '
        "(article 15 bis(3)), counting acts of ratification or acceptance, an organization's instrument not counting."
    )
    assert lines[3].startswith('The event "activation" happened on 2018-07-17 (Assembly of States Parties')
    lines = said(ROOT / "tests" / "cases" / "charter")
    assert 'The group "permanent-members" has CHN, FRA, RUS, GBR and USA.' in lines
    assert "all of the 5 members of the group" in lines[2]


def test_every_rule_has_its_sentence() -> None:
    text = """
    slug = "x"
    title = "T"
    depositary = ["Government of A", "Government of B"]
    adopted_on = 2000-01-01
    [acts]
    article = "1"
    kinds = ["signature", "ratification"]
    [reservations]
    article = "1 bis"
    permitted = "except"
    provisions = ["2", "3(1)"]
    [groups]
    five = [{ participant = "AAA", valid_from = 2000-01-01, valid_until = 2010-01-01 }, { participant = "BBB" }]
    [entry_into_force]
    article = "2"
    counted_acts = ["ratification"]
    organisations_count = "members"
    territories_count = true
    former_states_count = false
    succession_basis = "practice"
    delay = [{ months = 6 }, { days = 60 }]
    [entry_into_force.condition]
    any = [
        { ratio = ["a.csv", "b.csv"], more_than_percent = 3 },
        { sum = "a.csv", at_least = 5, of = { group = "five" } },
        { unless = { at_least = "1/3", of = { treaty = "y" }, acts = ["objection"] }, by = 2001-01-01 },
    ]
    [later_parties]
    article = "3"
    delay = { days = 0 }
    counted_from = "notification"
    [denunciation]
    article = "4"
    delay = { to = "07-01", then = "first-of-next-year" }
    periods = { first = { years = 10 }, open_for = { years = 1 }, every = { years = 10 } }
    organization_article = "4(2)"
    [termination]
    article = "5"
    fewer_than = 6
    """
    text += '[amounts."a.csv"]\nwhat = "the tonnage in 1960"\nsource = "the annex"\n'
    tables = {"a.csv": "iso3,value\nAAA,1\n", "b.csv": "iso3,value\nAAA,1\n"}
    definition = parse_definition(tomllib.loads(text), tables.__getitem__)
    assert "\n".join(explain(definition)[1:]) == SAID


SAID = """\
Its depositaries are the Government of A and the Government of B; a participant may deposit with each, and the \
earliest deposit counts.
It admits signature and ratification (article 1).
It permits no reservation on 2 and 3(1) (article 1 bis).
Entry into force (article 2): In force 6 months and 60 days after the day on which either (a) what those counted \
hold of the tonnage in 1960 (source: the annex) is more than 3 per cent of what they hold of amounts whose source is \
not recorded (b), (b) those counted among the 2 members of the group "five" hold at least 5 of the tonnage in 1960 \
(source: the annex) or (c) it is not the case by 2001-01-01 that at least 1/3 of the parties \
to the treaty "y" have made objections, counting acts of ratification, an organization's instrument counting for \
each of its member States.
Instruments of territories and jurisdictions count.
Successions count, although the article does not name them: practice.
The instrument of a State that ceased to exist before the condition was met does not count.
The group "five" has AAA from 2000-01-01 until the day before 2010-01-01 and BBB.
For a participant that deposits after the condition was met: in force on the day of the depositary's \
notification of its deposit (article 3).
A denunciation takes effect on the day reckoned from its receipt so: up to the next 1 July (included), then the \
first of January of the next year (article 4).
It can be given from 10 years after the entry into force of the treaty on, for 1 year and again every 10 years.
An organization ceases to be a party when all of its member States have denounced the treaty (article 4(2)).
The treaty ceases to be in force when it has fewer than 6 parties (article 5)."""


def test_the_command_prints_the_sentences_and_loads_nothing(tmp_path: Path) -> None:
    out = StringIO()
    call_command("explain_clause", ROOT / "treaty" / "data" / "hanoi", stdout=out)
    assert out.getvalue().splitlines() == said(ROOT / "treaty" / "data" / "hanoi")
    with pytest.raises(CommandError, match="there is no such file"):
        call_command("explain_clause", tmp_path)
