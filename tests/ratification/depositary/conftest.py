from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from bench.status_documents import printed, status_document
from ratification.depositary.runs import compare_run
from ratification.ledger.system_accounts import system_user
from ratification.models import Action, ImportRun
from treaty.clauses import ActionKind
from treaty.models import Treaty

Rows = dict[str, tuple[str, str]]
Reconcile = Callable[..., str]
FIJI = {"Fiji": ("9 Jan 2026", "")}


@pytest.fixture
def first_signatories(hanoi: Treaty) -> Rows:
    """The rows of the 72 that signed in Hanoi on 25 and 26 October 2025, as the ledger has them."""
    signatures = hanoi.actions.filter(
        kind=ActionKind.SIGNATURE, state=Action.State.PUBLISHED, taken_latest__lte="2025-10-26"
    ).select_related("participant")
    return {entry.participant.name: (printed(entry.taken_earliest), "") for entry in signatures}


def document_of(rows: Rows) -> bytes:
    """The Convention's document with these rows."""
    return status_document([(name, *cells) for name, cells in sorted(rows.items())])


@pytest.fixture
def reconcile(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, now: datetime
) -> Reconcile:
    """Runs the command on a document that was retrieved on the frozen day; gives what it prints."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)

    def run(content: bytes, *options: str, slug: str = "hanoi") -> str:
        path = tmp_path / "document.xml"
        path.write_bytes(content)
        try:
            call_command("reconcile", slug, str(path), *options)
        finally:
            printed_lines = capsys.readouterr().out
        return printed_lines

    return run


@pytest.fixture
def author() -> User:
    return system_user("data-entry", "a test")


def outcomes(run: ImportRun) -> list[tuple[str, str]]:
    return [
        (difference.outcome, difference.participant.iso3 if difference.participant else "")
        for difference in run.differences.all()
    ]


def compared(treaty: Treaty, rows: Rows, now: datetime, retrieved_at: datetime | None = None) -> ImportRun:
    return compare_run(
        treaty, document_of(rows), address="document.xml", retrieved_at=retrieved_at or now, now=now
    )
