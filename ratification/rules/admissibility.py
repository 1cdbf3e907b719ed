"""Admissibility of an action: what the record and the clause have against it.

A doubt is either impossible, and then no entry may say so, or unusual, and then the entry explains itself.
Where a date is open, only what is certain makes an action impossible.
"""

from dataclasses import replace
from datetime import date

from ratification.rules.consents import ENDS_CONSENT, standing_among
from ratification.rules.dates import Span
from ratification.rules.doubts import Doubt
from ratification.rules.evaluate import ended_consents, evaluate
from ratification.rules.facts import ORGANIZATIONS, TERRITORY, Fact, FactRecord
from ratification.rules.leaving import denunciation_doubts, revocation_doubts, withdrawal_doubts, without
from ratification.rules.reasons import with_article
from ratification.rules.statements.doubts import looks_at_statements, statement_doubts
from ratification.rules.statements.kinds import NAMES_A_STATEMENT, OF_STATEMENTS, REPLIES, TERRITORIAL
from treaty.clauses import ADMISSIBLE, CONSENTS, SIGNATURES, ActionKind, AtLeast, Clause, nodes_of

AFTER_SIGNATURE = frozenset(
    {ActionKind.RATIFICATION, ActionKind.ACCEPTANCE, ActionKind.APPROVAL, ActionKind.FORMAL_CONFIRMATION}
)
"""Consents of those that have signed (VCLT 14; VCLT-IO 14)."""

POINTS_AT_ANOTHER = NAMES_A_STATEMENT | {
    ActionKind.WITHDRAWAL,
    ActionKind.DENUNCIATION,
    ActionKind.NOTIFICATION,
    ActionKind.COMMUNICATION,
}
"""Kinds that name, or may name, the action that they are about."""

INSTRUMENTS = SIGNATURES | CONSENTS | {ActionKind.DENUNCIATION}
"""Kinds that a withdrawal takes back; every other is a statement."""

_ADHERES = SIGNATURES | CONSENTS
_BINDS = _ADHERES | {ActionKind.DENUNCIATION, ActionKind.WITHDRAWAL}
_CAN_BE_DOUBTED = (
    _ADHERES
    | TERRITORIAL
    | {ActionKind.DENUNCIATION, ActionKind.RESERVATION, ActionKind.CONFIRMATION_OF_RESERVATION}
)
_SIGNS = frozenset({ActionKind.SIGNATURE, ActionKind.DEFINITIVE_SIGNATURE})


def doubts_about(fact: Fact, clause: Clause | None, record: FactRecord, today: date) -> list[Doubt]:
    """Return everything that speaks against `fact`.

    Args:
        fact: the action; whether `record` holds it already makes no difference.
        clause: the treaty's final clauses, where they are known.
        record: what the ledger holds; of it, only what may have been taken by then is held against `fact`.
        today: nothing is recorded before it happens.

    Returns:
        The doubts, those that make the action impossible first; empty when there are none.

    """
    doubts = [*_of_time(fact, record, today), *_of_window(fact, clause)]
    others = record.facts.get(fact.participant, ())
    earlier = [other for other in others if other.id != fact.id and other.taken.may_be_by(fact.taken.latest)]
    if fact.kind in _ADHERES:
        doubts += [
            *_of_capacity(fact, clause, record),
            *_of_act(fact, clause),
            *_of_repetition(fact, earlier, clause),
            *_of_order(fact, earlier),
            *_of_organization(fact, clause, record),
            *_of_succession(fact, record),
        ]
    if fact.kind in _ADHERES or fact.kind in ENDS_CONSENT:
        doubts += _of_end(fact, clause, record)
    if fact.kind == ActionKind.DENUNCIATION:
        doubts += denunciation_doubts(fact, earlier, clause, record)
    if fact.kind == ActionKind.WITHDRAWAL:
        doubts += [*withdrawal_doubts(fact, clause, record), *_of_target(fact, clause, record)]
    if fact.kind in OF_STATEMENTS and not _counts_without_target(fact, clause):
        target = record.fact(fact.target) if fact.target else None
        makers = {fact.participant, target.participant if target else fact.participant}
        day = fact.taken.latest
        ended = ended_consents(record, clause, day, makers) if looks_at_statements(fact) else {}
        doubts += statement_doubts(fact, earlier, clause, record, ended)
    return sorted(doubts, key=lambda doubt: not doubt.impossible)


