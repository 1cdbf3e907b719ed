import csv
from urllib.parse import parse_qs

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ratification.following.asked_changes import changes_for, sentence_for
from ratification.following.question import KINDS, ChangeQuestion, read_question
from states.loading import DATA
from tests.bundles import NOW
from treaty.models import Treaty

ALL = [
    row["iso3"]
    for row in csv.DictReader((DATA / "participants.csv").read_text(encoding="utf-8").splitlines())
]

questions = st.builds(
    ChangeQuestion,
    participants=st.lists(st.sampled_from(["AND", "BRA", "VNM"]), unique=True).map(
        lambda x: tuple(sorted(x))
    ),
    group=st.sampled_from(["", "eu"]),
    kinds=st.sets(st.sampled_from(list(KINDS))).map(lambda kinds: tuple(k for k in KINDS if k in kinds)),
    article=st.none() | st.integers(1, 68),
    thresholds=st.sets(st.integers(1, 200), max_size=4).map(lambda x: tuple(sorted(x))),
    days_before=st.sets(st.integers(1, 60), max_size=3).map(lambda x: tuple(sorted(x))),
    forecast=st.booleans(),
)


@given(questions)
def test_a_question_is_read_as_it_was_written(question: ChangeQuestion) -> None:
    assert read_question(parse_qs(question.query), stored=True) == question


@pytest.mark.parametrize("typed", ["20, 30", "20،30", "20， 30", "20、30"])
def test_numbers_may_be_parted_by_the_comma_of_each_language(typed: str) -> None:
    assert read_question({"threshold": [typed]}).thresholds == (20, 30)


@pytest.mark.django_db
@pytest.mark.usefixtures("hanoi")
@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"participant": ["XXX"]}, "participant: there is none with the code “XXX”."),
        ({"group": ["nobody"]}, "group: there is none called “nobody”."),
        ({"group": ["eu", "g20"]}, "group is given 2 times; give it once."),
        ({"kind": ["gossip"]}, "kind: “gossip” is not one of signature, consent"),
        ({"threshold": ["0"]}, "threshold: “0” is not a whole number from 1 to 1000."),
        ({"threshold": ["1,2,-3"]}, "threshold: “-3” is not a whole number from 1 to 1000."),
        ({"threshold": ["٣"]}, "threshold: “٣” is not a whole number"),
        ({"article": ["7a"]}, "article: “7a” is not a whole number from 1 to 999."),
        ({"days_before": ["400"]}, "days_before: “400” is not a whole number from 1 to 366."),
        ({"participant": ALL[:60], "kind": list(KINDS)}, "Too much is asked for at once: "),
        ({"participant": ["AND"] * 61}, "participant is given 61 times; at most 60 are taken."),
    ],
)
def test_what_is_no_question_is_refused_in_a_sentence(values: dict[str, list[str]], sentence: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - its sentence is checked
        read_question(values)
    assert str(refused.value).startswith(sentence)


@pytest.mark.usefixtures("with_everything_computed")
@pytest.mark.django_db
def test_a_follower_of_viet_nam_and_of_39_gets_these_and_nothing_else() -> None:
    """The whole history of the Convention against Corruption."""
    treaty = Treaty.objects.get(slug="uncac")
    question = ChangeQuestion(participants=("VNM",), thresholds=(39,))
    told = changes_for(treaty, question, as_of=NOW.date(), revision=10**6)
    assert [(change.as_of.isoformat(), sentence_for(change, question)) for change in reversed(told)] == [
        ("2003-12-10", "Viet Nam signed on 10 December 2003."),
        ("2006-01-06", "39 States and organizations are bound or have consented to be."),
        (
            "2009-09-18",
            (
                "Viet Nam ratified on 19 August 2009, the 137th to consent to be bound. "
                "The treaty entered into force for Viet Nam on 18 September 2009."
            ),
        ),
        ("2009-09-19", "The period from the deposit of Viet Nam to entry into force is over."),
    ]


@pytest.mark.usefixtures("with_everything_computed")
@pytest.mark.django_db
def test_members_are_those_of_the_day() -> None:
    """The United Kingdom signed as a member of the European Union, and left it in 2020."""
    treaty = Treaty.objects.get(slug="uncac")
    told = changes_for(
        treaty, ChangeQuestion(group="eu", kinds=("signature",)), as_of=NOW.date(), revision=10**6
    )
    codes = {change.participant.iso3 for change in told if change.participant}
    assert "GBR" in codes
    assert "FRA" in codes
    assert "BRA" not in codes
    assert "HRV" not in codes  # it joined in 2013


@pytest.mark.usefixtures("with_participants")
@pytest.mark.django_db
def test_a_mail_says_of_whom_changes_were_asked_for() -> None:
    """It had said "all changes" to who follows one State."""
    asked = ChangeQuestion(participants=("FRA", "VNM"), group="eu", article=14)
    assert asked.whole == "France, Viet Nam, European Union: all changes, on article 14"
    assert ChangeQuestion().whole == ChangeQuestion().words == "all changes"
    with translation.override("fr"):
        assert (
            ChangeQuestion(group="eu").whole
            == "Union européenne\N{NARROW NO-BREAK SPACE}: tous les changements"
        )
