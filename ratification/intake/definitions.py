"""Treaties entered by forms: a definition directory is proposed, tried on a known case, and accepted by another person.

The directory goes through the reader of `load_treaty`; nothing is checked in another way.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib.auth.models import User
from django.db import transaction

from common.spreadsheets import SpreadsheetError, read_csv
from ratification.intake import bundles
from ratification.ledger.people import is_same_person
from ratification.models import TreatyProposal
from ratification.record.evaluation import awaited_by, parties_of, record_for
from ratification.rules.dates import Span, parse_edtf
from ratification.rules.evaluate import evaluate
from ratification.rules.facts import Fact
from ratification.rules.outcome import Outcome, ParticipantStanding
from states.models import Participant
from states.tables import TableError
from treaty.clauses import ActionKind, Clause, Definition, DefinitionError, parse_definition
from treaty.happened import refuse_days_to_come
from treaty.loading import load_definition, read_definition
from treaty.models import Treaty

_COLUMNS = ("participant", "kind", "taken_on", "withdrawn_on", "effective_on", "notified_on", "articles")
_NEEDED = 3


class ProposalError(Exception):
    """A refused proposal or decision; the message says why."""


class TrialError(ValueError):
    """A line of a known case that cannot be read; the message names the line and the reason."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a clause gives for the acts of a known case."""

    outcome: Outcome
    expected: date | None

    @property
    def agrees(self) -> bool:
        """Whether the computed day of entry into force is the official one, or none was given."""
        return self.expected is None or self.outcome.entry_into_force.on == Span.day(self.expected)

    @property
    def standings(self) -> list[ParticipantStanding]:
        """Those who have signed or consented, by the day of entry into force for them."""
        acted = [each for each in self.outcome.standings if each.signed or each.consented]
        return sorted(
            acted, key=lambda each: (each.in_force.edtf if each.in_force else "~", each.participant)
        )


def read_files(files: Mapping[str, str]) -> Definition:
    """Return the definition that a directory's files say.

    Raises:
        DefinitionError: with every problem, each by its key.
    """
    try:
        data = tomllib.loads(files["treaty.toml"])
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError((("treaty.toml", f"is not valid TOML: {error}"),)) from error
    except RecursionError as error:
        raise DefinitionError((("treaty.toml", "tables and lists are nested too deeply"),)) from error

    def read(name: str) -> str:
        if name not in files:
            raise FileNotFoundError("there is no such table")
        return files[name]

    return parse_definition(data, read)


def check(files: Mapping[str, str], *, today: date) -> None:
    """Load a directory and take it back: the tables and what they name are checked as `load_treaty` does.

    Args:
        files: the files of the directory.
        today: the day; what has happened has happened by then.

    Raises:
        TableError: naming file, row or key and the reason.
    """
    slug = read_files(files).slug
    if Treaty.objects.filter(slug=slug).exists():
        raise TableError(
            "slug", f"the treaty {slug!r} is loaded already; its clause changes with load_treaty"
        )
    with transaction.atomic(), _folder(slug, files) as folder:
        refuse_days_to_come(load_definition(folder)[0], read_definition(folder), today)
        transaction.set_rollback(True)


def try_out(definition: Definition, acts: str, expected: date | None, *, as_of: date) -> Trial:
    """Apply a clause to the acts of a known case, as of a day.

    Raises:
        TrialError: naming the line and the reason.
    """
    clause: Clause = definition.clause
    record = record_for(clause, read_acts(acts))
    record = replace(record, parties=parties_of(clause, as_of), events={}, awaited=awaited_by(clause, as_of))
    return Trial(evaluate(clause, record, as_of), expected)


def read_acts(text: str) -> list[Fact]:
    """Read the acts of a known case: code of the participant, kind, day, and further columns under a heading.

    Raises:
        TrialError: naming the line and the reason.
    """
    try:
        lines = list(read_csv(text.strip().encode(), separators=",;\t"))
    except SpreadsheetError as error:
        raise TrialError(f"line {error.line or 1}: {error}") from error
    heading: tuple[str, ...] = _COLUMNS
    if lines and "participant" in lines[0][1]:
        heading = tuple(cell.strip() for cell in lines.pop(0)[1])
    codes = set(Participant.objects.values_list("iso3", flat=True))
    return [_act(number, dict(zip(heading, cells, strict=False)), codes) for number, cells in lines]


def _act(number: int, row: dict[str, str], codes: set[str]) -> Fact:
    code, kind, taken = (row.get(column, "").strip() for column in _COLUMNS[:_NEEDED])
    if code not in codes:
        raise TrialError(f"line {number}: {code!r} is no code of a participant, such as VNM")
    if kind not in {each.value for each in ActionKind}:
        raise TrialError(f"line {number}: {kind!r} is no kind of act, such as ratification")
    days: dict[str, Span | None] = {}
    for column in ("taken_on", "withdrawn_on", "effective_on", "notified_on"):
        cell = row.get(column, "").strip()
        try:
            days[column] = parse_edtf(cell) if cell else None
        except ValueError as error:
            raise TrialError(f"line {number}: {column}: {error}") from error
    day = days["taken_on"]
    if day is None:
        raise TrialError(f"line {number}: the day is missing ({code}, {kind}, {taken or 'nothing'})")
    return Fact(
        str(number),
        code,
        ActionKind(kind),
        day,
        withdrawn=days["withdrawn_on"],
        effective=days["effective_on"],
        notified=days["notified_on"],
        articles=tuple(filter(None, row.get("articles", "").split(";"))),
    )


def digest_of(proposal: TreatyProposal) -> str:
    """Return a digest of all that a second person is shown of a proposal."""
    shown = [proposal.files, proposal.trial_acts, str(proposal.trial_day), proposal.reason]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def decide(proposal: TreatyProposal, *, by: User, accept: bool, shown: str, now: datetime) -> TreatyProposal:
    """Accept a proposal, which loads the treaty, or refuse it; `shown` is the digest of what the person read.

    Raises:
        ProposalError: if it is decided already, is the person's own, is not what was shown, does not give the official
            day of its known case, or cannot be loaded any more.
    """
    proposal = TreatyProposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.accepted is not None:
        raise ProposalError("The treaty has been decided already.")
    if is_same_person(by, proposal.proposed_by):
        raise ProposalError("A second person decides: not the one who proposed the treaty.")
    if shown != digest_of(proposal):
        raise ProposalError(
            "The treaty has been changed since you opened the page. Read it again, then decide."
        )
    proposal.decided_by, proposal.decided_at, proposal.accepted = by, now, accept
    proposal.save()
    if accept:
        _load(proposal, now)
    return proposal


def _load(proposal: TreatyProposal, now: datetime) -> None:
    """Load a treaty as `load_treaty` does; its status follows with the sweep, within the minute."""
    try:
        definition = read_files(proposal.files)
        if proposal.trial_acts:
            trial = try_out(definition, proposal.trial_acts, proposal.trial_day, as_of=now.date())
            if not trial.agrees:
                raise ProposalError("The clause does not give the official day of its known case.")
        check(proposal.files, today=now.date())
        with _folder(proposal.slug, proposal.files) as folder:
            bundles.load_treaty(folder, now=now)
    except (DefinitionError, TableError, TrialError) as error:
        raise ProposalError(str(error)) from error


@contextmanager
def _folder(slug: str, files: Mapping[str, str]) -> Iterator[Path]:
    with TemporaryDirectory() as place:
        folder = Path(place) / slug
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        yield folder