def _of_end(fact: Fact, clause: Clause | None, record: FactRecord) -> list[Doubt]:
    """Point out a signature, a consent or its end after the treaty has ceased to be in force."""
    if clause is None or clause.termination is None:
        return []
    ended = evaluate(clause, without(record, fact), fact.taken.latest).entry_into_force.ended
    if ended is None or not ended.by(fact.taken.earliest):
        return []
    sentence = f"The treaty ceased to be in force on {ended.edtf} (article {clause.termination.article})."
    return [Doubt("termination", sentence, impossible=False)]


def doubts_about_change(
    gone: Fact | None, new: Fact | None, clause: Clause | None, record: FactRecord, today: date
) -> list[Doubt]:
    """Return all objections to a change of the record: to `new` itself, and to the entries that stay.

    Args:
        gone: the fact that a correction or retraction takes out of `record`; None for an original entry.
        new: the fact that takes its place; None for a retraction.
        clause: the treaty's final clauses, where they are known.
        record: what the ledger holds, `gone` included.
        today: nothing is recorded before it happens.

    Returns:
        The doubts about `new`, then those about other facts that the change raises and that were not there before
        (a consent taken back twice, a withdrawal left without what it withdraws); the impossible first.

    """
    after = with_replaced(record, gone, new)
    doubts = doubts_about(new, clause, after, today) if new else []
    is_said = any(
        doubt.rule == "repetition" for doubt in doubts
    )  # of two that repeat each other, once is enough
    for fact in _affected(gone, new, after):
        before = {(doubt.rule, doubt.impossible) for doubt in doubts_about(fact, clause, record, today)}
        name = f"{fact.kind.label} of {fact.taken.edtf} ({fact.participant})"
        doubts += [
            Doubt(doubt.rule, f"It would leave the {name} in doubt: {doubt.sentence}", doubt.impossible)
            for doubt in doubts_about(fact, clause, after, today)
            if (doubt.rule, doubt.impossible) not in before and not (is_said and doubt.rule == "repetition")
        ]
    return sorted(doubts, key=lambda doubt: not doubt.impossible)


def with_replaced(record: FactRecord, gone: Fact | None, new: Fact | None) -> FactRecord:
    """Return the record without the one fact and with the other."""
    facts = dict(record.facts)
    if gone:
        facts[gone.participant] = tuple(
            fact for fact in facts.get(gone.participant, ()) if fact.id != gone.id
        )
    if new:
        facts |= FactRecord.of([*facts.get(new.participant, ()), new]).facts
    return replace(record, facts=facts)


def _affected(gone: Fact | None, new: Fact | None, after: FactRecord) -> list[Fact]:
    """Return the other facts on which a change can cast doubt.

    A statement casts doubt on what points at it alone, and an act about one on the other acts about it; not so a reply,
    which takes nothing from the statement. A signature, a consent and what ends one cast doubt also on the like of
    their participant, and on the organizations that follow their member States.
    """
    changes = [change for change in (gone, new) if change]
    participants = {change.participant for change in changes if change.kind in _BINDS}
    if participants:
        participants |= set(after.organisations)
    targets = {change.id for change in changes}
    targets |= {change.target for change in changes if change.target and change.kind not in REPLIES}
    others = [fact for own in after.facts.values() for fact in own if new is None or fact.id != new.id]
    return [
        fact
        for fact in others
        if (fact.participant in participants and fact.kind in _CAN_BE_DOUBTED) or fact.target in targets
    ]


def is_admitted(kind: ActionKind, clause: Clause | None) -> bool:
    """Whether the treaty provides for acts of a kind, whatever the participant; others are to be explained.

    A clause that does not name the acts leaves signatures and consents open. Provisional application needs a provision
    (VCLT 25), a reservation only that the text does not forbid it (VCLT 19).
    """
    if kind == ActionKind.RESERVATION:
        return not (clause and clause.reservations and clause.reservations.permitted == "none")
    acts = clause.acts if clause else None
    if kind not in ADMISSIBLE:
        return True
    return kind in acts.kinds if acts else kind != ActionKind.PROVISIONAL_APPLICATION


