"""What speaks against leaving, and against what comes too late."""

from dataclasses import replace
from datetime import date

from ratification.rules.admissibility import doubts_about
from ratification.rules.dates import Span, parse_edtf
from ratification.rules.facts import Fact, FactRecord
from tests.ratification.rules.cases import fact
from tests.ratification.rules.ledger import CLAUSE, THREE, of, where
from treaty.clauses import (
    ActionKind,
    AdmittedActs,
    AtLeast,
    Clause,
    Delay,
    Denunciation,
    NoticePeriods,
    Unless,
)

TODAY = date(2050, 1, 1)


def against(new: Fact, others: list[Fact], clause: Clause = CLAUSE) -> list[tuple[str, bool]]:
    doubts = doubts_about(new, clause, FactRecord.of([*others, new]), TODAY)
    return [(doubt.rule, doubt.impossible) for doubt in doubts]


def test_an_instrument_that_has_taken_effect_is_denounced_and_not_taken_back() -> None:
    target = "AAA ratification 2020-01-10"
    doubts = doubts_about(
        fact("AAA", "withdrawal", "2020-05-30", target=target), CLAUSE, FactRecord.of(THREE), TODAY
    )
    assert [(doubt.rule, doubt.impossible) for doubt in doubts] == [("withdrawal", True)]
    assert doubts[0].sentence == (
        "The treaty is in force for it since 2020-05-30, and an instrument that has taken effect cannot be taken "
        "back; enter a denunciation (article 12)."
    )
    assert against(fact("AAA", "withdrawal", "2020-05-29", target=target), THREE) == []
    signed = [*THREE, fact("DDD", "signature", "2020-01-05")]
    assert against(fact("DDD", "withdrawal", "2021-01-01", target="DDD signature 2020-01-05"), signed) == []


def test_a_consent_after_a_denunciation_of_the_same_day_can_be_denounced_in_its_turn() -> None:
    facts = [*THREE, fact("AAA", "denunciation", "2021-05-26")]
    again = fact("AAA", "accession", "2021-05-26")
    assert against(again, facts) == []
    assert against(fact("AAA", "denunciation", "2023-03-27"), [*facts, again]) == []
    assert against(fact("AAA", "denunciation", "2023-03-27"), facts) == [("denunciation", True)]
    named = fact("AAA", "denunciation", "2023-03-27", target="AAA ratification 2020-01-10")
    assert against(named, [*facts, again]) == [("denunciation", True)]


def test_a_denunciation_outside_the_periods_of_the_article_is_explained() -> None:
    periods = NoticePeriods(Delay(years=10), "general", Delay(years=1), Delay(years=10))
    clause = replace(CLAUSE, denunciation=Denunciation("12", Delay(years=1), periods))
    for received, doubted in (
        ("2025-01-01", True),
        ("2030-05-29", True),
        ("2030-05-30", False),
        ("2031-05-29", False),
        ("2031-05-30", True),
        ("2040-06-01", False),
    ):
        found = against(fact("AAA", "denunciation", received), THREE, clause)
        assert found == ([("denunciation", False)] if doubted else [])
    own = NoticePeriods(Delay(years=3), "party")
    clause = replace(CLAUSE, denunciation=Denunciation("28", Delay(years=1), own))
    facts = [*THREE, fact("DDD", "accession", "2021-01-01")]
    assert against(fact("DDD", "denunciation", "2024-01-30"), facts, clause) == [("denunciation", False)]
    assert against(fact("DDD", "denunciation", "2024-01-31"), facts, clause) == []


def test_a_second_depositary_receives_a_second_instrument() -> None:
    second = fact("AAA", "ratification", "2020-01-20")
    assert ("repetition", True) in against(second, THREE)
    several = replace(CLAUSE, depositaries=("Moscow", "Washington", "London"))
    assert "repetition" not in {rule for rule, _ in against(second, THREE, several)}


def test_a_reservation_after_the_consent_is_explained() -> None:
    assert against(fact("AAA", "reservation", "2020-01-10"), THREE) == []
    assert against(fact("AAA", "reservation", "2020-01-11"), THREE) == [("reservation", False)]
    assert against(fact("DDD", "reservation", "2020-01-11"), THREE) == [("reservation", False)]


