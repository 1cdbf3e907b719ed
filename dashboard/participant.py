"""Page of one participant: its standing and why, its timeline, windows, groups, and every source."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from dashboard.page import page_of
from dashboard.readiness import of_participant
from dashboard.sentences import declared_sentences, disagreement_sentences
from dashboard.statement_words import Act, act_of
from dashboard.table import ParticipantRow, rows_of
from ratification.intake.bundles import BUNDLED
from ratification.models import Action
from ratification.readiness.stages import readiness_of
from ratification.record.entries import entries_elsewhere
from ratification.record.selectors import View
from ratification.record.statements import RecordedStatements, statements_of
from ratification.rules.caveats import caveat_on_force_for
from ratification.rules.outcome import CountedConsent, StandingKind
from ratification.rules.statements.succession import not_said_of
from ratification.status.day_text import translated
from treaty.clauses import CONSENTS, SIGNATURES


def participant(request: HttpRequest, slug: str, iso3: str) -> HttpResponse:
    """Show one participant in relation to the treaty."""
    page = page_of(request, slug, readiness_of)
    view = page.view
    person = view.directory.participants.get(iso3)
    if person is None:
        raise Http404(gettext("No participant has the code %(code)s.") % {"code": iso3})
    standing = next((item for item in view.outcome.standings if item.participant == iso3), None)
    recorded = statements_of(view)
    acts = [act_of(entry, recorded) for entry in view.entries if entry.participant.iso3 == iso3]
    acts.sort(key=lambda act: (act.entry.taken_latest, act.entry.revision or 0))
    windows = [window for window in view.outcome.windows if window.participant == iso3]
    context = {
        "page": page,
        "participant": person,
        "standing": standing,
        "disagreements": disagreement_sentences(view, iso3),
        "declared": declared_sentences(view, iso3),
        "caveat": translated(caveat_on_force_for(view.outcome, standing)),
        "row": next(
            iter(rows_of(view, only=iso3)),
            ParticipantRow(person, StandingKind.NONE),  # a territory, say, that cannot act itself
        ),
        "consents": _consents(view.outcome.threshold.entries, iso3),
        "acts": acts,
        "standing_statements": [act for act in acts if act.recorded and act.recorded.stands],
        "of_predecessor": _of_predecessor(view, recorded, iso3),
        "windows": [window for window in windows if not window.reported],
        "elsewhere": [entry for entry in _elsewhere(iso3, slug) if entry.taken_earliest <= view.as_of],
        "ready": of_participant(page, iso3),
        "groups": view.directory.groups_of(iso3, view.as_of),
    }
    return render(request, "dashboard/participant.html", {"current": "participants", **context})


def _of_predecessor(view: View, recorded: RecordedStatements, iso3: str) -> list[Act]:
    """Return the predecessor's statements of which a successor has not said whether it maintains them."""
    found = {each.fact.id for each in not_said_of(iso3, view.facts, view.as_of)}
    return [
        act_of(each.entry, recorded) for each in recorded.by_entry.values() if each.statement.fact.id in found
    ]


def _elsewhere(iso3: str, slug: str) -> QuerySet[Action]:
    others = [other for other in BUNDLED if other != slug]
    return entries_elsewhere(others, SIGNATURES | CONSENTS).filter(participant__iso3=iso3)


def _consents(entries: tuple[CountedConsent, ...], iso3: str) -> list[CountedConsent]:
    return [entry for entry in entries if entry.participant == iso3]
