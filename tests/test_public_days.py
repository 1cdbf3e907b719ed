"""Every public answer of the bundled record gives a day as exactly as its source, and no more exactly."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client
from openpyxl import load_workbook

from api import guide
from dashboard.discovery import SITEMAPS
from ratification.charts.gallery import CHARTS
from ratification.models import Action
from ratification.record import selectors
from ratification.record.selectors import View
from ratification.rules.dates import Span
from ratification.status.day_text import html_of, text_of
from tests.routes import filled, names_in, public_routes
from treaty.models import Article, Measure, Source, Treaty

ONE_DAY = timedelta(days=1)
NEAR = 160
"""Characters within which both ends of an interval stand, where a text gives it."""
INTERVAL = re.compile(
    r"</time> ?– ?<time|\bnot (?:after|before) |\bnot later than |\bbetween \d{1,2}(?: \w+){0,2} and "
)
"""What a text has beside the end of an interval that it gives otherwise: of a pair, or in words."""
DAY = re.compile(
    r"(?<![\w=/-])(?<!DTEND;VALUE=DATE:)"
    r"(?=(\d{4}-\d\d-\d\d(?!\d)|\d{8}(?!\d)|\d\d? [A-Z][a-z]+\.? \d{4}(?!\d)|[A-Z][a-z]+ \d\d?, \d{4}(?!\d)))"
)
"""A day in any of the ways in which one is written."""
STEPS = re.compile(r'<datalist.*?</datalist>|data-\w+="[^"]*"(?:><time.*?</time>)?', re.DOTALL)
"""Days that are no days of acts: those at which the curve is looked at, and those on which a source appeared."""
BOUNDS = re.compile(r"/charts/(over-time|same-age)")
"""Charts of the certain and the possible number on each day: the two part at the ends of intervals."""
LAST_DAYS = {date(2026, 1, 17), date(2026, 2, 13), date(2026, 7, 31)}
"""Last days of open intervals of the Convention's signatures and deposits."""
ANSWERS = 700
"""Fewer answers than this would mean that the walk has lost its way."""


@pytest.fixture
def views(with_everything_computed: None, today: date) -> list[View]:  # noqa: ARG001 - it stands in the database
    return [selectors.view_of(treaty, today=today) for treaty in Treaty.objects.order_by("pk")]


def _spans(view: View) -> Iterator[Span]:
    """Give every day and interval that the record has and the rules derive; a window is closed from the day after."""
    for entry in view.recorded:
        yield entry.taken
    for standing in view.outcome.standings:
        yield from filter(None, (standing.signed, standing.consented, standing.in_force, standing.ended))
    for window in view.outcome.windows:
        yield window.opens
        if window.closes and window.closes.certain:
            yield window.closes
            yield Span(window.closes.earliest + ONE_DAY, window.closes.latest + ONE_DAY)


@pytest.fixture
def addresses(views: list[View]) -> list[str]:
    """Every public address of the record: each route, filled with each value with which an open day may show."""
    values = {
        "slug": [view.treaty.slug for view in views],
        "other": ["FRA"],
        "page": list(guide.PAGES),
        "chart": list(CHARTS),
        "measure": list(Measure.objects.values_list("slug", flat=True)),
        "section": list(SITEMAPS),
        "format": [".json", ".csv", ".xlsx", ".atom", ".zip", ".jsonl", ".jsonld"],
        "suffix": ["svg", "json", "csv", "xlsx"],
    }
    people = {
        view.treaty.slug: sorted({entry.participant.iso3 for entry in view.recorded if not entry.taken.on})
        for view in views
    }
    articles = {
        view.treaty.slug: [str(article.number) for article in Article.objects.filter(treaty=view.treaty)]
        for view in views
    }
    found: list[str] = []
    for route in public_routes():
        if re.search(r"[\\^$]|groups/<|<path:|<str:token>", route):
            continue
        for slug in values["slug"] if "slug" in names_in(route) else [settings.ROOT_TREATY]:
            if slug == settings.ROOT_TREATY and route.startswith("/treaties/"):
                continue  # the same pages as those at the root
            found += filled(route, {**values, "slug": [slug], "iso3": people[slug], "number": articles[slug]})
    return found


def _text(address: str, body: bytes) -> str:
    """Give the text of an answer; of a workbook its rows, of an archive that of its files."""
    if body.startswith(b"PK") and "xlsx" in address:
        book = load_workbook(io.BytesIO(body), read_only=True)
        rows = (row for sheet in book for row in sheet.iter_rows(values_only=True))
        return "\n".join(",".join("" if cell is None else str(cell)[:400] for cell in row) for row in rows)
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return "\n\n".join(_text(name, archive.read(name)) for name in archive.namelist())
    return STEPS.sub("", body.decode("utf-8", "replace").replace("\r\n ", ""))


