"""The state of each provision of each statement follows from the acts: by example."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ratification.rules.admissibility import doubts_about
from ratification.rules.dates import Span, parse_edtf
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact, FactRecord
from ratification.rules.statements import ProvisionState, Statement, statements_on
from ratification.rules.statements.provisions import covers, words_of
from tests.ratification.rules.ledger import CLAUSE, THREE
from treaty.clauses import ActionKind, ReservationRule

State = ProvisionState
TODAY = date(2030, 1, 1)


def act(key: str, who: str, kind: str, day: str, *articles: str, **more: Any) -> Fact:  # noqa: ANN401 - Fact's own
    return Fact(key, who, ActionKind(kind), parse_edtf(day), articles=articles, **more)


SIGNED = [act("1", "AZE", "signature", "2025-10-25")]
RESERVED = [*SIGNED, act("2", "AZE", "reservation", "2025-10-25", "7(2)", "9(2)")]
RATIFIED = act("3", "AZE", "ratification", "2026-05-01")
QATAR = [
    act("11", "QAT", "signature", "2025-10-25"),
    act("12", "QAT", "ratification", "2026-02-01"),
    act("13", "QAT", "reservation", "2026-02-01", "14", "15", "16"),
]


def on(facts: Sequence[Fact], key: str, day: date = TODAY) -> Statement:
    return statements_on(facts, day).by_id[key]


def states(statement: Statement) -> dict[str, State]:
    return {provision.name: provision.state for provision in statement.provisions}


def against(fact: Fact, facts: Sequence[Fact]) -> list[str]:
    return [doubt.sentence for doubt in doubts_about(fact, None, FactRecord.of([*facts, fact]), TODAY)]


def test_provisions_contain_their_parts() -> None:
    assert covers("11", "11(1)")
    assert covers("11(1)", "11(1)(a)")
    assert covers("", "7")
    assert not covers("1", "11")
    assert not covers("11(1)", "11")
    assert words_of(["14", "15", "16"]) == "articles 14, 15 and 16"
    assert words_of(["14"]) == "article 14"
    assert words_of([]) == "the treaty as a whole"


def test_reservation_at_signature_awaits_confirmation_and_is_confirmed() -> None:
    """VCLT 23(2). Confirming part leaves the rest waiting; ratification alone confirms nothing."""
    assert set(states(on(RESERVED, "2")).values()) == {State.AWAITING_CONFIRMATION}
    assert on([*RESERVED, RATIFIED], "2").state == State.AWAITING_CONFIRMATION
    part = act("4", "AZE", "confirmation_of_reservation", "2026-05-01", "7(2)", target="2")
    facts = [*RESERVED, RATIFIED, part]
    assert states(on(facts, "2")) == {"7(2)": State.CONFIRMED, "9(2)": State.AWAITING_CONFIRMATION}
    assert on(facts, "2", date(2026, 4, 30)).state == State.AWAITING_CONFIRMATION
    rest = act("5", "AZE", "confirmation_of_reservation", "2026-05-01", "9(2)", target="2")
    assert on([*facts, rest], "2").state == State.CONFIRMED
    assert statements_on([*facts, rest], TODAY).idle == ()


def test_reservation_on_consent_awaits_nothing() -> None:
    """Also where both days are the same open interval."""
    assert on(QATAR, "13").state == State.STANDING
    open_days = [replace(each, taken=parse_edtf("2026-02-01/2026-02-13")) for each in QATAR[1:]]
    assert on(open_days, "13").state == State.STANDING
    assert on(open_days, "13", date(2026, 2, 5)).certain is False


def test_withdrawal_in_two_steps() -> None:
    first = act("20", "QAT", "withdrawal_of_statement", "2027-01-01", "14", target="13")
    second = act("21", "QAT", "withdrawal_of_statement", "2028-01-01", "15(1)", "16", target="13")
    facts = [*QATAR, first, second]
    assert on(facts, "13", date(2026, 12, 31)).state == State.STANDING
    assert on(facts, "13", date(2027, 1, 1)).standing == ("15", "16")
    assert states(on(facts, "13")) == {
        "14": State.WITHDRAWN,
        "15": State.PARTLY_WITHDRAWN,
        "16": State.WITHDRAWN,
    }
    assert on(facts, "13").state == State.PARTLY_WITHDRAWN
    whole = act("22", "QAT", "withdrawal_of_statement", "2029-01-01", target="13")
    assert on([*facts, whole], "13").state == State.WITHDRAWN
    assert [each.id for each in on([*facts, whole], "13").acts] == ["20", "21", "22"]


@pytest.mark.parametrize(
    ("kind", "articles", "said"),
    [
        ("withdrawal_of_statement", ["14"], "14 has been|It names 14"),
        ("withdrawal_of_statement", ["63(2)"], "It names 63(2); what stands"),
        ("withdrawal_of_statement", ["1"], "It names 1; what stands"),
        ("modification_of_statement", ["40"], "It names 40; what stands"),
        ("confirmation_of_reservation", ["15"], "awaits none"),
    ],
)
def test_an_act_on_what_does_not_stand_is_refused_and_idle(kind: str, articles: list[str], said: str) -> None:
    """Admissibility and the computation of states agree."""
    facts = [*QATAR, act("20", "QAT", "withdrawal_of_statement", "2027-01-01", "14", target="13")]
    tried = act("21", "QAT", kind, "2027-02-01", *articles, target="13")
    sentences = against(tried, facts)
    assert any(part in sentence for part in said.split("|") for sentence in sentences), sentences
    assert statements_on([*facts, tried], TODAY).idle == (tried,)
    assert states(on([*facts, tried], "13")) == states(on(facts, "13"))


def test_objection_stands_until_it_is_withdrawn() -> None:
    objection = act("30", "FRA", "objection", "2026-06-01", "14", target="13", precludes=True)
    facts = [*QATAR, objection]
    assert [[each.id for each in provision.objections] for provision in on(facts, "13").provisions] == [
        ["30"],
        [],
        [],
    ]
    gone = act("31", "FRA", "withdrawal_of_statement", "2026-07-01", target="30")
    assert on([*facts, gone], "13").objections == ()
    assert on([*facts, gone], "13", date(2026, 6, 30)).objections == (objection,)
    assert on([*facts, gone], "30").state == State.WITHDRAWN


def test_objection_to_another_statement_than_a_reservation_is_explained_and_kept() -> None:
    """As those of Argentina and Spain to territorial applications."""
    extended = act("80", "GBR", "territorial_application", "2026-01-01", territories=("GIB",))
    objection = act("81", "ESP", "objection", "2026-02-01", target="80")
    assert on([extended, objection], "80").objections == (objection,)
    assert statements_on([extended, objection], TODAY).idle == ()
    found = doubts_about(objection, None, FactRecord.of([extended, objection]), TODAY)
    assert [doubt.impossible for doubt in found] == [False]


def test_late_reservation_has_twelve_months_for_objections() -> None:
    late = act("40", "QAT", "reservation", "2027-01-01", "20", notified=Span.day(date(2027, 1, 15)))
    assert on([*QATAR, late], "40", date(2028, 1, 15)).state == State.AWAITING_ACCEPTANCE
    assert on([*QATAR, late], "40", date(2028, 1, 16)).state == State.STANDING
    bound = [*QATAR, act("39", "FRA", "accession", "2026-06-01")]
    objection = act("41", "FRA", "objection", "2027-12-01", target="40")
    assert on([*bound, late, objection], "40").state == State.NOT_ACCEPTED
    perhaps = replace(objection, id="42", taken=Span(date(2027, 11, 1), date(2028, 2, 1)))
    assert not on([*bound, late, perhaps], "40").provisions[0].certain
    both = on([*bound, late, perhaps, objection], "40").provisions[0]
    assert (both.certain, both.by) == (True, objection)
    too_late = replace(objection, taken=Span.day(date(2028, 2, 1)))
    assert on([*bound, late, too_late], "40").state == State.STANDING
    assert any("twelve months" in sentence for sentence in against(late, QATAR))
    assert any("20(5)" in sentence for sentence in against(too_late, [*QATAR, late]))


@pytest.mark.parametrize(
    ("consent", "state", "certain"),
    [
        (None, State.STANDING, True),
        (("signature", "2025-10-25"), State.STANDING, True),
        (("ratification", "2027-12-01"), State.NOT_ACCEPTED, True),
        (("ratification", "2027-12-02"), State.STANDING, True),
        (("ratification", "2027-11-01/2027-12-31"), State.NOT_ACCEPTED, False),
    ],
)
def test_only_contracting_states_keep_a_late_reservation_out(
    consent: tuple[str, str] | None, state: State, *, certain: bool
) -> None:
    """The objection itself stays, whoever made it: it has its effects once its maker is bound."""
    late = act("40", "QAT", "reservation", "2027-01-01", "20", notified=Span.day(date(2027, 1, 15)))
    objection = act("41", "FRA", "objection", "2027-12-01", target="40")
    objecting = [act("39", "FRA", *consent)] if consent else []
    read = on([*QATAR, *objecting, late, objection], "40")
    assert (read.state, read.certain, read.objections) == (state, certain, (objection,))


def test_an_instrument_taken_back_later_stands_until_then() -> None:
    """The column of the day on which it was taken back says nothing of the days before, nor does a withdrawal."""
    late = act("21", "DDD", "reservation", "2021-03-01", "15")
    taken_back = act("20", "DDD", "ratification", "2020-03-01", withdrawn=Span.day(date(2025, 1, 1)))
    assert on([taken_back, late], "21", date(2022, 3, 1)).state == State.AWAITING_ACCEPTANCE
    assert on([taken_back, late], "21", date(2024, 12, 31)).state == State.STANDING
    again = act("22", "DDD", "accession", "2024-12-31")
    assert any("stands; it would have to be withdrawn" in each for each in against(again, [taken_back]))
    anew = act("22", "DDD", "accession", "2025-01-01")
    assert not any("stands; it would" in each for each in against(anew, [taken_back]))


def test_late_reservation_opens_a_window() -> None:
    late = act("40", "AAA", "reservation", "2021-01-01", "20", notified=Span.day(date(2021, 1, 15)))
    windows = evaluate(CLAUSE, FactRecord.of([*THREE, late]), date(2021, 6, 1)).windows
    (window,) = [each for each in windows if each.kind == "objection"]
    assert (window.participant, window.opens.on, window.closes and window.closes.on, window.state) == (
        "AAA",
        date(2021, 1, 15),
        date(2022, 1, 15),
        "open",
    )
    before = evaluate(CLAUSE, FactRecord.of(THREE), date(2021, 6, 1)).windows
    assert [each for each in windows if each.kind != "objection"] == list(before)


def test_notification_replaces_an_earlier_one() -> None:
    first = act("50", "QAT", "notification", "2026-02-01", "37", "40")
    second = act("51", "QAT", "notification", "2027-02-01", "40", target="50")
    assert states(on([first, second], "50")) == {"37": State.STANDING, "40": State.REPLACED}
    assert on([first, second], "51").state == State.STANDING
    assert against(second, [first]) == []


def test_modification_and_communication() -> None:
    changed = act("60", "QAT", "modification_of_statement", "2027-01-01", "14", target="13")
    said = act("61", "CAN", "communication", "2027-03-01", target="13")
    statement = on([*QATAR, changed, said], "13")
    assert states(statement) == {"14": State.MODIFIED, "15": State.STANDING, "16": State.STANDING}
    assert [each.id for each in statement.acts] == ["60", "61"]
    assert statement.objections == ()


def test_repeated_reservation_is_to_be_confirmed() -> None:
    again = act("6", "AZE", "reservation", "2026-05-01", "7(2)")
    assert any("awaits confirmation" in sentence for sentence in against(again, [*RESERVED, RATIFIED]))
    twice = act("14", "QAT", "reservation", "2026-02-01", "16", "15", "14")
    assert any("already" in sentence for sentence in against(twice, QATAR))


def test_confirmation_needs_consent() -> None:
    early = act("4", "AZE", "confirmation_of_reservation", "2026-04-01", target="2")
    assert any("no consent" in sentence for sentence in against(early, RESERVED))
    assert statements_on([*RESERVED, early], TODAY).idle == (early,)


def test_a_confirmation_after_the_consent_is_explained() -> None:
    """VCLT 23(2): when consenting, or on a day that may be the same."""
    held = [*RESERVED, RATIFIED]
    for day, late in (("2026-05-01", False), ("2026-05", False), ("2026-05-02", True)):
        found = against(act("4", "AZE", "confirmation_of_reservation", day, target="2"), held)
        assert any("It comes after the ratification of 2026-05-01" in sentence for sentence in found) is late
        assert len(found) == late


def test_territories_are_withdrawn_one_by_one() -> None:
    extended = act("80", "GBR", "territorial_application", "2026-01-01", territories=("GIB", "IMN"))
    ended = act("81", "GBR", "withdrawal_of_statement", "2026-06-01", territories=("IMN",), target="80")
    assert states(on([extended, ended], "80")) == {"GIB": State.STANDING, "IMN": State.WITHDRAWN}
    again = replace(ended, id="82", taken=Span.day(date(2026, 7, 1)))
    assert any("what stands" in each and "GIB" in each for each in against(again, [extended, ended]))


def test_provisional_application_ends() -> None:
    begun = act("70", "EST", "provisional_application", "2026-01-01")
    ended = act("71", "EST", "end_of_provisional_application", "2026-06-01")
    assert on([begun, ended], "70", date(2026, 5, 31)).state == State.STANDING
    assert on([begun, ended], "70").state == State.WITHDRAWN
    assert any("No provisional application" in sentence for sentence in against(ended, []))


@pytest.mark.parametrize(
    ("rule", "provisions", "says"),
    [
        (
            ReservationRule("120", "none"),
            ("5",),
            "The treaty permits no reservation (article 120; VCLT 19(a)).",
        ),
        (ReservationRule("42", "only", ("4(2)", "11")), ("4(2)", "11(3)"), ""),
        (ReservationRule("42", "only", ("4(2)", "11")), ("4",), ""),
        (
            ReservationRule("42", "only", ("4(2)", "11")),
            ("4(2)", "5"),
            "on articles 4(2) and 11 only (article 42;",
        ),
        (ReservationRule("42", "only", ("4(2)",)), (), "on article 4(2) only"),
        (ReservationRule("9", "except", ("1", "2(1)")), ("3", "2(2)"), ""),
        (
            ReservationRule("9", "except", ("1", "2(1)")),
            ("2",),
            "no reservation on articles 1 and 2(1) (article 9;",
        ),
        (ReservationRule("9", "except", ("1",)), (), "no reservation on article 1 "),
    ],
)
def test_reservation_that_the_treaty_prohibits_is_to_be_explained(
    rule: ReservationRule, provisions: tuple[str, ...], says: str
) -> None:
    """VCLT 19(a) and (b). A declaration is none, and a treaty without a rule prohibits nothing."""
    clause = replace(CLAUSE, reservations=rule)
    facts = [act("1", "AAA", "ratification", "2026-01-01")]
    made = act("2", "AAA", "reservation", "2026-01-01", *provisions)
    record = FactRecord.of([*facts, made])
    doubts = doubts_about(made, clause, record, TODAY)
    assert [doubt.rule for doubt in doubts] == (["permission"] if says else [])
    assert all(says in doubt.sentence and not doubt.impossible for doubt in doubts)
    assert doubts_about(made, CLAUSE, record, TODAY) == []
    declared = replace(made, kind=ActionKind.DECLARATION)
    assert doubts_about(declared, clause, FactRecord.of([*facts, declared]), TODAY) == []
