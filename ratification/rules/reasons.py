"""Sentences for people about one consent, in the words of the glossary."""

from datetime import date

from common.messages import in_a_row, message
from ratification.rules.consents import Consent, Signature, Timeline
from ratification.rules.dates import Span
from ratification.rules.facts import FactRecord
from ratification.rules.force import Binding, Bound, after_threshold
from treaty.clauses import CONSENTS, ActionKind, Clause, EntryIntoForce

NO_ACT = message("No signature and no consent to be bound is recorded.")


def day_words(span: Span) -> str:
    """Say when: `on 2026-02-11`, `between 2026-02-01 and 2026-02-13`, `not before 2026-02-01`."""
    if span.on:
        return message("on %(day)s", day=span.earliest.isoformat())
    first, last = span.earliest.isoformat(), span.latest.isoformat()
    if span.certain:
        return message("between %(first)s and %(last)s", first=first, last=last)
    return message("not before %(day)s", day=first)


def with_article(kind: ActionKind) -> str:
    """Give the kind with its indefinite article: `an accession`."""
    return words_with_article(kind.label)


def words_with_article(words: str) -> str:
    """Give words with their indefinite article: `an entry into force`."""
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def why_counted(consent: Consent, clause: Clause, reached: Span | None) -> str:
    """Return why a consent counts, and on what decision that rests where the text does not say."""
    rule, fact = clause.entry_into_force, consent.fact
    values: dict[str, object] = {
        "act": fact.kind.label,
        "when": day_words(fact.taken),
        "article": rule.article,
    }
    counts = (
        message("The %(act)s made %(when)s counts under article %(article)s", **values)
        if fact.kind == ActionKind.DECLARATION
        else message("The %(act)s deposited %(when)s counts under article %(article)s", **values)
    )
    if fact.kind not in rule.counted_acts:
        return message(
            "%(counts)s by the depositary's practice: %(basis)s.", counts=counts, basis=rule.succession_basis
        )
    until = consent.until
    if reached and until and reached.latest < until.earliest <= after_threshold(rule, reached).latest:
        return message(
            "%(counts)s, although it was taken back %(when)s: that was after the threshold was reached, where the "
            "text is silent (a decision of this project).",
            counts=counts,
            when=day_words(until),
        )
    if reached and consent.ceased and consent.ceased <= reached.earliest:
        return message(
            "%(counts)s, although the participant ceased to exist on %(day)s: its deposit was made.",
            counts=counts,
            day=consent.ceased,
        )
    return message("%(counts)s.", counts=counts)


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
        return message(
            "Another instrument of the same participant counts already; each participant counts once."
        )
    if reached and consent.since.earliest > reached.latest:
        return _late(consent, clause)
    if consent.until and (reached is None or consent.until.earliest <= reached.latest):
        return _ended(consent, consent.until)
    if consent.since.on:
        return message(
            "Deposited %(when)s: the day on which the threshold is reached is open, so that it is not certain "
            "whether the instrument counts.",
            when=day_words(consent.fact.taken),
        )
    return message(
        "Deposited %(when)s: the day is open, so that it is not certain whether the instrument counts.",
        when=day_words(consent.fact.taken),
    )


def _late(consent: Consent, clause: Clause) -> str:
    """Say what follows of a consent after the threshold; the article on later parties says nothing of successions."""
    when = day_words(consent.fact.taken)
    if consent.fact.kind == ActionKind.SUCCESSION:
        return message(
            "The succession was notified %(when)s, after the threshold was reached; it takes effect on the day "
            "that the record gives, else on that of the notification.",
            when=when,
        )
    if not clause.later_parties:
        return message("Deposited %(when)s, after the threshold was reached.", when=when)
    return message(
        "Deposited %(when)s, after the threshold was reached; article %(article)s applies to it.",
        when=when,
        article=clause.later_parties.article,
    )


def _never_counted(consent: Consent, clause: Clause, record: FactRecord) -> str:
    """Say why a consent is of those that the article does not count; empty if it is of those that it does."""
    rule = clause.entry_into_force
    if consent.fact.kind not in rule.counted_acts and not _counts_by_practice(consent, rule):
        values: dict[str, object] = {"act": consent.fact.kind.label, "article": rule.article}
        if consent.fact.kind.label[0] in "aeiou":
            return message(
                "Under article %(article)s an %(act)s does not count toward entry into force.", **values
            )
        return message(
            "Under article %(article)s a %(act)s does not count toward entry into force.", **values
        )
    if consent.by_organization and rule.organizations == "none":
        return _organization(consent, record)
    if consent.by_territory and not rule.territories_count:
        return message("A territory is no State; its instrument does not count.")
    return ""


def _counts_by_practice(consent: Consent, rule: EntryIntoForce) -> bool:
    return consent.fact.kind == ActionKind.SUCCESSION and bool(rule.succession_basis)