def _written(day: date) -> tuple[str, ...]:
    """Give the ways in which a day is written."""
    words = f"{day.day} {day:%B %Y}", f"{day:%B} {day.day}, {day.year}", text_of(day)
    return (day.isoformat(), day.strftime("%Y%m%d"), *words)


def _beside(spans: set[Span], day: date) -> re.Pattern[str]:
    """Match what shows an end of an interval as one: its other end, or the interval as a whole."""
    with_it = [span for span in spans if day in {span.earliest, span.latest}]
    others = {end for span in with_it for end in (span.earliest, span.latest)} - {day}
    words = {words for other in others for words in _written(other)}
    words |= {str(html_of(span)) for span in with_it}
    words |= {f"DTEND;VALUE=DATE:{span.latest + ONE_DAY:%Y%m%d}" for span in with_it}
    whole = [rf"{re.escape(span.edtf)}(?![-\d])|(?<!\d )\b{re.escape(text_of(span))}" for span in with_it]
    return re.compile("|".join([*(rf"(?<!\d){re.escape(each)}" for each in sorted(words)), *whole]))


class Ends:
    """The ends of the open intervals that no exact day shares.

    A day may stand alone where it is that of a source named beside it, or where the note on an entry gives it.
    """

    def __init__(
        self, spans: set[Span], exact: set[date], sources: dict[date, set[str]], notes: Iterable[str]
    ) -> None:
        self.days = {end for span in spans for end in (span.earliest, span.latest)} - exact
        self._written = {words: day for day in self.days for words in _written(day)}
        assert all(DAY.match(words) for words in self._written)
        self._beside = {day: _beside(spans, day) for day in self.days}
        self._sources = sources
        self._noted = {
            note[max(0, start - 12) : end + 2] for note in notes for start, end, _ in self._found_in(note)
        }

    def _found_in(self, text: str) -> Iterator[tuple[int, int, date]]:
        """Give the places at which a text has an end, and the end."""
        for match in DAY.finditer(text):
            if day := self._written.get(match[1]):
                yield match.start(1), match.end(1), day

    def alone(self, text: str) -> Iterator[str]:
        """Give each place at which an end stands alone."""
        for start, end, day in self._found_in(text):
            near = text[max(0, start - NEAR) : end + NEAR]
            named = any(words in near for words in self._sources.get(day, set()) | self._noted)
            if not named and not self._beside[day].search(near) and not INTERVAL.search(near):
                yield near


@pytest.fixture
def ends(views: list[View]) -> Ends:
    spans = {span for view in views for span in _spans(view) if span.certain}
    exact = {span.earliest for span in spans if span.on}
    exact |= {view.outcome.known_until for view in views if view.outcome.known_until}
    exact |= {view.treaty.adopted_on for view in views if view.treaty.adopted_on}
    sources: dict[date, set[str]] = {}
    for source in Source.objects.filter(published_on__regex=r"^\d{4}-\d\d-\d\d$"):
        day = date.fromisoformat(source.published_on)
        sources.setdefault(day, set()).update((source.key, source.publisher or source.key))
    notes = Action.objects.exclude(note="").values_list("note", flat=True)
    return Ends({span for span in spans if not span.on}, exact, sources, notes)


def test_no_day_of_an_open_interval_stands_alone(client: Client, addresses: list[str], ends: Ends) -> None:
    assert ends.days >= LAST_DAYS
    wrong: list[str] = []
    answered = 0
    for address in addresses:
        if BOUNDS.search(address):
            continue
        response = client.get(address)
        if response.status_code == 200:
            answered += 1
            body = b"".join(iter(response)) if response.streaming else response.content
            wrong += [f"{address}: {near!r}" for near in ends.alone(_text(address, body))]
    assert not wrong, "\n".join([f"{len(wrong)} days stand alone:", *wrong[:40]])
    assert answered > ANSWERS


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("31 Jul 2026 Canada is a signatory", True),
        ('"as_of":"2026-07-31","cause":"entry"', True),
        ("Canada,2026-07-31,signatory", True),
        ("DTSTART;VALUE=DATE:20260731", True),
        ("Jul 2026 Canada is a signatory", False),
        ('"earliest":"2026-07-01","latest":"2026-07-31"', False),
        ('"as_of":"2026-07-31","signed":"2026-07"', False),
        ("between 1 July 2026 and 31 July 2026", False),
    ],
)
def test_the_walk_sees_a_day_alone(ends: Ends, text: str, *, alone: bool) -> None:
    assert bool(list(ends.alone(text))) is alone
