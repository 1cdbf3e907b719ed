"""The whole record as one file that any database can take: what `backup` writes and `restore` reads.

The file is an ordinary zip with one JSON Lines file a table and a manifest, and its comment is the SHA-256 of
everything before it, so that any flipped byte is found. It says nothing of the moment or the machine that made it:
equal records make equal archives, on SQLite as on PostgreSQL.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Field, JSONField, Model

FORMAT = "treaty status tracker, archive 1"
LEFT_OUT = {"sessions", "axes", "ratification.Heartbeat"}
"""Apps and models that say who is logged in, who mistyped a password, and what runs: true of one installation only."""

FILLED_BY_MIGRATE = [
    "auth.Group_permissions",
    "auth.Group",
    "auth.Permission",
    "contenttypes.ContentType",
]
"""What a new database already holds; the archive's rows take their place. In an order in which they can be deleted."""

_MANIFEST = "manifest.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can name, since an archive has none
_DIGEST = 64
_CHUNK = 1 << 20
_BATCH = 500


class ArchiveError(Exception):
    """An archive that cannot be written or restored; the message says why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class ArchiveTable:
    """One table of an archive."""

    name: str
    rows: int
    sha256: str


def write(path: Path) -> list[ArchiveTable]:
    """Write the record, as it stands at one moment, to a new file that only its owner can read.

    Returns:
        The tables written.

    Raises:
        ArchiveError: if the file exists or cannot be written.
    """
    if path.exists():
        raise ArchiveError(f"{path} exists already; an archive is never overwritten.")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.touch(mode=0o600, exist_ok=False)
        within_another = (
            connection.in_atomic_block
        )  # which has its own view of the record, as SQLite always has
        with transaction.atomic():
            if connection.vendor == "postgresql" and not within_another:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            tables = _write(draft)
        os.link(draft, path)  # unlike a renaming, this fails where somebody else was faster
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written: {error.strerror or error}.") from error
    except DatabaseError as error:
        raise ArchiveError(f"The database cannot be read (is it migrated?): {error}") from error
    finally:
        draft.unlink(missing_ok=True)
    return tables


def restore(path: Path) -> list[ArchiveTable]:
    """Fill an empty, migrated database from an archive: all of it or nothing.

    Returns:
        The tables restored.

    Raises:
        ArchiveError: if the file is damaged, foreign or of another version, or the database is not empty.
    """
    try:
        _check_digest(path)
        with zipfile.ZipFile(path) as archive, transaction.atomic():
            tables = _tables_of(archive, path)
            _clear()
            for table in tables:
                with archive.open(f"{table.name}.jsonl") as lines:
                    _insert(table, _models()[table.name], lines)
            _continue_numbering()
    except (OSError, zipfile.BadZipFile) as error:
        raise ArchiveError(f"{path} cannot be read: {error}.") from error
    finally:
        ContentType.objects.clear_cache()  # its rows have been exchanged
    return tables


def _models() -> dict[str, type[Model]]:
    """Every model with a table whose rows belong to the record, by name: also those of apps added later."""
    return {
        model._meta.label: model  # noqa: SLF001 - documented API
        for model in sorted(apps.get_models(include_auto_created=True), key=lambda model: model._meta.label)  # noqa: SLF001
        if model._meta.managed  # noqa: SLF001
        and not model._meta.proxy  # noqa: SLF001
        and not LEFT_OUT & {model._meta.label, model._meta.app_label}  # noqa: SLF001
    }


def _schema() -> list[str]:
    """The migrations that made the tables."""
    kept = {label.split(".")[0] for label in _models()}
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app in kept)


def _fields(model: type[Model]) -> "list[Field[Any, Any]]":
    return list(model._meta.local_concrete_fields)  # noqa: SLF001 - documented API


def _write(path: Path) -> list[ArchiveTable]:
    tables: list[ArchiveTable] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, model in _models().items():
            digest, rows = hashlib.sha256(), 0
            with archive.open(_member(f"{name}.jsonl"), "w") as file:
                for line in _lines(model):
                    digest.update(line)
                    file.write(line)
                    rows += 1
            tables.append(ArchiveTable(name, rows, digest.hexdigest()))
        manifest = {
            "format": FORMAT,
            "schema": _schema(),
            "tables": {table.name: {"rows": table.rows, "sha256": table.sha256} for table in tables},
        }
        archive.writestr(_member(_MANIFEST), json.dumps(manifest, indent=1) + "\n")
        archive.comment = b"0" * _DIGEST
    digest_of_all = _digest(path)
    with path.open("r+b") as file:
        file.seek(-_DIGEST, os.SEEK_END)
        file.write(digest_of_all)
        file.flush()
        os.fsync(file.fileno())
    return tables


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o600 << 16
    member.create_system = 3  # the same on every system
    return member


def _lines(model: type[Model]) -> Iterator[bytes]:
    fields = _fields(model)
    for row in model._base_manager.order_by("pk").iterator(_BATCH):  # noqa: SLF001 - documented API
        values = {field.attname: _plain(field, row) for field in fields}
        yield json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _plain(field: "Field[Any, Any]", row: Model) -> Any:  # noqa: ANN401 - JSON
    """The value as JSON has it: itself where JSON can say it, else as the field writes it to text."""
    value = field.value_from_object(row)
    if value is None or isinstance(value, bool | int | float | str) or isinstance(field, JSONField):
        return value
    return field.value_to_string(row)


def _digest(path: Path) -> bytes:
    """SHA-256 of everything but the digest itself, as text."""
    digest, left = hashlib.sha256(), path.stat().st_size - _DIGEST
    with path.open("rb") as file:
        while left > 0 and (piece := file.read(min(_CHUNK, left))):
            digest.update(piece)
            left -= len(piece)
    return digest.hexdigest().encode()


def _check_digest(path: Path) -> None:
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        if file.tell() > _DIGEST:
            file.seek(-_DIGEST, os.SEEK_END)
            if file.read() == _digest(path):
                return
    raise ArchiveError(f"{path} is damaged, or was not written by `backup`: its checksum does not fit.")


def _tables_of(archive: zipfile.ZipFile, path: Path) -> list[ArchiveTable]:
    try:
        manifest = json.loads(archive.read(_MANIFEST))
        fits = manifest["format"] == FORMAT
        tables = [
            ArchiveTable(name, found["rows"], found["sha256"]) for name, found in manifest["tables"].items()
        ]
        schema = set(manifest["schema"])
    except (KeyError, TypeError, ValueError) as error:
        raise ArchiveError(
            f"{path} is not an archive of the tracker: its manifest is missing or odd."
        ) from error
    if not fits:
        raise ArchiveError(f"{path} has another format than {FORMAT!r}.")
    here = set(_schema())
    if schema != here or {table.name for table in tables} != set(_models()):
        difference = ", ".join(sorted(schema ^ here)[:3]) or "its tables"
        raise ArchiveError(
            f"{path} was made by another version (they differ in {difference}). Restore it with that version, and"
            " upgrade then."
        )
    return tables


def _clear() -> None:
    """Insist on an empty database, and take out what migrate put in; raises ArchiveError where there is more."""
    for name, model in _models().items():
        if name not in FILLED_BY_MIGRATE and model._base_manager.exists():  # noqa: SLF001 - documented API
            raise ArchiveError(f"The database is not empty ({name} has rows): restore into a new one.")
    for name in FILLED_BY_MIGRATE:
        _models()[name]._base_manager.all().delete()  # noqa: SLF001 - documented API


def _insert(table: ArchiveTable, model: type[Model], lines: IO[bytes]) -> None:
    fields, digest, rows = _fields(model), hashlib.sha256(), 0
    while batch := list(islice(lines, _BATCH)):
        try:
            found = [_row(model, fields, line) for line in batch]
            # As Model.save writes what is loaded: no field stamps its own time, and no signal is sent.
            model._base_manager._insert(found, fields=fields, using=connection.alias, raw=True)  # type: ignore[attr-defined]  # noqa: SLF001 - the only way to do this
        except (DatabaseError, ValueError, KeyError, ValidationError) as error:
            raise ArchiveError(f"Rows {rows + 1} and after of {table.name} do not fit: {error}") from error
        for line in batch:
            digest.update(line)
        rows += len(batch)
    if (rows, digest.hexdigest()) != (table.rows, table.sha256):
        raise ArchiveError(f"The rows of {table.name} are not those that the manifest names.")


def _row(model: type[Model], fields: "list[Field[Any, Any]]", line: bytes) -> Model:
    values = json.loads(line)
    row = model()
    for field in fields:
        value = values[field.attname]
        setattr(row, field.attname, value if isinstance(field, JSONField) else field.to_python(value))
    return row


def _continue_numbering() -> None:
    """Let new rows be numbered after the restored ones."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(_models().values())):
            cursor.execute(statement)
