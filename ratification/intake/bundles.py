"""Loading of bundled facts: the actions of a definition directory, each row published once through the ledger."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

from ratification.intake import amendments
from ratification.intake.bundled_rows import contents_of, span_in
from ratification.intake.rows import OF_ACTS
from ratification.ledger import writing as ledger
from ratification.ledger.content import fill
from ratification.ledger.system_accounts import system_user
from ratification.ledger.writing import ActionContent, LedgerError, TreatyFactContent
from ratification.models import Action, TreatyFact
from ratification.record.entries import latest_revision, read_facts, read_treaty_facts
from ratification.record.evaluation import clause_of, record_for, with_elsewhere
from ratification.rules.admissibility import doubts_about
from ratification.rules.dates import Span
from ratification.rules.facts import Fact
from ratification.rules.leaving import withdrawal_doubts
from states.loading import load_participants
from states.tables import TableError, TableRow, read_table
from treaty.clauses import CONSENTS, SIGNATURES, ActionKind, Definition
from treaty.happened import refuse_days_to_come, to_come
from treaty.loading import DATA, citations, load_definition, read_definition
from treaty.models import Treaty

# In the order of loading: the Convention, then the treaties for comparison.
BUNDLED = ["hanoi", "untoc", "uncac", "budapest"]

_RELEASED = "The files of a release say so; whoever released them has looked at them."
_VOUCHED = "The file says so; whoever released it has looked at it."
_COLUMNS = {field.name: field.attname for field in Action._meta.concrete_fields}  # noqa: SLF001 - documented API


@transaction.atomic
def load_facts(*, now: datetime) -> dict[str, int]:
    """Load the bundled participants and treaties; idempotent.

    Args:
        now: the moment of publication of new rows.

    Returns:
        The number of rows written, by part.

    Raises:
        TableError: naming file, row and reason; nothing is loaded then.
    """
    with amendments.noticed(amendments.of_participants()) as found:
        writes = {"participants": load_participants()}
    _enter(found, now)
    for slug in BUNDLED:
        writes[slug] = load_treaty(DATA / slug, now=now)[1]
    return writes


@transaction.atomic
def load_treaty(folder: Path, *, now: datetime, released: bool = True) -> tuple[Treaty, int]:
    """Load a definition directory: the treaty, its text, and its actions as published entries; idempotent.

    Args:
        folder: the directory with `treaty.toml`.
        now: the moment of publication of new rows.
        released: whether the files have been reviewed, as those of a release are: what they change of the data that
            published entries cite is then entered in the correction log.

    Returns:
        The treaty and the number of rows written.

    Raises:
        TableError: naming file, row or key and the reason; nothing is loaded then.
        CitedError: if files that are not released change what published entries cite; nothing is loaded then.
    """
    if not folder.is_dir():
        raise TableError(str(folder), "is not a directory")
    definition = read_definition(folder)
    there = Treaty.objects.filter(slug=definition.slug).first()
    with amendments.noticed(amendments.of_treaty(there) if there else []) as found:
        treaty, writes = load_definition(folder)
    if found and not released:
        raise amendments.CitedError(found)
    _enter(found, now)
    if (path := folder / "actions.csv").exists():
        writes += _load_actions(path, treaty, now)
    writes += _load_known_until(definition, treaty, now)
    if writes:  # what was loaded before stands, even where the clock has been set back since
        refuse_days_to_come(treaty, definition, now.date())
    return treaty, writes


def _load_known_until(definition: Definition, treaty: Treaty, now: datetime) -> int:
    """Record the day until which the definition knows its list, unless the record knows it until a later day."""
    day = definition.known_until
    if day is None:
        return 0
    recorded = read_treaty_facts(treaty, latest_revision(treaty)).known_until
    origin = f"known_until:{day}"
    if treaty.treatyfacts.filter(origin=origin).exists() or (recorded and recorded > day):
        return 0
    cited = definition.known_until_source
    source = citations(treaty, {cited: TableRow(f"{definition.slug}/treaty.toml", {})})[cited]
    fact = TreatyFactContent(
        kind=TreatyFact.Kind.KNOWN_UNTIL,
        taken=Span.day(day),
        source=source,
        confidence=source.confidence,
        origin=origin,
    )
    ledger.record(treaty, [fact], author=_author(), reviewer=_reviewer(), now=now)
    return 1


def _enter(found: list[amendments.CitedAmendment], now: datetime) -> None:
    amendments.enter(found, author=_author(), reviewer=_reviewer(), reason=_RELEASED, now=now)


def _author() -> User:
    return system_user("bundled-facts", "the files of this release")


def _reviewer() -> User:
    return system_user("release", "whoever reviewed and released the files")


def _load_actions(path: Path, treaty: Treaty, now: datetime) -> int:
    """Publish rows that are not in the ledger, and correct entries whose rows have changed.

    An entry that a user has corrected or retracted since is left alone.
    """
    rows = list(
        read_table(
            path,
            ["participant", "kind", "taken_on", "source"],
            ["withdrawn_on", *OF_ACTS, "confidence", "note", "state"],
        )
    )
    author, reviewer = _author(), _reviewer()
    contents = contents_of(rows, treaty)
    about = _targets(contents)
    heads = _heads(treaty)
    fresh = [(row, content) for row, content in contents if content.origin not in heads]
    new = _facts(fresh, about, treaty)
    _check(fresh, new, treaty, now)

    for row, content in fresh:
        if row["state"] == Action.State.DRAFT:
            unsure = replace(content, override=_VOUCHED, relates_to=heads.get(about.get(content.origin, "")))
            heads[content.origin] = ledger.draft(treaty, unsure, author=author, now=now)
    withdrawals = _withdrawals(treaty, contents, heads, new, now.date())
    about |= {withdrawal.origin: origin for origin, withdrawal in withdrawals.items()}
    for together in _in_order(contents, withdrawals):
        ready = [content for content in together if content.origin not in heads]
        entries = ledger.record(
            treaty,
            [replace(content, relates_to=heads.get(about.get(content.origin, ""))) for content in ready],
            author=author,
            reviewer=reviewer,
            now=now,
        )
        heads |= {entry.origin: entry for entry in entries}

    corrections = 0
    for _row, content in contents:
        head = heads[content.origin]
        if head.author_id != author.pk or head.state != Action.State.PUBLISHED:
            continue
        target = heads.get(about.get(content.origin, ""))
        if _differs(head, content) or (target and _original(head.relates_to) != _original(target)):
            reason = "The project's data file was revised."
            amended = replace(content, override=_VOUCHED, relates_to=target or head.relates_to)
            correction = ledger.correct(head, amended, author=author, reason=reason, now=now)
            ledger.publish(ledger.submit(correction, by=author), reviewer=reviewer, now=now)
            corrections += 1
    return len(fresh) + len(withdrawals) + corrections


def _targets(contents: list[tuple[TableRow, ActionContent]]) -> dict[str, str]:
    """Return the origin of the row that a row relates to, by its own origin.

    The column names an earlier row by participant, kind and provisions: `QAT:reservation:14;15;16`, and the second of
    several such rows with `:2` behind it.
    """
    about: dict[str, str] = {}
    earlier: dict[str, TableRow] = {}
    for row, content in contents:
        named = row["relates_to"]
        if named:
            origin = next((each for each in (named, f"{named}:1") if each in earlier), None)
            if origin is None:
                raise row.error(
                    f"relates_to is {named!r}, and no earlier row is that; write participant:kind:articles"
                )
            if earlier[origin]["state"] == Action.State.DRAFT and row["state"] != Action.State.DRAFT:
                raise row.error(f"relates_to is {named!r}, which is a draft, and the row itself is not")
            about[content.origin] = origin
        earlier[content.origin] = row
    return about


def _original(entry: Action | None) -> int | None:
    """Return the id of the first entry in a chain of corrections."""
    while entry is not None and entry.supersedes is not None:
        entry = entry.supersedes
    return entry.pk if entry else None


def _differs(head: Action, content: ActionContent) -> bool:
    """Return whether an entry differs from its row; references are compared by id."""
    return any(
        getattr(head, _COLUMNS[name]) != getattr(value, "pk", value)
        for name, value in content.as_fields().items()
        if name not in {"relates_to", "override"}
    )


def _heads(treaty: Treaty) -> dict[str, Action]:
    """Return the last entry of each loaded row's chain of corrections, by origin."""
    entries = list(treaty.actions.all())
    after = {each.supersedes_id: each for each in entries if each.supersedes_id and each.revision is not None}
    heads = {}
    for entry in entries:
        if entry.origin and entry.supersedes_id is None:
            head = entry
            while head.pk in after:
                head = after[head.pk]
            heads[entry.origin] = head
    return heads


