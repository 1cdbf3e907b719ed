"""The newest changes of a treaty's status for feed readers: one builder behind every feed address.

All feeds of a treaty have the same entries under the same ids. An id names treaty and change, and neither host nor
route (RFC 4287 4.2.6), so that a site that moves does not make everything new to its readers.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext, gettext_lazy
from django.utils.xmlutils import SimplerXMLGenerator

from common.languages import current
from common.messages import Text
from common.punctuation import in_brackets
from ratification.models import Change
from ratification.record.about import LICENCE, RIGHTS
from ratification.rules.dates import Span
from ratification.status.changes import changes_of, days_of, sentence_of
from ratification.status.day_text import readable, text_of
from treaty.models import Treaty

NEWEST = 100
CAUSES: Mapping[Change.Cause, Text] = {
    Change.Cause.ENTRY: gettext_lazy("An entry was published"),
    Change.Cause.CORRECTION: gettext_lazy("An entry was corrected"),
    Change.Cause.RETRACTION: gettext_lazy("An entry was retracted"),
    Change.Cause.DAY: gettext_lazy("A day passed"),
    Change.Cause.REFERENCE: gettext_lazy("Reference data or rules changed"),
}
AUTHOR = gettext_lazy("Treaty status tracker")
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""Moment of a feed without entries."""
HEAD_SCHEME = "urn:treaty-status-tracker:record-head"
"""Names the category of an Atom feed that has the head of the record (docs/verify.md)."""
_IDS = uuid.UUID("5f0c9d4e-6d0b-5c1f-9a55-3c6e0f6a9b11")
"""Namespace of the ids (RFC 9562, 5.5); never changed."""

Absolute = Callable[[str], str]
"""Makes an address absolute: `request.build_absolute_uri`."""
Say = Callable[[Change], str]
"""Returns a change as a sentence."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One change as a feed shows it; `path` leads to the page in the state in which the change first showed."""

    id: str
    path: str
    title: str
    summary: str
    recorded_at: datetime


def news_of(treaty: Treaty, *, as_of: date, revision: int) -> QuerySet[Change]:
    """Return the changes known at a revision and a day, the latest first: one for each thing that happened."""
    return news_in(changes_of(treaty).filter(revision__lte=revision, as_of__lte=as_of)).order_by("-number")


def news_in(changes: QuerySet[Change], *, counts: bool = False) -> QuerySet[Change]:
    """Keep the changes that are news.

    Left out are windows that were only reported, from which nothing follows; numbers, which follow from the acts beside
    them, unless `counts` asks for them; and what has not come yet: a threshold or a day of entry into force that is
    still not there, a period that has not begun.
    """
    reported = Q(subject="window") & (Q(after__reported=True) | Q(after__isnull=True, before__reported=True))
    undated = Q(subject__in=("threshold", "entry_into_force"), before__isnull=True, after__earliest=None)
    waiting = Q(subject="window", before__isnull=True, after__state="not_yet_open")
    rows = changes.exclude(reported).exclude(undated).exclude(waiting)
    return rows if counts else rows.exclude(subject="count")


def sentence(change: Change) -> str:
    """Return a change as a sentence with its days as people write them."""
    return readable(sentence_of(change))


def entry_of(change: Change, say: Say = sentence) -> FeedEntry:
    """Return a change as a feed shows it. Its treaty and participant come with it."""
    return _entry(
        *(change.treaty.slug, change.number, change.revision, change.as_of),
        *(days_of(change), Change.Cause(change.cause), change.recorded_at, say(change), get_language()),
    )


@lru_cache(maxsize=256)
def _entry(  # noqa: PLR0917 - the values of a change
    slug: str,
    number: int,
    revision: int,
    as_of: date,
    days: Span | None,
    cause: Change.Cause,
    recorded_at: datetime,
    title: str,
    _language: str | None,
) -> FeedEntry:
    """Return an entry in the active language, which follows from the values of a change: the same in every feed."""
    clocks = urlencode({"as_of": as_of.isoformat(), "revision": revision})
    summary = (
        gettext("%(cause)s: revision %(revision)s, as of %(day)s.")
        if days
        else gettext("%(cause)s: revision %(revision)s.")
    )
    return FeedEntry(
        id=uuid.uuid5(_IDS, f"{slug}/changes/{number}").urn,
        path=f"{reverse('dashboard:changes', kwargs={'slug': slug})}?{clocks}#change-{number}",
        title=title,
        summary=summary % {"cause": CAUSES[cause], "revision": revision, "day": text_of(days)},
        recorded_at=recorded_at,
    )


