"""Resources of a treaty's record: status, standings of participants, actions and windows."""

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import orjson
from django.db.models import F, QuerySet
from rest_framework.response import Response

from api import renderers, serializers
from api.filters import (
    RANKS,
    ActionFilter,
    ClocksFilter,
    ExplainFilter,
    ParticipantFilter,
    StandingFilter,
    WindowFilter,
)
from api.problems import invalid_value, or_404
from api.query import FilterSet, as_query
from api.resource import BEGINNING, Basis, ListOf, PagesOf, Resource
from api.status_serializers import StatusSerializer
from api.table_metadata import next_change
from ratification.models import Action, TreatyStatus
from ratification.record import heads, selectors
from ratification.record.entries import entries_at
from ratification.record.kept import EntryKey, entry_key, kept_for_edition
from ratification.record.selectors import View
from ratification.rules.document import status_document, working_document
from ratification.rules.outcome import Outcome
from ratification.status import linked_data, standings_list
from ratification.status.api_urls import address
from ratification.status.standings_list import rows_at
from states.models import Participant
from treaty.models import Treaty

Document = dict[str, Any]
"""A response, or a part of one, as JSON."""


def with_state(revision: int | None) -> QuerySet[Any]:
    """Annotate treaties with the latest revision, the head of the requested one, and the edition."""
    rows: QuerySet[Any] = heads.with_head(Treaty.objects.all(), revision).annotate(
        latest=F("record__revision")
    )
    return rows


_TREATIES = heads.WithHead(with_state)


class OfRecord(Resource):
    """Resource that depends on the record of one treaty and on both clocks."""

    tag = "record"
    clocks: ClassVar[tuple[str, ...]] = ("as_of", "revision")
    filterset_class: ClassVar[type[FilterSet]] = ClocksFilter
    latest: int

    def basis_of(self) -> Basis:
        """Read the treaty, its revision and the edition: one query."""
        asked, slug = self.asked.get("revision"), self.path["slug"]
        treaty = or_404(self.treaty_at(slug, asked), "treaty", slug)
        self.treaty, self.latest = treaty, treaty.latest or 0
        if asked is not None and asked > self.latest:
            self.refuse_revision(asked)
        revision = self.latest if asked is None else asked
        if revision < self.latest and (sentence := heads.within_publication(treaty, revision)):
            raise invalid_value("revision", sentence)
        heads.note_head(self.request, treaty, revision)
        moments = [treaty.edition_at, treaty.head_at]
        if "as_of" not in self.asked:
            moments.append(self._day_began())
        return Basis(
            edition=treaty.edition_digest or "",
            head=treaty.head_hash or "",
            modified=max([moment for moment in moments if moment] or [BEGINNING]),
            as_of=self.asked.get("as_of", self.today),
            revision=revision,
            lasting="as_of" in self.asked and asked is not None,
        )

    @property
    def today(self) -> date:
        """The present day where the depositary is."""
        today: date = self.treaty.legal_day(self.now)
        return today

    def _day_began(self) -> datetime:
        """Return the moment at which that day began: the answer changes with it."""
        return datetime.combine(self.today, time(), ZoneInfo(self.treaty.depositary_timezone))

    def refuse_revision(self, revision: int) -> None:
        """Refuse a revision that the record does not have."""
        slug = self.treaty.slug
        raise invalid_value(
            "revision", f"The record of {slug} has the revisions 0 to {self.latest}, not {revision}."
        )

    def treaty_at(self, slug: str, revision: int | None) -> Any:  # noqa: ANN401 - as `treaty`
        """Return the treaty with what `with_state` adds. One query."""
        return _TREATIES.find(slug, revision)

    @property
    def as_of(self) -> date:
        """Legal date of the response."""
        return self.basis.as_of or self.today

    @property
    def revision(self) -> int:
        """State of the record that the response shows."""
        return self.basis.revision or 0

    def state(self) -> dict[str, Any]:
        """Return the clocks as the functions take them that read a record (`record.selectors`)."""
        return {"today": self.today, "as_of": self.as_of, "revision": self.revision, "latest": self.latest}

    def next_expected_change(self) -> dict[str, Any] | None:
        """Return the next day on which windows or entry into force change the status."""
        return next_change(self.status())

    def view(self) -> View:
        """Evaluate the treaty, with all model instances. Four queries."""
        return selectors.view_of(self.treaty, **self.state())

    def status(self) -> Document:
        """Return the status document: the stored one if its date and revision match, else computed.

        One query; two or three where it is computed.
        """
        stored = self.stored()
        document: Document = orjson.loads(stored) if stored else self.computed(self.outcome())
        return document

    def stored(self) -> str | None:
        """Return the stored status document if its date and revision match: those of today. At most one query."""
        if (self.as_of, self.revision) != (self.today, self.latest):
            return None
        stored = TreatyStatus.objects.filter(treaty=self.treaty, as_of=self.as_of, revision=self.revision)
        return stored.values_list("document", flat=True).first()

    def outcome(self) -> Outcome:
        """Evaluate the treaty without model instances. Two queries, three with corrections."""
        return selectors.outcome_at(self.treaty, self.as_of, self.revision)

    def computed(self, outcome: Outcome) -> Document:
        """Return an outcome as the status document."""
        timezone = self.treaty.depositary_timezone
        return status_document(self.treaty.slug, self.as_of, self.revision, outcome, timezone=timezone)

    def entries(self) -> QuerySet[Action]:
        """Select the entries that hold at the revision, taken up to the legal date."""
        return entries_at(self.treaty, self.revision).filter(taken_earliest__lte=self.as_of)


