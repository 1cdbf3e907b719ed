"""Names of the depositary's lists to participants. An unknown name is never guessed: a person confirms who is meant."""

from collections.abc import Mapping
from difflib import get_close_matches

from django.core.exceptions import ValidationError

from ratification.depositary.document import Document, DocumentRow
from states.models import Participant, ParticipantName
from states.names import in_natural_order, normalise

Names = Mapping[str, Participant]
_CANDIDATES = 3


class UnknownNamesError(Exception):
    """Names that belong to no participant. `unknown` has each with the participants whose names come nearest."""

    def __init__(self, unknown: list[tuple[DocumentRow, list[Participant]]]) -> None:
        self.unknown = unknown
        super().__init__("; ".join(sentence(line, nearest) for line, nearest in unknown))


def sentence(line: DocumentRow, nearest: list[Participant]) -> str:
    """Say which name is unknown, where it stands and who may be meant."""
    who = " or ".join(f"{participant.name} ({participant.iso3})" for participant in nearest)
    return f"row {line.number}: the name {line.name!r} is unknown" + (f"; nearest: {who}" if who else "")


def known_names() -> dict[str, Participant]:
    """Return every name by which a participant can be found, in the form of `states.names.normalise`. Two queries."""
    participants = {participant.pk: participant for participant in Participant.objects.all()}
    names: dict[str, Participant] = {}
    turned: dict[str, Participant] = {}
    for name, normalised, pk in ParticipantName.objects.values_list("name", "normalised", "participant_id"):
        names[normalised] = participants[pk]
        if natural := normalise(in_natural_order(name)):
            turned[natural] = participants[pk]
    return (
        turned | names | {normalise(participant.name): participant for participant in participants.values()}
    )


def resolve(document: Document, names: Names) -> list[tuple[Participant, DocumentRow]]:
    """Return each row with its participant.

    Raises:
        UnknownNamesError: naming every row whose name belongs to nobody.
    """
    found: list[tuple[Participant, DocumentRow]] = []
    unknown: list[tuple[DocumentRow, list[Participant]]] = []
    for line in document.lines:
        participant = names.get(normalise(line.name))
        if participant is None:
            unknown.append((line, nearest(line.name, names)))
        else:
            found.append((participant, line))
    if unknown:
        raise UnknownNamesError(unknown)
    return found


def nearest(name: str, names: Names) -> list[Participant]:
    """Return up to three participants with a name like this one, the likest first."""
    close = get_close_matches(normalise(name), names, n=2 * _CANDIDATES)
    return list(dict.fromkeys(names[match] for match in close))[:_CANDIDATES]


def confirm_name(name: str, participant: Participant, *, source: str) -> ParticipantName:
    """Record that the depositary means `participant` by `name`: from then on the name is known.

    Args:
        name: the name as the document prints it.
        participant: who is meant.
        source: where the name is printed and who confirmed it.

    Raises:
        ValidationError: if the name belongs to another participant already, or says nothing.
    """
    normalised = normalise(name)
    owner = known_names().get(normalised)
    if not normalised or (owner is not None and owner != participant):
        raise ValidationError(f"{name!r} is already a name of {owner}." if owner else f"{name!r} is no name.")
    return ParticipantName.objects.get_or_create(
        normalised=normalised,
        language="en",
        defaults={
            "participant": participant,
            "name": name,
            "kind": ParticipantName.Kind.DEPOSITARY,
            "source": source,
        },
    )[0]
