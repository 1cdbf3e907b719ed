"""Working lists of the staff, each a filter of the entries; the start page counts them."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from ratification.models import Action, Difference, ImportRun, Report
from ratification.readiness.stages import a_year_before
from ratification.record import entries as record_entries
from treaty.clauses import ActionKind

Entries = QuerySet[Any]
"""Entries of either kind."""


def waiting(entries: Entries, state: Action.State) -> Entries:
    """Return the entries in a state before publication, by the index of those that are not published."""
    return entries.filter(state=state, revision__isnull=True)


def mine(entries: Entries, user: User) -> Entries:
    """Return the user's own drafts."""
    return waiting(entries, Action.State.DRAFT).filter(author=user)


def submitted(entries: Entries, user: User) -> Entries:
    """Return the user's own entries that wait for another's review."""
    return waiting(entries, Action.State.IN_REVIEW).filter(author=user)


def returned(entries: Entries, user: User) -> Entries:
    """Return the user's own drafts that a reviewer has returned."""
    return mine(entries, user).exclude(review_note="")


def to_review(entries: Entries, user: User) -> Entries:
    """Return the entries in review by authors other than the user."""
    return waiting(entries, Action.State.IN_REVIEW).exclude(author=user)


def left_behind(entries: Entries, _user: User) -> Entries:
    """Return drafts whose author's account is closed; they pass to the user who edits them."""
    return waiting(entries, Action.State.DRAFT).filter(author__is_active=False, origin="")


def holding(entries: Entries, _user: User) -> Entries:
    """Return the published entries that hold now, without superseded ones and retractions."""
    return record_entries.holding(entries)


def without_notification(entries: Entries, user: User) -> Entries:
    """Return entries that hold without a depositary notification, those of files apart (`of_files`)."""
    return holding(entries, user).filter(notification="", origin="")


def inexact(entries: Entries, user: User) -> Entries:
    """Return entries that hold and whose day is not known, those of files apart (`of_files`)."""
    return holding(entries, user).filter(taken_earliest__lt=F("taken_latest"), origin="")


def of_files(entries: Entries, user: User) -> Entries:
    """Return entries of loaded files that are drafts, or lack a notification or an exact day: nothing to do today."""
    lacking = Q(taken_earliest__lt=F("taken_latest"))
    if entries.model is Action:
        lacking |= Q(notification="")
    loaded = entries.exclude(origin="")
    lacking_now = holding(loaded, user).filter(lacking).values("pk")
    return loaded.filter(Q(pk__in=lacking_now) | Q(state=Action.State.DRAFT, author__is_active=False))


def disagreeing(entries: Entries, user: User) -> Entries:
    """Return entries that hold and that the depositary's last document contradicts or lacks."""
    last = ImportRun.objects.values("treaty").annotate(last=Max("pk")).values("last")
    return holding(entries, user).filter(
        pk__in=Difference.objects.filter(run__in=last, held__isnull=False).values("held")
    )


def unusual(entries: Entries, user: User) -> Entries:
    """Return entries that hold and have an explanation."""
    return holding(entries, user).exclude(override="")


def old(reports: Entries, user: User) -> Entries:
    """Return the reports that hold, are over a year old, and have no later one of the same measure and participant."""
    same = Report.objects.filter(participant=OuterRef("participant"), measure=OuterRef("measure"))
    later = holding(same.filter(taken_latest__gt=OuterRef("taken_latest")), user)
    before = a_year_before(timezone.now().date())
    return holding(reports, user).filter(~Exists(later), taken_latest__lt=before)


Questions = dict[str, tuple[str, Callable[[Entries, User], Entries]]]
OF_ALL: Questions = {
    "mine": ("My drafts", mine),
    "returned": ("Returned to me", returned),
    "submitted": ("Mine, waiting for review", submitted),
    "to_review": ("Waiting for review, not mine", to_review),
    "left_behind": ("Drafts of closed accounts", left_behind),
    "holding": ("In the record now", holding),
    "inexact": ("Date not exact", inexact),
    "unusual": ("Unusual, explained", unusual),
    "of_files": ("Gaps of loaded files", of_files),
}
OF_ACTIONS: Questions = OF_ALL | {
    "without_notification": ("Without notification number", without_notification),
    "disagreeing": ("Disagreeing with the depositary", disagreeing),
}
OF_TREATY_FACTS: Questions = OF_ALL
OF_REPORTS: Questions = OF_ALL | {"old": ("Last confirmed more than a year ago", old)}


class QuestionFilter(admin.SimpleListFilter):
    """Filter of a list by working list, with counts."""

    title = "question"
    parameter_name = "question"
    questions: ClassVar[Questions]

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - Django's type
        """Return the questions."""
        return [(key, label) for key, (label, _) in self.questions.items()]

    def queryset(self, request: HttpRequest, queryset: Entries) -> Entries:
        """Return the entries of the chosen working list."""
        question = self.questions.get(self.value() or "")
        return (
            question[1](queryset, request.user) if question and isinstance(request.user, User) else queryset
        )


class ActionQuestions(QuestionFilter):
    """The questions about treaty actions."""

    questions = OF_ACTIONS


class ReportQuestions(QuestionFilter):
    """The questions about reports."""

    questions = OF_REPORTS


class TreatyFactQuestions(QuestionFilter):
    """The questions about treaty facts."""

    questions = OF_TREATY_FACTS


class KindFilter(admin.SimpleListFilter):
    """Filter by kind of action."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, _request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - Django's type
        """Return the kinds that occur."""
        there = set(model_admin.model.objects.order_by().values_list("kind", flat=True).distinct())
        return [(kind.value, kind.label) for kind in ActionKind if kind.value in there]

    def get_facet_counts(self, pk_attname: str, filtered_qs: Entries) -> dict[str, Count]:  # noqa: ARG002 - Django's signature
        """Count each kind by its column; Django's own would select all entries once more for each."""
        return {
            f"{place}__c": Count(pk_attname, filter=Q(kind=kind))
            for place, (kind, _) in enumerate(self.lookup_choices)
        }

    def queryset(self, _request: HttpRequest, queryset: Entries) -> Entries:
        """Return the entries of the kind."""
        return queryset.filter(kind=self.value()) if self.value() else queryset
