"""Who may do what in the panel. A migration makes the groups; another makes them anew when this changes.

Nobody publishes what is their own, whatever their roles: that is the ledger's rule, not a permission.
"""

from typing import Any

from django.apps.registry import Apps

DATA_ENTRY = "data entry"
REVIEWER = "reviewer"
ADMINISTRATOR = "administrator"
CONTACT_READER = "contact reader"

_PARTICIPANTS = ("participant", "participantname", "group", "membership")
_TEXT = ("treaty", "source", "theme", "chapter", "article", "requirement", "claim", "measure")


def _may(app: str, models: tuple[str, ...], *verbs: str) -> list[tuple[str, str, str]]:
    return [(app, model, verb) for model in models for verb in verbs]


_READS = [
    *_may("ratification", ("action", "report", "importrun", "difference"), "view"),
    *_may("states", _PARTICIPANTS, "view"),
    *_may("treaty", _TEXT, "view"),
]

ROLES = {
    DATA_ENTRY: [
        *_READS,
        *_may("ratification", ("action", "report"), "add", "change", "delete", "import"),
        *_may("ratification", ("contact",), "add", "change"),
        *_may("treaty", ("source",), "add"),
    ],
    CONTACT_READER: _may("ratification", ("contact",), "read"),
    REVIEWER: [*_READS, *_may("ratification", ("action", "report"), "review")],
    ADMINISTRATOR: [
        *_READS,
        *_may("states", _PARTICIPANTS, "add", "change"),
        *_may("states", ("participantname", "membership"), "delete"),
        *_may("treaty", _TEXT, "change"),
        *_may("treaty", ("source", "theme", "article", "requirement", "claim"), "add"),
        *_may("treaty", ("requirement", "claim"), "delete"),
        *_may("ratification", ("partnertoken", "subscription"), "add", "change", "view"),
        *_may("ratification", ("delivery",), "view"),
        *_may("auth", ("user",), "add", "change", "view"),
        *_may("auth", ("group",), "view"),
        *_may("admin", ("logentry",), "view"),
        *_may("axes", ("accessattempt",), "view", "delete"),
        *_may("axes", ("accesslog", "accessfailurelog"), "view"),
    ],
}


def install(apps: Apps, _schema_editor: object = None) -> None:
    """Make the groups, with exactly these permissions (a RunPython operation).

    The permissions are made here where they are missing: Django makes them only after the last migration. Those for
    models that come with a later migration are given when that one calls this again.
    """
    there = {
        (each.content_type.app_label, each.content_type.model, each.codename): each
        for each in apps.get_model("auth", "Permission").objects.select_related("content_type")
    }
    for role, permissions in ROLES.items():
        held = [
            (app, model, f"{verb}_{model}")
            for app, model, verb in permissions
            if model in apps.all_models[app]
        ]
        there |= {each: _permission(apps, *each) for each in held if each not in there}
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=role)
        group.permissions.set([there[each] for each in held])


def _permission(apps: Apps, app: str, model: str, codename: str) -> Any:  # noqa: ANN401 - a migration's own Permission class
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app, model=model
    )
    meta = apps.get_model(app, model)._meta  # noqa: SLF001 - Django's documented API
    verb = codename.removesuffix(f"_{model}")
    name = dict(meta.permissions).get(codename, f"Can {verb} {meta.verbose_name_raw}")
    return apps.get_model("auth", "Permission").objects.create(
        content_type=content_type, codename=codename, name=name
    )
