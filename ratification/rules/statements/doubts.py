"""Admissibility of statements and of acts that change one.

What the computation of states (`life`) would not honour is refused here, by the same computation.
"""

from collections.abc import Mapping, Sequence

from ratification.rules.consents import ENDS_CONSENT
from ratification.rules.dates import Span
from ratification.rules.doubts import Doubt
from ratification.rules.facts import Fact, FactRecord
from ratification.rules.reasons import with_article, words_with_article
from ratification.rules.statements.in_time import last_day_to_object
from ratification.rules.statements.kinds import (
    CHANGES,
    ENDS,
    NAMES_A_STATEMENT,
    OBJECTED_TO,
    STATEMENTS,
    TERRITORIAL,
)
from ratification.rules.statements.life import consents_standing, statements_on, subjects_of
from ratification.rules.statements.permission import why_prohibited
from ratification.rules.statements.provision_states import ProvisionState
from ratification.rules.statements.provisions import WHOLE, covers, words_of
from ratification.rules.statements.states import Statement, Statements
from treaty.clauses import CONSENTS, SIGNATURES, ActionKind, Clause

_VERBS = {
    ActionKind.WITHDRAWAL_OF_STATEMENT: "takes back",
    ActionKind.END_OF_PROVISIONAL_APPLICATION: "ends",
    ActionKind.MODIFICATION_OF_STATEMENT: "modifies",
    ActionKind.CONFIRMATION_OF_RESERVATION: "confirms",
    ActionKind.OBJECTION: "objects to",
    ActionKind.NOTIFICATION: "replaces",
}


def statement_doubts(
    fact: Fact,
    earlier: Sequence[Fact],
    clause: Clause | None,
    record: FactRecord,
    ended: Mapping[str, Span],
) -> list[Doubt]:
    """Return what speaks against a statement, or against an act that changes one.

    Args:
        fact: the statement or act.
        earlier: what its maker may have done by then.
        clause: the treaty's final clauses, where they are known.
        record: what the ledger holds.
        ended: the consents and signatures that had ended by its day.

    """
    doubts = _of_repetition(fact, earlier)
    if fact.kind == ActionKind.RESERVATION:
        doubts += [*_of_permission(fact, clause), *_of_reservation(fact, earlier, ended)]
        doubts += _of_second_reservation(fact, earlier, record, ended)
    elif fact.kind in TERRITORIAL and not any(each.kind in SIGNATURES | CONSENTS for each in earlier):
        sentence = (
            "It has neither signed nor consented, so that there is nothing to extend or to exclude (VCLT 29)."
        )
        doubts.append(Doubt("territory", sentence, impossible=False))
    elif fact.kind == ActionKind.PROVISIONAL_APPLICATION and not _admits(clause, fact.kind):
        sentence = "The treaty is not known to provide for provisional application (VCLT 25)."
        doubts.append(Doubt("act", sentence, impossible=False))
    if _changes_another(fact):
        doubts += _of_target(fact, record, ended)
    return doubts


def looks_at_statements(fact: Fact) -> bool:
    """Whether the doubts about a fact rest on the statements of the record, and so on the consents that have ended."""
    return fact.kind == ActionKind.RESERVATION or _changes_another(fact)


def _changes_another(fact: Fact) -> bool:
    return fact.kind in NAMES_A_STATEMENT or (fact.kind == ActionKind.NOTIFICATION and bool(fact.target))


def _admits(clause: Clause | None, kind: ActionKind) -> bool:
    return bool(clause and clause.acts and kind in clause.acts.kinds)


def _of_maker(maker: str, fact: Fact, record: FactRecord, ended: Mapping[str, Span]) -> Statements:
    """Return the statements of a participant by the day of a fact, without the fact.

    Its own acts alone are read: an objection keeps nobody from objecting too, or from taking back what was not
    accepted. So a long table is not read anew for each of its rows.
    """
    own = (each for each in record.facts.get(maker, ()) if each.id != fact.id)
    return statements_on(own, fact.taken.latest, ended)


