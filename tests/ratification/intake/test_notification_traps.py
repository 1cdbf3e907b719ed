"""Notifications in which the depositary's words, another act's or another number's could pass for the statement's own."""
# ruff: noqa: E501

import pytest

from tests.ratification.intake.test_notification_variants import WAS
from tests.ratification.intake.test_notifications import HEAD_EN, OPEN_EN, read

pytestmark = pytest.mark.usefixtures("with_participants")

LATE = (
    f"{HEAD_EN}PERU: RESERVATION\n\nThe Secretary-General of the United Nations, acting in his capacity as depositary, communicates the following:\n\n"
    "{statement}\n\nIn keeping with the depositary practice followed in similar cases, the Secretary-General proposes to\n"
    "receive the reservation in question for deposit in the absence of any objection on the part of one of the\n"
    "Contracting States within a period of one year from the date of this notification.\n\n5 August 2026\n"
)


@pytest.mark.parametrize(
    "statement",
    [
        "(Original: English)\n\n“Peru does not consider itself bound by article 63, paragraph 2.”",
        "(Original: English)\n\nPeru does not consider itself bound by article 63, paragraph 2.",
        "“Peru does not consider itself bound by article 63, paragraph 2.”",
    ],
)
def test_the_depositarys_own_paragraph_is_no_part_of_a_statement(statement: str) -> None:
    found = read(LATE.format(statement=statement))
    [act] = found.acts
    assert act.text.strip("“”").endswith("article 63, paragraph 2.")
    assert any("proposes to" in line for line in found.unread)


def test_a_paragraph_that_follows_a_closed_quotation_is_not_understood() -> None:
    found = read(
        f"{HEAD_EN}PERU: DECLARATION{OPEN_EN}{WAS} 5 June 2026.\n\n(Original: English)\n\n“The first paragraph.”\n\n"
        "“The second paragraph.”\n\nThe text of the annex is kept by the depositary.\n\n7 June 2026\n"
    )
    assert found.acts[0].text == "“The first paragraph.”\n\n“The second paragraph.”"
    assert "The text of the annex is kept by the depositary." in found.unread


def test_an_act_that_a_statement_quotes_is_not_proposed() -> None:
    found = read(
        f"{HEAD_EN}AUSTRIA: RATIFICATION WITH DECLARATION{OPEN_EN}{WAS} 3 August 2026, with:\n\nDeclaration\n\n"
        "“Austria recalls that:\n\nBELGIUM: RATIFICATION\n\nThe above action was effected on 4 August 2026.\n\n"
        "The text of it is not in doubt.”\n\n5 August 2026\n"
    )
    assert [(str(act.participant), act.kind.value) for act in found.acts] == [
        ("Austria", "ratification"),
        ("Austria", "declaration"),
    ]
    assert found.acts[1].text.endswith("not in doubt.”")


def test_a_quotation_that_is_never_closed_does_not_swallow_the_next_act() -> None:
    found = read(
        f"{HEAD_EN}AUSTRIA: DECLARATION{OPEN_EN}{WAS} 3 August 2026.\n\n“Austria declares so.\n\n"
        "BELGIUM: DECLARATION\n\nThe above action was effected on 4 August 2026.\n\n“Belgium declares so.”\n\n5 August 2026\n"
    )
    assert [str(act.participant) for act in found.acts] == ["Austria", "Belgium"]


def test_a_reference_with_two_numbers_leaves_the_number_open() -> None:
    found = read(
        "Reference: C.N.1.2026.TREATIES-XVIII.16 and C.N.2.2026.TREATIES-XVIII.16\n\nAUSTRIA: RATIFICATION"
        f"{OPEN_EN}{WAS} 3 August 2026.\n"
    )
    assert found.number == ""
    assert str(found.acts[0].participant) == "Austria"


@pytest.mark.parametrize("day", ["3rd August 2026", "3 August 2026", "August 3, 2026"])
def test_a_day_is_read_with_its_ordinal(day: str) -> None:
    found = read(f"{HEAD_EN}JAPAN: ACCEPTANCE{OPEN_EN}{WAS} {day}.\n")
    assert found.acts[0].effected is not None
    assert found.acts[0].effected.edtf == "2026-08-03"


@pytest.mark.parametrize(
    "days",
    [
        "3 March 2026 (Peru) and 10 March 2026 (Chile)",
        "3 March 2026 for Peru and on 10 March 2026 for Chile",
        "3 March 2026, in the case of Peru, and 10 March 2026, in that of Chile",
    ],
)
def test_two_days_of_two_acts_are_given_to_neither(days: str) -> None:
    sentence = f"The above actions were effected on {days}."
    found = read(f"{HEAD_EN}PERU: RATIFICATION\nCHILE: ACCESSION\n\n{sentence}\n")
    assert [(str(act.participant), act.effected) for act in found.acts] == [("Peru", None), ("Chile", None)]
    assert sentence in found.unread


def test_two_days_of_one_participants_acts_are_given_to_neither() -> None:
    sentence = "The above actions were effected on 3 March 2026 (signature) and 10 March 2026 (ratification)."
    found = read(f"{HEAD_EN}PERU: SIGNATURE AND RATIFICATION\n\n{sentence}\n")
    assert [act.effected for act in found.acts] == [None, None]


def test_the_day_from_which_one_act_has_effect_is_no_second_day_of_it() -> None:
    found = read(f"{HEAD_EN}SERBIA: SUCCESSION{OPEN_EN}{WAS} 3 March 2026, with effect from 27 April 1992.\n")
    assert found.acts[0].effected is not None
    assert found.acts[0].effected.edtf == "2026-03-03"
    assert "with effect from 27 April 1992" in found.unread


def test_two_days_of_entry_into_force_for_one_participant_are_both_left_open() -> None:
    force = "The Convention will enter into force for {who} on {day} June 2026."
    lines = [
        force.format(who="Peru", day=1),
        force.format(who="Peru", day=2),
        force.format(who="Chile", day=3),
    ]
    found = read(
        f"{HEAD_EN}PERU: RATIFICATION\nCHILE: RATIFICATION\n\nThe above actions were effected on 3 March 2026.\n\n"
        + "\n\n".join(lines)
    )
    assert [str(each.participant) for each in found.in_force] == ["Chile"]
    assert [line for line in found.unread if "Peru" in line] == [
        "will enter into force for Peru on 1 June 2026",
        "will enter into force for Peru on 2 June 2026",
    ]
