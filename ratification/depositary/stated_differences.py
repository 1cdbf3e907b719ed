"""From what a document states in its text to proposals of the comparison, and from a picked proposal to drafts.

Each is proposed once for a treaty: what an earlier comparison that counts has kept, or the ledger says, is left out.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date

from ratification.depositary.document import Document
from ratification.depositary.markup import plain
from ratification.depositary.names import Names
from ratification.depositary.notes import acts_of_notes
from ratification.depositary.stated import Stated
from ratification.depositary.statements import statements_of
from ratification.ledger.writing import ActionContent, LedgerError
from ratification.models import Action, Difference, ImportRun
from ratification.record.entries import entries_at, latest_revision
from ratification.rules.dates import Span
from ratification.rules.statements.kinds import CHANGES, OBJECTED_TO, STATEMENTS
from ratification.rules.statements.provisions import covers, words_of
from states.models import Participant
from states.names import normalise
from treaty.clauses import CONSENTS, SIGNATURES, ActionKind
from treaty.models import Source, Treaty

_LONGEST_NAME = 12
"""Words of the longest name of a participant that is looked for in a text."""
_PRINTED = 300


def stated_differences(
    treaty: Treaty, document: Document, entries: Iterable[Action], names: Names
) -> tuple[list[Difference], list[str]]:
    """Return what a document states in its text alone and neither ledger nor earlier comparison has, and remarks.

    Args:
        treaty: the treaty.
        document: its document.
        entries: the ledger's entries.
        names: `known_names()`.
    """
    acts, remarks = acts_of_notes(document)
    stated = [*statements_of(document), *acts]
    if not stated:
        return [], [str(remark) for remark in remarks]
    earlier = set(
        Difference.objects.filter(
            run__treaty=treaty,
            outcome=Difference.Outcome.STATED,
            run__state__in=(ImportRun.State.COMPARED, ImportRun.State.TRUSTED),
        ).values_list("digest", flat=True)
    )
    held = list(entries)
    listed = {
        (owner.pk, entry.kind, entry.on)
        for line in document.lines
        if (owner := names.get(normalise(line.name)))
        for entry in line.entries
    }
    found: list[Difference] = []
    for each in stated:
        difference = _difference(each, names)
        if (difference.participant_id, difference.kind, difference.listed_on) in listed:
            continue  # the table has it, and proposes it where the ledger lacks it
        said = _said(difference, held)
        if said is not None:
            held.remove(said)
        elif difference.digest not in earlier:
            earlier.add(difference.digest)
            found.append(difference)
    return found, [str(remark) for remark in remarks]


def _difference(stated: Stated, names: Names) -> Difference:
    maker = _maker(stated.maker, names)
    answered = [one for one in named_in(stated.answers, names) if one != maker]
    who = maker.iso3 if maker else normalise(stated.maker)
    identity = (stated.part.partition(",")[0], who, stated.kind, str(stated.on), plain(stated.text))
    return Difference(
        outcome=Difference.Outcome.STATED,
        participant=maker,
        printed=stated.maker[:_PRINTED],
        kind=stated.kind,
        listed_on=stated.on,
        words=stated.heading,
        part=stated.part,
        text=stated.text,
        provisions=list(stated.provisions),
        answers=[one.iso3 for one in answered],
        effective_on=stated.effective_on,
        digest=hashlib.sha256("\n".join(identity).encode()).hexdigest(),
        note=_sentence(stated, maker, answered),
    )


def _sentence(stated: Stated, maker: Participant | None, answers: list[Participant]) -> str:
    who = maker.name if maker else f"{stated.maker or 'nobody named'} (unknown)"
    about = f" on {words_of(stated.provisions)}" if stated.provisions else ""
    answered = f", answers {', '.join(one.name for one in answers)}" if answers else ""
    effect = f", effective {stated.effective_on}" if stated.effective_on else ""
    day = f" of {stated.on}" if stated.on else ""
    doubts = "".join(f" {doubt}" for doubt in stated.doubts)
    return f"{who}: {stated.kind.label}{day}{about}{answered}{effect} ({stated.part}).{doubts}"


def _maker(printed: str, names: Names) -> Participant | None:
    """Return the participant that a text names first, by its longest name: "Pakistan was received by" is Pakistan."""
    words = normalise(plain(printed)).split()
    for size in range(len(words), 0, -1):
        for form in (words[:size], words[1:size] if words[0] == "former" else []):
            if found := names.get(" ".join(form)):
                return found
    return None


def named_in(text: str, names: Names) -> list[Participant]:
    """Return the participants that the first part of a text names, in its order, each once.

    Of an objection, the heading names whose statement is answered; where it names no one, the text does.
    """
    for part in text.split("\n"):
        words = normalise(plain(part)).split()
        found: dict[Participant, None] = {}
        place = 0
        while place < len(words):
            sizes = range(min(_LONGEST_NAME, len(words) - place), 0, -1)
            hit = next((size for size in sizes if " ".join(words[place : place + size]) in names), 0)
            if hit:
                found[names[" ".join(words[place : place + hit])]] = None
            place += hit or 1
        if found:
            return list(found)
    return []


def _said(difference: Difference, entries: Iterable[Action]) -> Action | None:
    """Return the entry of the ledger that says the same: of one maker, day and kind, on no other provisions."""
    if not difference.proposes:
        return None
    kinds = next((group for group in (OBJECTED_TO, CONSENTS) if difference.kind in group), {difference.kind})
    return next(
        (
            entry
            for entry in entries
            if entry.participant_id == difference.participant_id
            and entry.kind in kinds
            and entry.taken.earliest <= _day(difference) <= entry.taken.latest
            and (not entry.provisions or not difference.provisions or _overlap(entry, difference))
        ),
        None,
    )


def _day(difference: Difference) -> date:
    if difference.listed_on is None:
        raise LedgerError(f"Its day is not known: {difference}")
    return difference.listed_on


def _overlap(entry: Action, difference: Difference) -> bool:
    return any(
        covers(one, other) or covers(other, one)
        for one in entry.provisions
        for other in difference.provisions
    )


def contents(
    difference: Difference, source: Source | None, *, origin: str, override: str
) -> list[ActionContent]:
    """Return the entries that a proposal becomes: one, or of an objection to several States one for each.

    Raises:
        LedgerError: if the statement or instrument that it answers or takes back is not in the ledger, or not the only
            one that can be meant.
    """
    if difference.participant is None:
        raise LedgerError(f"Its maker is not known: {difference}")
    kind, day = ActionKind(difference.kind), _day(difference)
    is_statement = kind in STATEMENTS | CHANGES
    words = "\n".join(filter(None, (plain(paragraph) for paragraph in difference.text.split("\n"))))
    quoted = words.startswith(("“", '"', "‘"))
    texts = [{"language": "en", "status": "authentic" if quoted else "official", "text": words}]
    return [
        ActionContent(
            participant=difference.participant,
            kind=kind,
            taken=Span.day(day),
            effective=Span.day(difference.effective_on) if difference.effective_on else None,
            relates_to=target,
            provisions=tuple(difference.provisions),
            texts=texts if is_statement and words else (),
            source=source,
            confidence=Source.Confidence.PRIMARY,
            note=f"The depositary's document, {difference.part}. {difference.words}".strip(),
            override=override,
            origin=origin,
        )
        for target in _targets(difference, kind)
    ]


def _targets(difference: Difference, kind: ActionKind) -> Iterator[Action | None]:
    treaty = difference.run.treaty
    if kind == ActionKind.OBJECTION:
        makers, kinds, what = difference.answers, OBJECTED_TO, "statement"
        if not makers:
            raise LedgerError("The text does not say whose statement it answers; enter it by hand.")
    elif kind in CHANGES:
        makers, kinds, what = (
            [difference.participant and difference.participant.iso3],
            STATEMENTS,
            "statement",
        )
    elif kind == ActionKind.WITHDRAWAL:
        makers, kinds, what = (
            [difference.participant and difference.participant.iso3],
            CONSENTS | SIGNATURES,
            "instrument",
        )
    else:
        yield None
        return
    entries = [
        entry
        for entry in entries_at(treaty, latest_revision(treaty))
        if entry.kind in kinds and entry.taken.earliest <= _day(difference)
    ]
    for maker in makers:
        meant = [entry for entry in entries if entry.participant.iso3 == maker]
        named = [entry for entry in meant if difference.provisions and _overlap(entry, difference)]
        chosen = named or meant
        if len(chosen) != 1:
            count = "no" if not chosen else f"{len(chosen)}"
            raise LedgerError(
                f"The ledger has {count} {what}{'' if len(chosen) == 1 else 's'} of {maker} that it can be about; "
                f"{'enter that first' if not chosen else 'enter it by hand'}."
            )
        yield chosen[0]