def _of_repetition(fact: Fact, earlier: Sequence[Fact]) -> list[Doubt]:
    """Point out a second statement of one kind and day about the same provisions."""
    if fact.kind not in STATEMENTS:
        return []
    articles, territories = set(fact.articles), set(fact.territories)
    for other in earlier:
        if (
            articles == set(other.articles)
            and territories == set(other.territories)
            and (other.kind, other.taken, other.target) == (fact.kind, fact.taken, fact.target)
        ):
            name = words_with_article(_name(other))
            sentence = (
                f"The record has {name} on {words_of(other.articles)} already; enter a second one only if "
                "it says something else."
            )
            return [Doubt("repetition", sentence, impossible=False)]
    return []


def _of_reservation(fact: Fact, earlier: Sequence[Fact], ended: Mapping[str, Span]) -> list[Doubt]:
    """Point out a reservation without signature or consent, and one that comes after the consent.

    A reservation is formulated when signing or expressing consent (VCLT 19). The depositary circulates a later one, and
    takes it as accepted if no contracting State objects within twelve months.
    """
    if not any(other.kind in SIGNATURES | CONSENTS for other in earlier):
        sentence = "A reservation is made when signing or consenting (VCLT 19); neither is recorded."
        return [Doubt("reservation", sentence, impossible=False)]
    consents = consents_standing(earlier, fact.taken.latest, ended)
    if consents and all(other.taken.latest < fact.taken.earliest for other in consents):
        sentence = (
            f"It comes after the {_name(consents[-1])}, and a reservation is made when consenting "
            "(VCLT 19); the depositary takes a later one as accepted only if no contracting State objects within "
            "twelve months."
        )
        return [Doubt("reservation", sentence, impossible=False)]
    return []


def _of_permission(fact: Fact, clause: Clause | None) -> list[Doubt]:
    """Point out a reservation that the treaty prohibits."""
    why = why_prohibited(subjects_of(fact) or (WHOLE,), clause.reservations if clause else None)
    return [Doubt("permission", why, impossible=False)] if why else []


def _of_second_reservation(
    fact: Fact, earlier: Sequence[Fact], record: FactRecord, ended: Mapping[str, Span]
) -> list[Doubt]:
    """Point out a reservation that repeats one which awaits confirmation: that is to be confirmed."""

    def is_met(provision: str) -> bool:
        return any(covers(provision, name) or covers(name, provision) for name in fact.articles)

    # All statements of the maker are read only where one can await confirmation: a table may have thousands of them.
    consents = [each for each in earlier if each.kind in CONSENTS or each.kind in ENDS_CONSENT]
    days = {
        other.taken.latest
        for other in earlier
        if other.kind == ActionKind.RESERVATION and any(map(is_met, subjects_of(other) or (WHOLE,)))
    }
    if all(consents_standing(consents, day, ended) for day in days):
        return []
    for each in _of_maker(fact.participant, fact, record, ended).by_id.values():
        waiting = [
            provision.name
            for provision in each.provisions
            if provision.state == ProvisionState.AWAITING_CONFIRMATION and is_met(provision.name)
        ]
        if waiting and each.fact.taken.latest < fact.taken.earliest:
            sentence = (
                f"Its {_name(each.fact)} on {words_of(waiting)} awaits confirmation; a confirmation of reservation "
                "that names it makes no second one (VCLT 23(2))."
            )
            return [Doubt("reservation", sentence, impossible=False)]
    return []


