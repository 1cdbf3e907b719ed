"""Documents that are not taken: spoilt, suspect, or with names that nobody knows."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from bench.status_documents import HEADINGS, status_document
from ratification.depositary.names import confirm_name, known_names
from ratification.depositary.propose import accept
from ratification.depositary.runs import RunError, trust
from ratification.intake.bundles import load_treaty
from ratification.ledger.refusal import LedgerError
from ratification.management.base import Error
from ratification.models import Action, ImportRun
from ratification.record.entries import latest_revision
from states.models import Participant, ParticipantName
from tests.ratification.depositary.conftest import Reconcile, Rows, compared, document_of, outcomes
from treaty.models import Treaty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hanoi")]


def swapped(rows: Rows) -> bytes:
    return document_of({name: (second, first) for name, (first, second) in rows.items()})


def bomb(rows: Rows) -> bytes:
    entities = b"".join(b'<!ENTITY e%d "%s">' % (n + 1, b"&e%d;" % n * 10) for n in range(9))
    return document_of(rows).replace(
        b"<Document>", b'<!DOCTYPE d [<!ENTITY e0 "lol">' + entities + b"]><Document>&e9;", 1
    )


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda rows: document_of(rows)[:5000], "is refused: it is not complete, well-formed XML"),
        (bomb, "is refused: it has a document type declaration (DTD)"),
        (
            lambda rows: document_of(rows).replace(
                b"<Document>", b"<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><Document>&x;"
            ),
            "is refused: it has a document type declaration (DTD)",
        ),
        (lambda rows: document_of(rows) + b" " * 50_000_000, "is refused: it has more than 10,000,000 bytes"),
        (lambda _rows: b"<!DOCTYPE html><html><body>404</body></html>", "is refused: it is an HTML page"),
        (lambda _rows: b"", "is refused: it is empty"),
        (swapped, "Its columns seem to be swapped: 71 signatures and consents of the ledger"),
        (
            lambda rows: (
                document_of(rows)
                .replace(HEADINGS[1].encode(), b"#")
                .replace(HEADINGS[2].encode(), HEADINGS[1].encode())
                .replace(b"#", HEADINGS[2].encode())
            ),
            "It says 72 signatories, but its rows have 0.",
        ),
        (
            lambda rows: status_document([(*cells, name) for name, cells in rows.items()]),
            "is refused: row 1, column 1: ",
        ),
        (
            lambda rows: status_document([(name, *cells) for name, cells in rows.items()], figures=(75, 0)),
            "It says 75 signatories, but its rows have 72.",
        ),
        (
            lambda rows: document_of(rows | {"Chad": ("1 Mar 2026", "1 Feb 2026")}),
            "Chad: ratification before signature.",
        ),
        (
            lambda rows: document_of(dict(list(rows.items())[:30])),
            "It has 30 of the 76 entries of the ledger: it seems to be cut, or of another treaty.",
        ),
        (
            lambda rows: document_of(dict.fromkeys(rows, ("9 Dec 2003", ""))),
            "It has 0 of the 76 entries of the ledger: it seems to be cut, or of another treaty.",
        ),
        (
            lambda rows: document_of(
                {f"[{name}]" if name == "Qatar" else name: cells for name, cells in rows.items()}
            ),
            "'[Qatar]' stands in square brackets, and what they mean around a name is not known; it is not read.",
        ),
        (
            lambda rows: document_of(rows | {"Chad": ("1 Mar 2027", "")}),
            "Chad: 2027-03-01 is later than the list",
        ),
    ],
)
def test_refused_with_its_reason_and_the_ledger_unchanged(
    hanoi: Treaty,
    first_signatories: Rows,
    reconcile: Reconcile,
    spoil: Callable[[Rows], bytes],
    reason: str,
) -> None:
    entries = Action.objects.count()
    revision = latest_revision(hanoi)
    with pytest.raises(Error) as error:
        reconcile(spoil(first_signatories), "--accept")
    assert reason in str(error.value)
    assert (Action.objects.count(), latest_revision(hanoi)) == (entries, revision)


def test_a_list_that_shrinks_or_changes_its_headings_is_suspect_until_a_person_trusts_it(
    first_signatories: Rows, reconcile: Reconcile, author: User, now: datetime
) -> None:
    reconcile(document_of(first_signatories), "--retrieved-on", "2026-01-01")
    rows = dict(sorted(first_signatories.items())[:60]) | {"Chad": ("1 Mar 2026", "")}
    with pytest.raises(Error, match="It has 61 rows, fewer than the 72 of the last list"):
        reconcile(document_of(rows))
    run = ImportRun.objects.latest("pk")
    with pytest.raises(RunError, match="is suspect, so it proposes nothing"):
        accept(run, author=author, now=now)
    with pytest.raises(LedgerError, match="needs a reason"):
        trust(run, by=author, reason=" ")
    run = trust(run, by=author, reason="Twelve signatures were void.")
    with pytest.raises(RunError, match="Only a suspect comparison"):
        trust(run, by=author, reason="Twice")
    (draft,) = accept(run, author=author, now=now).drafts
    assert draft.participant.iso3 == "TCD"

    headings = (*HEADINGS[:2], "Ratification")
    renamed = status_document([(name, *cells) for name, cells in first_signatories.items()], headings)
    with pytest.raises(Error, match="Its headings were Participant; Signature; Ratification, Acceptance"):
        reconcile(renamed)
    assert "agrees" in reconcile(renamed, "--trust", "The depositary simplified the table.")


def test_an_unknown_name_stops_the_run_and_a_person_confirms_who_is_meant(
    hanoi: Treaty, first_signatories: Rows, reconcile: Reconcile, now: datetime
) -> None:
    rows = first_signatories | {"Fidschi": ("9 Jan 2026", "")}
    with pytest.raises(Error, match=r"the name 'Fidschi' is unknown; nearest: .*Fiji \(FJI\)"):
        reconcile(document_of(rows), "--accept")
    run = ImportRun.objects.get()
    assert (run.state, outcomes(run)) == ("stopped", [("unknown", "")])
    fiji = Participant.objects.get(iso3="FJI")
    confirm_name("Fidschi", fiji, source="Status list, confirmed by a test")
    assert ParticipantName.objects.get(name="Fidschi").kind == "depositary"
    assert known_names()["fidschi"] == fiji
    assert ("differs", "FJI") in outcomes(compared(hanoi, rows, now))
    with pytest.raises(Exception, match="is already a name of Fiji"):
        confirm_name("the Fidschi", Participant.objects.get(iso3="FRA"), source="x")


def test_every_unknown_name_is_named_at_once(hanoi: Treaty, first_signatories: Rows, now: datetime) -> None:
    rows = first_signatories | {"Atlantis": ("1 Mar 2026", ""), "Utopia": ("1 Mar 2026", "")}
    run = compared(hanoi, rows, now)
    assert [suspicion.split(" is ")[0] for suspicion in run.suspicions] == [
        "row 3: the name 'Atlantis'",
        "row 70: the name 'Utopia'",
    ]


def test_a_name_in_square_brackets_is_read_neither_as_standing_nor_as_missing(
    first_signatories: Rows, reconcile: Reconcile, author: User
) -> None:
    """Around a day they mean withdrawn; of names neither the depositary's legends nor its lists say anything."""
    rows = {f"[{name}]" if name == "Qatar" else name: cells for name, cells in first_signatories.items()}
    with pytest.raises(Error, match="It is not read whole: row "):
        reconcile(document_of(rows))
    run = trust(ImportRun.objects.latest("pk"), by=author, reason="The depositary was asked.")
    assert not run.differences.filter(participant__iso3="QAT").exists()


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        (
            "United Nations Convention against Corruption. New York, 31 October 2003",
            "its title is 'United Nations",
        ),
        ("Protocol to the United Nations Convention against Cybercrime", "its title is 'Protocol to the"),
        ("", "Neither a number nor a title says of which treaty it is"),
    ],
)
def test_a_document_without_a_number_is_held_against_the_title(
    reconcile: Reconcile, make_treaty: Callable[..., Path], now: datetime, title: str, reason: str
) -> None:
    """A record that is small or empty does not tell by its entries whose list it is."""
    load_treaty(make_treaty([], slug="small"), now=now)
    treaty = Treaty.objects.get(slug="small")
    Treaty.objects.filter(pk=treaty.pk).update(
        title="United Nations Convention against Cybercrime; with more"
    )
    Treaty.objects.filter(pk=treaty.pk).update(short_title="United Nations Convention against Cybercrime")
    rows = [("Fiji", "9 Jan 2026", "")]
    with pytest.raises(Error, match=reason):
        reconcile(status_document(rows, title=title), "--accept", slug="small")
    assert not treaty.actions.exists()
    reconcile(status_document(rows), "--accept", slug="small")
    assert treaty.actions.count() == 1


def test_a_number_says_more_than_a_title(
    hanoi: Treaty, first_signatories: Rows, reconcile: Reconcile
) -> None:
    rows = [(name, *cells) for name, cells in first_signatories.items()]
    assert "Fiji" in reconcile(
        status_document(rows, title="Another", reference=hanoi.depositary_reference),
        "--retrieved-on",
        "2026-01-20",
    )