def _of_time(fact: Fact, record: FactRecord, today: date) -> list[Doubt]:
    doubts = []
    if (fact.taken.earliest - today).days == 1:
        sentence = (
            f"{fact.taken.earliest} lies in the future: it is tomorrow where the treaty's days are counted."
        )
        doubts.append(Doubt("future", sentence, impossible=False))
    elif not fact.taken.may_be_by(today):
        doubts.append(Doubt("future", f"{fact.taken.earliest} lies in the future."))
    elif not fact.taken.by(today):
        narrower = Span(fact.taken.earliest, today).edtf
        sentence = f"Part of {fact.taken.edtf} lies in the future; write {narrower}, or say why not."
        doubts.append(Doubt("future", sentence, impossible=False))
    participant = record.participant(fact.participant)
    if participant.valid_until and fact.taken.earliest >= participant.valid_until:
        doubts.append(Doubt("existence", f"It no longer existed from {participant.valid_until} on."))
    if participant.valid_from and fact.taken.latest < participant.valid_from:
        doubts.append(
            Doubt("existence", f"It did not exist before {participant.valid_from}.", impossible=False)
        )
    return doubts


def _of_capacity(fact: Fact, clause: Clause | None, record: FactRecord) -> list[Doubt]:
    """Point out who does not usually take part in treaties in its own name."""
    kind = record.participant(fact.participant).kind
    if kind == TERRITORY and not (clause and clause.entry_into_force.territories_count):
        sentence = "A territory does not act for itself; a State extends a treaty to it (VCLT 29)."
        return [Doubt("capacity", sentence, impossible=False)]
    if kind in ORGANIZATIONS and fact.participant not in record.organisations:
        sentence = (
            "An organization takes part only where the text admits it; its member States are not recorded."
        )
        return [Doubt("capacity", sentence, impossible=False)]
    return []


def _of_window(fact: Fact, clause: Clause | None) -> list[Doubt]:
    """Hold the action against the signature window (for the Convention: article 64(1)).

    Nobody consents to a text before it is open, and a period of any other act
    does not reach before; after the window only a signature
    is too late. A clause without a window sets no limit.
    """
    window = clause and clause.signature
    if not window:
        return []
    opens, closes, adheres = window.opens_on, window.closes_on, fact.kind in _ADHERES
    where = f"(article {window.article})"
    if fact.taken.latest < opens and not adheres:
        return []
    if fact.taken.latest < opens:
        sentence = f"{fact.taken.edtf} lies before the treaty was opened for signature on {opens} {where}."
        return [Doubt("window", sentence)]
    if fact.taken.earliest < opens:
        narrower = Span(opens, fact.taken.latest).edtf
        sentence = f"Part of {fact.taken.edtf} lies before the treaty was opened on {opens} {where}; write {narrower}."
        return [Doubt("window", sentence, impossible=False)]
    if closes and fact.kind in _SIGNS and fact.taken.earliest > closes:
        sentence = (
            f"{fact.taken.edtf} lies after the last day for signature, {closes} {where}"
            f"{'; who has not signed by then can accede' if clause and clause.admits_accession else ''}."
        )
        return [Doubt("window", sentence)]
    return []


def _of_act(fact: Fact, clause: Clause | None) -> list[Doubt]:
    """Point out an act that the treaty does not provide for; a succession can count by practice all the same."""
    admitted = clause and clause.acts
    if not clause or not admitted or fact.kind in admitted.kinds:
        return []
    if fact.kind == ActionKind.SUCCESSION and clause.entry_into_force.succession_basis:
        return []
    sentence = f"{with_article(fact.kind).capitalize()} is not among the acts that article {admitted.article} admits."
    return [Doubt("act", sentence, impossible=False)]


def _of_repetition(fact: Fact, earlier: list[Fact], clause: Clause | None) -> list[Doubt]:
    """Refuse a second signature or consent while the first stands: one participant binds itself once.

    Where there are several depositaries, it can sign and deposit with each; the earliest deposit counts.
    """
    if clause and clause.depositaries:
        return []
    kinds = CONSENTS if fact.kind in CONSENTS else SIGNATURES
    for other in standing_among(kinds, earlier, fact.taken.latest):
        name = f"{other.kind.label} of {other.taken.edtf}"
        return [Doubt("repetition", f"The {name} stands; it would have to be withdrawn or denounced first.")]
    return []


def _counts_without_target(fact: Fact, clause: Clause | None) -> bool:
    """Whether the condition of the clause counts acts of this kind: objections to an amendment answer no statement."""
    nodes = nodes_of(clause.entry_into_force.condition) if clause else ()
    return any(isinstance(node, AtLeast) and fact.kind in node.acts for node in nodes)