def _in_order(
    contents: list[tuple[TableRow, ActionContent]], withdrawals: Mapping[str, ActionContent]
) -> Iterator[list[ActionContent]]:
    """Yield acts that can be published at once, in the order of their rows.

    A withdrawal follows the act that it takes back, and precedes the first later row of its own day or after it: who
    takes an instrument back and deposits anew on one day is never shown with both. What relates to an earlier act
    comes after that one has been published.
    """
    together: list[ActionContent] = []
    waiting: list[ActionContent] = []
    for row, content in contents:
        due = [each for each in waiting if each.taken.earliest <= content.taken.earliest]
        waiting = [each for each in waiting if each not in due]
        if due or row["relates_to"]:
            yield together
            yield sorted(due, key=lambda each: each.taken)
            together = []
        together.append(content)
        if content.origin in withdrawals:
            waiting.append(withdrawals[content.origin])
    yield together
    yield sorted(waiting, key=lambda each: each.taken)


def _facts(fresh: list[tuple[TableRow, ActionContent]], about: dict[str, str], treaty: Treaty) -> list[Fact]:
    """Return new rows as the rules take them."""
    known = {
        entry.origin: str(entry.pk) for entry in treaty.actions.filter(supersedes=None).exclude(origin="")
    }
    return [
        Fact(
            id=content.origin,
            target=known.get(target := about.get(content.origin, ""), target),
            participant=content.participant.iso3,
            kind=content.kind,
            taken=content.taken,
            effective=content.effective,
            articles=tuple(content.provisions),
            territories=tuple(content.territories),
            notified=Span.day(content.notified_on) if content.notified_on else None,
            withdrawn=span_in(row, "withdrawn_on"),
        )
        for row, content in fresh
    ]


