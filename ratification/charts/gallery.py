"""Builds the charts of a treaty from the record, and caches each drawing by the figures that it shows.

So a publication that changes no figure, such as a correction of a summary, needs no drawing. The job draws when the
status changes; a request for another date waits for one drawing. What a file says of day and revision is added to it.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial

import orjson
from django.core.cache import caches
from django.utils.translation import gettext

from common.languages import current
from ratification.charts.by_group import by_group
from ratification.charts.chart import NARROW, Chart, DatedConsent, day_text
from ratification.charts.days_to_deposit import Wait, days_to_deposit
from ratification.charts.drawing import CHART_SCALE, draw, draw_svg, png, standalone
from ratification.charts.over_time import over_time
from ratification.charts.same_age import Life, same_age
from ratification.models import TreatyStatus
from ratification.record import reach, selectors
from ratification.record.entries import TreatyFacts
from ratification.record.evaluation import clause_of
from ratification.record.heads import with_head
from ratification.record.kept import facts_elsewhere
from ratification.record.selectors import CAN_JOIN, Extract, View
from ratification.rules.dates import NEVER, Span
from ratification.rules.facts import Fact
from ratification.rules.outcome import StandingKind
from states.known_names import known_name
from states.models import Participant
from states.naming import name_of
from treaty.clauses import CONSENTS, SIGNATURES, ActionKind
from treaty.legal_days import on_legal_day
from treaty.models import Treaty

COMPARED = ("untoc", "uncac", "budapest")
"""The treaties bundled for comparison."""

Place = Callable[[], AbstractContextManager[object]]
"""What takes a place for a drawing during the block, or raises BusyError."""

LONG = 28
"""Length of a group's name above which narrow drawings show its short name."""

SHORTEST_AGE = 730
"""Treaties are compared over two years at least, and over the asked one's whole age."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn chart: both SVGs of pages, the text, the specification, the figures, and what files are made of."""

    name: str
    title: str
    text: str
    wide: str
    narrow: str
    sketch: str
    specification: str
    csv: str
    finding: str
    note: str


def kept(view: View, name: str) -> Drawn | None:
    """Return a chart from the cache, or None.

    A drawing of these figures stays what it is; only a response without it changes when it is added.

    Raises:
        KeyError: if there is no chart of that name.
    """
    found = _kept(_key(name, CHARTS[name](view)))
    if found is None:
        reach.note_added()
    return found


def drawn(view: View, name: str, place: Place = nullcontext) -> Drawn:
    """Return a chart; draw it if the cache does not hold it, in a place that may be refused.

    Raises:
        KeyError: if there is no chart of that name.
    """
    described = CHARTS[name](view)
    key = _key(name, described)
    found = _kept(key)
    if found is None:
        with place():
            found = _draw(name, described)
        caches["drawings"].set(key, asdict(found))
    return found


def figures_of(view: View, name: str) -> str:
    """Return the figures of a chart as CSV, without drawing it."""
    return CHARTS[name](view)().csv()


def _draw(name: str, described: partial[Chart]) -> Drawn:
    wide = described()
    svg, sketch = draw(wide)
    return Drawn(
        name=name,
        title=wide.title,
        text=wide.text,
        wide=svg,
        narrow=draw_svg(described(width=NARROW)),
        sketch=sketch,
        specification=json.dumps(wide.specification, ensure_ascii=False),
        csv=wide.csv(),
        finding=wide.finding,
        note=wide.note,
    )


def svg_of(view: View, chart: Drawn) -> str:
    """Return a drawn chart as an SVG that stands alone, with its source, day and revision."""
    return standalone(chart, chart.sketch, credit_of(view))


def credit_of(view: Extract) -> str:
    """Return the line of a picture that names its source, day, revision and licence."""
    return gettext(
        "Source: Treaty status tracker. %(treaty)s as of %(day)s, revision %(revision)s. CC BY 4.0"
    ) % {
        "treaty": view.treaty,
        "day": day_text(view.as_of),
        "revision": view.revision,
    }


