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
)
from api.filters import StatementFilter
from api.records import Document, OfRecord
from api.resource import ListOf
from api.serializers import DaysSerializer, SourceSerializer
from ratification.ledger.statement_columns import TEXT_STATUS
from ratification.models import Action
from ratification.record.statements import (
    RecordedStatement,
    StatementQuery,
    parties_of,
    statements_of,
)
from ratification.rules.document import days
from ratification.rules.statements import StatedProvision
from ratification.status.api_urls import address


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


class StatementTextSerializer(Declaration):
    """One version of the words of a statement."""

    language = CharField(help_text="Language tag (BCP 47).")
    status = ChoiceField(
        choices=list(TEXT_STATUS), help_text="Authentic, an official translation, or our own."
    )
    text = CharField()


class RelatedActSerializer(Declaration):
    """An act that a statement answers, or that changes or answers it."""

    revision = IntegerField()
    participant = CodeField()
    kind = KindOfActionField()
    taken = DaysSerializer()
    provisions = ListField(child=CharField())
    precludes = BooleanField(allow_null=True)


class StatementSerializer(Serializer[Any]):
    """A statement: its words, the state of each of its provisions on the day, and the acts that concern it."""

    treaty = CharField()
    revision = IntegerField(min_value=1, help_text="The entry's number in the treaty's record.")
    participant = CodeField()
    name = CharField()
    kind = KindOfActionField()
    taken_on = DateField(allow_null=True)
    taken = DaysSerializer()
    state = StateOfStatementField(
        help_text="Of all its provisions; partly withdrawn where some stand no longer."
    )
    stands = BooleanField(help_text="Whether any of it stands.")
    in_force = BooleanField(help_text="Whether the treaty is certainly in force for its maker.")
    provisions = StatedProvisionSerializer(many=True)
    late = BooleanField(help_text="Whether a reservation came after the consent.")
    objections_until = DaysSerializer()
    excludes = BooleanField(allow_null=True, help_text="Whether a reservation excludes its provisions.")
    precludes = BooleanField(
        allow_null=True, help_text="Whether an objection precludes entry into force between the two."
    )
    territories = ListField(child=CodeField())
    summary = CharField(help_text="In this project's own words.")
    texts = StatementTextSerializer(many=True)
    relates_to = RelatedActSerializer(allow_null=True)
    acts = RelatedActSerializer(many=True)
    notification = CharField()
    notified_on = DateField(allow_null=True)
    confidence = ConfidenceField()
    note = CharField()
    source = SourceSerializer()  # type: ignore[assignment]  # an attribute of fields
    links = LinksField()

    def to_representation(self, instance: tuple[RecordedStatement, bool]) -> Document:
        """Return the statement; whether the treaty is in force for its maker comes beside it."""
        said, in_force = instance
        entry, statement, slug = said.entry, said.statement, self.context["treaty"]
        return {
            "treaty": slug,
            "revision": entry.revision,
            "participant": entry.participant.iso3,
            "name": entry.participant.name,
            "kind": entry.kind,
            "taken_on": entry.taken.on and entry.taken.on.isoformat(),
            "taken": days(entry.taken),
            "state": statement.state.value,
            "stands": said.stands,
            "in_force": in_force,
            "provisions": [_provision(each, said) for each in statement.provisions],
            "late": statement.late,
            "objections_until": days(statement.acceptance),
            "excludes": entry.excludes,
            "precludes": entry.precludes,
            "territories": entry.territories,
            "summary": entry.summary,
            "texts": entry.texts,
            "relates_to": _act(said.target) if said.target else None,
            "acts": [_act(act) for act in said.acts],
            "notification": entry.notification,
            "notified_on": entry.notified_on and entry.notified_on.isoformat(),
            "confidence": entry.confidence,
            "note": entry.note,
            "source": SourceSerializer(entry.source).data,
            "links": {
                "participant": address("participants", entry.participant.iso3),
                "standing": address("treaties", slug, "participants", entry.participant.iso3),
            },
        }


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
    }


def _act(entry: Action) -> Document:
    return {
        "revision": entry.revision,
        "participant": entry.participant.iso3,
        "kind": entry.kind,
        "taken": days(entry.taken),
        "provisions": entry.provisions,
        "precludes": entry.precludes,
    }


class StatementsOf(ListOf, OfRecord):
    """Reservations, declarations, objections and other statements, with what stands of each on the day."""

    operation = "list_statements"
    serializer_class = StatementSerializer
    filterset_class = StatementFilter

    def rows(self) -> list[tuple[RecordedStatement, bool]]:
        """Select the statements of the view. Five queries, one more where an entry is a correction."""
        view = self.view()
        parties = parties_of(view.outcome)
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
        return [
            (each, each.entry.participant.iso3 in parties)
            for each in statements_of(view).by_entry.values()
            if query.selects(each, parties)
        ]
