"""Resource of the statements under a treaty: what stands of each on the day asked about."""

from typing import Any

from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    IntegerField,
    ListField,
    Serializer,
)

from api.fields import (
    CodeField,
    ConfidenceField,
    Declaration,
    KindOfActionField,
    LinksField,
    StateOfStatementField,
    TreatyField,
)
from api.filters import StatementFilter
from api.records import Document, OfRecord
from api.resource import ListOf
from api.serializers import DaysSerializer, SourceSerializer, links_of_entry
from ratification.ledger.statement_columns import TEXT_STATUS
from ratification.record.kept import EntryKey, entry_key, kept_for_edition
from ratification.record.statements import (
    RecordedStatement,
    StatementQuery,
    parties_of,
    statements_of,
)
from ratification.rules.document import days
from ratification.rules.statements import StatedProvision
from treaty.models import Treaty


class StatedProvisionSerializer(Declaration):
    """State of one provision of a statement."""

    provision = CharField(help_text="Such as 7(2); empty: the treaty as a whole.")
    state = StateOfStatementField()
    certain = BooleanField(help_text="False where an open date permits another state.")
    withdrawn = ListField(child=CharField(), help_text="Parts that have been withdrawn.")
    by = IntegerField(allow_null=True, help_text="Revision of the act that gave it the state.")
    since = DaysSerializer()
    objections = ListField(
        child=IntegerField(), help_text="Revisions of the objections that stand against it."
    )
    objected = ListField(
        child=CharField(),
        required=False,
        help_text="Parts that the objections name. Absent where one is about all of it, and without objections.",
    )


class StatementTextSerializer(Declaration):
    """One version of the words of a statement."""

    language = CharField(help_text="Language tag (BCP 47).")
    status = ChoiceField(
        choices=list(TEXT_STATUS), help_text="Authentic, an official translation, or our own."
    )
    text = CharField()


class InForceField(BooleanField):
    """Whether the treaty is certainly in force for the maker of a statement: for those among the context's parties."""

    def get_attribute(self, instance: RecordedStatement) -> bool:
        """Look for the maker."""
        return instance.entry.participant.iso3 in self.context["parties"]


class RelatedActSerializer(Serializer[Any]):
    """An act that a statement answers, or that changes or answers it."""

    revision = IntegerField()
    participant = CodeField(source="participant.iso3")
    kind = KindOfActionField()
    taken = DaysSerializer()
    provisions = ListField(child=CharField())
    precludes = BooleanField(allow_null=True)


def _links(row: RecordedStatement, treaty: str) -> dict[str, str]:
    return links_of_entry(row.entry, treaty)


class StatementSerializer(Serializer[Any]):
    """A statement: its words, the state of each of its provisions on the day, and the acts that concern it."""

    treaty = TreatyField()
    revision = IntegerField(
        source="entry.revision", min_value=1, help_text="The entry's number in the treaty's record."
    )
    participant = CodeField(source="entry.participant.iso3")
    name = CharField(source="entry.participant.name")
    kind = KindOfActionField(source="entry.kind")
    taken_on = DateField(source="entry.taken.on", allow_null=True)
    taken = DaysSerializer(source="entry.taken")
    state = StateOfStatementField(
        source="statement.state",
        help_text="Of all its provisions; partly withdrawn where some stand no longer.",
    )
    stands = BooleanField(help_text="Whether any of it stands.")
    in_force = InForceField(help_text="Whether the treaty is certainly in force for its maker.")
    provisions = StatedProvisionSerializer(source="statement.provisions", many=True)
    late = BooleanField(source="statement.late", help_text="Whether a reservation came after the consent.")
    objections_until = DaysSerializer(source="statement.acceptance")
    excludes = BooleanField(
        source="entry.excludes", allow_null=True, help_text="Whether a reservation excludes its provisions."
    )
    precludes = BooleanField(
        source="entry.precludes",
        allow_null=True,
        help_text="Whether an objection precludes entry into force between the two.",
    )
    territories = ListField(source="entry.territories", child=CodeField())
    summary = CharField(source="entry.summary", help_text="In this project's own words.")
    texts = StatementTextSerializer(source="entry.texts", many=True)
    relates_to = RelatedActSerializer(source="target", allow_null=True)
    acts = RelatedActSerializer(many=True)
    notification = CharField(source="entry.notification")
    notified_on = DateField(source="entry.notified_on", allow_null=True)
    confidence = ConfidenceField(source="entry.confidence")
    note = CharField(source="entry.note")
    source = SourceSerializer(source="entry.source")  # type: ignore[assignment]  # an attribute of fields
    links = LinksField(of=_links)

    def to_representation(self, instance: RecordedStatement) -> Document:
        """Write what becomes of it by the day; what its entry says is written once, since that never changes.

        The acts behind the state of each provision are named by their revisions.
        """
        rows, key = self.context["rows"], entry_key(instance.entry)
        if key not in rows:
            rows[key] = super().to_representation(instance)
        document = dict(rows[key])
        for name in _OF_DAY:
            field = self.fields[name]
            value = field.get_attribute(instance)
            document[name] = None if value is None else field.to_representation(value)
        return {
            **document,
            "provisions": [_provision(each, instance) for each in instance.statement.provisions],
        }


_OF_DAY = ("state", "stands", "in_force", "late", "objections_until", "relates_to", "acts")
"""Fields of a statement that the day and other entries decide, beside its provisions."""


def _provision(each: StatedProvision, said: RecordedStatement) -> Document:
    given = said.revisions.get(each.by.id)
    own = each.by.id == said.statement.fact.id
    return {
        "provision": each.name,
        "state": each.state.value,
        "certain": each.certain,
        "withdrawn": list(each.parts),
        "by": None if own else given,
        "since": days(each.since),
        "objections": [said.revisions[fact.id] for fact in each.objections],
        **({"objected": list(parts)} if (parts := each.objected_parts) else {}),
    }


class StatementsOf(ListOf, OfRecord):
    """Reservations, declarations, objections and other statements, with what stands of each on the day."""

    operation = "list_statements"
    serializer_class = StatementSerializer
    filterset_class = StatementFilter

    parties: frozenset[str]

    def rows(self) -> list[RecordedStatement]:
        """Select the statements of the view. Five queries, one more where an entry is a correction."""
        view = self.view()
        self.parties = parties_of(view.outcome)
        asked = self.asked
        group = asked.get("group")
        members = view.directory.members_of(group, view.as_of) if group else None
        if participant := asked.get("participant"):
            members = frozenset({participant}) & (members if members is not None else {participant})
        query = StatementQuery(
            article=asked.get("article"),
            kinds=asked.get("kind", ()),
            states=asked.get("state", ()),
            participants=members,
            in_force=asked.get("in_force"),
        )
        statements = statements_of(view).by_entry.values()
        return [each for each in statements if query.selects(each, self.parties)]

    def get_serializer_context(self) -> Document:
        """Add for whom the treaty is in force, and the rows that are kept."""
        return {**super().get_serializer_context(), "parties": self.parties, "rows": _kept_rows(self.treaty)}


@kept_for_edition
def _kept_rows(_treaty: Treaty) -> dict[EntryKey, Document]:
    """Return where the rows of a treaty's statements are kept by the keys of their entries."""
    return {}
