"""The state of each provision of each statement follows from the acts: random histories against a naive replay."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ratification.rules.admissibility import doubts_about
from ratification.rules.dates import Span
from ratification.rules.facts import Fact, FactRecord
from ratification.rules.statements import statements_on
from tests.ratification.rules.replay import replayed
from treaty.clauses import ActionKind

TODAY = date(2030, 1, 1)
FIRST, SPAN = date(2026, 1, 1), 400
NAMES = ["14", "15", "16", "16(1)", "16(1)(a)", "40"]
TERRITORIES = ["GIB", "IMN", "JEY"]
MAKERS = ["AAA", "BBB", "CCC"]
TERRITORIAL = ["territorial_application", "territorial_exclusion"]
MADE = ["reservation"] * 3 + ["declaration", "notification", *TERRITORIAL]
CONSENTS = [ActionKind.RATIFICATION] * 2 + [ActionKind.SUCCESSION]
CHANGES = [
    *["withdrawal_of_statement"] * 4,
    *["modification_of_statement", "confirmation_of_reservation"] * 2,
    *["objection", "communication", "notification"],
]
Ended = dict[str, Span]


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """Histories in which consents, statements and acts about them come in any order, sensible or not."""
    facts: list[Fact] = []
    days = st.integers(0, SPAN).map(lambda number: FIRST + timedelta(days=number))
    statements: list[Fact] = []
    for number in range(draw(st.integers(1, 25))):
        who, day = draw(st.sampled_from(MAKERS)), Span.day(draw(days))
        articles = tuple(draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True)))
        territories = tuple(draw(st.lists(st.sampled_from(TERRITORIES), min_size=1, max_size=2, unique=True)))
        roll = draw(st.integers(0, 9))
        if roll < 1:
            fact = Fact(str(number), who, draw(st.sampled_from(CONSENTS)), day)
        elif roll < 4 or not statements:
            kind = draw(st.sampled_from(MADE))
            about: dict[str, Any] = (
                {"territories": territories} if kind in TERRITORIAL else {"articles": articles}
            )
            fact = Fact(str(number), who, ActionKind(kind), day, **about)
            statements.append(fact)
        else:
            target = draw(st.sampled_from(statements))
            kind = draw(st.sampled_from(CHANGES))
            own = draw(st.integers(0, 4)) > 0 and kind not in {"objection", "communication"}
            who = target.participant if own else who
            about = {"territories": territories} if target.territories else {"articles": articles}
            fact = Fact(str(number), who, ActionKind(kind), day, target=target.id, **about)
            if kind in {"objection", "notification"}:
                statements.append(fact)
        facts.append(fact)
    return facts


@st.composite
def endings(draw: st.DrawFn) -> tuple[list[Fact], Ended]:
    """Histories of which some consents end on a later day, as by a denunciation."""
    facts = draw(histories())
    ended = {}
    for fact in facts:
        if fact.kind in CONSENTS and draw(st.booleans()):
            ended[fact.id] = Span.day(fact.taken.earliest + timedelta(days=draw(st.integers(0, SPAN))))
    return facts, ended


def read(facts: Sequence[Fact], as_of: date, ended: Ended | None = None) -> dict[tuple[str, str], str]:
    return {
        (key, provision.name): provision.state.value
        for key, statement in statements_on(facts, as_of, ended or {}).by_id.items()
        if statement.fact.kind != ActionKind.COMMUNICATION
        for provision in statement.provisions
    }


@given(endings(), st.integers(0, SPAN * 2))
def test_states_equal_a_naive_replay(history: tuple[list[Fact], Ended], offset: int) -> None:
    as_of = FIRST + timedelta(days=offset)
    facts, ended = history
    assert read(facts, as_of, ended) == replayed(facts, as_of, ended)


@given(endings(), st.integers(0, SPAN), st.randoms(use_true_random=False))
def test_states_do_not_depend_on_the_order_of_entry(
    history: tuple[list[Fact], Ended], offset: int, random: Random
) -> None:
    as_of = FIRST + timedelta(days=offset)
    facts, ended = history
    shuffled = random.sample(facts, len(facts))
    assert statements_on(shuffled, as_of, ended).by_id == statements_on(facts, as_of, ended).by_id


@given(endings(), histories(), st.integers(0, SPAN))
def test_unrelated_entries_change_no_state(
    history: tuple[list[Fact], Ended], others: list[Fact], offset: int
) -> None:
    """Entries of other participants, about other statements, come before, between and after."""
    as_of = FIRST + timedelta(days=offset)
    facts, ended = history
    unrelated = [
        replace(
            each,
            id=f"{int(each.id) + 1000}",
            participant=f"X{each.participant[1:]}",
            target=f"{int(each.target) + 1000}" if each.target else "",
        )
        for each in others
    ]
    alone = statements_on(facts, as_of, ended).by_id
    among = statements_on([*unrelated, *facts], as_of, ended).by_id
    assert {key: among[key] for key in alone} == alone


@given(endings(), st.integers(0, SPAN))
def test_later_entries_change_no_past_day(history: tuple[list[Fact], Ended], offset: int) -> None:
    """Nor does a consent that ends later."""
    as_of = FIRST + timedelta(days=offset)
    facts, ended = history
    by_then = [fact for fact in facts if fact.taken.earliest <= as_of]
    known = {key: span for key, span in ended.items() if span.may_be_by(as_of)}
    assert statements_on(facts, as_of, ended) == statements_on(by_then, as_of, known)


@given(histories())
def test_what_has_no_effect_is_refused(facts: list[Fact]) -> None:
    """Each act that changes no statement is impossible on its day."""
    for fact in statements_on(facts, TODAY).idle:
        by_then = [each for each in facts if each.taken.latest <= fact.taken.latest]
        doubts = doubts_about(fact, None, FactRecord.of(by_then), TODAY)
        assert any(doubt.impossible for doubt in doubts), fact