def png_of(svg: str, place: Place, scale: float = CHART_SCALE) -> bytes:
    """Return the picture of an SVG, made when it is first asked for, in a place that may be refused."""
    key = f"png5:{scale:g}:{hashlib.sha256(svg.encode()).hexdigest()}"
    found = caches["drawings"].get(key)
    if isinstance(found, bytes):
        return found
    with place():
        made = png(svg, scale)
    caches["drawings"].set(key, made)
    return made


def draw_all(treaty: Treaty, today: date) -> bool:
    """Draw the charts of a treaty for today that are not in the cache. Return whether any was drawn.

    In English: those of other languages are drawn when they are first asked for.
    """
    view = selectors.view_of(treaty, today=today)
    missing = [name for name in CHARTS if kept(view, name) is None]
    for name in missing:
        drawn(view, name)
    caches["drawings"].set(_mark(treaty.slug, view.as_of, view.revision), 1)
    return bool(missing)


def undrawn(now: datetime) -> list[int]:
    """Return the ids of the treaties with a current status whose charts have not been drawn for it."""
    current = TreatyStatus.objects.filter(on_legal_day(now), treaty__record_as_of=None)
    return [
        treaty_id
        for treaty_id, slug, day, revision in current.values_list(
            "treaty_id", "treaty__slug", "as_of", "revision"
        )
        if _mark(slug, day, revision) not in caches["drawings"]
    ]


def _mark(slug: str, as_of: date, revision: int) -> str:
    """Return the key under which the cache notes that all charts of a day and a revision were drawn."""
    return f"drawn6:{slug}:{as_of}:{revision}"


def _key(name: str, described: partial[Chart]) -> str:
    """Return the key of a drawing: the figures that it is made of, and the language of its words."""
    shown = name, current().key, described.args, sorted(described.keywords.items())
    figures = orjson.dumps(shown, option=orjson.OPT_NON_STR_KEYS)
    return f"chart7:{hashlib.sha256(figures).hexdigest()}"


def _kept(key: str) -> Drawn | None:
    found = caches["drawings"].get(key)
    return Drawn(**found) if isinstance(found, dict) else None


def _over_time(view: View) -> partial[Chart]:
    facts = view.recorded_facts
    counting = [
        # What may count does so on no certain day, even where that of its deposit is known.
        entry.deposited if entry.counted else Span(entry.deposited.earliest, NEVER)
        for entry in view.outcome.threshold.entries
        if entry.may_count or entry.counted
    ]
    since = view.treaty.adopted_on or min((fact.taken.earliest for fact in facts), default=view.as_of)
    return partial(
        over_time,
        _held(facts, SIGNATURES),
        [DatedConsent(span) for span in counting],
        required=view.outcome.threshold.required or 0,
        since=since,
        as_of=view.as_of,
        reached=view.outcome.threshold.reached,
        known_until=view.outcome.known_until,
    )


def _last_known(day: date, known_until: date | None) -> date:
    """Return the last day that a line may be drawn to: past the day of a list the numbers are not known."""
    return min(day, known_until) if known_until else day


def _by_regional_group(view: View) -> partial[Chart]:
    groups = {
        str(label): _standings(view, _of_group(view, value)) for value, label in Participant.UNGroup.choices
    }
    groups.pop(str(Participant.UNGroup.NONE.label))
    short = {name: name.removesuffix(" States").removesuffix(" and other") for name in groups}
    return partial(by_group, gettext("By regional group"), groups, short=short)


def _by_other_group(view: View) -> partial[Chart]:
    names = {slug: known_name(group.name) for slug, group in view.directory.groups.items()}
    members: dict[str, list[str]] = {name: [] for name in names.values()}
    for held in view.directory.memberships:
        if held.on(view.as_of):
            members[names[held.group]].append(held.iso3)
    groups = {name: _standings(view, codes) for name, codes in members.items() if codes}
    short = {name: slug.upper() for slug, name in names.items() if len(name) > LONG}
    return partial(by_group, gettext("By membership of organizations and other groups"), groups, short=short)


def _of_group(view: View, un_group: str) -> list[str]:
    return [
        iso3
        for iso3, person in view.directory.participants.items()
        if person.un_group == un_group and person.valid_until is None
    ]


