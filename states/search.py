"""Search for participants by name or code.

Somebody who types a name and accepts the first result must not get another State. So the participant with exactly
this name or code comes first, then States that exist, then former ones; and only a result that is the sole exact
match, or the sole result, is marked as certain. A sole result that only begins with the words is not, where another
participant is found without their last letter: in Russian one Korea is Корея, the other Корейская Народно-... . Nor is
one in whose name the words stand further back: Northern Ireland.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from states.formal import WithFormal, split_description
from states.models import Participant, ParticipantName
from states.names import in_natural_order, normalise

_ABBREVIATION = re.compile(r"(?:[^\W\d_]\. ?){2,}")
STEM = 4
"""Length of words from which their last letter may be an ending: shorter ones begin too many names without it."""


@dataclass(frozen=True, slots=True)
class Match:
    """A participant found. `is_certain`: no other participant fits the words as well."""

    participant: Participant
    is_certain: bool


def find(words: str, *, today: date) -> list[Match]:
    """Return the participants with a code equal to the words, or a name in which a word begins with them. Two queries.

    Formal names are found in six languages (`states.formal`).

    Args:
        words: a code (alpha-2, alpha-3, M49) or the beginning of a name, in any case, with or without accents.
        today: the day that decides who exists.
    """
    read = _read()
    if found := _ranked(normalise(words), words.strip().upper(), read, today):
        return found
    given = split_description(normalise(words))
    formal = WithFormal(read.owners).get(normalise(words))
    for name in given.names if given.says else ():
        if found := _ranked(name, "", read, today):
            others = sorted(found, key=lambda match: match.participant.pk != formal)
            return [Match(each.participant, each.participant.pk == formal) for each in others]
    return []


def matching_ids(words: str) -> set[int]:
    """Return the ids of the participants that a list shows: by a code, a part of any name, or a formal name.

    Words without a letter are a code or nothing: with what is left of them every name would be found. Nor has an
    abbreviation with points parts of names: "U.K." is UK.
    """
    code, wanted = words.strip().upper(), normalise(words)
    short = _joined(wanted) if _ABBREVIATION.fullmatch(words.strip()) else ""
    codes = {code, short.upper()} - {""}
    found = {
        pk
        for pk, name, *own in Participant.objects.values_list("pk", "name", "iso3", "iso2", "m49")
        if codes & set(own) or (wanted and not short and wanted in normalise(name))
    }
    if not wanted:
        return found
    named = Q(normalised=short) if short else Q(normalised__contains=wanted)
    owners = ParticipantName.objects.filter(named).values_list("participant_id", flat=True)
    return found.union(owners, _meant(words))


def _meant(words: str) -> list[int]:
    """Return the ids of the participants that a formal name means. Words that are no formal name make no query.

    Lists select by a part of any name, which a formal name in another language is not.
    """
    if not split_description(normalise(words)).says:
        return []
    any_day = date.max  # it decides the order alone
    return [match.participant.pk for match in find(words, today=any_day)]


@dataclass(frozen=True, slots=True)
class _Read:
    """Participants with their normalised names, their own first, and the id of the owner of each name."""

    participants: list[Participant]
    names: Mapping[int, list[str]]
    owners: Mapping[str, int]


def _read() -> _Read:
    participants = list(Participant.objects.all())
    names = {participant.pk: [normalise(participant.name)] for participant in participants}
    own = {names[participant.pk][0]: participant.pk for participant in participants}
    owners: dict[str, int] = {}
    for pk, name, normalised in ParticipantName.objects.values_list("participant_id", "name", "normalised"):
        forms = [normalised, normalise(in_natural_order(name))]
        names[pk] += filter(None, forms)
        owners |= dict.fromkeys(filter(None, forms), pk)
    return _Read(participants, names, owners | own)


def _ranked(wanted: str, code: str, read: _Read, today: date) -> list[Match]:
    """Return the participants with the code, or a name in which a word begins with the wanted one, the best first."""
    stem = wanted[:-1] if len(wanted) >= STEM else wanted
    akin = 0
    ranked = []
    for participant in read.participants:
        known = read.names[participant.pk]
        has_code = bool(code) and code in {participant.iso3, participant.iso2, participant.m49}
        akin += bool(stem) and any(f" {stem}" in f" {name}" for name in known)
        is_exact = has_code or (bool(wanted) and _joined(wanted) in map(_joined, known))
        if is_exact or (wanted and any(f" {wanted}" in f" {name}" for name in known)):
            rank = (
                not is_exact,
                is_former(participant, today),
                not known[0].startswith(wanted),
                participant.name,
            )
            ranked.append((rank, participant))
    ranked.sort(key=lambda row: row[0])
    best = [row for row in ranked if row[0][:2] == ranked[0][0][:2]]
    is_begun = bool(ranked) and any(name.startswith(wanted) for name in read.names[ranked[0][1].pk])
    is_sole = len(best) == 1 and (not ranked[0][0][0] or (len(ranked) == akin == 1 and is_begun))
    return [Match(participant, is_sole and place == 0) for place, (_, participant) in enumerate(ranked)]


def is_former(participant: Participant, today: date) -> bool:
    """Return whether a participant no longer exists on a day."""
    return participant.valid_until is not None and participant.valid_until <= today


def _joined(name: str) -> str:
    """Return a name without spaces: "Côte d'Ivoire" is typed with and without one."""
    return name.replace(" ", "")
