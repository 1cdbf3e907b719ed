"""Staff accounts, the changes of them that take two administrators, and the audit log."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from panel import invitations
from panel.base import ReadOnlyAdmin, SoundTexts, ValuesInAudit, VersionedForm, note, user_of
from panel.decisions import DecisionAdmin
from panel.exports import ExportedAdmin
from ratification.models import AccountChange, StaffRole
from ratification.operations import accounts

if TYPE_CHECKING:  # it takes a parameter only in its stubs
    Accounts = UserAdmin[User]
    NewAccount = forms.ModelForm[User]
    ChangeAccount = UserChangeForm[User]
else:
    Accounts, NewAccount, ChangeAccount = UserAdmin, forms.ModelForm, UserChangeForm


admin.site.unregister([User, Group])

LABELS = {"groups": "Roles"}
HELP = {
    "groups": "A role lets the account into the panel. To publish or administer takes a second administrator."
}


class _Person:
    """Name and address of an account, which no other account has in a form that looks or works alike.

    Of the roles, those that need a second administrator are kept apart as `proposed`.
    """

    proposed: tuple[Group, ...] = ()
    cleaned_data: dict[str, Any]
    changed_data: list[str]
    instance: User

    def clean_username(self) -> str:
        """Refuse a new name that looks like another account's."""
        name: str = self.cleaned_data["username"]
        if "username" in self.changed_data and (refusal := accounts.refusal_of_name(name, self.instance)):
            raise ValidationError(refusal)
        return name

    def clean_email(self) -> str:
        """Refuse a new address whose mailbox another account has."""
        address: str = self.cleaned_data["email"]
        if "email" in self.changed_data and (refusal := accounts.refusal_of_address(address, self.instance)):
            raise ValidationError(refusal)
        return address

    def clean_groups(self) -> QuerySet[Group]:
        """Keep the roles that the account has, and those that one administrator may give."""
        chosen: QuerySet[Group] = self.cleaned_data["groups"]
        held = set(self.instance.groups.values_list("pk", flat=True)) if self.instance.pk else set()
        self.proposed = tuple(role for role in chosen if role.pk not in held and accounts.is_guarded(role))
        return chosen.exclude(pk__in=[role.pk for role in self.proposed])


class NewAccountForm(_Person, NewAccount):
    """An invited person's account, with which nobody can log in before the link has been used."""

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "email", "groups")
        labels = LABELS
        help_texts = HELP

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - Django's signature
        """Make the account without a usable password."""
        self.instance.set_unusable_password()
        return super().save(commit)


class AccountForm(_Person, VersionedForm, ChangeAccount):
    """An account."""

    class Meta(UserChangeForm.Meta):
        labels = LABELS
        help_texts = HELP

    def clean_is_active(self) -> bool:
        """Refuse to open a closed account: a second administrator does, after a new password."""
        active: bool = self.cleaned_data["is_active"]
        if active and not self.instance.is_active:
            raise ValidationError("A closed account is opened by a password link and a second administrator.")
        return active


