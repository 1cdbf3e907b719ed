"""Loading of the bundled participants, names, groups and memberships."""

from pathlib import Path

from django.db import transaction

from states.models import Group, Membership, Participant, ParticipantName, Responsibility
from states.names import normalise
from states.tables import read_table, sync

DATA = Path(__file__).parent / "data"


PARTICIPANT_COLUMNS = (
    "iso3",
    "iso2",
    "m49",
    "name",
    "kind",
    "region",
    "subregion",
    "un_group",
    "valid_from",
    "valid_until",
    "source",
)
"""Columns of participants.csv, here and in the data package."""


@transaction.atomic
def load_participants(folder: Path = DATA) -> int:
    """Create and update participants, names, groups and memberships after the tables in `folder`.

    Returns:
        The number of rows written; 0 when everything stood there already.

    Raises:
        states.tables.TableError: naming file, row and reason; nothing is loaded then.
    """
    return (
        _load_participants(folder / "participants.csv")
        + _load_names(folder / "names.csv", folder / "translations.csv")
        + _load_groups(folder / "groups.csv")
        + _load_memberships(folder / "memberships.csv")
        + _load_responsibilities(folder / "responsibilities.csv")
    )


def participants_by_code() -> dict[str, Participant]:
    """Return every participant by its code."""
    return {participant.iso3: participant for participant in Participant.objects.all()}


def _load_participants(path: Path) -> int:
    rows = read_table(path, PARTICIPANT_COLUMNS)
    wanted = [
        (
            row,
            Participant(
                iso3=row["iso3"],
                iso2=row["iso2"],
                m49=row["m49"],
                name=row["name"],
                kind=row.choice("kind", Participant.Kind.values),
                region=row["region"],
                subregion=row["subregion"],
                un_group=row.choice("un_group", Participant.UNGroup.values),
                valid_from=row.day("valid_from"),
                valid_until=row.day("valid_until"),
                source=row["source"],
            ),
        )
        for row in rows
    ]
    return sync(Participant, ["iso3"], wanted, Participant.objects.all())


def _load_names(names: Path, translations: Path) -> int:
    participants = participants_by_code()
    taken = {normalise(participant.name): participant.iso3 for participant in participants.values()}
    wanted = []
    for row in read_table(names, ["iso3", "name", "kind", "valid_from", "valid_until", "source"]):
        name = ParticipantName(
            kind=row.choice("kind", ParticipantName.Kind.values),
            valid_from=row.day("valid_from"),
            valid_until=row.day("valid_until"),
        )
        wanted.append((row, name))
    for row in read_table(translations, ["iso3", "language", "kind", "name", "valid_from", "source"]):
        name = ParticipantName(
            kind=row.choice("kind", ParticipantName.Kind.values),
            language=row["language"],
            valid_from=row.day("valid_from"),
        )
        wanted.append((row, name))
    for row, name in wanted:
        name.participant = row.named("iso3", participants)
        name.name, name.source = row["name"], row["source"]
        name.normalised = normalise(name.name)
        owner = taken.setdefault(name.normalised, name.participant.iso3)
        if owner != name.participant.iso3:
            raise row.error(f"{name.name!r} is already a name of {owner}")
    return sync(ParticipantName, ["normalised", "language"], wanted, ParticipantName.objects.all())


def _load_groups(path: Path) -> int:
    participants = participants_by_code()
    wanted = [
        (
            row,
            Group(
                slug=row["slug"],
                name=row["name"],
                kind=row["kind"],
                organization=row.named("organization", participants) if row["organization"] else None,
                description=row["description"],
                source=row["source"],
            ),
        )
        for row in read_table(path, ["slug", "name", "kind", "organization", "description", "source"])
    ]
    return sync(Group, ["slug"], wanted, Group.objects.all())


def _load_memberships(path: Path) -> int:
    participants = participants_by_code()
    groups = {group.slug: group for group in Group.objects.all()}
    wanted = [
        (
            row,
            Membership(
                group=row.named("group", groups),
                participant=row.named("iso3", participants),
                valid_from=row.day("valid_from"),
                valid_until=row.day("valid_until"),
                source=row["source"],
            ),
        )
        for row in read_table(path, ["group", "iso3", "valid_from", "valid_until", "source"])
    ]
    return sync(Membership, ["group_id", "participant_id", "valid_from"], wanted, Membership.objects.all())


def _load_responsibilities(path: Path) -> int:
    participants = participants_by_code()
    wanted = [
        (
            row,
            Responsibility(
                territory=row.named("territory", participants),
                state=row.named("state", participants),
                valid_from=row.day("valid_from"),
                valid_until=row.day("valid_until"),
                source=row["source"],
            ),
        )
        for row in read_table(path, ["territory", "state", "valid_from", "valid_until", "source"])
    ]
    return sync(
        Responsibility, ["territory_id", "state_id", "valid_from"], wanted, Responsibility.objects.all()
    )
