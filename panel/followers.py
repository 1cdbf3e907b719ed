"""Followers by mail: counts, mail that waits or failed, and suppressed addresses. No page shows an address."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from panel.base import ReadOnlyAdmin
from ratification.following.question import stored_question
from ratification.models import Mail, MailSubscription, Suppression


@admin.register(MailSubscription)
class MailSubscriptionAdmin(ReadOnlyAdmin[MailSubscription]):
    """Subscriptions without their addresses: what is asked for, and how the mail to it does."""

    list_display = ("pk", "treaty", "asked", "frequency", "created_at", "confirmed_at", "sent", "waiting")
    list_filter = ("treaty", "frequency", ("confirmed_at", admin.EmptyFieldListFilter))
    list_select_related = ("treaty",)
    fields = ("treaty", "asked", "frequency", "language", "site", "created_at", "confirmed_at", "told_at")
    show_facets = admin.ShowFacets.ALWAYS

    def get_queryset(self, request: HttpRequest) -> QuerySet[MailSubscription]:
        """Count the mail of each."""
        sent = Q(mails__sent_at__isnull=False)
        waits = Q(mails__sent_at=None, mails__given_up_at=None, mails__pk__isnull=False)
        counted: dict[str, Any] = {
            "sent_mails": Count("mails", filter=sent),
            "waiting_mails": Count("mails", filter=waits),
        }
        return super().get_queryset(request).annotate(**counted)

    @admin.display(description="question", ordering="question")
    def asked(self, row: MailSubscription) -> str:
        """Return the question in words, its participants and group by their codes."""
        question = stored_question(row.question)
        whose = ", ".join(question.participants) or question.group
        return f"{whose}: {question.words}" if whose else question.words

    @admin.display(description="mail sent")
    def sent(self, row: Any) -> int:  # noqa: ANN401 - with the annotations
        """Return how much was sent."""
        return int(row.sent_mails)

    @admin.display(description="mail waiting")
    def waiting(self, row: Any) -> int:  # noqa: ANN401 - the same
        """Return how much waits."""
        return int(row.waiting_mails)


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin[Mail]):
    """The outbox: what waits, what was sent in the last month, what was given up and why."""

    list_display = (
        *("created_at", "subscription", "key", "sent_at"),
        *("attempts", "next_attempt_at", "given_up_at", "error"),
    )
    list_filter = (
        ("sent_at", admin.EmptyFieldListFilter),
        ("given_up_at", admin.EmptyFieldListFilter),
        "error",
    )
    list_select_related = ("subscription__treaty",)
    fields = (*list_display, "changes")
    show_facets = admin.ShowFacets.ALWAYS


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin[Suppression]):
    """Addresses that get no mail any more, known by a digest alone. Deleting a row lets the address ask again."""

    list_display = ("pk", "reason", "created_at")
    fields = ("reason", "created_at")

    def has_delete_permission(self, request: HttpRequest, _obj: Suppression | None = None) -> bool:
        """Permit those who may delete them."""
        return request.user.has_perm("ratification.delete_suppression")
