"""A treaty written as a definition directory, which `loading` reads back unchanged: the text without the acts."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import tomli_w

from treaty.clauses import definition_files
from treaty.models import Theme, Treaty

_EPOCH = (1980, 1, 1, 0, 0, 0)  # equal treaties make equal files
_COLUMNS = (
    *("title", "short_title", "popular_name", "about", "depositary_reference"),
    *("depositary_timezone", "adopted_on", "adopted_by"),
)
"""Columns that can be edited since, and then lead."""


class NoDefinitionError(Exception):
    """A treaty of which no clause is known."""


def definition_directory(treaty: Treaty) -> dict[str, str]:
    """Return the files of a treaty's definition directory, by name.

    Raises:
        NoDefinitionError: if no clause is known.
    """
    if not treaty.definition:
        raise NoDefinitionError(f"No clause of {treaty} is known, so that there is no definition to export.")
    data, tables = definition_files(treaty.definition)
    data |= {name: getattr(treaty, name) for name in _COLUMNS if getattr(treaty, name)}
    files = {"treaty.toml": to_toml(data), **tables}
    files |= {f"{name}.csv": to_csv(rows) for name, rows in _tables(treaty).items() if rows}
    return files


def to_toml(data: Mapping[str, Any]) -> str:
    """Return the content of `treaty.toml`: what stands at the top first, then the tables."""
    ordered = sorted(data.items(), key=lambda item: isinstance(item[1], dict))
    return tomli_w.dumps(dict(ordered))


def to_csv(rows: Sequence[Mapping[str, object]]) -> str:
    """Return rows as the text of a table."""
    sheet = StringIO()
    writer = csv.DictWriter(sheet, rows[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return sheet.getvalue()


def to_zip(slug: str, files: Mapping[str, str]) -> bytes:
    """Return a directory as a zip file; equal files make equal bytes."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(ZipInfo(f"{slug}/{name}", _EPOCH), text)
    return out.getvalue()


def _tables(treaty: Treaty) -> dict[str, list[dict[str, object]]]:
    return {
        "sources": [
            _cells(row, "key", "title", "url", "publisher", "published_on", "confidence", "note")
            for row in treaty.sources.order_by("pk")
        ],
        "themes": [
            _cells(row, "slug", "name", "description")
            for row in Theme.objects.filter(articles__treaty=treaty).distinct()
        ],
        "chapters": [
            _cells(row, "number", "title") | _source(row) for row in treaty.chapters.select_related("source")
        ],
        "articles": [
            _cells(row, "number", "title", "title_status", "status", "summary", "summary_status")
            | {
                "chapter": row.chapter.number if row.chapter else "",
                "themes": _list(theme.slug for theme in row.themes.all()),
            }
            | _source(row)
            for row in treaty.articles.select_related("source", "chapter").prefetch_related("themes")
        ],
        "requirements": [
            _cells(row, "paragraph", "kind", "occasion", "description", "status")
            | {
                "article": row.article.number if row.article else "",
                "paragraph_certain": "yes" if row.paragraph_certain else "no",
            }
            | _source(row)
            for row in treaty.requirements.select_related("source", "article")
        ],
        "interpretative_notes": [
            _cells(row, "title", "status")
            | {"article": row.article.number if row.article else ""}
            | _source(row)
            for row in treaty.interpretative_notes.select_related("source", "article")
        ],
        "claims": [
            _cells(row, "slug", "claim", "claimed_by", "published_on", "finding", "evidence", "treatment")
            | {"counted": row.counted, "reported": "" if row.reported is None else row.reported}
            | _source(row)
            for row in treaty.claims.select_related("source")
        ],
        "measures": [
            _cells(row, "slug", "name", "theme", "description")
            | {"articles": _list(row.articles), "stages": _list(row.stages)}
            | _source(row)
            for row in treaty.measures.select_related("source")
        ],
    }


def _cells(row: object, *names: str) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


def _source(row: Any) -> dict[str, object]:  # noqa: ANN401 - a row of any model with a source
    return {"source": row.source.key}


def _list(parts: Iterable[object]) -> str:
    return ";".join(str(part) for part in parts)
