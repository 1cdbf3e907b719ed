"""Search for participants by name or code.

Somebody who types a name and accepts the first result must not get another State. So the participant with exactly
this name or code comes first, then States that exist, then former ones; and only a result that is the sole exact
match, or the sole result, is marked as certain. A sole result that only begins with the words is not, where another
participant is found without their last letter: in Russian one Korea is Корея, the other Корейская Народно-... .
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from states.models import Participant, ParticipantName
from states.names import normalise

STEM = 4
"""Length of words from which their last letter may be an ending: shorter ones begin too many names without it."""


@dataclass(frozen=True, slots=True)
class Match:
    """A participant found. `is_certain`: no other participant fits the words as well."""

    participant: Participant
    is_certain: bool


def find(words: str, *, today: date) -> list[Match]:
    """Return the participants with a code equal to the words, or a name in which a word begins with them. Two queries.

    Args:
        words: a code (alpha-2, alpha-3, M49) or the beginning of a name, in any case, with or without accents.
        today: the day that decides who exists.
    """
    wanted, code = normalise(words), words.strip().upper()
    names: defaultdict[int, list[str]] = defaultdict(list)
    if wanted:
        for pk, name in ParticipantName.objects.values_list("participant_id", "normalised"):
            names[pk].append(name)
    stem = wanted[:-1] if len(wanted) >= STEM else wanted
    akin = 0
    ranked = []
    for participant in Participant.objects.all():
        own = normalise(participant.name)
        known = (own, *names[participant.pk])
        has_code = bool(code) and code in {participant.iso3, participant.iso2, participant.m49}
        akin += bool(stem) and any(f" {stem}" in f" {name}" for name in known)
        is_exact = has_code or (bool(wanted) and _joined(wanted) in map(_joined, known))
        if is_exact or (wanted and any(f" {wanted}" in f" {name}" for name in known)):
            rank = (not is_exact, is_former(participant, today), not own.startswith(wanted), participant.name)
            ranked.append((rank, participant))
    ranked.sort(key=lambda row: row[0])
    best = [row for row in ranked if row[0][:2] == ranked[0][0][:2]]
    is_sole = len(best) == 1 and (not ranked[0][0][0] or len(ranked) == akin == 1)
    return [Match(participant, is_sole and place == 0) for place, (_, participant) in enumerate(ranked)]


def is_former(participant: Participant, today: date) -> bool:
    """Return whether a participant no longer exists on a day."""
    return participant.valid_until is not None and participant.valid_until <= today


def _joined(name: str) -> str:
    """Return a name without spaces: "Côte d'Ivoire" is typed with and without one."""
    return name.replace(" ", "")