class _AtomFeed(Atom1Feed):
    """Django's Atom feed, but for one without entries, which would be dated by the clock."""

    def latest_post_date(self) -> datetime:
        """Return the moment of the newest entry; the same one always where there is none."""
        return super().latest_post_date() if self.items else BEGINNING

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        """Add the licence and the head of the record."""
        super().add_root_elements(handler)
        handler.addQuickElement("link", attrs={"rel": "license", "href": LICENCE["path"]})
        handler.addQuickElement("category", attrs={"scheme": HEAD_SCHEME, "term": self.feed["record_head"]})


@dataclass(frozen=True, slots=True)
class ChangeFeed:
    """Changes of a treaty for a feed, with the feed's own path and the head of the record that it shows.

    `asked` is the question that selects them, in words, and `home` the path of the page that shows the same; both are
    empty for all changes.
    """

    treaty: Treaty
    changes: Iterable[Change]
    path: str
    absolute: Absolute
    head: str
    say: Say = sentence
    asked: str = ""
    home: str = ""

    @property
    def title(self) -> str:
        """The title, by which a reader of several feeds of a treaty tells them apart."""
        title = gettext("%(treaty)s: changes of its status") % {"treaty": self.treaty}
        return f"{title}{in_brackets(self.asked)}" if self.asked else title

    @property
    def page(self) -> str:
        """The address of the page of these changes."""
        return self.absolute(self.home or reverse("dashboard:changes", kwargs={"slug": self.treaty.slug}))

    def entries(self) -> Iterator[FeedEntry]:
        """Return the entries, in the language of the thread."""
        return (entry_of(change, self.say) for change in self.changes)


def atom(feed: ChangeFeed) -> bytes:
    """Return changes as an Atom feed (RFC 4287)."""
    treaty, absolute = feed.treaty, feed.absolute
    atom_feed = _AtomFeed(
        title=feed.title,
        link=feed.page,
        description=treaty.short_title,
        feed_url=absolute(feed.path),
        feed_guid=_id_of(feed),
        author_name=str(AUTHOR),
        feed_copyright=RIGHTS,
        language=current().tag,
        record_head=feed.head,
    )
    for entry in feed.entries():
        atom_feed.add_item(
            title=entry.title,
            link=absolute(entry.path),
            description=entry.summary,
            unique_id=entry.id,
            unique_id_is_permalink=False,
            pubdate=entry.recorded_at,
            updateddate=entry.recorded_at,
        )
    return atom_feed.writeString("utf-8").encode()


def _id_of(feed: ChangeFeed) -> str:
    """Return the id of a feed: one for each question and language, wherever it is asked and in whatever order."""
    query = [pair for pair in parse_qsl(urlsplit(feed.path).query) if pair[0] != "lang"]
    if (language := current().tag) != "en":
        query.append(("lang", language))
    asked = urlencode(sorted(query))
    return uuid.uuid5(_IDS, f"{feed.treaty.slug}/changes{'?' if asked else ''}{asked}").urn


def json_feed(feed: ChangeFeed) -> bytes:
    """Return changes as a JSON Feed (version 1.1)."""
    absolute = feed.absolute
    return orjson.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": feed.page,
            "feed_url": absolute(feed.path),
            "authors": [{"name": str(AUTHOR)}],
            "language": current().tag,
            "_record_head": feed.head,
            "_license": LICENCE["path"],
            "items": [
                {
                    "id": entry.id,
                    "url": absolute(entry.path),
                    "title": entry.title,
                    "content_text": entry.summary,
                    "date_published": entry.recorded_at.isoformat().replace("+00:00", "Z"),
                }
                for entry in feed.entries()
            ],
        }
    )
