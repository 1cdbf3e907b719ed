from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from bench.status_documents import printed, status_document
from ratification.models import Action
from treaty.clauses import ActionKind
from treaty.models import Treaty

Rows = dict[str, tuple[str, str]]


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
def reconcile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs the command on a document; gives what it prints."""

    def run(content: bytes, *options: str, slug: str = "hanoi") -> str:
        path = tmp_path / "document.xml"
        path.write_bytes(content)
        try:
            call_command("reconcile", slug, str(path), *options)
        finally:
            printed_lines = capsys.readouterr().out
        return printed_lines

    return run
