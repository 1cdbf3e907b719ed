"""`manage.py reconcile SLUG DOCUMENT`: compare the ledger with a document of the depositary."""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from ratification.depositary import fetch, propose, runs
from ratification.depositary.declared_facts import vouch, vouch_where_agreed
from ratification.depositary.document import DocumentError
from ratification.depositary.elements import MAX_BYTES
from ratification.depositary.formats import FORMATS, read_document
from ratification.depositary.runs import Comparison
from ratification.ledger.system_accounts import system_user
from ratification.management.base import Error, TrackerCommand, day, treaty_named
from ratification.models import ImportRun


class Command(TrackerCommand):
    """Compare the ledger with a document and propose entries for the differences."""

    help = (
        "Compare a treaty's record with a status document of the depositary. What differs is kept as proposals; "
        "nothing is published unless --accept says so."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the treaty, the document and the options."""
        parser.add_argument("slug")
        parser.add_argument("document", help="A file, or an https address of a host in DEPOSITARY_URLS.")
        parser.add_argument(
            "--retrieved-on", type=day, help="Day on which the file was retrieved; today by default."
        )
        parser.add_argument(
            "--format",
            default="",
            metavar="NAME",
            help=f"One of {', '.join(each.name for each in FORMATS)}; told from the file by default.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Compare and keep nothing.")
        parser.add_argument(
            "--accept",
            action="store_true",
            help="Publish all proposals in the import's own name, without review: for a first load.",
        )
        parser.add_argument("--trust", metavar="REASON", help="Why a suspect document is right all the same.")
        parser.add_argument("--json", action="store_true", help="Print the comparison as JSON.")

    def handle(
        self,
        *,
        slug: str,
        document: str,
        retrieved_on: date | None,
        dry_run: bool,
        accept: bool,
        trust: str | None,
        json: bool,
        format: str,  # noqa: A002 - the name of the option
        **_options: Any,  # noqa: ANN401 - Django's signature
    ) -> None:
        """Compare, store the comparison, publish if asked, and print the differences."""
        treaty = treaty_named(slug)
        now = timezone.now()
        retrieved_at = datetime.combine(retrieved_on, time(), UTC) if retrieved_on else now
        if retrieved_at > now:
            raise Error(f"--retrieved-on {retrieved_on} lies in the future.")
        content, address = _read(document)
        published = 0
        with transaction.atomic():
            try:
                comparison = runs.examine(
                    treaty,
                    content,
                    address=address,
                    retrieved_at=retrieved_at,
                    now=now,
                    document=read_document(content, format),
                )
            except DocumentError as error:
                raise Error(f"{document} is refused: {error}.") from error
            run = comparison.run
            if not dry_run:
                run = runs.keep(comparison)
                if trust is not None and run.state == ImportRun.State.SUSPECT:
                    by = system_user("command-line", "whoever runs commands on the server")
                    run = runs.trust(run, by=by, reason=trust)
                if accept and run.proposes:
                    published = len(propose.publish(run, now=now))
                    vouch(run, now=now, until=_covered(comparison, retrieved_on))
                elif retrieved_on or "://" in document:
                    vouch_where_agreed(run, now=now)
        self._print(comparison, run, published, as_json=json)
        if not run.proposes:
            raise Error(f"{document} is {run.get_state_display()}. {' '.join(run.suspicions)}")

    def _print(self, comparison: Comparison, run: ImportRun, published: int, *, as_json: bool) -> None:
        if as_json:
            report = _report(comparison, run, published)
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
            return
        for remark in run.remarks:
            self.stdout.write(f"Note: {remark}")
        for difference in comparison.differences:
            waits = " (a draft waits)" if difference.draft_id and not published else ""
            self.stdout.write(f"{difference.get_outcome_display()}: {difference.note}{waits}")
        counts = comparison.counts
        words = ", ".join(f"{counts[outcome]} {outcome}" for outcome in counts)
        self.stdout.write(
            f"{run.treaty.slug}, list of {run.retrieved_at:%Y-%m-%d}, {run.rows} rows: {words}."
        )
        if published:
            self.stdout.write(f"{published} entries published in the name of the import, without review.")
        elif run.proposes:
            self.stdout.write(f"{len(comparison.proposals)} proposals; nothing published.")


def _read(document: str) -> tuple[bytes, str]:
    if "://" in document:
        return fetch.fetch(document), document
    try:
        with Path(document).open("rb") as file:
            return file.read(MAX_BYTES + 1), Path(document).name
    except OSError as error:
        raise Error(f"{document} cannot be read: {error.strerror}.") from error


def _covered(comparison: Comparison, retrieved_on: date | None) -> date | None:
    """Return the day until which a list taken over is known: of its retrieval if given, else of its last act."""
    return retrieved_on or comparison.document.last_day


def _report(comparison: Comparison, run: ImportRun, published: int) -> dict[str, object]:
    return {
        "treaty": run.treaty.slug,
        "document": run.address,
        "sha256": runs.digest_of(comparison.content),
        "retrieved_on": run.retrieved_at.date().isoformat(),
        "revision": run.revision,
        "state": run.state,
        "suspicions": run.suspicions,
        "remarks": run.remarks,
        "rows": run.rows,
        "signatories": run.signatories,
        "parties": run.parties,
        "counts": comparison.counts,
        "proposals": 0 if published else len(comparison.proposals),
        "published": published,
        "differences": [
            {
                "outcome": difference.outcome,
                "participant": difference.participant and difference.participant.iso3,
                "printed": difference.printed,
                "kind": difference.kind,
                "listed_on": difference.listed_on and difference.listed_on.isoformat(),
                "recorded": difference.held
                and {"kind": difference.held.kind, "on": difference.held.taken.edtf},
                "bracketed": difference.bracketed,
                "note": difference.note,
            }
            for difference in comparison.differences
        ],
    }
