"""The changes of a treaty's status: in order for programs, the newest first for people (Atom and JSON Feed)."""

from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import OuterRef, QuerySet, Subquery
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from api import serializers
from api.filters import ChangeFilter, FeedFilter
from api.paging import LINK
from api.query import FilterSet, written
from api.records import OfRecord
from api.renderers import Atom, JsonFeed
from api.resource import BEGINNING, Basis, PagesOf
from ratification.models import Change
from ratification.record.heads import head_text
from ratification.status import changes, feeds
from ratification.status.api_urls import address


class ChangesOf(PagesOf, OfRecord):
    """Changes of the status in order, for polling.

    Ask once with `since`, follow `next` while there is one, and ask the address in `poll` from then on.
    """

    operation = "list_changes"
    tag = "changes"
    serializer_class: ClassVar[type[Serializer[Any]]] = serializers.ChangeSerializer
    filterset_class: ClassVar[type[FilterSet]] = ChangeFilter
    beside: ClassVar[dict[str, Any]] = {"poll": {**LINK, "description": "Where to ask for what comes next."}}

    def basis_of(self) -> Basis:
        """Read the last change too: the list grows within a revision when a day passes."""
        basis = super().basis_of()
        last = self.treaty.last_change or 0
        return replace(
            basis,
            modified=max(basis.modified, self.treaty.last_change_at or BEGINNING),
            until=min(self.asked.get("until", last), last),
            lasting=basis.lasting and "until" in self.asked,
        )

    @staticmethod
    def treaties(revision: int | None) -> QuerySet[Any]:
        """Annotate each treaty with its last change too."""
        last = Change.objects.filter(treaty=OuterRef("pk")).order_by("-pk")[:1]
        rows: QuerySet[Any] = OfRecord.treaties(revision).annotate(
            last_change=Subquery(last.values("pk")), last_change_at=Subquery(last.values("recorded_at"))
        )
        return rows

    def queryset(self) -> QuerySet[Change]:
        """Select the changes up to both clocks."""
        return changes.changes_of(self.treaty).filter(
            pk__lte=self.basis.until, revision__lte=self.basis.revision, as_of__lte=self.as_of
        )

    def respond(self) -> Response:
        """Add the address to poll: it begins after the last change that this page or an earlier one can hold."""
        response = super().respond()
        kept = {name: self.asked.get(name) for name in FeedFilter.base_filters}
        after = written({**kept, "after": self.basis.until})
        response.data["poll"] = address("treaties", self.treaty.slug, "changes", **after)
        return response


class FeedOf(ChangesOf):
    """The newest changes of a treaty's status for feed readers: Atom, or JSON Feed with `.json` or by Accept."""

    operation = "get_feed"
    serializer_class = serializers.JsonFeedSerializer
    filterset_class = FeedFilter  # a feed reader does not walk pages
    renderer_classes = [Atom, JsonFeed]

    def respond(self) -> Response:
        """Return the arguments of the feed builder; addresses are absolute, because feeds are read on other sites."""
        news = feeds.news_of(self.treaty, as_of=self.as_of, revision=self.basis.revision or 0)
        rows = list(self.filtered(news.filter(pk__lte=self.basis.until))[: feeds.NEWEST])
        if not rows:
            self.query.refuse_unknown()
        absolute = self.request.build_absolute_uri
        return Response(
            {
                "treaty": self.treaty,
                "changes": rows,
                "feed": self.request.path,
                "absolute": absolute,
                "head": head_text(self.basis.revision or 0, self.treaty.head_hash),
            }
        )

    def header_links(self) -> dict[str, str]:
        """Return the link to the description only."""
        return {"service-desc": "/api/v1/schema/"}