def _of_target(fact: Fact, record: FactRecord, ended: Mapping[str, Span]) -> list[Doubt]:
    """Refuse an act about a statement that is not there, is of the wrong kind or maker, or does not stand."""
    verb = _VERBS[fact.kind]
    if not fact.target and fact.kind == ActionKind.END_OF_PROVISIONAL_APPLICATION:
        return _of_provisional(_of_maker(fact.participant, fact, record, ended))
    target = record.fact(fact.target)
    if target is None:
        missing = (
            f"The record does not hold what it {verb}." if fact.target else f"It does not say what it {verb}."
        )
        return [Doubt("target", missing)]
    name, own = _name(target), target.participant == fact.participant
    objects = fact.kind == ActionKind.OBJECTION
    if target.kind in CHANGES:
        sentence = f"The {name} is no statement of its own; name the statement that it changes."
        return [Doubt("target", sentence)]
    if target.kind not in STATEMENTS and not objects:
        ends = fact.kind in ENDS
        return [
            Doubt(
                "target", f"The {name} is no statement" + (": a withdrawal takes it back." if ends else ".")
            )
        ]
    wrong = {
        f"It precedes the {name} that it {verb}.": fact.taken.latest < target.taken.earliest,
        "A participant does not object to what it said itself.": objects and own,
        f"A participant {verb} only what is its own.": not objects and not own,
        f"Only a reservation is confirmed, not {with_article(target.kind)}.": (
            fact.kind == ActionKind.CONFIRMATION_OF_RESERVATION and target.kind != ActionKind.RESERVATION
        ),
        f"A notification replaces an earlier notification, not {with_article(target.kind)}.": (
            fact.kind == ActionKind.NOTIFICATION and target.kind != ActionKind.NOTIFICATION
        ),
        f"The {name} is not provisional application.": (
            fact.kind == ActionKind.END_OF_PROVISIONAL_APPLICATION
            and target.kind != ActionKind.PROVISIONAL_APPLICATION
        ),
    }
    doubts = [Doubt("target", sentence) for sentence, holds in wrong.items() if holds]
    if objects and target.kind not in OBJECTED_TO:
        sentence = f"Objections answer reservations and declarations, not {with_article(target.kind)}."
        doubts.append(Doubt("target", sentence, impossible=False))
    if doubts or target.kind not in STATEMENTS:
        return doubts
    statement = _of_maker(target.participant, fact, record, ended).by_id.get(target.id)
    return _of_state(fact, statement, record, ended) if statement is not None else []


def _of_state(fact: Fact, statement: Statement, record: FactRecord, ended: Mapping[str, Span]) -> list[Doubt]:
    """Refuse an act on a statement that stands no longer, or on provisions that it does not have."""
    if not statement.stands:
        return [Doubt("target", _why_over(fact, statement))]
    if fact.kind == ActionKind.CONFIRMATION_OF_RESERVATION:
        return _of_confirmation(fact, statement, record, ended)
    if fact.kind == ActionKind.NOTIFICATION:
        return _of_replacement(fact, statement)
    if doubts := _of_provisions(fact, statement):
        return doubts
    if fact.kind == ActionKind.MODIFICATION_OF_STATEMENT and statement.fact.kind == ActionKind.RESERVATION:
        sentence = (
            "A modification that widens a reservation is a late reservation (VCLT 19); one that narrows it is a "
            "withdrawal of statement that names what is withdrawn (VCLT 22)."
        )
        return [Doubt("reservation", sentence, impossible=False)]
    return _of_period(fact, statement, record, ended) if fact.kind == ActionKind.OBJECTION else []


def _why_over(fact: Fact, statement: Statement) -> str:
    """Return in words why nothing of a statement stands."""
    name = _name(statement.fact)
    if statement.state == ProvisionState.ENDED:
        return f"The {name} stands no longer; it ended with the consent to which it belonged."
    if fact.kind in ENDS:
        return f"The {name} has been taken back already."
    return f"The {name} stands no longer; it was {statement.state.label}."


