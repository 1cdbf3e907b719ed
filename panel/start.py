"""Start page of the staff: entries that wait, odd entries, and the health of the background processes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import F, Q
from django.template.defaultfilters import pluralize
from django.urls import reverse

from panel.lists import OF_ACTIONS, OF_REPORTS, OF_TREATY_FACTS, Questions
from ratification.models import (
    AccountChange,
    Action,
    ImportRun,
    Record,
    ReferenceChange,
    Report,
    Subscription,
    TreatyFact,
    TreatyProposal,
    TreatyStatus,
    UnfinishedForm,
)
from ratification.models.decisions import Decision
from ratification.operations import heartbeat
from treaty.models import Treaty

WAITING = ("mine", "returned", "to_review", "left_behind")
SHOWN_FOR = timedelta(days=30)
"""Time for which the start page shows a decided change."""
ODD = ("without_notification", "inexact", "disagreeing")
TODAY = {
    "returned": ("%s returned to you", "change"),
    "mine": ("%s in draft", "change"),
    "to_review": ("%s to review", "review"),
    "left_behind": ("%s left by closed accounts", "change"),
}
"""Work of a person for today: lists, behind a number, with the permission that they take."""


@dataclass(frozen=True, slots=True)
class WaitingCount:
    """A working list with its length."""

    label: str
    number: int
    address: str


@dataclass(frozen=True, slots=True)
class Pulse:
    """When a background process was last seen."""

    name: str
    seen_at: datetime | None
    alive: bool


@dataclass(frozen=True, slots=True)
class StartPage:
    """Content of the start page."""

    today: list[WaitingCount]
    of_files: str
    waiting: list[WaitingCount]
    odd: list[WaitingCount]
    reports: list[WaitingCount]
    treaty_facts: list[WaitingCount]
    differing: list[Treaty]
    comparison: ImportRun | None
    behind: list[Record]
    last: Action | None
    pulses: list[Pulse]
    unfinished: list[UnfinishedForm]
    decisions: list[Decision]


def start_of(user: AbstractBaseUser | AnonymousUser, *, now: datetime) -> StartPage | None:
    """Return the content for a user; None where the user may not see entries."""
    if not isinstance(user, User) or not user.has_perm("ratification.view_action"):
        return None
    current = TreatyStatus.objects.filter(revision=F("treaty__record__revision")).values("treaty")
    return StartPage(
        today=_today(user, now),
        of_files=f"{reverse('admin:ratification_action_changelist')}?question=of_files",
        waiting=_counts(Action, OF_ACTIONS, WAITING, user),
        odd=_counts(Action, OF_ACTIONS, ODD, user),
        reports=_counts(Report, OF_REPORTS, (*WAITING, "old"), user),
        treaty_facts=_counts(TreatyFact, OF_TREATY_FACTS, WAITING, user),
        differing=differing(),
        comparison=ImportRun.objects.select_related("treaty").order_by("-compared_at").first(),
        behind=list(Record.objects.select_related("treaty").exclude(treaty__in=current)),
        last=Action.objects.filter(revision__isnull=False)
        .select_related("participant", "treaty")
        .order_by("-published_at", "-pk")
        .first(),
        pulses=_pulses(now),
        unfinished=list(UnfinishedForm.objects.filter(owner=user)),
        decisions=_decisions(now),
    )


def _today(user: User, now: datetime) -> list[WaitingCount]:
    """Return what the user can do: lists that are not empty, changes to decide, and partner sites not reached."""
    kinds: list[tuple[type[Action | Report | TreatyFact], Questions, str]] = [
        (Action, OF_ACTIONS, "action"),
        (Report, OF_REPORTS, "report"),
        (TreatyFact, OF_TREATY_FACTS, "treaty fact"),
    ]
    found = []
    for name, (label, verb) in TODAY.items():
        for model, questions, noun in kinds:
            if user.has_perm(f"ratification.{verb}_{model.__name__.lower()}"):
                (count,) = _counts(model, questions, [name], user)
                found.append(replace(count, label=label % (noun + pluralize(count.number))))
    deciders = {
        AccountChange: ("account change", "auth.change_user"),
        ReferenceChange: ("reference change", "states.change_participant"),
        TreatyProposal: ("treaty proposal", "ratification.change_treatyproposal"),
    }
    for change, (noun, permission) in deciders.items():
        if user.has_perm(permission):
            waiting = change._default_manager.filter(accepted=None).exclude(proposed_by=user).count()  # noqa: SLF001 - documented
            address = reverse(f"admin:ratification_{change.__name__.lower()}_changelist")
            found.append(
                WaitingCount(
                    f"{noun}{pluralize(waiting)} to decide", waiting, f"{address}?accepted__isnull=True"
                )
            )
    if user.has_perm("ratification.change_subscription"):
        failing = {"failing_since__gte": (now - SHOWN_FOR).isoformat(timespec="minutes")}
        number = Subscription.objects.filter(**failing).count()
        address = reverse("admin:ratification_subscription_changelist")
        label = f"partner site{pluralize(number)} not reached"
        found.append(WaitingCount(label, number, f"{address}?{urlencode(failing)}"))
    return [count for count in found if count.number]


def differing() -> list[Treaty]:
    """Return the treaties for which the depositary declares another day than the rules compute. One query.

    Only where something is declared can it differ: no other status document is read.
    """
    declared = TreatyFact.objects.exclude(kind=TreatyFact.Kind.KNOWN_UNTIL).values("treaty")
    return list(Treaty.objects.filter(pk__in=declared, status__document__contains='"differs":true'))


def _decisions(now: datetime) -> list[Decision]:
    """Return the changes that wait for a second person, and those decided lately."""
    shown = Q(accepted__isnull=True) | Q(decided_at__gte=now - SHOWN_FOR)
    people = ("proposed_by", "decided_by")
    return [
        *AccountChange.objects.filter(shown).select_related("user", "role", *people),
        *ReferenceChange.objects.filter(shown).select_related(*people),
        *TreatyProposal.objects.filter(shown).select_related(*people),
    ]


def _pulses(now: datetime) -> list[Pulse]:
    seen = heartbeat.last_seen()
    processes = {heartbeat.BEAT: "Scheduler", heartbeat.WORKER: "Worker"}
    return [
        Pulse(label, at := seen.get(name), alive=at is not None and now - at <= heartbeat.LATE_AFTER)
        for name, label in processes.items()
    ]


def _counts(
    model: type[Action | Report | TreatyFact], questions: Questions, names: Iterable[str], user: User
) -> list[WaitingCount]:
    """Return the working lists of some questions with their lengths."""
    address = reverse(f"admin:ratification_{model.__name__.lower()}_changelist")
    return [
        WaitingCount(label, select(model.objects.all(), user).count(), f"{address}?question={name}")
        for name in names
        for label, select in [questions[name]]
    ]
