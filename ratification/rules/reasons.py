"""Sentences for people about one consent, in the words of the glossary."""

from datetime import date

from ratification.rules.consents import Consent, Signature, Timeline
from ratification.rules.dates import Span
from ratification.rules.facts import FactRecord
from ratification.rules.force import Binding, Bound, after_threshold
from treaty.clauses import CONSENTS, ActionKind, Clause, EntryIntoForce

NO_ACT = "No signature and no consent to be bound is recorded."


def day_words(span: Span) -> str:
    """Say when: `on 2026-02-11`, `between 2026-02-01 and 2026-02-13`, `not before 2026-02-01`."""
    if span.on:
        return f"on {span.earliest.isoformat()}"
    if span.certain:
        return f"between {span.earliest.isoformat()} and {span.latest.isoformat()}"
    return f"not before {span.earliest.isoformat()}"


def with_article(kind: ActionKind) -> str:
    """Give the kind with its indefinite article: `an accession`."""
    return words_with_article(kind.label)


def words_with_article(words: str) -> str:
    """Give words with their indefinite article: `an entry into force`."""
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def why_counted(consent: Consent, clause: Clause, reached: Span | None) -> str:
    """Return why a consent counts, and on what decision that rests where the text does not say."""
    rule, fact = clause.entry_into_force, consent.fact
    made = "made" if fact.kind == ActionKind.DECLARATION else "deposited"
    said = f"The {fact.kind.label} {made} {day_words(fact.taken)} counts under article {rule.article}"
    if fact.kind not in rule.counted_acts:
        return f"{said} by the depositary's practice: {rule.succession_basis}."
    until = consent.until
    if reached and until and reached.latest < until.earliest <= after_threshold(rule, reached).latest:
        return (
            f"{said}, although it was taken back {day_words(until)}: that was after the threshold was reached, "
            "where the text is silent (a decision of this project)."
        )
    if reached and consent.ceased and consent.ceased <= reached.earliest:
        return f"{said}, although the participant ceased to exist on {consent.ceased}: its deposit was made."
    return f"{said}."


def why_not_counted(
    consent: Consent, clause: Clause, record: FactRecord, reached: Span | None, *, twice: bool
) -> str:
    """Say why a consent does not count, or not for certain.

    Args:
        consent: the consent.
        clause: the treaty's clause.
        record: the record, for the members of an organization.
        reached: the day on which the threshold was reached, if it may have been.
        twice: whether another consent of the same participant counts already.

    """
    never = _never_counted(consent, clause, record)
    if never:
        return never
    if twice:
        return "Another instrument of the same participant counts already; each participant counts once."
    if reached and consent.since.earliest > reached.latest:
        later = f"; article {clause.later_parties.article} applies to it" if clause.later_parties else ""
        return f"Deposited {day_words(consent.fact.taken)}, after the threshold was reached{later}."
    if consent.until and (reached is None or consent.until.earliest <= reached.latest):
        return _ended(consent, consent.until)
    return (
        f"Deposited {day_words(consent.fact.taken)}: the day is open, "
        "so that it is not certain whether the instrument counts."
    )


def _never_counted(consent: Consent, clause: Clause, record: FactRecord) -> str:
    """Say why a consent is of those that the article does not count; empty if it is of those that it does."""
    rule = clause.entry_into_force
    if consent.fact.kind not in rule.counted_acts and not _counts_by_practice(consent, rule):
        return (
            f"{with_article(consent.fact.kind).capitalize()} is not among the acts of article {rule.article}."
        )
    if consent.by_organization and rule.organizations == "none":
        return _organization(consent, record)
    if consent.by_territory and not rule.territories_count:
        return "A territory is no State; its instrument does not count."
    return ""


def _counts_by_practice(consent: Consent, rule: EntryIntoForce) -> bool:
    return consent.fact.kind == ActionKind.SUCCESSION and bool(rule.succession_basis)