def test_an_act_that_the_treaty_does_not_admit_is_explained() -> None:
    clause = replace(
        CLAUSE, acts=AdmittedActs("9", (ActionKind.SIGNATURE, ActionKind.RATIFICATION, ActionKind.ACCESSION))
    )
    assert against(fact("DDD", "accession", "2020-05-01"), THREE, clause) == []
    assert against(fact("DDD", "participation", "2020-05-01"), THREE, clause) == [("act", False)]
    assert against(fact("DDD", "participation", "2020-05-01"), THREE) == []


def test_an_objection_to_an_amendment_answers_no_statement() -> None:
    objection = fact("AAA", "objection", "2020-05-01")
    assert against(objection, THREE) == [("target", True)]
    tacit = Unless(AtLeast(2, acts=(ActionKind.OBJECTION,)), date(2020, 6, 1))
    clause = replace(CLAUSE, entry_into_force=replace(CLAUSE.entry_into_force, condition=tacit))
    assert against(objection, THREE, clause) == []


def test_a_notice_is_revoked_before_it_takes_effect_and_not_later() -> None:
    """In force since 30 May 2020, the notice takes effect after a year; before that day it took the instrument back."""
    notice = fact("AAA", "denunciation", "2021-06-01")
    early = fact("AAA", "denunciation", "2020-04-01")
    for received, day, expected in (
        (notice, "2022-05-31", []),
        (notice, "2022-06-01", [("target", True)]),
        (early, "2020-04-02", [("target", True)]),
    ):
        revocation = fact("AAA", "withdrawal", day, target=received.id)
        assert against(revocation, [*THREE, received]) == expected


def test_provisional_application_is_explained_unless_the_treaty_admits_it() -> None:
    applied = fact("DDD", "provisional_application", "2020-02-01")
    assert against(applied, THREE) == [("act", False)]
    admitted = replace(CLAUSE, acts=AdmittedActs("9(3)", (ActionKind.PROVISIONAL_APPLICATION,)))
    assert against(applied, THREE, admitted) == []


def test_a_denunciation_has_no_effect_before_it_is_received() -> None:
    """One that says so is refused with a sentence; a record that holds one all the same is evaluated."""
    early = replace(fact("AAA", "denunciation", "2021-05-26"), effective=Span.day(date(2021, 5, 1)))
    (doubt,) = doubts_about(early, CLAUSE, FactRecord.of([*THREE, early]), TODAY)
    assert (doubt.rule, doubt.impossible) == ("effect", True)
    assert (
        doubt.sentence == "It was received on 2021-05-26 and cannot have taken effect before, on 2021-05-01."
    )
    for received in ("2021-05-26", "2020-05-01/2020-06-30"):
        notice = replace(early, taken=parse_edtf(received), effective=Span.day(date(2020, 4, 1)))
        found = of(where([*THREE, notice], "2022-01-01"), "AAA")
        assert found.kind.value == "withdrawn"


def test_a_signatory_that_has_left_accedes_anew_or_ratifies_anew_without_an_explanation() -> None:
    """Canada signed and ratified the Convention to Combat Desertification, withdrew, and acceded in 2016."""
    signed = [*THREE, fact("AAA", "signature", "2020-01-05")]
    left = [*signed, fact("AAA", "denunciation", "2021-05-26")]
    for kind in ("accession", "ratification"):
        assert against(fact("AAA", kind, "2022-08-01"), left) == []
    assert against(fact("AAA", "accession", "2022-08-01"), signed) == [("repetition", True), ("order", False)]
    revoked = [*left, fact("AAA", "withdrawal", "2021-06-01", target="AAA denunciation 2021-05-26")]
    assert ("order", False) in against(fact("AAA", "accession", "2022-08-01"), revoked)
    never_bound = [*THREE, fact("DDD", "signature", "2020-01-05")]
    assert against(fact("DDD", "accession", "2022-08-01"), never_bound) == [("order", False)]
