"""Archives: the whole record as one file for any database, written by `backup` and read by `restore`.

The file is an ordinary zip with one JSON Lines file a table and a manifest, and its comment is the SHA-256 of
everything before it, so that any flipped byte is found. It holds neither the moment nor the machine that made it:
equal records make equal archives, on SQLite as on PostgreSQL.

Rows are written by column and not by Django's "jsonl" serializer, whose encoder cuts moments to milliseconds; they are
saved by Django's `DeserializedObject`, as fixtures are.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.apps import apps as registry
from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.color import no_style
from django.core.serializers.base import DeserializedObject
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Field, JSONField, Model, OuterRef, Subquery

from ratification.models import Revision, added_rows, triggers
from ratification.operations.verify import DAMAGE
from ratification.record.heads import head_text
from treaty.models import Treaty

FORMAT = "treaty status tracker, archive 1"
LEFT_OUT = {
    *("sessions", "axes", "ratification.Heartbeat", "ratification.SecondFactor"),
    *("ratification.MailSubscription", "ratification.Mail", "ratification.Suppression"),
}
"""Apps and models of sessions, log-ins, running processes and followers, which belong to one installation."""

FILLED_BY_MIGRATE = [
    "auth.Group_permissions",
    "auth.Group",
    "auth.Permission",
    "contenttypes.ContentType",
]
"""Models of which a new database holds rows, in an order of deletion; the archive's rows replace them."""

_MANIFEST = "manifest.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can name, since an archive has none
_DIGEST = 64
_CHUNK = 1 << 20
_BATCH = 500


class ArchiveError(Exception):
    """A failure to write or restore an archive; the message says why. The database is unchanged."""


@dataclass(frozen=True, slots=True)
class ArchiveTable:
    """One table of an archive."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """List of an archive's tables, and of the migrations that made them."""

    schema: frozenset[str]
    tables: list[ArchiveTable]


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
        # An outer transaction has its own view of the record, as SQLite's transactions always have.
        outermost = not connection.in_atomic_block
        with transaction.atomic():
            if connection.vendor == "postgresql" and outermost:
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

    An archive of an earlier version is restored into the tables of that version, which are then migrated.

    Returns:
        The tables restored.

    Raises:
        ArchiveError: if the file is damaged, foreign or of a later version, or the database is not empty.
    """
    try:
        _check_digest(path)
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive, path)
            _check_version(manifest, path)
            _check_empty()
            with _tables_of(manifest, path) as models, transaction.atomic(), triggers.lifted(connection):
                _fill(models, manifest.tables, archive)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror or error}.") from error
    except DAMAGE as error:
        raise ArchiveError(f"{path} is damaged, or no archive of the tracker: {error}") from error
    except ProgrammingError as error:
        raise ArchiveError(
            f"The database's account may not restore: as the owner of the tables it can (docs/operations.md). {error}"
        ) from error
    finally:
        ContentType.objects.clear_cache()  # its rows have been exchanged
    return manifest.tables


def _models(apps: Apps = registry) -> dict[str, type[Model]]:
    """Return the models whose tables belong to the record, by name, those of apps added later included."""
    return {
        model._meta.label: model  # noqa: SLF001 - documented API
        for model in sorted(apps.get_models(include_auto_created=True), key=lambda model: model._meta.label)  # noqa: SLF001
        if model._meta.managed  # noqa: SLF001
        and not model._meta.proxy  # noqa: SLF001
        and not LEFT_OUT & {model._meta.label, model._meta.app_label}  # noqa: SLF001
    }


def _schema() -> list[str]:
    """Return the names of the migrations that made the tables."""
    archived = {label.split(".")[0] for label in _models()}
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app in archived)


@contextmanager
def _tables_of(manifest: Manifest, path: Path) -> Iterator[dict[str, type[Model]]]:
    """Give the database the tables of the archive's version for as long as the archive is read."""
    here = frozenset(_schema())
    if manifest.schema == here:
        models = _models()
        _check_tables(manifest, models, path)
        yield models
        return
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    archived = {node for node in graph.nodes if ".".join(node) in manifest.schema}
    targets: list[tuple[str, str | None]] = [
        node
        for node in sorted(archived)
        if not any(
            child.key in archived and child.key[0] == node[0] for child in graph.node_map[node].children
        )
    ]
    targets += [(app, None) for app in {name.split(".")[0] for name in here} - {app for app, _ in archived}]
    try:
        added_rows.drop(connection)
        executor.migrate(targets)
        # The state that migrate() returns still has models of apps that it took back before the last one.
        state = executor.loader.project_state([(app, name) for app, name in targets if name])
        models = _models(state.apps)
        _check_tables(manifest, models, path)
        yield models
    except IrreversibleError as error:
        raise _another_version(path, sorted(here - manifest.schema)) from error
    finally:
        call_command("migrate", verbosity=0, interactive=False)


