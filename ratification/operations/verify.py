"""Verification that a record is one unbroken chain, and extends an earlier one of which somebody kept the head.

Archives, data packages and the API's record of a treaty have each revision's text (`ratification.record.chain`).
Who has altered the database past its triggers can compute a new chain, but none with a hash that others have seen.
docs/verify.md does the same without this project.
"""

import io
import json
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from common.http_client import Client, Limits, OutboundError
from ratification.record import chain
from ratification.record.chain import ChainError

LARGEST = 500_000_000
"""Size in bytes of the largest record that is fetched."""
SECONDS = 300
NAMED = 3
"""How many records a refusal names."""
MANIFEST = "manifest.json"
RECORD = "record.jsonl"
"""Member of a data package that has the texts of the revisions."""

DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError),  # the container
    *(
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        ArithmeticError,
    ),  # rows that are none of this project
)
"""What reading a damaged or foreign file raises."""
_OK = 200
_HEAD = re.compile(r"([1-9]\d{0,8}):([0-9a-f]{64})", re.ASCII)
_KINDS = {
    "action": "ratification.Action",
    "report": "ratification.Report",
    "treaty_fact": "ratification.TreatyFact",
}
_CITED = {"participant": (chain.PARTICIPANT, "iso3"), "measure": (chain.MEASURE, "slug")}
"""Reference data of which revisions keep a digest: its columns, and the code by which a row is named."""
_TOLD = {"number": "revision", "recorded_at": "recorded_at", "shown": "shown"}
"""Columns of a revision that its text says too."""
Rows = Mapping[Any, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class VerifiedRecord:
    """The record of a treaty, whose revisions are one chain.

    `changed` names the reference data that are no longer as revisions cite them, with the number of those revisions.
    """

    treaty: str
    hashes: list[str]
    changed: Mapping[str, int] = field(default_factory=dict)

    @property
    def head(self) -> str:
        """The head: number and hash of the last revision."""
        return f"{len(self.hashes)}:{self.hashes[-1] if self.hashes else chain.GENESIS}"


def parse_head(text: str) -> tuple[int, str]:
    """Read a head.

    Raises:
        ChainError: if it is not written like one.
    """
    if (match := _HEAD.fullmatch(text)) is None:
        raise ChainError(f"{text!r} is no head; one is written like 87:9f86d081... (64 hexadecimal digits).")
    return int(match[1]), match[2]


def read(source: str, client: Client | None = None) -> bytes:
    """Read a file, or fetch an address (https, on a public host).

    Raises:
        ChainError: if there is none.
        OutboundError: if the host does not give it.
    """
    if re.match(r"https?://", source):
        client = client or Client(hosts=None, limits=Limits(seconds=SECONDS, answer_bytes=LARGEST))
        answer = client.call(source)
        if answer.status != _OK:
            raise OutboundError(f"{source} answered with status {answer.status}.")
        return answer.body
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise ChainError(f"{source} cannot be read: {error.strerror}.") from error


def verify(content: bytes, heads: Iterable[str] = ()) -> list[VerifiedRecord]:
    """Verify an archive, a data package, or the texts of one record.

    Args:
        content: the file.
        heads: those seen earlier; each must be the head of one of the records at its revision.

    Raises:
        ChainError: naming what is broken, or not an extension of what was seen.
    """
    records = list(_records(content))
    if not any(record.hashes for record in records):  # cut off before the first, or none is published yet
        raise ChainError("There are no revisions in it, so there is nothing to verify.")
    for text in heads:
        number, digest = parse_head(text)
        if any(record.hashes[number - 1 : number] == [digest] for record in records):
            continue
        long_enough = [record for record in records if number <= len(record.hashes)]
        found = [f"{record.treaty} has {record.hashes[number - 1]}" for record in long_enough[:NAMED]]
        if len(long_enough) > NAMED:
            found.append(f"{len(long_enough) - NAMED} more records have others")
        raise ChainError(
            f"The record does not extend the one seen earlier: no revision {number} has the hash {digest}"
            f" ({'; '.join(found) or 'no record is that long'})."
        )
    return records


def _records(content: bytes) -> Iterator[VerifiedRecord]:
    if not content.startswith(b"PK"):
        yield _of_lines(content)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from _of_zip(archive)
    except ChainError:
        raise
    except DAMAGE as error:
        raise ChainError(f"The file is damaged, or has no revisions: {error}") from error


def _of_zip(archive: zipfile.ZipFile) -> Iterator[VerifiedRecord]:
    names = archive.namelist()
    if len(set(names)) < len(names):
        raise ChainError("The file has two members of one name, so that two readers may see two records.")
    if RECORD in names:
        yield _of_lines(archive.read(RECORD))
    else:
        yield from _of_archive(archive)


def _of_lines(content: bytes) -> VerifiedRecord:
    try:
        text = content.decode().removesuffix("\n")
    except UnicodeDecodeError as error:
        raise ChainError("The file is neither an archive nor the texts of a record.") from error
    revisions, hashes = chain.read_chain(text.split("\n") if text else [])
    return VerifiedRecord(revisions[0]["treaty"] if revisions else "", hashes)


def _of_archive(archive: zipfile.ZipFile) -> Iterator[VerifiedRecord]:
    """Verify the chains of an archive, and that its entries are what their revisions say."""

    def rows(name: str) -> Rows:
        found = [json.loads(line) for line in archive.read(f"{name}.jsonl").splitlines()]
        by_id = {row["id"]: row for row in found}
        if len(by_id) < len(found):
            raise ChainError(f"{name}.jsonl has two rows of one number.")
        return by_id

    kept: dict[int, list[Mapping[str, Any]]] = {}
    for row in sorted(rows("ratification.Revision").values(), key=lambda row: row["number"]):
        kept.setdefault(row["treaty_id"], []).append(row)
    lengths = {row["treaty_id"]: row["revision"] for row in rows("ratification.Record").values()}
    entries = {kind: rows(name) for kind, name in _KINDS.items()}
    cited = {
        "participant": rows("states.Participant"),
        "measure": rows("treaty.Measure"),
        "source": rows("treaty.Source"),
    }
    digests = {
        name: {pk: chain.row_digest(row, columns) for pk, row in cited[name].items()}
        for name, (columns, _) in _CITED.items()
    }
    published = _published(entries)
    treaties = rows("treaty.Treaty")
    if strays := (kept.keys() | published.keys()) - treaties.keys():
        raise ChainError(f"There are revisions or entries of treaties that are missing: {sorted(strays)}.")
    manifest = archive.read(MANIFEST) if MANIFEST in archive.namelist() else b"{}"
    stated = json.loads(manifest).get("heads", {})
    for pk, treaty in treaties.items():
        stored = kept.get(pk, [])
        revisions, hashes = chain.read_chain([row["text"] for row in stored])
        _check_stored(treaty["slug"], stored, revisions, hashes)
        if lengths.get(pk, 0) != len(hashes):
            raise ChainError(f"{treaty['slug']}: the record names another length than it has.")
        if published.get(pk, {}).keys() != set(range(1, len(hashes) + 1)):
            raise ChainError(f"{treaty['slug']}: the published entries are not those of the revisions.")
        of_treaty = chain.row_digest(treaty, chain.TREATY)
        if hashes and stated.get(treaty["slug"]) not in (None, f"{len(hashes)}:{hashes[-1]}"):
            raise ChainError(f"{treaty['slug']}: the manifest names another head than the last revision's.")
        changed: Counter[str] = Counter()
        for revision in revisions:
            kind, row = published[pk][revision["revision"]]
            _check_entry(treaty["slug"], revision, kind, row, {**entries, **cited})
            changed.update(_changed(revision, row, cited, digests, of_treaty))
        yield VerifiedRecord(treaty["slug"], hashes, changed)


def _check_stored(
    treaty: str,
    stored: Iterable[Mapping[str, Any]],
    revisions: Iterable[Mapping[str, Any]],
    hashes: Iterable[str],
) -> None:
    """Raise ChainError if a row of a revision is not what its text says."""
    for row, revision, digest in zip(stored, revisions, hashes, strict=True):
        if row["hash"] != digest:
            raise ChainError(f"{treaty}: a stored hash is not that of its revision's text.")
        if any(row[column] != revision[name] for column, name in _TOLD.items()):
            number = revision["revision"]
            raise ChainError(f"{treaty}: the row of revision {number} is not what its text says.")


def _published(entries: Mapping[str, Rows]) -> dict[int, dict[int, tuple[str, Mapping[str, Any]]]]:
    """Return the type and the row of each published entry, by treaty and revision."""
    found: dict[int, dict[int, tuple[str, Mapping[str, Any]]]] = {}
    for kind, table in entries.items():
        for row in table.values():
            if row["state"] == "published":
                found.setdefault(row["treaty_id"], {})[row["revision"]] = kind, row
    return found


def _check_entry(
    treaty: str, revision: Mapping[str, Any], kind: str, row: Mapping[str, Any], tables: Mapping[str, Rows]
) -> None:
    """Raise ChainError if the row of an entry is not what its revision says."""

    def cited(name: str, table: str, column: str) -> Any:  # noqa: ANN401 - JSON
        pk = row.get(f"{name}_id")
        return None if pk is None else tables[table].get(pk, {}).get(column)

    refers = {
        "participant": cited("participant", "participant", "iso3"),
        "predecessor": cited("predecessor", "participant", "iso3"),
        "supersedes": cited("supersedes", kind, "revision"),
        "relates_to": cited("relates_to", kind, "revision"),
        "measure": cited("measure", "measure", "slug"),
    }
    differing = ["type"]
    if revision["entry"]["type"] == kind:
        differing = chain.disagreements(revision, row, refers, cited("source", "source", "key"))
    if row["published_at"] != revision["recorded_at"]:
        differing.append("published_at")
    if differing:
        raise ChainError(
            f"{treaty}: the entry of revision {revision['revision']} is not what was published; it differs in"
            f" {', '.join(differing)}."
        )


def _changed(
    revision: Mapping[str, Any],
    row: Mapping[str, Any],
    cited: Mapping[str, Rows],
    digests: Mapping[str, Mapping[Any, str]],
    of_treaty: str,
) -> Iterator[str]:
    """Yield the reference data of a revision that are no longer as it cites them."""
    reference = revision["reference"]
    if reference["treaty"] != of_treaty:
        yield "the treaty's definition"
    source = cited["source"][row["source_id"]]
    if chain.columns(source, chain.SOURCE) != revision["source"]:
        yield f"source {source['key']}"
    for name, (_, code) in _CITED.items():
        pk = row.get(f"{name}_id")
        if pk is not None and digests[name][pk] != reference[name]:
            yield f"{name} {cited[name][pk][code]}"