def _check(
    fresh: list[tuple[TableRow, ActionContent]], new: list[Fact], treaty: Treaty, now: datetime
) -> None:
    """Refuse a row that no column can hold, or that describes an impossible act, by file and row."""
    author, today = _author(), treaty.legal_day(now)
    for row, content in fresh:
        try:
            fill(content.begin(treaty=treaty, author=author, created_at=now), content)
        except LedgerError as error:
            raise row.error(str(error)) from error
        withdrawn = span_in(row, "withdrawn_on")
        if withdrawn and (sentence := to_come(withdrawn.earliest, today)):
            raise row.error(f"withdrawn_on: {sentence}")
        if withdrawn and withdrawn.latest < content.taken.earliest:
            raise row.error(f"withdrawn_on, {withdrawn.edtf}, is before taken_on, {content.taken.edtf}")
    published = read_facts(treaty, latest_revision(treaty))
    clause = clause_of(treaty)
    record = with_elsewhere(record_for(clause, [*published, *new]), treaty, clause, today)
    for (row, _content), fact in zip(fresh, new, strict=True):
        for doubt in doubts_about(fact, clause, record, today):
            if doubt.impossible:
                raise row.error(f"{fact.participant}, {fact.kind.label}: {doubt.sentence}")


def _withdrawals(
    treaty: Treaty,
    contents: list[tuple[TableRow, ActionContent]],
    heads: Mapping[str, Action],
    new: list[Fact],
    today: date,
) -> dict[str, ActionContent]:
    """Return the withdrawals of the rows that the ledger does not have yet, by the origin of the row.

    An instrument by which the treaty binds the participant can no longer be taken back: that is a denunciation.
    """
    fresh = {}
    clause = clause_of(treaty)
    published = read_facts(treaty, latest_revision(treaty))
    known = [*published, *(replace(fact, withdrawn=None) for fact in new)]
    record = with_elsewhere(record_for(clause, known), treaty, clause, today)
    for row, content in contents:
        taken, origin = span_in(row, "withdrawn_on"), f"{content.origin}:withdrawal"
        if taken is not None and origin not in heads:
            kind = ActionKind.WITHDRAWAL_OF_STATEMENT
            if content.kind in SIGNATURES:
                kind = ActionKind.WITHDRAWAL
            elif content.kind in CONSENTS:
                withdrawal = Fact(origin, content.participant.iso3, ActionKind.WITHDRAWAL, taken)
                late = withdrawal_doubts(withdrawal, clause, record)
                kind = ActionKind.DENUNCIATION if late else ActionKind.WITHDRAWAL
            fresh[content.origin] = replace(content, kind=kind, taken=taken, effective=None, origin=origin)
    return fresh