class StatusOf(OfRecord):
    """Status of a treaty: signatories, contracting and parties, threshold, entry into force, windows and standings.

    The document of `manage.py status --json`; `explain=1` adds the whole working.
    """

    operation = "get_status"
    serializer_class = StatusSerializer
    filterset_class = ExplainFilter
    renderer_classes = [renderers.Json, renderers.JsonLd]

    def linked_data(self) -> Mapping[str, Any]:
        """Return the treaty, this state of its record, and its events."""
        absolute, document = self.request.build_absolute_uri, self.status()
        return linked_data.graph(
            linked_data.legislation(self.treaty, absolute, in_force=linked_data.is_in_force(document)),
            linked_data.dataset(self.treaty, absolute, as_of=self.as_of, revision=self.revision),
            *linked_data.events(self.treaty, document, absolute),
        )

    def document(self) -> Document | str:
        """Return the document with permalink and links; the stored text is extended without being read."""
        more: Document = {
            "permalink": self.permalink,
            "links": {
                part: address("treaties", self.treaty.slug, part, **as_query(self.basis.pinned))
                for part in ("participants", "actions", "windows")
            },
        }
        explain = self.asked.get("explain")
        if not explain and (stored := self.stored()):
            return stored[:-1] + "," + renderers.json_text(more)[1:]
        outcome = self.outcome()
        working = {"working": working_document(outcome)} if explain else {}
        return {**self.computed(outcome), **more, **working}


class StandingsOf(ListOf, OfRecord):
    """Standing of each participant under a treaty: of all that exist on `as_of`, and of all in the record."""

    operation = "list_standings"
    serializer_class = serializers.StandingSerializer
    filterset_class = StandingFilter

    def respond(self) -> Response:
        """Return a list that is not narrowed as text, whose rows are written already."""
        whole = self.asked.keys() <= {"as_of", "revision"}
        if not (whole and isinstance(self.request.accepted_renderer, renderers.Json)):
            return super().respond()
        count, rows = rows_at(self.treaty, self.revision).text(self.outcome())
        head = orjson.dumps({**self.clock_members(), "count": count})[:-1]
        return Response(b"".join((head, b',"results":[', rows, b"]}")))

    def rows(self) -> list[Any]:
        """Join the selected participants with their standings. A query where they are selected by what they are."""
        among = None
        if self.asked.keys() & ParticipantFilter.base_filters.keys():
            among = set(self.filter_queryset(Participant.objects.all()).values_list("iso3", flat=True))
        rows = rows_at(self.treaty, self.revision).rows(self.outcome(), among)
        for days in ("signed", "consent"):
            first, last = self.asked.get(f"{days}_from"), self.asked.get(f"{days}_to")
            rows = [row for row in rows if _within(row[days], first, last)]
        return self._ordered(self.query.select(rows))

    def _ordered(self, rows: list[Document]) -> list[Document]:
        name = self.asked.get("ordering", "name")
        field, backwards = name.removeprefix("-"), name.startswith("-")
        if field == "standing":
            return sorted(rows, key=lambda row: RANKS.index(row["standing"]), reverse=backwards)
        if field in {"name", "participant"}:
            return sorted(rows, key=lambda row: row[field], reverse=backwards)
        days = {"signed_on": "signed", "consent": "consent", "in_force": "in_force"}[field]
        dated = [row for row in rows if row[days]["earliest"]]
        dated.sort(key=lambda row: row[days]["earliest"], reverse=backwards)
        return dated + [row for row in rows if not row[days]["earliest"]]


