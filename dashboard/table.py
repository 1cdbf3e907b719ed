"""The rows of the participants' table, and the lists, filters and orders in which it can be asked for."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from django.utils.translation import get_language, gettext_lazy

from common.messages import Text
from ratification.record.selectors import CAN_JOIN, View
from ratification.rules.dates import Span
from ratification.rules.outcome import ParticipantStanding, StandingKind
from states.models import Group, Participant
from states.naming import by_name
from treaty.clauses import ActionKind

STATEMENTS = frozenset(
    {ActionKind.RESERVATION, ActionKind.DECLARATION, ActionKind.OBJECTION, ActionKind.NOTIFICATION}
)


UN_GROUPS: Mapping[Participant.UNGroup, Text] = {
    Participant.UNGroup.AFRICAN: gettext_lazy("African"),
    Participant.UNGroup.ASIA_PACIFIC: gettext_lazy("Asia-Pacific"),
    Participant.UNGroup.EASTERN_EUROPEAN: gettext_lazy("Eastern European"),
    Participant.UNGroup.GRULAC: gettext_lazy("Latin American and Caribbean"),
    Participant.UNGroup.WEOG: gettext_lazy("Western European and other"),
}
"""The regional groups as a table names them: without the word States."""


_NO_GROUPS: Mapping[str, Group] = MappingProxyType({})


class ParticipantRow(NamedTuple):
    """One participant with what the table shows of it; a tuple, since pages make two hundred."""

    participant: Participant
    kind: StandingKind
    signed: Span | None = None
    days_since_signed: int | None = None
    consent: ActionKind | None = None
    consented: Span | None = None
    in_force: Span | None = None
    may_be_earlier: bool = False
    counted: bool = False
    signatory: bool = False
    uncertain: bool = False
    statements: int = 0
    home: Span | None = None
    groups: Mapping[str, Group] = _NO_GROUPS
    elsewhere: frozenset[str] = frozenset()
    ceased: bool = False

    @property
    def un_group(self) -> str:
        """The regional group as a table names it: without the word States; empty where there is none."""
        return _un_group_words(self.participant.un_group, get_language())


@lru_cache(maxsize=64)
def _un_group_words(group: str, _language: str | None) -> str:
    return "" if group == Participant.UNGroup.NONE else str(UN_GROUPS[Participant.UNGroup(group)])


def groups_of(view: View) -> dict[str, dict[str, Group]]:
    """Give the groups that each participant belongs to on the day asked about, by its code and theirs."""
    groups, found = view.directory.groups, dict[str, dict[str, Group]]()
    for held in view.directory.memberships:
        if held.on(view.as_of):
            found.setdefault(held.iso3, {})[held.group] = groups[held.group]
    return found


def rows_of(
    view: View,
    elsewhere: Mapping[str, frozenset[str]] = MappingProxyType({}),
    groups: Mapping[str, Mapping[str, Group]] = MappingProxyType({}),
    *,
    only: str = "",
) -> list[ParticipantRow]:
    """Give everybody who has acted, and everybody who could.

    Args:
        view: where the treaty stands.
        elsewhere: by code, the other treaties under which a participant has consented to be bound.
        groups: by code, the groups of a participant, where they are asked for (`groups_of`).
        only: the code of one participant, where no other is asked for.
    """
    standings = {standing.participant: standing for standing in view.outcome.standings}
    acted = {fact.participant for fact in view.facts}
    statements = Counter(fact.participant for fact in view.facts if fact.kind in STATEMENTS)
    approved = [fact for fact in view.facts if fact.kind == ActionKind.DOMESTIC_APPROVAL]
    home = {fact.participant: fact.taken for fact in reversed(approved)}  # the first of each
    return [
        _row(
            participant,
            standings.get(iso3),
            view,
            statements=statements[iso3],
            home=home.get(iso3),
            groups=groups.get(iso3, _NO_GROUPS),
            elsewhere=elsewhere.get(iso3, frozenset()),
        )
        for participant in by_name(view.directory.participants.values())
        if ((iso3 := participant.iso3) in acted or participant.kind in CAN_JOIN) and only in {"", iso3}
    ]


def _row(
    participant: Participant,
    standing: ParticipantStanding | None,
    view: View,
    **more: Any,  # noqa: ANN401 - fields of the row that do not follow from the standing
) -> ParticipantRow:
    if standing is None:
        unknown = participant.iso3 in view.outcome.unknown
        return ParticipantRow(participant, StandingKind.UNKNOWN if unknown else StandingKind.NONE, **more)
    signed = standing.signed
    return ParticipantRow(
        participant=participant,
        kind=standing.kind,
        signed=signed,
        days_since_signed=(view.as_of - signed.on).days if signed and signed.on else None,
        consent=standing.consent,
        consented=standing.consented,
        in_force=standing.in_force,
        may_be_earlier=standing.may_be_earlier,
        counted=standing.counted,
        signatory=_is_signatory(standing, view),
        uncertain=len(standing.possible) > 1,
        ceased=participant.valid_until is not None and participant.valid_until <= view.as_of,
        **more,
    )


def _is_signatory(standing: ParticipantStanding, view: View) -> bool:
    """Whether it certainly is among those that have signed; who later consented or left again remains among them."""
    if standing.signed is None or not standing.signed.by(view.as_of):
        return False
    if standing.kind in {StandingKind.NONE, StandingKind.UNKNOWN}:
        return False
    return standing.kind is not StandingKind.WITHDRAWN or standing.consent is not None


@dataclass(frozen=True, slots=True)
class Lister:
    """A list that the address can ask for: its words, and who is on it."""

    label: Text
    holds: Callable[[ParticipantRow], bool]


LISTS: Mapping[str, Lister] = {
    "signatories": Lister(gettext_lazy("signatories"), lambda row: row.signatory),
    "contracting": Lister(
        gettext_lazy("contracting States and organizations"), lambda row: row.kind == StandingKind.CONTRACTING
    ),
    "parties": Lister(gettext_lazy("parties"), lambda row: row.kind == StandingKind.PARTY),
    "counted": Lister(gettext_lazy("counting toward the threshold"), lambda row: row.counted),
    "signed-only": Lister(
        gettext_lazy("signed, not ratified"), lambda row: row.kind == StandingKind.SIGNATORY
    ),
    "approved-at-home": Lister(
        gettext_lazy("domestic approval given, not ratified"), lambda row: bool(row.home) and not row.consent
    ),
    "statements": Lister(gettext_lazy("with reservations or declarations"), lambda row: row.statements > 0),
    "uncertain": Lister(gettext_lazy("status uncertain: a date is open"), lambda row: row.uncertain),
    "withdrawn": Lister(gettext_lazy("withdrawn"), lambda row: row.kind == StandingKind.WITHDRAWN),
    "none": Lister(
        gettext_lazy("no act recorded"),
        lambda row: row.kind in {StandingKind.NONE, StandingKind.UNKNOWN} and not row.ceased,
    ),
}

_FURTHEST_FIRST = {kind: rank for rank, kind in enumerate(reversed(StandingKind))}


def _when(span: Span | None) -> tuple[bool, int]:
    return span is None, span.earliest.toordinal() if span else 0


def _latest(span: Span | None) -> tuple[bool, int]:
    return span is None, -span.latest.toordinal() if span else 0


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the rows; rows that are alike by `key` stand by name, from the last where `backwards`."""

    label: Text
    key: Callable[[ParticipantRow], Any]
    backwards: bool = False

    def of(self, rows: Iterable[ParticipantRow]) -> list[ParticipantRow]:
        """Return rows, which are by name, in this order."""
        by_name = list(rows)
        return sorted(reversed(by_name) if self.backwards else by_name, key=self.key)