def _ended(consent: Consent, until: Span) -> str:
    """Say what ended a consent before it could count: the first of what may have."""
    first = until.earliest
    if consent.withdrawn and consent.withdrawn.earliest == first:
        return (
            f"The instrument was taken back {day_words(consent.withdrawn)}, before the threshold was reached."
        )
    notice = next((notice for notice in consent.notices if notice.taken.earliest == first), None)
    if notice:
        return (
            f"The participant gave notice {day_words(notice.taken)}, before the threshold was reached; "
            "that takes the instrument back."
        )
    return f"The participant ceased to exist on {first}, before the threshold was reached."


def _organization(consent: Consent, record: FactRecord) -> str:
    """Say that an organization's instrument adds nothing, and how many of its members had deposited."""
    iso3, day = consent.fact.participant, consent.fact.taken.latest
    group = record.organisations.get(iso3)
    if group is None:
        return "An organization's instrument is not additional to those of its member States."
    members = [code for code in record.groups.get(group, {}) if record.is_member(group, code, day)]
    deposited = sum(
        any(fact.kind in CONSENTS and fact.taken.by(day) for fact in record.facts.get(code, ()))
        for code in members
    )
    return (
        "An organization's instrument is not additional to those of its member States; "
        f"{deposited} of its {len(members)} members of that day had deposited theirs."
    )


def why_standing(
    line: Timeline,
    signature: Signature | None,
    bound: Bound | None,
    clause: Clause | None,
    day: date,
    *,
    not_known_since: date | None = None,
) -> str:
    """Say why a participant stands where it stands on a day.

    Past the day until which the list of acts is known, a missing act is not known to be missing.
    """
    if line.ceased:
        return (
            f"It ceased to exist on {line.participant.valid_until}; what it did before stays in the record."
        )
    if bound is not None:
        fact = bound.consent.fact
        deposited = f"The {fact.kind.label} was deposited {day_words(fact.taken)}."
        if bound.through:
            deposited = (
                f"It is bound as a member State through the {fact.kind.label} of {bound.through}, "
                f"from {fact.taken.edtf} on."
            )
        return (
            f"{bound.entry.reason if bound.entry else deposited} {_bound(bound.binding, clause, day)}".strip()
        )
    if signature is None:
        return not_known(not_known_since) if not_known_since else NO_ACT
    return _signed(signature, day, not_known_since)


def _signed(signature: Signature, day: date, not_known_since: date | None) -> str:
    """Say when a participant that has not consented signed, and whether a consent may have followed."""
    signed = f"Signed {day_words(signature.fact.taken)}"
    if signature.withdrawn:
        return f"{signed}; the signature was taken back {day_words(signature.withdrawn)}."
    if not signature.fact.taken.by(day):
        return f"{signed}; whether by {day} is open."
    if not_known_since:
        return (
            f"{signed}; whether consent to be bound was deposited later is not known since {not_known_since}."
        )
    return f"{signed}; no consent to be bound has been deposited."


def not_known(since: date) -> str:
    """Say of a participant without an act that its standing is not known past the day of the list."""
    return f"Not known since {since}: no signature and no consent to be bound is recorded until then."


def _bound(binding: Binding, clause: Clause | None, day: date) -> str:
    """Say since when the treaty is in force for the participant, or why it is not, and what ended it."""
    said = []
    if binding.begins:
        verb = "entered" if binding.begins.by(day) else "enters"
        said.append(f"The treaty {verb} into force for it {day_words(binding.begins)}.")
    elif not binding.ends and clause:
        said.append(
            "The clause does not say when the treaty enters into force for later parties."
            if binding.later and not clause.later_parties
            else "The treaty is not in force."
        )
    if binding.ends:
        verb = "ended" if binding.ends.by(day) else "ends"
        said.append(f"Its consent {verb} {day_words(binding.ends)}.")
    return " ".join(said)
