"""Live advice for the form of a treaty action: the date in words, the participant's standing, doubts of each kind."""

import re
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone

from panel.base import PanelAdmin
from panel.row_fields import number_in
from ratification.intake.printed import read_days
from ratification.ledger.checks import Scrutiny
from ratification.models import Action
from ratification.record import selectors
from ratification.record.evaluation import clause_of
from ratification.rules.admissibility import POINTS_AT_ANOTHER, is_admitted
from ratification.rules.dates import Span
from ratification.rules.doubts import Doubt
from states.models import Participant
from treaty.clauses import ActionKind, Clause
from treaty.models import Article, Treaty

M = TypeVar("M", bound=Model)

# A single paragraph as requirements.csv has it: 2, 3(a); a range names no provision.
PARAGRAPH = re.compile(r"(\d+)((?:\([a-z]+\))*)")


class ActionAdvice(PanelAdmin[Action]):
    """Mixin of the actions' admin: the JSON that the form asks for while it is filled in."""

    def get_urls(self) -> list[URLPattern]:
        """Add the address of the advice."""
        view = self.admin_site.admin_view(self.advice_view)
        return [path("advice/", view, name=self.url_name("advice")), *super().get_urls()]

    def advice_view(self, request: HttpRequest) -> HttpResponse:
        """Return the advice for the fields filled in so far."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        span, date_words = _day(request.GET.get("taken_on", ""))
        answer: dict[str, Any] = {"date": date_words, "kinds": {}, "standing": "", "waiting": []}
        treaty = _row(Treaty, request.GET.get("treaty"))
        answer["provisions"] = _provisions(treaty) if treaty else []
        participant = _row(Participant, request.GET.get("participant"))
        if treaty is None:
            return JsonResponse(answer)
        if participant is None:
            clause = clause_of(treaty)
            answer["kinds"] = {kind.value: _advice_on_kind(kind, clause) for kind in ActionKind}
            return JsonResponse(answer)
        today = treaty.legal_day(timezone.now())
        entry = _row(Action, request.GET.get("entry"))
        corrected = _row(Action, request.GET.get("corrects")) or (entry and entry.supersedes)
        own = entry.pk if entry else 0
        scrutiny = Scrutiny(treaty, with_pending_of=request.user.pk)
        candidate = Action(
            pk=entry.pk if entry else None,
            treaty=treaty,
            participant=participant,
            taken_earliest=(span or Span.day(today)).earliest,
            taken_latest=(span or Span.day(today)).latest,
            relates_to=_row(Action, request.GET.get("relates_to")),
            supersedes=corrected,
            entry=Action.Entry.CORRECTION if corrected else Action.Entry.ORIGINAL,
        )
        answer["kinds"] = {kind.value: _advice_on(kind, candidate, scrutiny, today) for kind in ActionKind}
        answer["standing"] = _standing(treaty, participant)
        answer["waiting"] = [
            f"{other} ({other.get_state_display()}, {other.author})"
            for other in Action.objects.filter(treaty=treaty, participant=participant, revision__isnull=True)
            .exclude(pk=own)
            .select_related("participant", "author")
        ]
        return JsonResponse(answer)


def _advice_on(kind: ActionKind, candidate: Action, scrutiny: Scrutiny, today: date) -> dict[str, object]:
    """Return how well a kind fits. A missing reference is no doubt yet: the user may still choose it."""
    candidate.kind = kind.value
    doubts = [
        doubt
        for doubt in scrutiny.doubts_about(candidate, today)
        if doubt.rule != "target" or candidate.relates_to is not None
    ]
    return {
        "fit": _fit(doubts),
        "why": " ".join(doubt.sentence for doubt in doubts),
        "meaning": kind.meaning,
        "about_another": kind in POINTS_AT_ANOTHER,
    }


def _advice_on_kind(kind: ActionKind, clause: Clause | None) -> dict[str, object]:
    """Return whether the treaty admits a kind, before a participant is chosen."""
    admitted = is_admitted(kind, clause)
    return {
        "fit": "usual" if admitted else "unusual",
        "why": "" if admitted else f"The treaty is not known to provide for {kind.label}.",
        "meaning": kind.meaning,
        "about_another": kind in POINTS_AT_ANOTHER,
    }


def _day(text: str) -> tuple[Span | None, str]:
    if not text.strip():
        return None, ""
    try:
        span = read_days(text)
    except ValueError as error:
        return None, f"{error}."
    if span.on:
        return span, f"{span.on:%A, %-d %B %Y}"
    return span, f"a day from {span.earliest:%-d %B %Y} to {span.latest:%-d %B %Y}"


def _standing(treaty: Treaty, participant: Participant) -> str:
    view = selectors.view_of(treaty, today=treaty.legal_day(timezone.now()))
    for standing in view.outcome.standings:
        if standing.participant == participant.iso3:
            return f"{participant} today: {standing.kind.value}. {standing.reason}"
    return f"{participant} has done nothing under {treaty} yet."


def _provisions(treaty: Treaty) -> list[tuple[str, str]]:
    """Return the provisions that a statement can concern: articles, and paragraphs known to permit or require one."""
    paragraphs: dict[int, list[tuple[str, str]]] = {}
    for requirement in treaty.requirements.filter(article__isnull=False).select_related("article"):
        if requirement.article and (match := PARAGRAPH.fullmatch(requirement.paragraph)):
            provision = f"{requirement.article.number}({match[1]}){match[2]}"
            words = f"{provision}: {requirement.kind.replace('_', ' ')}"
            paragraphs.setdefault(requirement.article.number, []).append((provision, words))
    found = []
    for article in treaty.articles.filter(status=Article.Status.ADOPTED):
        found.append((str(article.number), f"{article.number}: {article.title}"))
        found += paragraphs.get(article.number, [])
    return found


def _fit(doubts: list[Doubt]) -> str:
    if any(doubt.impossible for doubt in doubts):
        return "impossible"
    return "unusual" if doubts else "usual"


def _row(model: type[M], pk: str | None) -> M | None:
    return model._default_manager.filter(pk=number_in(pk)).first()  # noqa: SLF001 - Django's documented API
