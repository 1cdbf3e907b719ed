"""The changes of a treaty's status for people: Atom and JSON Feed, the newest first."""

from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.feedgenerator import Atom1Feed

from ratification.api import shapes
from ratification.api.filters import ChangeFilter
from ratification.api.parameters import Parameter
from ratification.api.records import ChangesOf
from ratification.api.renderers import Renderer, json_text

NEWEST = 50


class Atom(Renderer):
    """Atom (RFC 4287)."""

    media_type = "application/atom+xml"
    format = "atom"
    content_type = "application/atom+xml; charset=utf-8"

    def write(self, document: Any, shape: type, name: str) -> bytes:  # noqa: ANN401, ARG002 - a feed names itself
        """Return the bytes."""
        feed = Atom1Feed(
            document["title"],
            document["home"],
            "",
            feed_url=document["feed"],
            feed_guid=document["feed"],
            language="en",
        )
        for change in document["changes"]:
            feed.add_item(
                change["sentence"],
                document["home"],
                f"As of {change['as_of']}, revision {change['revision']}.",
                unique_id=f"{document['feed']}#{change['id']}",
                unique_id_is_permalink=False,
                updateddate=parse_datetime(change["recorded_at"]),
                pubdate=parse_datetime(change["recorded_at"]),
            )
        return feed.writeString("utf-8").encode()


class JsonFeed(Renderer):
    """JSON Feed 1.1."""

    media_type = "application/feed+json"
    format = "json"
    content_type = media_type

    def write(self, document: Any, shape: type, name: str) -> bytes:  # noqa: ANN401, ARG002 - a feed names itself
        """Return the bytes."""
        return json_text(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": document["title"],
                "home_page_url": document["home"],
                "feed_url": document["feed"],
                "language": "en",
                "items": [
                    {
                        "id": f"{document['feed']}#{change['id']}",
                        "url": document["home"],
                        "title": change["sentence"],
                        "content_text": f"As of {change['as_of']}, revision {change['revision']}.",
                        "date_published": change["recorded_at"],
                    }
                    for change in document["changes"]
                ],
            }
        ).encode()


class FeedOf(ChangesOf):
    """The newest changes of a treaty's status for feed readers: Atom, or JSON Feed with `.json` or by Accept."""

    operation = "get_feed"
    shape = shapes.JsonFeed
    parameters = ()
    filterset = ChangeFilter
    renderer_classes = [Atom, JsonFeed]

    @classmethod
    def all_parameters(cls) -> list[Parameter]:
        """Take the filters alone: a feed reader does not walk pages."""
        return ChangeFilter.parameters()

    def document(self) -> dict[str, Any]:
        """Return the newest changes. Addresses name the site here, because a feed is read elsewhere."""
        rows = self.filtered(self.queryset().order_by("-pk")).qs[:NEWEST]
        return {
            "title": f"{self.treaty}: changes of its status",
            "home": self.request.build_absolute_uri(f"/treaties/{self.treaty.slug}/"),
            "feed": self.request.build_absolute_uri(self.request.path),
            "changes": [self.item(row) for row in rows],
        }

    def header_links(self) -> dict[str, str]:
        """Link to the description alone."""
        return {"service-desc": "/api/v1/schema/"}
