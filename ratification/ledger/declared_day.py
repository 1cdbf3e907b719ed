"""Day of entry into force for a participant, as the notification of its instrument prints it.

It is a treaty fact of its own beside the instrument: the depositary declares it, and it is held against the day that
the rules compute.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from ratification.ledger.content import AnyEntry, TreatyFactContent
from ratification.ledger.refusal import LedgerError
from ratification.ledger.writing import discard, draft, revise, submit
from ratification.models import Action, TreatyFact
from ratification.record.entries import latest_revision, treaty_facts_at
from ratification.rules.dates import Span
from ratification.rules.reasons import words_with_article
from treaty.clauses import CONSENTS, ActionKind

COLUMN = "in_force_on"
"""Name of the form field at which a refusal is shown."""
_KIND = TreatyFact.Kind.ENTRY_INTO_FORCE_FOR


def declared_with(action: Action) -> TreatyFact | None:
    """Return the day that the notification of an instrument declares: a draft, else the fact that holds."""
    if action.kind not in CONSENTS or not action.notification:
        return None
    same = Q(participant=action.participant, kind=_KIND, notification=action.notification)
    drafts: QuerySet[TreatyFact] = TreatyFact.objects.filter(
        same, treaty=action.treaty, revision__isnull=True, entry=TreatyFact.Entry.ORIGINAL
    )
    held = treaty_facts_at(action.treaty, latest_revision(action.treaty)).filter(same)
    return drafts.select_related("participant", "author").order_by("-pk").first() or held.last()


def facts_beside(acts: Sequence[Action], state: str) -> list[TreatyFact]:
    """Return the treaty facts in a state that the notifications of acts of one treaty declare beside these. One query.

    They are the printed days of entry into force for those who have bound themselves by one of the acts, and what the
    notifications say of the treaty as a whole.
    """
    numbers = {act.notification for act in acts if act.notification}
    if not numbers:
        return []
    declared: QuerySet[TreatyFact] = TreatyFact.objects.filter(
        treaty=acts[0].treaty_id, notification__in=numbers, state=state
    ).select_related("participant", "treaty", "author", "source")
    facts = list(declared.order_by("pk"))
    days = {fact.pk for fact in printed_for(acts, facts)}
    return [fact for fact in facts if fact.participant_id is None or fact.pk in days]


def printed_for(acts: Iterable[Action], among: Iterable[AnyEntry]) -> list[TreatyFact]:
    """Return the printed days of entry into force, among entries, that the notifications of instruments declare."""
    binding = {(act.participant_id, act.notification) for act in acts if act.kind in CONSENTS}
    return [
        entry
        for entry in among
        if isinstance(entry, TreatyFact) and (entry.participant_id, entry.notification) in binding
    ]


def declare_with(
    action: Action,
    day: date | None,
    *,
    by: User,
    now: datetime,
    earlier: TreatyFact | None = None,
    submitted: bool = False,
) -> TreatyFact | None:
    """Keep the day that the notification of an instrument declares as a treaty fact beside it, and return that.

    A draft of it follows the day typed, and goes where no day is left. What is in review or published stays as it is.

    Args:
        action: the instrument.
        day: the day as printed; None where the notification prints none.
        by: the user who enters it.
        now: the moment of writing.
        earlier: the fact that stood beside the act before it was changed.
        submitted: whether it goes to review at once.

    Raises:
        LedgerError: naming the field, if an act of this kind has no such day, if the day cannot be right, or if
            another one has been submitted or published already.

    """
    found = declared_with(action) or earlier
    is_draft = found is not None and found.state == TreatyFact.State.DRAFT
    if day is None:
        if found is not None and is_draft and found.author_id == by.pk:
            discard(found, by=by)
            return None
        return found
    _check(action, day)
    if found is not None and not is_draft and found.taken != Span.day(day):
        said = f"{found.get_state_display()}: {found.taken.edtf}"
        raise LedgerError(f"Another day is {said}; correct that treaty fact.", column=COLUMN)
    if found is not None and not is_draft:
        return found
    content = TreatyFactContent(
        kind=_KIND,
        taken=Span.day(day),
        participant=action.participant,
        notification=action.notification,
        notified_on=action.notified_on,
        source=action.source,
        confidence=action.confidence,
        override=action.override,
    )
    try:
        fact = (
            draft(action.treaty, content, author=by, now=now)
            if found is None
            else revise(found, content, by=by, now=now)
        )
        return submit(fact, by=by) if submitted else fact
    except LedgerError as refusal:
        raise LedgerError(str(refusal), column=COLUMN) from refusal


def _check(action: Action, day: date) -> None:
    """Refuse a day for an act that binds nobody, without its notification, or before the instrument was deposited."""
    if action.kind not in CONSENTS:
        name = words_with_article(action.get_kind_display())
        raise LedgerError(f"The treaty does not enter into force by {name}; leave this empty.", column=COLUMN)
    if not action.notification:
        raise LedgerError("Give the number of the notification that prints this day.", column=COLUMN)
    if action.kind != ActionKind.SUCCESSION and day < action.taken_earliest:
        sentence = f"{day} lies before the deposit of {action.taken.edtf}: the treaty cannot be in force for it then."
        raise LedgerError(sentence, column=COLUMN)
