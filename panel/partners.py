"""Partner sites: their tokens, their webhook subscriptions, and the log of deliveries."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from kombu.exceptions import OperationalError

from common.http_client import OutboundError
from panel.base import ModelAdmin, ModelForm, PanelAdmin, ReadOnlyAdmin, SoundTexts, ValuesInAudit, note
from ratification import tasks
from ratification.models import Delivery, PartnerToken, Subscription
from ratification.partners import tokens, webhooks
from ratification.status.changes import sentence_of


@admin.register(PartnerToken)
class PartnerTokenAdmin(SoundTexts, ModelAdmin[PartnerToken]):
    """Tokens are issued and revoked; they are never shown again, renamed or deleted."""

    list_display = ("name", "created_at", "last_used_on", "revoked_at")
    fields = ("name",)
    actions = ("revoke",)

    def has_change_permission(self, request: HttpRequest, obj: PartnerToken | None = None) -> bool:
        """Forbid changing: revoking is an action of the list."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: PartnerToken | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Forbid deleting: the holders of tokens stay on record."""
        return False

    def save_model(self, request: HttpRequest, obj: PartnerToken, form: object, change: bool) -> None:  # noqa: ARG002, FBT001 - Django's signature
        """Issue the token and show it once."""
        row, token = tokens.issue(obj.name, now=timezone.now())
        obj.pk = row.pk
        messages.warning(request, f"The token of {obj.name}, shown only now: {token}")

    @admin.action(description="Revoke", permissions=["change"])
    def revoke(self, request: HttpRequest, rows: QuerySet[PartnerToken]) -> None:
        """Revoke the tokens that are not revoked yet."""
        for row in rows.filter(revoked_at=None):
            tokens.revoke(row, now=timezone.now())
            note(request, row, "Revoked.")
            self.message_user(request, f"{row} is revoked: it is refused from now on.")


class SubscriptionForm(ModelForm[Subscription]):
    """Form of a subscription, which checks the address as each delivery does."""

    url = forms.URLField(
        label="Address",
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vURLField"}),
        help_text="Each change is sent there by POST.",
    )

    class Meta:
        model = Subscription
        fields = ("name", "treaty", "url", "active")

    def clean_url(self) -> str:
        """Refuse an address to which no delivery would be sent."""
        url: str = self.cleaned_data["url"]
        try:
            webhooks.client_for(url).check(url)
        except OutboundError as error:
            raise ValidationError(str(error)) from error
        return url


@admin.register(Subscription)
class SubscriptionAdmin(SoundTexts, ValuesInAudit, PanelAdmin[Subscription]):
    """Webhook subscriptions. They are deactivated rather than deleted, and miss no change meanwhile."""

    form = SubscriptionForm
    list_display = ("name", "treaty", "url", "active", "position", "failing_since", "next_attempt_at")
    list_filter = ("active", "treaty")
    autocomplete_fields = ("treaty",)
    actions = ("resume", "replay_all", "send_test", "rotate")
    readonly_fields = (
        "secret",
        "earlier_secret_until",
        "created_at",
        "position",
        "attempts",
        "failing_since",
        "next_attempt_at",
    )

    def get_fields(self, request: HttpRequest, obj: Subscription | None = None) -> tuple[str, ...]:  # noqa: ARG002 - Django's signature
        """Show the secret and the position once the subscription exists."""
        asked = ("name", "treaty", "url")
        return asked if obj is None else (*asked, "active", *self.readonly_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Subscription | None = None) -> tuple[str, ...]:  # noqa: ARG002 - Django's signature
        """Keep the treaty: the position counts the changes of that treaty."""
        return self.readonly_fields if obj is None else ("treaty", *self.readonly_fields)

    def has_delete_permission(self, request: HttpRequest, obj: Subscription | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Forbid deleting: the log names subscriptions."""
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: Subscription,
        form: SubscriptionForm,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Subscribe from now on, or update the changed columns; only deliveries move the position.

        One that is made active again, or sent elsewhere, begins without the failures of before.
        """
        if change:
            changed = {name: getattr(obj, name) for name in form.changed_data}
            if obj.active and changed.keys() & {"active", "url"}:
                webhooks.resume(obj, **changed)
            else:
                Subscription.objects.filter(pk=obj.pk).update(**changed)
            return
        obj.pk = webhooks.subscribe(obj.name, obj.treaty, obj.url, now=timezone.now()).pk
        messages.info(request, "Give the partner the secret that the subscription's page shows.")

    @admin.action(description="Go on where deliveries stopped", permissions=["change"])
    def resume(self, request: HttpRequest, rows: QuerySet[Subscription]) -> None:
        """Resume deliveries where they stopped."""
        for row in rows:
            webhooks.resume(row)
            note(request, row, f"Deliveries go on after change {row.position}.")
            self.message_user(request, f"{row} gets what it has not confirmed within a minute.")

    @admin.action(description="Send every change again", permissions=["change"])
    def replay_all(self, request: HttpRequest, rows: QuerySet[Subscription]) -> None:
        """Repeat deliveries from the first change on."""
        for row in rows:
            webhooks.replay(row)
            note(request, row, "Every change is sent again.")
            self.message_user(request, f"{row} gets every change again, beginning within a minute.")

    @admin.action(description="Send a test event", permissions=["change"])
    def send_test(self, request: HttpRequest, rows: QuerySet[Subscription]) -> None:
        """Queue the test event; a web process calls no other host."""
        for row in rows:
            try:
                tasks.send_test_event.apply_async((row.pk,), retry=False)
            except OperationalError:
                self.message_user(request, "The queue cannot be reached: nothing was sent.", messages.ERROR)
                return
            note(request, row, "A test event was asked for.")
            self.message_user(
                request, f"The test event is on its way to {row}: the log says what it answered."
            )

    @admin.action(description="Replace the secret", permissions=["change"])
    def rotate(self, request: HttpRequest, rows: QuerySet[Subscription]) -> None:
        """Give new secrets; those that sign now do so for a week more."""
        for row in rows:
            webhooks.rotate(row, now=timezone.now())
            note(request, row, "Replaced the secret.")
            self.message_user(
                request,
                f"{row} has a new secret, on its page. Deliveries carry the signatures of"
                f" the earlier ones too for {webhooks.OVERLAP.days} days: give the partner the new secret until then.",
            )


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin[Delivery]):
    """Log of deliveries, read-only. Deliveries can be repeated from any of its rows on."""

    list_display = ("attempted_at", "subscription", "sent", "status", "error")
    fields = list_display
    list_filter = ("subscription", "status")
    list_select_related = ("subscription", "change__treaty", "change__participant")
    actions = ("replay_from",)

    @admin.display(description="change")
    def sent(self, row: Delivery) -> str:
        """Return the id under which the change was sent, and its sentence."""
        return f"{row.change.number}: {sentence_of(row.change)}" if row.change else "test event"

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Permit the users who may change subscriptions."""
        return request.user.has_perm("ratification.change_subscription")

    @admin.action(description="Send from this change on again", permissions=["replay"])
    def replay_from(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        """Repeat deliveries from the earliest selected change of each subscription on."""
        first: dict[int, Delivery] = {}
        sent = rows.filter(change__isnull=False).select_related("subscription", "change")
        for row in sent.order_by("-change__number"):
            first[row.subscription_id] = row
        for row in first.values():
            number = row.change.number if row.change else 0
            webhooks.replay(row.subscription, after=number - 1)
            note(request, row.subscription, f"Changes are sent again from {number} on.")
            self.message_user(
                request,
                f"{row.subscription} gets change {number} and all later ones again, beginning within a minute.",
            )
