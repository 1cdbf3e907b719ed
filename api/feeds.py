"""The changes of a treaty's status: in order for programs, the newest first for people (Atom and JSON Feed)."""

import re
from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from api import serializers
from api.change_serializers import ChangeSerializer
from api.filters import ChangeFilter, FeedFilter, FeedOfFilter
from api.paging import ABSOLUTE, decode_cursor
from api.problems import Problem
from api.query import FilterSet, as_query
from api.records import OfRecord, with_state
from api.renderers import Atom, JsonFeed
from api.resource import BEGINNING, Basis, PagesOf
from common.languages import KEYS
from ratification.models import Change
from ratification.record.heads import WithHead, head_text
from ratification.status import changes, feeds
from ratification.status.api_urls import address
from ratification.status.kept_changes import changes_of_keys, read_changes


def _with_last_change(revision: int | None, state: Q) -> QuerySet[Any]:
    """Add to what `with_state` selects the last change of a state, the last of all, and the digest of the status."""
    of_treaty = Change.objects.filter(treaty=OuterRef("pk"))
    last = of_treaty.filter(state).order_by("-number")[:1]
    states: QuerySet[Any] = with_state(revision).annotate(
        last_change=Subquery(last.values("number")),
        last_change_at=Subquery(last.values("recorded_at")),
        last_of_all=Subquery(of_treaty.order_by("-number").values("number")[:1]),
        digest=F("status__digest"),
    )
    return states


_LATEST = WithHead(lambda revision: _with_last_change(revision, Q()))
"""For the latest revision: the ORM leaves out a comparison with what no revision is, as WithHead has it for others."""


class ChangesOf(PagesOf, OfRecord):
    """Changes of the status in order, for polling.

    Ask once with `since`, follow `next` while there is one, and ask the address in `poll` from then on.
    """

    operation = "list_changes"
    tag = "changes"
    serializer_class: type[Serializer[Any]] = ChangeSerializer
    filterset_class: ClassVar[type[FilterSet]] = ChangeFilter
    beside: ClassVar[dict[str, Any]] = {
        "poll": {
            **ABSOLUTE,
            "description": "Where to ask for what comes next; null if the state lacks changes before its last.",
        },
        "status_digest": {
            "type": ["string", "null"],
            "description": "SHA-256 of the state to which all changes up to here add up; null if more follow.",
        },
    }

    def basis_of(self) -> Basis:
        """Read the last change too: the list grows within a revision when a day passes.

        Raises:
            Problem: 409, for a place in the list that the record has not reached.
        """
        basis = super().basis_of()
        self._refuse_ahead()
        last = self.treaty.last_change or 0
        return replace(
            basis,
            modified=max(basis.modified, self.treaty.last_change_at or BEGINNING),
            until=min(self.asked.get("until", last), last),
            lasting=basis.lasting and "until" in self.asked,
        )

    def _refuse_ahead(self) -> None:
        """Refuse what was taken from a later state of the list, such as one that a restored backup does not have."""
        given = {name: self.asked.get(name, 0) for name in ("after", "until")}
        if "cursor" in self.asked:
            _, place = decode_cursor(self.asked["cursor"])
            given["cursor"] = int(place[0]) if re.fullmatch(r"[0-9]{1,18}", "".join(place)) else 0
        ends = dict.fromkeys(given, self.treaty.last_of_all or 0) | {"since": self.latest}
        for name, value in {**given, "since": self.asked.get("since", 0)}.items():
            if value > ends[name]:
                detail = (
                    f"{name!r} is {value}, and the record ends at {ends[name]}: start again with since=0."
                )
                raise Problem("ahead-of-record", 409, detail, parameter=name)

    def refuse_revision(self, revision: int) -> None:
        """Refuse a revision that the record has not reached."""
        detail = f"'revision' is {revision}, and the record ends at {self.latest}: start again with since=0."
        raise Problem("ahead-of-record", 409, detail, parameter="revision")

    def treaty_at(self, slug: str, revision: int | None) -> Any:  # noqa: ANN401 - as the base class has it
        """Return the treaty with its last change up to both clocks too, and with the digest of its status."""
        if revision is None and "as_of" not in self.asked:
            return _LATEST.find(slug, None)
        state = Q(as_of__lte=self.asked["as_of"]) if "as_of" in self.asked else Q()
        if revision is not None:
            state &= Q(revision__lte=revision)
        return _with_last_change(revision, state).filter(slug=slug).first()

    def get_queryset(self) -> QuerySet[Change]:
        """Select the changes up to both clocks: what finds their rows."""
        known = changes.changes_of(self.treaty).filter(
            number__lte=self.basis.until, revision__lte=self.revision, as_of__lte=self.as_of
        )
        return known.select_related(None).only("treaty", "number", "recorded_at")

    def paginate_queryset(self, queryset: Any) -> Any:  # noqa: ANN401 - REST framework's signature
        """Return a page of changes. One query, and one for each few hundred among which are new ones."""
        page: list[Change] = super().paginate_queryset(queryset) or []
        return list(changes_of_keys(self.treaty, [(each.pk, each.recorded_at) for each in page]))

    def respond(self) -> Response:
        """Add the address to poll, which begins after the last change of this state, and the digest of the state.

        Both follow from the changes up to that one alone, so that a permalink keeps its bytes.
        """
        response = super().respond()
        kept = {name: self.asked.get(name) for name in FeedFilter.base_filters}
        after = as_query({**kept, "after": self.basis.until})
        poll = address("treaties", self.treaty.slug, "changes", **after)
        whole = self._is_whole()
        response.data["poll"] = self.request.build_absolute_uri(poll) if whole else None
        response.data["status_digest"] = (
            self._digest_of_state() if whole and not response.data["next"] else None
        )
        return response

    def _is_whole(self) -> bool:
        """Whether the state has every change up to its last: a past day lacks some that became known before others."""
        if not self.asked.keys() & {"as_of", "revision"}:
            return True
        own = Q(as_of__lte=self.as_of, revision__lte=self.revision)
        return not Change.objects.filter(~own, treaty=self.treaty, number__lte=self.basis.until).exists()

    def _digest_of_state(self) -> str | None:
        if self.basis.until == self.treaty.last_of_all:
            return self.treaty.digest or None
        return changes.digest_at(self.treaty, self.basis.until or 0)


class FeedOf(ChangesOf):
    """The newest changes of a treaty's status for feed readers: Atom, or JSON Feed with `.json` or by Accept."""

    operation = "get_feed"
    serializer_class = serializers.JsonFeedSerializer
    filterset_class = FeedOfFilter  # a feed reader does not walk pages
    renderer_classes = [Atom, JsonFeed]

    def respond(self) -> Response:
        """Return the feed and its language; addresses are absolute, because feeds are read on other sites."""
        news = feeds.news_of(self.treaty, as_of=self.as_of, revision=self.revision)
        newest = self.filter_queryset(news.filter(number__lte=self.basis.until))[: feeds.NEWEST]
        rows = list(read_changes(self.treaty, newest))
        if not rows:
            self.query.refuse_unknown()
        feed = feeds.ChangeFeed(
            self.treaty,
            rows,
            self.request.get_full_path(),
            self.request.build_absolute_uri,
            head_text(self.revision, self.treaty.head_hash),
        )
        return Response({"feed": feed, "language": KEYS[self.asked.get("lang", "en")].code})
