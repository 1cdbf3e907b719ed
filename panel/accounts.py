"""Accounts and the audit log: who may do what, and who did what."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest

from panel.states import Exported, PlainAdmin

if TYPE_CHECKING:  # it takes a parameter only in its stubs
    Accounts = UserAdmin[User]
else:
    Accounts = UserAdmin


class AccountAdmin(Accounts):
    """Staff accounts. They are closed, never deleted: the record names them.

    An administrator gives roles; only a superuser makes superusers or gives single permissions.
    """

    list_display = ("username", "first_name", "last_name", "roles", "is_active", "last_login")
    list_filter = ("groups", "is_active", "is_superuser")
    show_facets = admin.ShowFacets.ALWAYS

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        """Return the account's roles."""
        return ", ".join(sorted(group.name for group in user.groups.all()))

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Read the roles with the accounts."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:  # noqa: ANN401 - Django's type
        """Show the fields that the person may set."""
        if obj is None:
            return super().get_fieldsets(request, obj)
        rights: tuple[str, ...] = ("is_active", "is_staff", "groups")
        if request.user.is_superuser:
            rights += ("is_superuser", "user_permissions")
        return (
            (None, {"fields": ("username", "password")}),
            ("Person", {"fields": ("first_name", "last_name", "email")}),
            ("Roles", {"fields": rights}),
            ("Dates", {"fields": ("last_login", "date_joined")}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Nobody changes the dates; nobody gives roles to the own account."""
        fixed = ("last_login", "date_joined")
        own = obj is not None and obj.pk == request.user.pk and not request.user.is_superuser
        return (*fixed, "is_active", "is_staff", "groups") if own else fixed

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only a superuser changes a superuser."""
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not above and super().has_change_permission(request, obj)

    def has_delete_permission(self, _request: HttpRequest, _obj: User | None = None) -> bool:
        """Accounts are closed (not active), never deleted."""
        return False


class AuditAdmin(Exported, PlainAdmin):
    """Every write made in the panel: who, when, what. It can only be read."""

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

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whoever may see the log may take it along."""
        return self.has_view_permission(request)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """It writes itself."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: LogEntry | None = None) -> bool:
        """It is never changed."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: LogEntry | None = None) -> bool:
        """It is never deleted."""
        return False


admin.site.unregister(User)
admin.site.register(User, AccountAdmin)
admin.site.register(LogEntry, AuditAdmin)
