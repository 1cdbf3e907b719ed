"""One statement: its texts, what stands of it, its history, and its effects between its maker and those that object."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from common.messages import message
from dashboard.page import Page, page_of
from dashboard.statement_words import act_of
from ratification.models import Action
from ratification.record import selectors
from ratification.record.entries import first_entries
from ratification.record.evaluation import clause_of
from ratification.record.selectors import View
from ratification.record.statements import (
    RecordedStatement,
    RecordedStatements,
    permitting,
    statements_of,
)
from ratification.rules.outcome import StandingKind
from ratification.rules.statements import ProvisionState
from ratification.rules.statements.effects import effect_sentence, effects_between
from ratification.rules.statements.permission import why_prohibited
from ratification.rules.statements.provisions import WHOLE
from ratification.status.day_text import translated
from states.naming import name_of
from treaty.clauses import ActionKind, ReservationRule


def statement(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show one statement; the number is the revision of its entry, or of an entry that this corrects."""
    page = page_of(request, slug, selectors.view_of)
    recorded = statements_of(page.view)
    stated = recorded.by_entry.get(_holder(page, number))
    if stated is None:
        raise Http404(
            gettext("Revision %(number)s is no statement that the record holds on %(day)s.")
            % {"number": number, "day": page.view.as_of}
        )
    reserved = _reserved(stated, recorded)
    context = {
        "page": page,
        "act": act_of(stated.entry, recorded),
        "stated": stated,
        "target": stated.target and recorded.by_entry.get(stated.target.pk),
        "in_force": _in_force(page.view, stated.entry.participant.iso3),
        "in_force_for_all": all(_in_force(page.view, iso3) for iso3 in _concerned(reserved)),
        "unconfirmed": _unconfirmed(page.view, stated),
        "prohibited": translated(why_prohibited(stated.statement.fact.articles or (WHOLE,), _rule(page)))
        if stated.entry.kind == ActionKind.RESERVATION
        else "",
        "ended": next((each.ended for each in stated.statement.provisions if each.ended), None),
        "effects": _effects(page, reserved, recorded) if reserved else [],
    }
    return render(request, "dashboard/statement.html", {"current": "statements", **context})


def _holder(page: Page[View], number: int) -> int:
    """Return the key of the entry that holds in the place of a revision. Two queries."""
    found = Action.objects.filter(treaty=page.treaty, revision=number).values_list("pk", flat=True).first()
    first = first_entries(page.treaty)
    origin = first.get(found or 0, found or 0)
    return next((entry.pk for entry in page.view.entries if first.get(entry.pk, entry.pk) == origin), 0)


def _rule(page: Page[View]) -> ReservationRule | None:
    """Return what the treaty says of reservations, where its definition does."""
    clause = clause_of(page.treaty)
    return clause.reservations if clause else None


def _in_force(view: View, iso3: str) -> bool:
    """Whether the treaty is certainly in force for a participant."""
    return any(
        each.participant == iso3 and each.kind is StandingKind.PARTY for each in view.outcome.standings
    )


def _unconfirmed(view: View, stated: RecordedStatement) -> str:
    """Return in words the consent that has not confirmed a reservation; empty where nothing is amiss."""
    if stated.statement.state != ProvisionState.AWAITING_CONFIRMATION:
        return ""
    iso3 = stated.entry.participant.iso3
    standing = next((each for each in view.outcome.standings if each.participant == iso3), None)
    if standing is None or standing.consent is None or standing.consented is None:
        return ""
    return message("%(act)s of %(day)s", act=standing.consent.label, day=standing.consented)


def _reserved(stated: RecordedStatement, recorded: RecordedStatements) -> RecordedStatement | None:
    """Return the reservation whose effects a page shows: the statement itself, or what it objects to."""
    about = stated.target and recorded.by_entry.get(stated.target.pk)
    shown = about if stated.entry.kind == ActionKind.OBJECTION else stated
    return shown if shown and shown.entry.kind == ActionKind.RESERVATION else None


def _concerned(reserved: RecordedStatement | None) -> set[str]:
    """Return the codes of the maker of a reservation and of those that object to it."""
    entries = (reserved.entry, *reserved.objections) if reserved else ()
    return {entry.participant.iso3 for entry in entries}


def _effects(page: Page[View], stated: RecordedStatement, recorded: RecordedStatements) -> list[str]:
    """Return the effects of a reservation between its maker and each participant that objects to it."""
    permits = permitting([page.treaty])[page.treaty.slug]
    maker = stated.entry.participant
    return [
        translated(effect_sentence(effect, name_of(maker), name_of(other), permits))
        for other in {entry.participant.iso3: entry.participant for entry in stated.objections}.values()
        for effect in effects_between(recorded.statements, maker.iso3, other.iso3, _rule(page))
        if effect.statement.fact.id == stated.statement.fact.id
    ]