class ByRole(admin.RelatedFieldListFilter):
    """Filter of Django's groups, which are called roles everywhere else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        self.title = "roles"


@admin.register(User)
class AccountAdmin(SoundTexts, ValuesInAudit, Accounts):
    """Staff accounts. They are deactivated, never deleted: the record names them.

    One administrator proposes a role that allows to publish or to administer, or access with a new password; a second
    one accepts (`ratification.operations.accounts`). Superusers and single permissions are made on the machine alone.
    """

    form = AccountForm
    add_form = NewAccountForm
    add_form_template = "admin/panel/invite.html"
    add_fieldsets = (
        (None, {"fields": ("username",)}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Roles", {"fields": ("groups",)}),
    )
    change_form_template = "admin/panel/account.html"

    list_display = ("username", "first_name", "last_name", "roles", "is_active", "last_login")
    list_filter = (("groups", ByRole), "is_active", "is_superuser")
    show_facets = admin.ShowFacets.ALWAYS
    fieldsets = (
        (None, {"fields": ("username",)}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Roles", {"fields": ("is_active", "groups")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )

    class Media:
        js = ["panel/unsaved.js"]

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        """Return the account's roles."""
        return ", ".join(sorted(group.name for group in user.groups.all()))

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Prefetch the roles."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_urls(self) -> list[URLPattern]:
        """Add the steps that make a one-time link, and that propose to remove lost second factors."""
        steps = {"link": self.make_link, "factor": self.remove_factor}
        views = {name: self.admin_site.admin_view(require_POST(view)) for name, view in steps.items()}
        return [
            *(path(f"<int:pk>/{name}/", view, name=f"auth_user_{name}") for name, view in views.items()),
            *super().get_urls(),
        ]

    def make_link(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a one-time link by which the account's person sets a password; send it, or show it once."""
        user = self._changeable(request, pk)
        self._link(request, user, by_mail="_mail" in request.POST)
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[pk]))

    def _link(self, request: HttpRequest, user: User, *, by_mail: bool) -> None:
        if by_mail and not user.email:
            messages.error(request, f"{user} has no e-mail address: enter one, or hand the link over.")
            return
        try:
            link = accounts.propose_access(
                user, by=user_of(request), now=timezone.now(), email=user.email if by_mail else ""
            )
        except accounts.AccountChangeError as refusal:
            messages.error(request, str(refusal))
            return
        address = request.build_absolute_uri(reverse("admin:index") + f"password/{link}")
        if by_mail and invitations.send(user, address, by=user_of(request)):
            self.log_change(request, user, f"Sent a one-time link for a new password to {user.email}.")
            told = f"A one-time link has been sent to {user.email}; it works once, for three days."
        else:
            accounts.link_was_handed_over(user)
            self.log_change(request, user, "Made a one-time link for a new password.")
            told = (
                f"Hand this link to {user} in person; it works once, for three days, and is not shown again:"
                f" {address}"
            )
            if by_mail:
                messages.error(request, f"The message to {user.email} could not be sent.")
        messages.success(request, f"{told} A second administrator then lets the account in.")

    def remove_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Propose to remove the second factors of a person who has lost them."""
        user = self._changeable(request, pk)
        try:
            change = accounts.propose_removal(user, by=user_of(request), now=timezone.now())
        except accounts.AccountChangeError as refusal:
            messages.error(request, str(refusal))
        else:
            self.log_change(request, user, "Proposed to remove the second factor.")
            messages.warning(request, f"{change}: a second administrator decides.")
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[pk]))

    def _changeable(self, request: HttpRequest, pk: int) -> User:
        user = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        return user

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Make the one-time link of a new account at once."""
        if "_mail" in request.POST or "_hand" in request.POST:
            self._link(request, obj, by_mail="_mail" in request.POST)
            return HttpResponseRedirect(reverse("admin:auth_user_change", args=[obj.pk]))
        return super().response_add(request, obj, post_url_continue)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: ANN401, FBT001 - Django's signature
        """Save the roles; propose those that need a second administrator."""
        super().save_related(request, form, formsets, change)
        if moved := accounts.follow_roles(form.instance):
            self.log_change(request, form.instance, moved)
        for role in getattr(form, "proposed", ()):
            proposed = accounts.propose_role(form.instance, role, by=user_of(request), now=timezone.now())
            self.log_change(request, form.instance, f"Proposed the role {role}.")
            messages.warning(request, f"{proposed}: a second administrator decides.")

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002, ARG002 - Django's signature
        """Refuse; users change their own password on a page of its own."""
        raise PermissionDenied

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Return the dates, and for a user's own account the roles: users cannot change their own roles."""
        fixed = ("last_login", "date_joined")
        own = obj is not None and obj.pk == request.user.pk
        return (*fixed, "is_active", "groups") if own else fixed

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Permit only superusers to change superusers."""
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not above and super().has_change_permission(request, obj)

    def has_delete_permission(self, _request: HttpRequest, _obj: User | None = None) -> bool:
        """Forbid deleting: accounts are deactivated."""
        return False


@admin.register(StaffRole)
class RoleAdmin(ReadOnlyAdmin[StaffRole]):
    """Roles, read-only: their permissions stand in the code, those of further ones are set on the machine."""

    fields = ("name", "permissions")
    search_fields = ("name",)

    def has_view_permission(self, request: HttpRequest, _obj: StaffRole | None = None) -> bool:
        """Permit those who may see Django's groups, which roles are."""
        return request.user.has_perm("auth.view_group")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Permit the same."""
        return self.has_view_permission(request)


@admin.register(AccountChange)
class AccountChangeAdmin(DecisionAdmin[AccountChange]):
    """Changes of accounts that wait for a second administrator, or have been decided."""

    refusals = (accounts.AccountChangeError,)
    decider = "auth.change_user"
    fields = (
        *("user", "kind", "role", "email", "proposed_by", "proposed_at", "password_set_at"),
        *("outcome", "decided_by", "decided_at"),
    )
    list_display = ("user", "kind", "role", "proposed_by", "proposed_at", "outcome", "decided_by")
    list_select_related = ("user", "role", "proposed_by", "decided_by")

    def decide(self, request: HttpRequest, change: AccountChange, *, accept: bool) -> AccountChange:
        """Accept or refuse."""
        decided = accounts.decide(change, by=user_of(request), accept=accept, now=timezone.now())
        if accept:
            note(request, decided.user, f"{decided}: accepted. {accounts.access_of(decided.user)}")
        return decided


@admin.register(LogEntry)
class AuditAdmin(ExportedAdmin, ReadOnlyAdmin[LogEntry]):
    """Audit log: each write in the panel with its user, moment and change. Read-only."""

    list_display = ("action_time", "user", "action_flag", "content_type", "object_repr", "what")
    list_filter = ("action_flag", ("content_type", admin.RelatedOnlyFieldListFilter), "user")
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "change_message", "user__username")
    date_hierarchy = "action_time"
    show_facets = admin.ShowFacets.ALWAYS
    actions = None

    @admin.display(description="what")
    def what(self, entry: LogEntry) -> str:
        """Return what was done, in words."""
        return entry.get_change_message()
