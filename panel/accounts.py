"""Staff accounts and the audit log."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from panel.base import ReadOnlyAdmin
from panel.exports import ExportedAdmin

if TYPE_CHECKING:  # it takes a parameter only in its stubs
    Accounts = UserAdmin[User]
    NewAccount = forms.ModelForm[User]
else:
    Accounts, NewAccount = UserAdmin, forms.ModelForm


admin.site.unregister(User)


class NewAccountForm(NewAccount):
    """A new account without a usable password."""

    class Meta:
        model = User
        fields = ("username",)

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 - Django's signature
        """Make the account without a usable password."""
        self.instance.set_unusable_password()
        return super().save(commit)


@admin.register(User)
class AccountAdmin(Accounts):
    """Staff accounts. They are deactivated, never deleted: the record names them.

    An administrator gives roles; only a superuser makes superusers or gives single permissions. Nobody sets another
    person's password here: who could would log in as author and as reviewer, and publish alone. The first password,
    and one in place of a lost one, is set on the machine (`manage.py changepassword`).
    """

    add_form = NewAccountForm
    add_fieldsets = ((None, {"fields": ("username",)}),)

    list_display = ("username", "first_name", "last_name", "roles", "is_active", "last_login")
    list_filter = ("groups", "is_active", "is_superuser")
    show_facets = admin.ShowFacets.ALWAYS

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        """Return the account's roles."""
        return ", ".join(sorted(group.name for group in user.groups.all()))

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Prefetch the roles."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:  # noqa: ANN401 - Django's type
        """Show the fields that the user may set."""
        if obj is None:
            return super().get_fieldsets(request, obj)
        rights: tuple[str, ...] = ("is_active", "is_staff", "groups")
        if request.user.is_superuser:
            rights += ("is_superuser", "user_permissions")
        return (
            (None, {"fields": ("username",)}),
            ("Person", {"fields": ("first_name", "last_name", "email")}),
            ("Roles", {"fields": rights}),
            ("Dates", {"fields": ("last_login", "date_joined")}),
        )

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002, ARG002 - Django's signature
        """Refuse; users change their own password on a page of its own."""
        raise PermissionDenied

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Return the dates, and for a user's own account the roles: users cannot change their own roles."""
        fixed = ("last_login", "date_joined")
        own = obj is not None and obj.pk == request.user.pk and not request.user.is_superuser
        return (*fixed, "is_active", "is_staff", "groups") if own else fixed

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Permit only superusers to change superusers."""
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not above and super().has_change_permission(request, obj)

    def has_delete_permission(self, _request: HttpRequest, _obj: User | None = None) -> bool:
        """Forbid deleting: accounts are deactivated."""
        return False


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