def _another_version(path: Path, differences: list[str]) -> ArchiveError:
    return ArchiveError(
        f"{path} was made by another version (they differ in {', '.join(differences[:3])}). Restore it with that"
        " version, and upgrade then."
    )


def _check_version(manifest: Manifest, path: Path) -> None:
    """Raise ArchiveError if the archive needs a migration that this database has not had."""
    here = frozenset(_schema())
    if manifest.schema - here:
        raise _another_version(path, sorted(manifest.schema ^ here))


def _check_tables(manifest: Manifest, models: dict[str, type[Model]], path: Path) -> None:
    if difference := {table.name for table in manifest.tables} ^ models.keys():
        raise _another_version(path, sorted(difference))


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
            "heads": _heads(),
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


def _heads() -> dict[str, str]:
    """Return the head of each treaty's record (docs/verify.md)."""
    last = Revision.objects.filter(treaty=OuterRef("pk")).order_by("-number")[:1]
    treaties = Treaty.objects.annotate(
        number=Subquery(last.values("number")), hash=Subquery(last.values("hash"))
    )
    rows = treaties.order_by("slug").values_list("slug", "number", "hash")
    return {slug: head_text(number or 0, digest) for slug, number, digest in rows}


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
    """Return the value for JSON: itself where JSON has its type, else the text that the field makes of it."""
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


def _manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        manifest = json.loads(archive.read(_MANIFEST))
        fits = manifest["format"] == FORMAT
        tables = [
            ArchiveTable(name, found["rows"], found["sha256"]) for name, found in manifest["tables"].items()
        ]
        schema = frozenset(manifest["schema"])
    except DAMAGE as error:
        raise ArchiveError(
            f"{path} is not an archive of the tracker: its manifest is missing or odd."
        ) from error
    if not fits:
        raise ArchiveError(f"{path} has another format than {FORMAT!r}.")
    return Manifest(schema, tables)


def _check_empty() -> None:
    """Raise ArchiveError if the database holds more than the rows of `migrate`."""
    for name, model in _models().items():
        if name not in FILLED_BY_MIGRATE and model._base_manager.exists():  # noqa: SLF001 - documented API
            raise ArchiveError(f"The database is not empty ({name} has rows): restore into a new one.")


def _fill(models: dict[str, type[Model]], tables: Iterable[ArchiveTable], archive: zipfile.ZipFile) -> None:
    """Put the rows of an archive in place of those that `migrate` makes."""
    for name in FILLED_BY_MIGRATE:
        models[name]._base_manager.all().delete()  # noqa: SLF001 - documented API
    for table in tables:
        with archive.open(f"{table.name}.jsonl") as lines:
            _insert(table, models[table.name], lines)
    _continue_numbering(models)


def _insert(table: ArchiveTable, model: type[Model], lines: IO[bytes]) -> None:
    """Save each row as it was read: no field stamps its own time, no handler makes other rows of it."""
    fields, digest, rows = _fields(model), hashlib.sha256(), 0
    for line in lines:
        rows += 1
        digest.update(line)
        try:
            row = _row(model, fields, line)
            DeserializedObject(row).save(using=connection.alias, force_insert=True)
        except (DatabaseError, ValidationError, *DAMAGE) as error:
            raise ArchiveError(f"Row {rows} of {table.name} does not fit: {error}") from error
    if (rows, digest.hexdigest()) != (table.rows, table.sha256):
        raise ArchiveError(f"The rows of {table.name} are not those that the manifest names.")


def _row(model: type[Model], fields: "list[Field[Any, Any]]", line: bytes) -> Model:
    values = json.loads(line)
    return model(**{field.attname: field.to_python(values[field.attname]) for field in fields})


def _continue_numbering(models: dict[str, type[Model]]) -> None:
    """Number new rows after the restored ones."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models.values())):
            cursor.execute(statement)
