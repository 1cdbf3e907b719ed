"""Roles of the panel's users: groups with the permissions that stand here, set anew after each `migrate`.

No role lets users publish their own entries: that is a rule of the ledger, not a permission. An installation that needs
another role makes a group of another name, which is left alone.
"""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as registry
from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import DEFAULT_DB_ALIAS, router

DATA_ENTRY = "data entry"
REVIEWER = "reviewer"
ADMINISTRATOR = "administrator"
CONTACT_READER = "contact reader"

_PARTICIPANTS = ("participant", "participantname", "group", "membership", "responsibility")
_TEXT = (
    "treaty",
    "source",
    "theme",
    "chapter",
    "article",
    "requirement",
    "claim",
    "measure",
    "interpretativenote",
)


def _may(app: str, models: tuple[str, ...], *verbs: str) -> list[tuple[str, str, str]]:
    return [(app, model, verb) for model in models for verb in verbs]


_READS = [
    *_may("ratification", ("action", "report", "treatyfact", "importrun", "difference"), "view"),
    *_may("states", _PARTICIPANTS, "view"),
    *_may("treaty", _TEXT, "view"),
]

_TABLES = ("Group", "Permission")

ROLES = {
    DATA_ENTRY: [
        *_READS,
        *_may("ratification", ("action", "report", "treatyfact"), "add", "change", "delete", "import"),
        *_may("ratification", ("contact",), "add", "change"),
        *_may("treaty", ("source",), "add"),
    ],
    CONTACT_READER: _may("ratification", ("contact",), "read"),
    REVIEWER: [*_READS, *_may("ratification", ("action", "report", "treatyfact"), "review")],
    ADMINISTRATOR: [
        *_READS,
        *_may("states", _PARTICIPANTS, "add", "change"),
        *_may("states", ("participantname", "membership", "responsibility"), "delete"),
        *_may("treaty", _TEXT, "change"),
        *_may("treaty", ("source", "theme", "article", "requirement", "claim", "interpretativenote"), "add"),
        *_may("treaty", ("requirement", "claim"), "delete"),
        *_may("ratification", ("partnertoken", "subscription", "treatyproposal"), "add", "change", "view"),
        *_may("ratification", ("delivery", "mailsubscription", "mail", "suppression"), "view"),
        *_may("ratification", ("suppression",), "delete"),
        *_may("auth", ("user",), "add", "change", "view"),
        *_may("ratification", ("accountchange", "referencechange"), "view"),
        *_may("auth", ("group",), "view"),
        *_may("admin", ("logentry",), "view"),
        *_may("axes", ("accessattempt",), "view", "delete"),
        *_may("axes", ("accesslog", "accessfailurelog"), "view"),
    ],
}


def install(
    sender: AppConfig,  # noqa: ARG001 - the signal's signature
    *,
    using: str = DEFAULT_DB_ALIAS,
    apps: Apps = registry,
    **_options: Any,  # noqa: ANN401 - the signal's signature
) -> None:
    """Give each role exactly its permissions (a `post_migrate` handler, which reaches every database).

    Django makes the permissions of an app when this signal reaches that app; here they are made for all apps that the
    roles name. Apps and models that the migrated state does not have are left out.
    """
    try:
        groups, made = (apps.get_model("auth", name)._default_manager.using(using) for name in _TABLES)  # noqa: SLF001 - Django's documented API
    except LookupError:  # auth is not migrated
        return
    if not router.allow_migrate(using, "auth"):
        return
    for label in sorted({label for permissions in ROLES.values() for label, _, _ in permissions}):
        create_permissions(registry.get_app_config(label), verbosity=0, using=using, apps=apps)
    there = {
        (each.content_type.app_label, each.content_type.model, each.codename): each
        for each in made.select_related("content_type")
    }
    for role, permissions in ROLES.items():
        wanted = {(label, model, f"{verb}_{model}") for label, model, verb in permissions}
        group, _ = groups.get_or_create(name=role)
        group.permissions.set([there[each] for each in sorted(wanted & there.keys())])