ORDERS: Mapping[str, Order] = {
    "standing": Order(gettext_lazy("status"), lambda row: _FURTHEST_FIRST[row.kind]),
    "name": Order(gettext_lazy("name"), lambda _row: 0),
    "-name": Order(gettext_lazy("name, from Z"), lambda _row: 0, backwards=True),
    "signed": Order(gettext_lazy("day of signature"), lambda row: _when(row.signed)),
    "-signed": Order(gettext_lazy("day of signature, latest first"), lambda row: _latest(row.signed)),
    "consent": Order(gettext_lazy("day of ratification or accession"), lambda row: _when(row.consented)),
    "-consent": Order(
        gettext_lazy("day of ratification or accession, latest first"), lambda row: _latest(row.consented)
    ),
    "statements": Order(gettext_lazy("number of statements"), lambda row: -row.statements),
}
VALUES: Mapping[str, Callable[[ParticipantRow], str]] = {
    "un_group": attrgetter("participant.un_group"),
    "region": attrgetter("participant.region"),
}
"""Filters by the one value that each row has."""
SETS: Mapping[str, Callable[[ParticipantRow], Iterable[str]]] = {
    "group": attrgetter("groups"),
    "under": attrgetter("elsewhere"),
}
"""Filters by one of the values that a row has."""


def _with_value(of: Callable[[ParticipantRow], str]) -> Callable[[str], Callable[[ParticipantRow], bool]]:
    return lambda value: lambda row: of(row) == value


def _with_one(
    of: Callable[[ParticipantRow], Iterable[str]],
) -> Callable[[str], Callable[[ParticipantRow], bool]]:
    return lambda value: lambda row: value in of(row)


FILTERS: Mapping[str, Callable[[str], Callable[[ParticipantRow], bool]]] = {
    "list": lambda value: LISTS[value].holds,
    **{name: _with_value(of) for name, of in VALUES.items()},
    **{name: _with_one(of) for name, of in SETS.items()},
    "not_under": lambda value: lambda row: value not in row.elsewhere,
}


def filtered(rows: list[ParticipantRow], wanted: Mapping[str, str]) -> list[ParticipantRow]:
    """Give the rows that pass all filters; `wanted` has a value for each filter that is set."""
    tests = [FILTERS[name](value) for name, value in wanted.items()]
    return [row for row in rows if all(test(row) for test in tests)]