def _of_order(fact: Fact, earlier: list[Fact]) -> list[Doubt]:
    """Point out a ratification without signature, and an accession or another signature after it (VCLT 14, 15).

    A signatory that has left the treaty can accede anew, as the depositary has recorded (Canada, 21 December 2016,
    United Nations Convention to Combat Desertification).
    """
    day = fact.taken.latest
    has_left = bool(standing_among({ActionKind.DENUNCIATION}, earlier, day))
    signed = bool(standing_among(SIGNATURES, earlier, day))
    if fact.kind in AFTER_SIGNATURE and not signed:
        sentence = f"No signature precedes this {fact.kind.label}; who has not signed accedes."
    elif fact.kind == ActionKind.ACCESSION and signed and not has_left:
        sentence = "A signatory ratifies, accepts or approves; it does not accede."
    elif fact.kind in SIGNATURES and any(
        _before(other, fact) for other in standing_among(CONSENTS, earlier, day)
    ):
        sentence = "It has already consented to be bound; a signature adds nothing."
    else:
        return []
    return [Doubt("order", sentence, impossible=False)]


def _of_organization(fact: Fact, clause: Clause | None, record: FactRecord) -> list[Doubt]:
    """Hold an organization's act against those of its member States.

    Where the clause says so (for the Convention: article 64(2) to (4)) an organization signs after a member State
    has signed, and consents after one has consented. Elsewhere it is merely unusual to come first.
    """
    group = record.organisations.get(fact.participant)
    if group is None:
        return []
    kinds = CONSENTS if fact.kind in CONSENTS else _ADHERES
    day = fact.taken.latest
    for iso3 in record.groups.get(group, {}):
        if record.is_member(group, iso3, day) and any(
            other.kind in kinds and other.taken.may_be_by(day) for other in record.facts.get(iso3, ())
        ):
            return []
    act = "consented" if fact.kind in CONSENTS else "signed"
    rule = clause and clause.organizations
    required = bool(rule and rule.after_member_state)
    where = f" (article {rule.article})" if rule and required else ""
    sentence = f"None of the organization's member States had {act} by {day}{where}."
    return [Doubt("organization", sentence, impossible=required)]


def _of_succession(fact: Fact, record: FactRecord) -> list[Doubt]:
    """Point out a succession without a predecessor whose consent or signature it takes over (VCSST 17, 18)."""
    kinds = {ActionKind.SUCCESSION: CONSENTS, ActionKind.SUCCESSION_TO_SIGNATURE: _ADHERES}.get(fact.kind)
    if kinds is None:
        return []
    if fact.predecessor == fact.participant:
        return [Doubt("predecessor", "A participant does not succeed itself.")]
    if not fact.predecessor:
        sentence = "It does not name the predecessor whose consent or signature it takes over."
        return [Doubt("predecessor", sentence, impossible=False)]
    taken_over = [
        each
        for each in record.facts.get(fact.predecessor, ())
        if each.kind in kinds and each.taken.may_be_by(fact.taken.latest)
    ]
    if taken_over:
        return []
    what = "consent" if fact.kind == ActionKind.SUCCESSION else "signature or consent"
    sentence = (
        f"No {what} of its predecessor {fact.predecessor} is recorded, so that there is nothing to take over."
    )
    return [Doubt("predecessor", sentence, impossible=False)]


def _of_target(fact: Fact, clause: Clause | None, record: FactRecord) -> list[Doubt]:
    """Refuse the withdrawal of an instrument that is not there, and of a denunciation that has taken effect.

    A denunciation can be revoked "at any time before it takes effect" (VCLT 68).
    """
    everything = [other for own in record.facts.values() for other in own]
    target = next((other for other in everything if other.id == fact.target), None)
    if target is None:
        reason = (
            "The record does not hold what it takes back."
            if fact.target
            else "It does not say what it takes back."
        )
        return [Doubt("target", reason)]
    name = f"{target.kind.label} of {target.taken.edtf}"
    taken_back = any(
        other.kind == ActionKind.WITHDRAWAL and other.target == target.id and other.id != fact.id
        for other in everything
    )
    wrong = {
        f"It precedes the {name} that it takes back.": fact.taken.latest < target.taken.earliest,
        "A participant takes back only what is its own.": target.participant != fact.participant,
        f"The {name} is a statement: a withdrawal of statement takes it back.": target.kind
        not in INSTRUMENTS,
        f"The {name} has been taken back already.": taken_back or target.withdrawn is not None,
    }
    doubts = [Doubt("target", sentence) for sentence, holds in wrong.items() if holds]
    if target.kind == ActionKind.DENUNCIATION:
        doubts += revocation_doubts(fact, target, clause, record)
    return doubts


def _before(other: Fact, fact: Fact) -> bool:
    return other.taken.latest < fact.taken.earliest
