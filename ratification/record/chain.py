"""Text of a revision, and the hash that chains it to the one before.

The text is one line of JSON: what was published, its source, digests of the reference data that it cites, and under
`previous` the hash of the revision before. The hash of a revision is the SHA-256 of its text, so that the hash of the
last one, the head, fixes all before it. Neither text nor hash needs Django (docs/verify.md). What the public does not
read, such as the accounts of author and reviewer, is in the text as a digest.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

GENESIS = "0" * 64
"""Named as the hash before the first revision."""

_OF_ALL = ("entry", "taken_earliest", "taken_latest", "summary", "confidence", "note", "reason")
CONTENT = {
    "action": (*_OF_ALL, "kind", "effective_earliest", "effective_latest", "provisions", "notification"),
    "report": (*_OF_ALL, "stage"),
    "treaty_fact": (*_OF_ALL, "kind", "number", "notification"),
}
"""Public columns of an entry, by the type of the entry."""
SAID = {
    "action": ("texts", "territories", "excludes", "precludes", "notified_on"),
    "report": (),
    "treaty_fact": ("notified_on",),
}
"""Public columns that later versions added: they are in the text only where they say something."""
INTERNAL = ("author_id", "reviewer_id", "created_at", "override", "origin")
"""Columns of an entry that only the staff reads."""
SOURCE = ("key", "title", "url", "publisher", "published_on", "confidence", "note")
PARTICIPANT = ("iso3", "iso2", "m49", "name", "kind", "valid_from", "valid_until")
MEASURE = ("slug", "name", "stages")
TREATY = ("slug", "title", "definition")

Row = Mapping[str, Any]


def canonical(value: object) -> str:
    """Return a value as the one JSON text that everybody writes for it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a column's value as JSON has it: days and moments (UTC) as ISO 8601."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def columns(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    """Return some columns of a row as JSON has them."""
    return {name: plain(row[name]) for name in names}


def filled_columns(row: Row, kind: str) -> dict[str, Any]:
    """Return those columns of `SAID` that are filled: a new column leaves the texts of earlier revisions alone."""
    return {name: value for name, value in columns(row, SAID[kind]).items() if value not in (None, [])}


def row_digest(row: Row, names: tuple[str, ...]) -> str:
    """Return the digest of some columns of a row."""
    return digest(canonical(columns(row, names)))


def text_of(
    *,
    treaty: str,
    revision: int,
    recorded_at: datetime | str,
    previous: str,
    shown: str,
    kind: str,
    entry: Row,
    refers: Row,
    source: Row,
    reference: Row,
) -> str:
    """Return the text of a revision.

    Args:
        treaty: its slug.
        revision: the number.
        recorded_at: when it was published.
        previous: the hash of the revision before; `GENESIS` for the first.
        shown: the digest of what the reviewer was shown; empty where it was not kept.
        kind: the type of the entry, a key of `CONTENT`.
        entry: the columns of the entry.
        refers: what the entry refers to: the participant's code, revisions, the measure's slug.
        source: the columns of the source.
        reference: the digests of the reference data cited, by kind.
    """
    return canonical(
        {
            "entry": {"type": kind, **columns(entry, CONTENT[kind]), **filled_columns(entry, kind), **refers},
            "internal": row_digest(entry, INTERNAL),
            "previous": previous,
            "recorded_at": plain(recorded_at),
            "reference": dict(reference),
            "revision": revision,
            "shown": shown,
            "source": columns(source, SOURCE),
            "treaty": treaty,
        }
    )


class ChainError(ValueError):
    """A record that is not a chain of revisions; the message names the first that does not fit."""


def read_chain(texts: Iterable[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the revisions of one record, from the first, and the hash of each.

    Raises:
        ChainError: if a text is damaged, or does not follow the one before.
    """
    revisions: list[dict[str, Any]] = []
    hashes: list[str] = []
    for number, text in enumerate(texts, 1):
        try:
            stated = json.loads(text)
            follows = stated["revision"], stated["previous"], stated["treaty"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise ChainError(f"Revision {number} is no text of a revision: {text[:80]!r}") from error
        before = hashes[-1] if hashes else GENESIS
        treaty = revisions[0]["treaty"] if revisions else stated["treaty"]
        if follows != (number, before, treaty):
            raise ChainError(
                f"{treaty}: revision {number} does not follow the one before: it names revision {follows[0]!r} of"
                f" {follows[2]!r} after the hash {follows[1]!r}, where {before} is expected."
            )
        revisions.append(stated)
        hashes.append(digest(text))
    return revisions, hashes


def disagreements(revision: Mapping[str, Any], entry: Row, refers: Row, source: str) -> list[str]:
    """Return in what a published entry's row is not what its revision says.

    Args:
        revision: the revision, as `read_chain` returns it.
        entry: the columns of the entry.
        refers: what the entry refers to, as for `text_of`.
        source: the key of its source.
    """
    stated = revision["entry"]
    content, later = CONTENT[stated["type"]], SAID[stated["type"]]
    found = [name for name in content if name not in entry or stated[name] != plain(entry[name])]
    now = {name: plain(entry.get(name)) for name in later}
    found += [name for name in later if stated.get(name) != (None if now[name] == [] else now[name])]
    found += [name for name, value in refers.items() if stated.get(name) != value]
    if revision["source"]["key"] != source:
        found.append("source")
    if revision["internal"] != row_digest(entry, INTERNAL):
        found.append("what only the staff reads")
    return found
