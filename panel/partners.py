"""Partner sites: their tokens, the addresses that are told of changes, and the log of what was sent."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from common.http_client import OutboundError
from panel.states import PlainAdmin
from ratification.models import Delivery, PartnerToken, Subscription
from ratification.partners import tokens as partners
from ratification.partners import webhooks

if TYPE_CHECKING:  # it takes a parameter only in its stubs
    _Form = forms.ModelForm[Subscription]
else:
    _Form = forms.ModelForm


class PartnerTokenAdmin(PlainAdmin):
    """Tokens are made and revoked, never read again, renamed or deleted."""

    list_display = ("name", "created_at", "last_used_on", "revoked_at")
    fields = ("name",)
    actions = ("revoke",)

    def has_change_permission(self, request: HttpRequest, obj: PartnerToken | None = None) -> bool:
        """A token cannot be changed; revoking is an action of the list."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: PartnerToken | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """Who had a token stays known."""
        return False

    def save_model(self, request: HttpRequest, obj: PartnerToken, form: Any, change: bool) -> None:  # noqa: ANN401, ARG002, FBT001 - Django's signature
        """Make the token, and show it this once."""
        row, token = partners.issue(obj.name, now=timezone.now())
        obj.pk = row.pk
        messages.warning(request, f"The token of {obj.name}, shown only now: {token}")

    @admin.action(description="Revoke", permissions=["change"])
    def revoke(self, request: HttpRequest, rows: QuerySet[PartnerToken]) -> None:  # noqa: ARG002 - Django's signature
        """Refuse the tokens from now on."""
        for row in rows:
            partners.revoke(row, now=timezone.now())


class SubscriptionForm(_Form):
    """Checks the address as the delivery will."""

    url = forms.URLField(
        label="address", max_length=500, assume_scheme="https", help_text="Each change is sent there by POST."
    )

    class Meta:
        model = Subscription
        fields = ("name", "treaty", "url", "active")

    def clean_url(self) -> str:
        """Refuse an address that would never be called."""
        url: str = self.cleaned_data["url"]
        try:
            webhooks.client_for(url).check(url)
        except OutboundError as error:
            raise ValidationError(str(error)) from error
        return url


class SubscriptionAdmin(PlainAdmin):
    """Addresses that are told of changes. Switched off rather than deleted; nothing is lost meanwhile."""

    form = SubscriptionForm
    list_display = ("name", "treaty", "url", "active", "position", "attempts", "next_attempt_at")
    list_filter = ("active", "treaty")
    actions = ("resume", "replay_all")
    readonly_fields = ("secret", "created_at", "position", "attempts", "failing_since", "next_attempt_at")

    def get_fields(self, request: HttpRequest, obj: Subscription | None = None) -> tuple[str, ...]:  # noqa: ARG002 - Django's signature
        """Show the secret, and how it stands, once there is one."""
        asked = ("name", "treaty", "url")
        return asked if obj is None else (*asked, "active", *self.readonly_fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Subscription | None = None) -> tuple[str, ...]:  # noqa: ARG002 - Django's signature
        """A subscription stays with its treaty: its position counts that treaty's changes."""
        return self.readonly_fields if obj is None else ("treaty", *self.readonly_fields)

    def has_delete_permission(self, request: HttpRequest, obj: Subscription | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """The log names it."""
        return False

    def save_model(self, request: HttpRequest, obj: Subscription, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001 - Django's signature
        """Subscribe from now on, or keep what was changed; the position is the deliveries' to move."""
        if change:
            Subscription.objects.filter(pk=obj.pk).update(
                **{name: getattr(obj, name) for name in form.changed_data}
            )
            return
        obj.pk = webhooks.subscribe(obj.name, obj.treaty, obj.url, now=timezone.now()).pk
        messages.info(request, "Give the partner the secret that the subscription's page shows.")

    @admin.action(description="Go on at once", permissions=["change"])
    def resume(self, request: HttpRequest, rows: QuerySet[Subscription]) -> None:  # noqa: ARG002 - Django's signature
        """Begin deliveries again where they stopped."""
        for row in rows:
            webhooks.replay(row, after=row.position)

    @admin.action(description="Send every change again", permissions=["change"])
    def replay_all(self, request: HttpRequest, rows: QuerySet[Subscription]) -> None:  # noqa: ARG002 - Django's signature
        """Begin with the first change."""
        for row in rows:
            webhooks.replay(row)


class DeliveryAdmin(PlainAdmin):
    """The log: read, never written. From any line of it, what follows can be sent again."""

    list_display = ("attempted_at", "subscription", "change", "status", "error")
    list_filter = ("subscription", "status")
    list_select_related = ("subscription", "change")
    actions = ("replay_from",)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Deliveries write it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """A log stays as it is."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:  # noqa: ARG002 - Django's signature
        """A log stays."""
        return False

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Whoever may change subscriptions may send again."""
        return request.user.has_perm("ratification.change_subscription")

    @admin.action(description="Send from this change on again", permissions=["replay"])
    def replay_from(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:  # noqa: ARG002 - Django's signature
        """Begin with the earliest change that is chosen of each subscription."""
        first: dict[int, Delivery] = {}
        for row in rows.select_related("subscription").order_by("-change_id"):
            first[row.subscription_id] = row
        for row in first.values():
            webhooks.replay(row.subscription, after=row.change_id - 1)


admin.site.register(PartnerToken, PartnerTokenAdmin)
admin.site.register(Subscription, SubscriptionAdmin)
admin.site.register(Delivery, DeliveryAdmin)