def _of_provisions(fact: Fact, statement: Statement) -> list[Doubt]:
    """Refuse provisions that a statement does not have, or that have been withdrawn from it."""
    name, doubts = _name(statement.fact), []
    parts = {part for provision in statement.provisions for part in provision.parts}
    objects = fact.kind == ActionKind.OBJECTION
    for named in subjects_of(fact):
        if not any(covers(part, named) or (objects and covers(named, part)) for part in statement.standing):
            sentence = f"It names {named}; what stands of the {name} is {words_of(statement.standing)}."
            doubts.append(Doubt("provisions", sentence))
        elif any(covers(part, named) for part in parts):
            doubts.append(Doubt("provisions", f"{named} has been withdrawn from the {name} already."))
    return doubts


def _of_replacement(fact: Fact, statement: Statement) -> list[Doubt]:
    """Refuse a notification that replaces nothing of the earlier one; it may say more than that did."""
    named = subjects_of(fact)
    touched = (
        covers(name, provision.name)
        or (covers(provision.name, name) and not any(covers(part, name) for part in provision.parts))
        for provision in statement.provisions
        if provision.state.stands
        for name in named
    )
    if not named or any(touched):
        return []
    sentence = (
        f"It names {words_of(named)}; what stands of the {_name(statement.fact)} is "
        f"{words_of(statement.standing)}."
    )
    return [Doubt("provisions", sentence)]


def _of_confirmation(
    fact: Fact, statement: Statement, record: FactRecord, ended: Mapping[str, Span]
) -> list[Doubt]:
    """Refuse the confirmation of what awaits none, and one without consent (VCLT 23(2))."""
    name = _name(statement.fact)
    waiting = [
        provision.name
        for provision in statement.provisions
        if provision.state == ProvisionState.AWAITING_CONFIRMATION
    ]
    if not waiting:
        made = (
            f"was {statement.state.label}" if statement.state == ProvisionState.CONFIRMED else "awaits none"
        )
        return [
            Doubt(
                "target", f"The {name} {made}: only what was reserved at signature is confirmed (VCLT 23(2))."
            )
        ]
    doubts = [
        Doubt(
            "provisions", f"It names {named}; what awaits confirmation of the {name} is {words_of(waiting)}."
        )
        for named in fact.articles
        if named not in waiting
    ]
    consents = consents_standing(record.facts.get(fact.participant, ()), fact.taken.latest, ended)
    if not consents:
        sentence = (
            "A reservation is confirmed when consenting to be bound (VCLT 23(2)), and no consent is recorded."
        )
        doubts.append(Doubt("order", sentence))
    elif all(each.taken.latest < fact.taken.earliest for each in consents):
        sentence = (
            f"It comes after the {_name(consents[-1])}, and a reservation is confirmed when consenting to be bound "
            "(VCLT 23(2)); what is confirmed later is a late reservation."
        )
        doubts.append(Doubt("order", sentence, impossible=False))
    return doubts


def _of_period(
    fact: Fact, statement: Statement, record: FactRecord, ended: Mapping[str, Span]
) -> list[Doubt]:
    """Point out an objection after the twelve months in which a reservation counts as accepted (VCLT 20(5))."""
    reserved = statement.fact
    if reserved.kind != ActionKind.RESERVATION or reserved.notified is None:
        return []
    own = consents_standing(record.facts.get(fact.participant, ()), fact.taken.latest, ended)
    last = last_day_to_object(reserved, own)
    if last is None or fact.taken.earliest <= last.latest:
        return []
    sentence = (
        f"The reservation was notified on {reserved.notified.edtf} and counts as accepted by those that did not "
        f"object by {last.latest} (VCLT 20(5))."
    )
    return [Doubt("order", sentence, impossible=False)]


def _of_provisional(own: Statements) -> list[Doubt]:
    """Refuse the end of a provisional application that is not there."""
    applied = [
        each
        for each in own.by_id.values()
        if each.fact.kind == ActionKind.PROVISIONAL_APPLICATION and each.stands
    ]
    return [] if applied else [Doubt("target", "No provisional application of this participant stands.")]


def _name(fact: Fact) -> str:
    return f"{fact.kind.label} of {fact.taken.edtf}"