def _ended(consent: Consent, until: Span) -> str:
    """Say what ended a consent before it could count: the first of what may have."""
    first = until.earliest
    if consent.withdrawn and consent.withdrawn.earliest == first:
        return message(
            "The instrument was taken back %(when)s, before the threshold was reached.",
            when=day_words(consent.withdrawn),
        )
    notice = next((notice for notice in consent.notices if notice.taken.earliest == first), None)
    if notice:
        return message(
            "The participant gave notice %(when)s, before the threshold was reached; that takes the instrument back.",
            when=day_words(notice.taken),
        )
    return message("The participant ceased to exist on %(day)s, before the threshold was reached.", day=first)


def _organization(consent: Consent, record: FactRecord) -> str:
    """Say that an organization's instrument adds nothing, and how many of its members had deposited."""
    iso3, day = consent.fact.participant, consent.fact.taken.latest
    group = record.organisations.get(iso3)
    if group is None:
        return message("An organization's instrument is not additional to those of its member States.")
    members = [code for code in record.groups.get(group, {}) if record.is_member(group, code, day)]
    consents = [
        [fact.taken for fact in record.facts.get(code, ()) if fact.kind in CONSENTS] for code in members
    ]
    deposited = sum(any(taken.by(day) for taken in own) for own in consents)
    if deposited < sum(any(taken.may_be_by(day) for taken in own) for own in consents):
        return message(
            "An organization's instrument is not additional to those of its member States; at least %(number)s of its "
            "%(members)s members of that day had deposited theirs.",
            number=deposited,
            members=len(members),
        )
    return message(
        "An organization's instrument is not additional to those of its member States; %(number)s of its %(members)s "
        "members of that day had deposited theirs.",
        number=deposited,
        members=len(members),
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
        return message(
            "It ceased to exist on %(day)s; what it did before stays in the record.",
            day=line.participant.valid_until,
        )
    if bound is not None:
        consented = bound.entry.reason if bound.entry else _consented(bound)
        return in_a_row([consented, _bound(bound.binding, clause, day)])
    if signature is None:
        return not_known(not_known_since) if not_known_since else NO_ACT
    return _signed(signature, day, not_known_since)


def _consented(bound: Bound) -> str:
    """Say when consent was deposited, or of a member State through whose consent it is bound."""
    fact = bound.consent.fact
    if bound.through:
        return message(
            "It is bound as a member State through the %(act)s of %(organization)s, from %(day)s on.",
            act=fact.kind.label,
            organization=bound.through,
            day=fact.taken,
        )
    return message("The %(act)s was deposited %(when)s.", act=fact.kind.label, when=day_words(fact.taken))


def _signed(signature: Signature, day: date, not_known_since: date | None) -> str:
    """Say when a participant that has not consented signed, and whether a consent may have followed."""
    signed = day_words(signature.fact.taken)
    if signature.withdrawn:
        return message(
            "Signed %(signed)s; the signature was taken back %(withdrawn)s.",
            signed=signed,
            withdrawn=day_words(signature.withdrawn),
        )
    if not signature.fact.taken.by(day):
        return message("Signed %(signed)s; whether by %(day)s is open.", signed=signed, day=day)
    if not_known_since:
        values = {"signed": signed, "day": not_known_since}
        if not signature.fact.taken.by(not_known_since):
            return message(
                "Signed %(signed)s; whether consent to be bound was deposited is not known: the list of acts is "
                "complete only until %(day)s.",
                **values,
            )
        return message(
            "Signed %(signed)s; no consent to be bound was deposited by %(day)s, and whether one was deposited later "
            "is not known.",
            **values,
        )
    return message("Signed %(signed)s; no consent to be bound has been deposited.", signed=signed)


def not_known(since: date) -> str:
    """Say of a participant without an act that its standing is not known past the day of the list."""
    return message(
        "No signature and no consent to be bound is recorded until %(day)s; whether there was one later is not known.",
        day=since,
    )


def _bound(binding: Binding, clause: Clause | None, day: date) -> str:
    """Say since when the treaty is in force for the participant, or why it is not, and what ended it."""
    said: list[str] = []
    if binding.begins:
        when = day_words(binding.begins)
        said.append(
            message("The treaty entered into force for it %(when)s.", when=when)
            if binding.begins.by(day)
            else message("The treaty enters into force for it %(when)s.", when=when)
        )
    elif not binding.ends and clause:
        said.append(
            message("The clause does not say when the treaty enters into force for later parties.")
            if binding.later and not clause.later_parties
            else message("The treaty is not in force.")
        )
    if binding.ends:
        when = day_words(binding.ends)
        said.append(
            message("Its consent ended %(when)s.", when=when)
            if binding.ends.by(day)
            else message("Its consent ends %(when)s.", when=when)
        )
    return in_a_row(said)
