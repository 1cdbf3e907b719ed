"""What the command does to the record of the Convention, on documents as the depositary would publish them."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from bench.corpus import ABSENT, CORPUS
from bench.status_documents import corpus_document
from ratification.depositary.agreement import agreement_of
from ratification.depositary.names import known_names
from ratification.depositary.propose import accept, publish
from ratification.depositary.runs import RunError, examine
from ratification.intake.bundles import load_treaty
from ratification.ledger import writing as ledger
from ratification.ledger.system_accounts import system_user
from ratification.management.base import Error
from ratification.models import Difference, ImportRun
from ratification.record import selectors
from ratification.record.entries import latest_revision
from ratification.rules.dates import Span
from tests.ratification.depositary.conftest import FIJI, Reconcile, Rows, compared, document_of, outcomes
from treaty.clauses import ActionKind
from treaty.loading import DATA
from treaty.models import Treaty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hanoi")]


def test_the_first_72_signatories_agree_but_for_those_after_october_2025(
    first_signatories: Rows, reconcile: Reconcile
) -> None:
    assert len(first_signatories) == 72
    report = json.loads(reconcile(document_of(first_signatories), "--json"))
    assert report["state"] == "compared"
    assert report["counts"]["agrees"] == 72
    assert {item["outcome"] for item in report["differences"]} == {"missing"}
    assert all(item["recorded"]["on"] > "2025-10-31" for item in report["differences"])
    assert report["proposals"] == 0
    report = json.loads(reconcile(document_of(first_signatories), "--json", "--retrieved-on", "2025-10-31"))
    assert report["differences"] == []


def test_an_exact_day_becomes_one_correction(
    hanoi: Treaty, first_signatories: Rows, reconcile: Reconcile, author: User, now: datetime
) -> None:
    rows = first_signatories | FIJI
    revision = latest_revision(hanoi)
    report = json.loads(reconcile(document_of(rows), "--json"))
    (narrowed,) = [item for item in report["differences"] if item["outcome"] == "differs"]
    assert narrowed["note"] == (
        "Fiji: the ledger has signature of 2025-11-20/2026-01-17, the list signature of 2026-01-09."
    )
    assert (report["proposals"], latest_revision(hanoi)) == (1, revision)
    run = ImportRun.objects.get()
    (draft,) = accept(run, author=author, now=now).drafts
    assert (draft.entry, draft.taken.edtf, draft.state) == ("correction", "2026-01-09", "draft")
    assert draft.supersedes is not None
    assert draft.supersedes.taken.edtf == "2025-11-20/2026-01-17"
    assert draft.source is not None
    assert run.document.sha256 in draft.source.note
    assert latest_revision(hanoi) == revision
    assert accept(run, author=author, now=now).drafts == []
    assert json.loads(reconcile(document_of(rows), "--json"))["proposals"] == 0

    ledger.publish(ledger.submit(draft, by=author), reviewer=system_user("reviewer", "a test"), now=now)
    report = json.loads(reconcile(document_of(rows), "--json"))
    assert "differs" not in {item["outcome"] for item in report["differences"]}
    assert latest_revision(hanoi) == revision + 1


def test_a_bracketed_instrument_counts_until_it_may_have_been_withdrawn_and_not_after(
    hanoi: Treaty, first_signatories: Rows, now: datetime
) -> None:
    standing = first_signatories | {"Algeria": (first_signatories["Algeria"][0], "1 Mar 2026")}
    publish(compared(hanoi, standing, now, now.replace(month=5, day=1)), now=now)
    bracketed = first_signatories | {"Algeria": (first_signatories["Algeria"][0], "[1 Mar 2026]")}
    run = compared(hanoi, bracketed, now, now.replace(month=6, day=1))
    withdrawn = run.differences.get(outcome=Difference.Outcome.WITHDRAWN)
    assert withdrawn.note == "Algeria: the list shows the ratification of 2026-03-01 as withdrawn."
    publish(run, now=now)
    entry = hanoi.actions.get(kind=ActionKind.WITHDRAWAL)
    # Standing in the list of 1 May, in brackets in that of 1 June: withdrawn in between.
    assert entry.taken.edtf == "2026-05-01/2026-06-01"
    assert entry.relates_to == hanoi.actions.get(participant__iso3="DZA", kind=ActionKind.RATIFICATION)
    for day, counted in [("2026-04-30", True), ("2026-06-02", False)]:
        outcome = selectors.view_of(hanoi, today=now.date(), as_of=date.fromisoformat(day)).outcome
        (algeria,) = [item for item in outcome.standings if item.participant == "DZA"]
        assert algeria.counted == counted, day
    again = compared(hanoi, bracketed, now, now.replace(month=6, day=2))
    assert not [difference for difference in again.differences.all() if difference.proposes]


def test_a_bracketed_instrument_that_the_ledger_has_on_an_open_day_is_told_as_withdrawn(
    hanoi: Treaty, first_signatories: Rows, reconcile: Reconcile, author: User, now: datetime
) -> None:
    rows = first_signatories | {"Qatar": (first_signatories["Qatar"][0], "[5 Feb 2026]")}
    printed_lines = reconcile(document_of(rows), "--retrieved-on", "2026-11-20")
    line = "Qatar: the ledger has ratification of 2026-02-01/2026-02-13, the list ratification of 2026-02-05"
    assert f"withdrawn: {line}, shown as withdrawn.\n" in printed_lines
    assert "0 differs, 1 withdrawn" in printed_lines
    run = ImportRun.objects.latest("pk")
    correction, withdrawal = accept(run, author=author, now=now).drafts
    assert (correction.entry, correction.taken.edtf) == ("correction", "2026-02-05")
    assert (withdrawal.kind, withdrawal.taken.edtf) == (ActionKind.WITHDRAWAL, "2026-02-05/2026-11-20")
    for draft in (correction, withdrawal):
        ledger.publish(ledger.submit(draft, by=author), reviewer=system_user("reviewer", "a test"), now=now)
    again = compared(hanoi, rows, now)
    assert not again.differences.filter(participant__iso3="QAT").exists()


def test_a_bracketed_instrument_that_is_new_is_recorded_with_its_withdrawal(
    hanoi: Treaty, first_signatories: Rows, reconcile: Reconcile
) -> None:
    rows = first_signatories | {"Chad": ("", "[20 Jan 2026 a] 3 Mar 2026 a")}
    reconcile(document_of(rows), "--accept", "--retrieved-on", "2026-04-01")
    first, second, withdrawal = hanoi.actions.filter(participant__iso3="TCD").order_by("revision")
    assert (first.kind, second.kind, withdrawal.kind) == ("accession", "accession", "withdrawal")
    assert withdrawal.relates_to == first
    assert withdrawal.taken.edtf == "2026-01-20/2026-04-01"
    report = json.loads(reconcile(document_of(rows), "--json", "--retrieved-on", "2026-04-02"))
    assert report["counts"]["new"] == report["counts"]["withdrawn"] == report["proposals"] == 0


def test_accept_publishes_in_the_imports_own_name_and_says_so(
    hanoi: Treaty, first_signatories: Rows, reconcile: Reconcile
) -> None:
    revision = latest_revision(hanoi)
    printed = reconcile(document_of(first_signatories | {"Chad": ("1 Mar 2026", "")}), "--accept")
    assert printed.endswith("1 entries published in the name of the import, without review.\n")
    entry = hanoi.actions.get(participant__iso3="TCD")
    assert (entry.revision, entry.author.username) == (revision + 1, "depositary-import")
    assert entry.confidence == "primary"


def test_a_dry_run_keeps_nothing(hanoi: Treaty, first_signatories: Rows, reconcile: Reconcile) -> None:
    printed = reconcile(document_of(first_signatories | FIJI), "--dry-run")
    assert "differs: Fiji" in printed
    assert not ImportRun.objects.exists()
    assert not hanoi.sources.filter(key__startswith="depositary").exists()


def test_picked_differences_alone_become_drafts(
    hanoi: Treaty, first_signatories: Rows, author: User, now: datetime
) -> None:
    rows = first_signatories | {"Chad": ("1 Mar 2026", "")} | FIJI
    run = compared(hanoi, rows, now)
    new = run.differences.get(outcome=Difference.Outcome.NEW)
    (draft,) = accept(run, [new], author=author, now=now).drafts
    new.refresh_from_db()
    assert new.draft == draft
    missing = run.differences.filter(outcome=Difference.Outcome.MISSING)[0]
    with pytest.raises(RunError, match="Nothing can be drafted from this"):
        accept(run, [missing], author=author, now=now)
    other = compared(hanoi, rows | {"Chile": ("1 Mar 2026", "")}, now)
    with pytest.raises(RunError, match="a difference of another comparison"):
        accept(other, [new], author=author, now=now)


def test_what_cannot_have_happened_is_refused_and_the_rest_drafted(
    hanoi: Treaty, first_signatories: Rows, author: User, now: datetime
) -> None:
    rows = first_signatories | {"Chad": ("1 Oct 2025", ""), "Chile": ("", "1 Mar 2026")}
    accepted = accept(compared(hanoi, rows, now), author=author, now=now)
    ((difference, reason),) = accepted.refused
    assert difference.participant is not None
    assert (difference.participant.iso3, reason) == (
        "TCD",
        "2025-10-01 lies before the treaty was opened for signature on 2025-10-25 (article 64(1)).",
    )
    # A ratification without signature is unusual; that the depositary has it so is the explanation.
    (draft,) = accepted.drafts
    assert (draft.participant.iso3, draft.override) == ("CHL", "The depositary's list of 2026-11-21 says so.")


def test_the_withdrawal_of_a_drafted_instrument_is_proposed_once_that_is_published(
    hanoi: Treaty, first_signatories: Rows, author: User, now: datetime
) -> None:
    rows = first_signatories | {"Chad": ("", "[20 Jan 2026 a]")}
    (draft,) = accept(compared(hanoi, rows, now), author=author, now=now).drafts
    assert draft.kind == ActionKind.ACCESSION
    ledger.publish(ledger.submit(draft, by=author), reviewer=system_user("reviewer", "a test"), now=now)
    (draft,) = accept(compared(hanoi, rows, now), author=author, now=now).drafts
    assert (draft.kind, draft.taken.edtf) == (ActionKind.WITHDRAWAL, "2026-01-20/2026-11-21")


def test_a_withdrawal_in_the_ledger_that_the_list_does_not_know_is_shown(
    hanoi: Treaty, first_signatories: Rows, now: datetime
) -> None:
    bracketed = first_signatories | {"Chad": ("", "[20 Jan 2026 a]")}
    publish(compared(hanoi, bracketed, now, now.replace(month=2)), now=now)
    run = compared(hanoi, first_signatories | {"Chad": ("", "20 Jan 2026 a")}, now)
    (difference,) = run.differences.filter(participant__iso3="TCD")
    assert difference.note == (
        "Chad: the ledger has the accession of 2026-01-20 as withdrawn on 2026-01-20/2026-02-21, "
        "the list shows it standing."
    )
    assert not difference.proposes


def test_another_kind_is_a_correction(hanoi: Treaty, first_signatories: Rows, now: datetime) -> None:
    rows = first_signatories | {"Chad": ("", "20 Jan 2026")}
    publish(compared(hanoi, rows, now), now=now)
    run = compared(hanoi, first_signatories | {"Chad": ("", "20 Jan 2026 a")}, now)
    publish(run, now=now)
    entry = hanoi.actions.filter(participant__iso3="TCD").latest("revision")
    assert (entry.entry, entry.kind) == ("correction", "accession")
    assert entry.reason == "The depositary's list of 2026-11-21 says so."


def test_agreement_is_with_the_record_as_it_stands(
    hanoi: Treaty, first_signatories: Rows, author: User, now: datetime
) -> None:
    assert agreement_of(hanoi) is None
    october = now.replace(year=2025, month=10, day=31)
    compared(hanoi, first_signatories, now, october)
    agreement = agreement_of(hanoi)
    assert agreement is not None
    assert agreement.sentence == "Compared with the depositary's list of 2025-10-31: agrees."
    run = compared(
        hanoi, first_signatories | {"Chad": ("30 Oct 2025", "")}, now, october.replace(month=11, day=1)
    )
    agreement = agreement_of(hanoi)
    assert agreement is not None
    assert agreement.sentence == "Compared with the depositary's list of 2025-11-01: 1 difference."
    (draft,) = accept(run, author=author, now=now).drafts
    ledger.publish(ledger.submit(draft, by=author), reviewer=system_user("reviewer", "a test"), now=now)
    agreement = agreement_of(hanoi)
    assert agreement is not None
    assert agreement.differences == ()
    fewer = dict(list(first_signatories.items())[:10])
    held_back = compared(hanoi, fewer, now)
    agreement = agreement_of(hanoi)
    assert agreement is not None
    assert (agreement.on, agreement.held_back) == (date(2025, 11, 1), held_back)


def test_bad_arguments_are_one_sentence(reconcile: Reconcile) -> None:
    with pytest.raises(Error, match="cannot be read: No such file"):
        call_command("reconcile", "hanoi", "nowhere.xml")
    with pytest.raises(Error, match="lies in the future"):
        reconcile(b"", "--retrieved-on", "2999-01-01")
    with pytest.raises(Error, match="There is no treaty 'atlantis'"):
        reconcile(b"", slug="atlantis")
    with pytest.raises(Error, match="not among those that may be called"):
        call_command("reconcile", "hanoi", "https://elsewhere.example/XVIII-16.en.xml")


def test_examining_writes_nothing(
    hanoi: Treaty, first_signatories: Rows, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    content = document_of(first_signatories | FIJI)
    names = known_names()
    with django_assert_num_queries(4):
        comparison = examine(hanoi, content, address="x", retrieved_at=now, now=now, names=names)
    assert comparison.counts["differs"] == 1
    assert not ImportRun.objects.exists()


def test_earlier_documents_are_read_once_for_all_that_stands_in_brackets(
    hanoi: Treaty, first_signatories: Rows, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    deposited = {
        name: (first_signatories[name][0], day)
        for name, day in {"Algeria": "1 Mar 2026", "Angola": "2 Mar 2026"}.items()
    }
    withdrawn = {name: (signed, f"[{bound}]") for name, (signed, bound) in deposited.items()}
    compared(hanoi, first_signatories, now, now.replace(month=4, day=1))
    compared(hanoi, first_signatories | deposited, now, now.replace(month=5, day=1))
    content = document_of(first_signatories | withdrawn | {"Chad": ("", "[3 Mar 2026 a]")})
    names = known_names()
    with django_assert_num_queries(5):  # one more than without brackets
        comparison = examine(hanoi, content, address="x", retrieved_at=now, now=now, names=names)
    assert [finding.withdrawn.earliest for finding in comparison.findings if finding.withdrawn] == [
        date(2026, 5, 1),
        date(2026, 5, 1),
        date(2026, 3, 3),
    ]


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.skipif(not CORPUS.exists(), reason=ABSENT)
@pytest.mark.parametrize(
    ("slug", "table", "entry_into_force"),
    [("untoc", "18-12", "2003-09-29"), ("uncac", "18-14", "2005-12-14")],
)
def test_history_from_the_depositarys_document_and_the_clauses(
    slug: str,
    table: str,
    entry_into_force: str,
    tmp_path: Path,
    reconcile: Reconcile,
    now: datetime,
) -> None:
    (tmp_path / "treaty.toml").write_text((DATA / slug / "treaty.toml").read_text())
    treaty, _writes = load_treaty(tmp_path, now=now)
    document = corpus_document(CORPUS / f"{table}.csv")
    reconcile(document, "--accept", "--retrieved-on", "2015-03-31", slug=slug)
    outcome = selectors.view_of(treaty, today=now.date()).outcome
    assert outcome.entry_into_force.on == Span.day(date.fromisoformat(entry_into_force))
    report = json.loads(reconcile(document, "--json", "--retrieved-on", "2015-03-31", slug=slug))
    assert (report["differences"], report["proposals"]) == ([], 0)


def test_an_act_twice_in_a_cell_counts_once(hanoi: Treaty, first_signatories: Rows, now: datetime) -> None:
    expected = outcomes(compared(hanoi, first_signatories, now))
    (day, _) = first_signatories["Cuba"]
    run = compared(hanoi, first_signatories | {"Cuba": (f"{day}, {day}", "")}, now)
    assert outcomes(run) == expected
    assert any("has an act twice" in str(remark) for remark in run.remarks)
