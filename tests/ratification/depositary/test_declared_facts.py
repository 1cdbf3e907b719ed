"""What a document declares, as proposals; and how a comparison moves the day until which a list is known."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from bench.status_documents import printed, status_document
from ratification.depositary.declared_facts import declared_in, draft_declared, vouch_where_agreed
from ratification.depositary.runs import compare_run
from ratification.ledger import writing as ledger
from ratification.models import ImportRun, TreatyFact
from ratification.operations import roles
from ratification.record.entries import latest_revision, read_treaty_facts, treaty_facts_at
from ratification.record.selectors import outcome_at
from ratification.rules.document import status_document as document_of_status
from tests.ratification.depositary.conftest import Reconcile, Rows
from tests.ratification.depositary.test_council_of_europe import budapest_chart
from treaty.clauses import CONSENTS, ActionKind
from treaty.models import Treaty

IN_FORCE = "30 May 2027, in accordance with article 65(1)."
UNTIL = date(2026, 4, 9)


def known_until(treaty: Treaty, revision: int | None = None) -> date | None:
    return read_treaty_facts(treaty, revision or latest_revision(treaty)).known_until


@pytest.fixture
def all_rows(hanoi: Treaty) -> Rows:
    """The rows of the whole record; its open days are first made whole."""
    rows: dict[str, list[str]] = {}
    signed = hanoi.actions.filter(state="published", kind__in=[ActionKind.SIGNATURE, *CONSENTS])
    for entry in signed.select_related("participant"):
        cells = rows.setdefault(entry.participant.name, ["", ""])
        cells[entry.kind in CONSENTS] = printed(entry.taken_latest)
    return {name: (cells[0], cells[1]) for name, cells in rows.items()}


def document(rows: Rows, in_force: str = "") -> bytes:
    return status_document([(name, *cells) for name, cells in sorted(rows.items())], in_force=in_force)


def settle(reconcile: Reconcile, rows: Rows) -> None:
    """Make the open days whole, by a document of a day before which the list is known already."""
    reconcile(document(rows), "--retrieved-on", "2026-11-20", "--accept")


@pytest.fixture
def clerk(db: None) -> User:  # noqa: ARG001 - it stands in the database
    return _account("declaring-clerk", roles.DATA_ENTRY)


@pytest.fixture
def reviewer(db: None) -> User:  # noqa: ARG001 - it stands in the database
    return _account("declaring-reviewer", roles.REVIEWER)


def _account(name: str, role: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_head_of_a_document_becomes_facts_by_two_people(
    hanoi: Treaty, first_signatories: Rows, clerk: User, reviewer: User, now: datetime
) -> None:
    revision = latest_revision(hanoi)
    run = compare_run(hanoi, document(first_signatories, IN_FORCE), address="x", retrieved_at=now, now=now)
    assert latest_revision(hanoi) == revision
    proposed = [(fact.kind.value, fact.taken.edtf, fact.number) for fact in declared_in(run)]
    day = now.date().isoformat()
    assert proposed == [
        ("entry_into_force", "2027-05-30", None),
        ("signatories", day, 72),
        ("parties", day, 0),
    ]
    page = (
        client_of(clerk).get(reverse("admin:ratification_importrun_change", args=[run.pk])).content.decode()
    )
    assert page.count('name="declared"') == 3
    origins = [fact.origin for fact in declared_in(run)]
    answer = client_of(clerk).post(
        reverse("admin:ratification_importrun_accept", args=[run.pk]),
        {"declared": origins[:2], "submit": "1"},
        follow=True,
    )
    assert answer.status_code == 200
    drafts = list(TreatyFact.objects.filter(revision__isnull=True).order_by("pk"))
    assert [(fact.kind, fact.state) for fact in drafts] == [
        ("entry_into_force", "in_review"),
        ("signatories", "in_review"),
    ]
    assert latest_revision(hanoi) == revision
    assert [fact.kind for fact in declared_in(run)] == ["parties"]
    with pytest.raises(ledger.LedgerError):
        ledger.publish(drafts[0], reviewer=clerk, now=now)
    ledger.publish(drafts[0], reviewer=reviewer, now=now)
    assert drafts[0].source is not None
    assert run.document.sha256 in drafts[0].source.note
    assert read_treaty_facts(hanoi, latest_revision(hanoi)).declared.entry_into_force == date(2027, 5, 30)
    assert read_treaty_facts(hanoi, revision).declared.entry_into_force is None


def test_days_of_participants_become_facts(with_facts: None, clerk: User, now: datetime) -> None:  # noqa: ARG001
    budapest = Treaty.objects.get(slug="budapest")
    chart = budapest_chart().replace("20/06/2002,01/07/2004", "20/06/2002,02/07/2004")
    run = compare_run(budapest, chart.encode(), address="chart.csv", retrieved_at=now, now=now)
    drafted = draft_declared(run, author=clerk, now=now)
    days = {fact.participant.iso3: fact.taken.edtf for fact in drafted if fact.participant}
    assert days["ALB"] == "2004-07-02"
    assert draft_declared(run, author=clerk, now=now) == []
    assert (
        not treaty_facts_at(budapest, latest_revision(budapest)).filter(kind="entry_into_force_for").exists()
    )


def test_an_agreed_comparison_moves_the_known_day_under_both_clocks(
    hanoi: Treaty, reconcile: Reconcile, all_rows: Rows, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    assert known_until(hanoi) == UNTIL
    before = latest_revision(hanoi)
    few = dict(list(all_rows.items())[:-2])
    reconcile(document(few), "--retrieved-on", "2026-11-15")
    assert known_until(hanoi) == UNTIL
    settle(reconcile, all_rows)
    assert known_until(hanoi) == date(2026, 11, 20)
    settled = latest_revision(hanoi)
    assert "agrees" in reconcile(document(all_rows), "--retrieved-on", "2026-11-21")
    assert known_until(hanoi) == date(2026, 11, 21)
    fact = treaty_facts_at(hanoi, latest_revision(hanoi)).get(kind="known_until", taken_latest="2026-11-21")
    assert fact.source is not None
    assert "retrieved on 2026-11-21" in fact.source.title
    assert (known_until(hanoi, before), known_until(hanoi, settled)) == (UNTIL, date(2026, 11, 20))
    unknown = [
        document_of_status("hanoi", day, revision, outcome_at(hanoi, day, revision))["unknown"] > 0
        for day, revision in ((now.date(), before), (now.date(), latest_revision(hanoi)), (UNTIL, before))
    ]
    assert unknown == [True, False, False]
    again = latest_revision(hanoi)
    reconcile(document(all_rows), "--retrieved-on", "2026-11-21")
    assert latest_revision(hanoi) == again


def test_what_one_person_brings_waits_for_another(
    hanoi: Treaty,
    reconcile: Reconcile,
    all_rows: Rows,
    clerk: User,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    settle(reconcile, all_rows)
    run = compare_run(hanoi, document(all_rows), address="x", retrieved_at=now, now=now)
    fact = vouch_where_agreed(run, now=now, by=clerk)
    assert fact is not None
    assert (fact.state, known_until(hanoi)) == ("in_review", date(2026, 11, 20))
    assert vouch_where_agreed(run, now=now, by=clerk) is None


@pytest.mark.django_db
def test_a_collection_gives_each_list_its_day(with_participants: None, tmp_path: Path) -> None:  # noqa: ARG001
    rows = [("France", "1 Jan 2001", "5 May 2003"), ("Spain", "2 Jan 2001", "")]
    for name in ("XVIII-51.en.xml", "XVIII-52.en.xml"):
        (tmp_path / name).write_bytes(status_document(rows, reference=name.partition(".")[0]))
    (tmp_path / "known_until.csv").write_text("file,known_until\nXVIII-51.en.xml,2013-07-06\n")
    call_command("load_collection", str(tmp_path))
    days = {treaty.depositary_reference: known_until(treaty) for treaty in Treaty.objects.all()}
    assert days == {"XVIII-51": date(2013, 7, 6), "XVIII-52": date(2003, 5, 5)}
    other = tmp_path / "other"
    other.mkdir()
    (other / "XVIII-53.en.xml").write_bytes(status_document(rows, reference="XVIII-53"))
    call_command("load_collection", str(other), "--retrieved-on", "2018-01-15")
    assert known_until(Treaty.objects.get(depositary_reference="XVIII-53")) == date(2018, 1, 15)
    assert ImportRun.objects.filter(retrieved_at=datetime(2018, 1, 15, tzinfo=UTC)).exists()