class StandingOf(OfRecord):
    """Standing of one participant with its actions and windows; `explain=1` adds the working."""

    operation = "get_standing"
    serializer_class = serializers.StandingInFullSerializer
    filterset_class = ExplainFilter

    def document(self) -> Mapping[str, Any]:
        """Join the participant with its part of the status document."""
        slug, iso3 = self.treaty.slug, self.path["iso3"]
        person = or_404(Participant.objects.filter(iso3=iso3).first(), "participant", iso3)
        working = {}
        if self.asked.get("explain"):
            outcome = self.outcome()
            document = self.computed(outcome)
            shown = working_document(outcome)
            consents = shown["counted"] + shown["not_counted"]
            working = {"working": [each for each in consents if each["participant"] == iso3]}
        else:
            document = self.status()
        standings = {row["participant"]: row for row in document["participants"]}
        its = list(self.entries().filter(participant=person))
        return {
            **standings_list.row_of(
                slug,
                standings.get(iso3),
                person,
                (
                    (each.key, each.title, each.url, each.confidence)
                    for entry in its
                    if (each := entry.source)
                ),
            ),
            **self.clock_members(),
            "actions": serializers.ActionSerializer(
                its, many=True, context=self.get_serializer_context()
            ).data,
            "windows": [row for row in document["windows"] if row["participant"] == iso3],
            **working,
        }


class ActionsOf(PagesOf, OfRecord):
    """Treaty actions in the record: signatures, instruments, statements."""

    operation = "list_actions"
    serializer_class = serializers.ActionInFullSerializer
    filterset_class = ActionFilter

    def get_queryset(self) -> QuerySet[Action]:
        """Select the entries that hold at the revision, taken up to the legal date: what finds their rows."""
        return (
            self.entries()
            .select_related(None)
            .only("revision", "taken_earliest", "taken_latest", "published_at")
        )

    @cached_property
    def kept_rows(self) -> dict[EntryKey, Document]:
        """What is kept of the entries' rows."""
        return _kept_rows(self.treaty)

    def paginate_queryset(self, queryset: Any) -> Any:  # noqa: ANN401 - REST framework's signature
        """Return a page of entries, and keep the rows of those that are new. One query, two with new ones."""
        page: list[Action] = super().paginate_queryset(queryset) or []
        if new := [entry.pk for entry in page if entry_key(entry) not in self.kept_rows]:
            row_of = serializers.ActionSerializer(context=super().get_serializer_context()).to_representation
            entries = entries_at(self.treaty, self.revision).select_related("supersedes", "relates_to")
            entries = entries.filter(pk__in=new).order_by()
            self.kept_rows.update((entry_key(entry), row_of(entry)) for entry in entries)
        return page

    def get_serializer_context(self) -> dict[str, Any]:
        """Add the rows, and what became of each act."""
        results = selectors.results_at(self.treaty, self.as_of, self.revision)
        return {**super().get_serializer_context(), "rows": self.kept_rows, "results": results}


@kept_for_edition
def _kept_rows(_treaty: Treaty) -> dict[EntryKey, Document]:
    """Return where the rows of a treaty's entries are kept."""
    return {}


class WindowsOf(ListOf, OfRecord):
    """Windows that the clauses open (signature, entry into force, withdrawal), and windows that were only reported."""

    operation = "list_windows"
    serializer_class = serializers.WindowSerializer
    filterset_class = WindowFilter

    def rows(self) -> list[Any]:
        """Select from the status document."""
        return [
            {**row, "treaty": self.treaty.slug, "links": self._links(row["participant"])}
            for row in self.query.select(self.status()["windows"])
        ]

    def _links(self, iso3: str | None) -> dict[str, str]:
        treaty = self.treaty.slug
        standing = {"standing": address("treaties", treaty, "participants", iso3)} if iso3 else {}
        return {"treaty": address("treaties", treaty), **standing}


def _within(days: Document, first: date | None, last: date | None) -> bool:
    """Return whether an open day can lie between two days, both included."""
    if first is None and last is None:
        return True
    if days["earliest"] is None:
        return False
    return (first is None or (days["latest"] or "9999-12-31") >= first.isoformat()) and (
        last is None or days["earliest"] <= last.isoformat()
    )
