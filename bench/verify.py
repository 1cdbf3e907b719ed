"""Time that `manage.py verify` takes for an archive of many entries, which is made here without a database."""

import io
import json
import zipfile
from time import perf_counter

from ratification.operations import verify
from ratification.record import chain

TREATIES, EACH = 140, 200
MOST = 5.0
"""Seconds that 28,000 entries may take."""
_EMPTY = ("ratification.Report", "ratification.TreatyFact", "treaty.Measure")


def archive() -> bytes:
    """Return an archive with the tables that are verified: each treaty with as many signatures as there are."""
    people = [
        {"id": number, "iso3": f"{number:03}", "iso2": "", "m49": "", "name": f"State {number}"}
        | {"kind": "member_state", "valid_from": None, "valid_until": None}
        for number in range(EACH)
    ]
    tables: dict[str, list[dict[str, object]]] = {name: [] for name in _EMPTY}
    tables |= {"states.Participant": list(people), "treaty.Treaty": [], "treaty.Source": []}
    tables |= {f"ratification.{name}": [] for name in ("Action", "Record", "Revision")}
    moment = "2026-11-21T12:00:00+00:00"
    for pk in range(TREATIES):
        treaty = {"id": pk, "slug": f"treaty-{pk}", "title": "A treaty", "definition": {"instruments": 40}}
        source = {"id": pk, "key": "list", "title": "Status list " * 8, "url": "https://example.org/list"}
        source |= {"publisher": "", "published_on": "", "confidence": "primary", "note": ""}
        tables["treaty.Treaty"].append(treaty)
        tables["treaty.Source"].append(source)
        previous = chain.GENESIS
        for revision, person in enumerate(people, 1):
            columns: dict[str, object] = dict.fromkeys(chain.CONTENT["action"] + chain.SAID["action"])
            columns |= {"entry": "original", "kind": "signature", "summary": "In words. " * 10}
            columns |= {"provisions": [], "texts": [], "territories": []}
            columns |= {"author_id": 1, "reviewer_id": 2, "created_at": moment, "override": "", "origin": ""}
            references = {"treaty_id": pk, "participant_id": person["id"], "source_id": pk}
            row = {"id": pk * EACH + revision, "state": "published", "revision": revision, **columns}
            tables["ratification.Action"].append({**row, **references, "published_at": moment})
            text = chain.text_of(
                treaty=f"treaty-{pk}",
                revision=revision,
                recorded_at=moment,
                previous=previous,
                shown="f" * 64,
                kind="action",
                entry=columns,
                refers={"participant": person["iso3"], "supersedes": None, "relates_to": None},
                source=source,
                reference={
                    "treaty": chain.row_digest(treaty, chain.TREATY),
                    "participant": chain.row_digest(person, chain.PARTICIPANT),
                },
            )
            previous = chain.digest(text)
            kept = {"id": row["id"], "treaty_id": pk, "number": revision, "text": text, "hash": previous}
            tables["ratification.Revision"].append({**kept, "recorded_at": moment, "shown": "f" * 64})
        tables["ratification.Record"].append({"id": pk, "treaty_id": pk, "revision": EACH})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, rows in tables.items():
            zipped.writestr(f"{name}.jsonl", "".join(f"{json.dumps(row)}\n" for row in rows))
    return buffer.getvalue()


def main() -> None:
    """Print the time, and fail beyond the bound."""
    content = archive()
    begun = perf_counter()
    records = verify.verify(content)
    seconds = perf_counter() - begun
    entries = sum(len(record.hashes) for record in records)
    verdict = "within" if seconds < MOST else "BEYOND"
    print(f"verify: {entries:,} entries, {len(content) / 1e6:.1f} MB: {seconds:.2f} s ({verdict} {MOST:g} s)")
    if any(record.changed for record in records) or seconds >= MOST:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