def _standings(view: View, codes: Iterable[str]) -> list[StandingKind]:
    """Return the standings of those that can join or have acted: an organization or a territory may be a member too."""
    kinds = {item.participant: item.kind for item in view.outcome.standings}
    people = view.directory.participants
    return [
        kinds.get(iso3, StandingKind.NONE) for iso3 in codes if iso3 in kinds or people[iso3].kind in CAN_JOIN
    ]


def _same_age(view: View) -> partial[Chart]:
    own = _life(view.treaty, view.recorded_facts, _last_known(view.as_of, view.outcome.known_until))
    if own is None:
        return partial(same_age, (), days=SHORTEST_AGE)
    others = [
        _life(treaty, facts, _last_known(view.as_of, treaty_facts.known_until))
        for treaty, facts, treaty_facts in _references(view)
    ]
    lives = [own, *filter(None, others)]
    return partial(same_age, lives[:4], days=max((view.as_of - own.opened_on).days, SHORTEST_AGE))


def _days_to_deposit(view: View) -> partial[Chart]:
    people = view.directory.participants
    waits = {str(view.treaty): _waits(view.facts, people)}
    waits |= {str(treaty): _waits(facts, people) for treaty, facts, _treaty_facts in _references(view)}
    return partial(days_to_deposit, waits)


def _references(view: View) -> list[tuple[Treaty, list[Fact], TreatyFacts]]:
    """Return the treaties for comparison with their signatures, consents and withdrawals, and their treaty facts.

    One query, and those of `kept.facts_elsewhere`.
    """
    slugs = [slug for slug in COMPARED if slug != view.treaty.slug]
    others = {treaty.slug: treaty for treaty in with_head(Treaty.objects.filter(slug__in=slugs), None)}
    known = facts_elsewhere([others[slug] for slug in slugs if slug in others])
    kinds = SIGNATURES | CONSENTS | {ActionKind.WITHDRAWAL}
    return [
        (others[slug], held, treaty_facts)
        for slug, (facts, treaty_facts) in known.items()
        if (held := [fact for fact in facts if fact.kind in kinds])
    ]


def _held(facts: Iterable[Fact], kinds: frozenset[ActionKind]) -> list[DatedConsent]:
    """Return the signatures or the consents among the facts, each with the day of its withdrawal, if any."""
    known = list(facts)
    ended = {fact.target: fact.taken for fact in known if fact.kind is ActionKind.WITHDRAWAL and fact.target}
    held = [DatedConsent(fact.taken, ended.get(fact.id)) for fact in known if fact.kind in kinds]
    return sorted(held, key=lambda each: (*each.since.bounds, *(each.until or each.since).bounds))


def _life(treaty: Treaty, facts: Iterable[Fact], last: date) -> Life | None:
    clause = clause_of(treaty)
    if clause is None or clause.signature is None:
        return None
    known = list(facts)
    return Life(
        str(treaty), clause.signature.opens_on, last, _held(known, SIGNATURES), _held(known, CONSENTS)
    )


def _waits(facts: Iterable[Fact], people: Mapping[str, Participant]) -> list[Wait]:
    known = list(facts)
    deposited = _first(known, CONSENTS)
    return [
        Wait(name_of(people[iso3]), span, deposited[iso3])
        for iso3, span in _first(known, SIGNATURES).items()
        if iso3 in deposited and deposited[iso3].latest >= span.earliest
    ]


def _first(facts: Iterable[Fact], kinds: frozenset[ActionKind]) -> dict[str, Span]:
    """Return the day of each participant's first act of these kinds, in the order of the record."""
    days: dict[str, Span] = {}
    for fact in facts:
        if fact.kind in kinds:
            days.setdefault(fact.participant, fact.taken)
    return days


CHARTS: Mapping[str, Callable[[View], partial[Chart]]] = {
    "over-time": _over_time,
    "by-regional-group": _by_regional_group,
    "by-group": _by_other_group,
    "same-age": _same_age,
    "days-to-deposit": _days_to_deposit,
}
"""For each chart, a function that reads its figures and returns a builder that takes the width (default: wide)."""
