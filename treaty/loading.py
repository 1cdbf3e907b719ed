"""Loading of a definition directory (`treaty.toml` and the tables beside it), except its actions."""

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from states.loading import participants_by_code
from states.models import Group
from states.tables import TableError, TableRow, read_table, sync
from treaty.clauses import (
    Definition,
    DefinitionError,
    amongs_of,
    definition_to_json,
    parse_definition,
    tables_of,
)
from treaty.models import (
    Article,
    Chapter,
    Claim,
    InterpretativeNote,
    Measure,
    Requirement,
    Source,
    Theme,
    Treaty,
)

DATA = Path(__file__).parent / "data"
_KEY_LENGTH = 80


def read_definition(folder: Path) -> Definition:
    """Read and check `treaty.toml` with the tables that it names.

    Raises:
        TableError: if folder or file is missing, is not TOML, is incomplete or contradictory; names key and reason.
    """
    if not folder.is_dir():
        raise TableError(str(folder), "is not a directory")
    path = folder / "treaty.toml"
    place = f"{folder.name}/treaty.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TableError(place, "there is no such file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TableError(place, f"is not valid TOML: {error}") from error
    except RecursionError as error:
        raise TableError(place, "tables and lists are nested too deeply") from error

    try:
        return parse_definition(data, lambda name: (folder / name).read_text(encoding="utf-8-sig"))
    except DefinitionError as error:
        raise TableError(place, str(error)) from error


@transaction.atomic
def load_definition(folder: Path) -> tuple[Treaty, int]:
    """Load a treaty, its sources and its text from the definition directory `folder`.

    Returns:
        The treaty and the number of rows written; 0 when all of them were there already.

    Raises:
        TableError: naming file, row or key and the reason; nothing is loaded then.
    """
    definition = read_definition(folder)
    _check_references(folder, definition)
    treaty, writes = _load_treaty(definition)
    if (path := folder / "sources.csv").exists():
        writes += _load_sources(path, treaty)
    if (path := folder / "themes.csv").exists():
        writes += _load_themes(path)
    if (path := folder / "chapters.csv").exists():
        writes += _load_chapters(path, treaty)
    if (path := folder / "articles.csv").exists():
        writes += _load_articles(path, treaty)
    if (path := folder / "requirements.csv").exists():
        writes += _load_requirements(path, treaty)
    if (path := folder / "interpretative_notes.csv").exists():
        writes += _load_interpretative_notes(path, treaty)
    if (path := folder / "claims.csv").exists():
        writes += _load_claims(path, treaty)
    if (path := folder / "measures.csv").exists():
        writes += _load_measures(path, treaty)
    return treaty, writes


def citations(treaty: Treaty, texts: Mapping[str, TableRow]) -> dict[str, Source]:
    """Return the source for each cell of a `source` column: a key of `sources.csv`, or a citation written out.

    A citation written out becomes a source, under a key made from its words.
    """
    by_key = {source.key: source for source in treaty.sources.all()}
    found: dict[str, Source] = {}
    for text, row in texts.items():
        if not text:
            raise row.error("source is empty; every row needs one")
        key = text if text in by_key else _citation_key(text)
        if key not in by_key:
            url = text if text.startswith("https://") and " " not in text else ""
            by_key[key] = Source.objects.create(
                treaty=treaty, key=key, title=text, url=url, confidence=Source.Confidence.SECONDARY
            )
        found[text] = by_key[key]
    return found


def _citation_key(text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return f"{slugify(text)[: _KEY_LENGTH - 9].rstrip('-')}-{digest}"


def _check_references(folder: Path, definition: Definition) -> None:
    """Refuse a clause that names a participant, group or treaty that is not loaded."""
    place = f"{folder.name}/treaty.toml"
    clause = definition.clause.entry_into_force
    amongs = list(amongs_of(clause.condition))
    codes = {member.iso3 for among in amongs for member in among.members}
    codes = codes.union(*(table.codes for table in tables_of(clause.condition)))
    if unknown := codes - set(participants_by_code()):
        raise TableError(place, f"entry_into_force names unknown participants: {', '.join(sorted(unknown))}")
    groups = {among.name for among in amongs if among.kind == "group"}
    if unknown := groups - set(Group.objects.values_list("slug", flat=True)):
        raise TableError(place, f"entry_into_force names unknown groups: {', '.join(sorted(unknown))}")
    treaties = {among.name for among in amongs if among.kind == "parties"}
    if unknown := treaties - set(Treaty.objects.values_list("slug", flat=True)):
        named = ", ".join(sorted(unknown))
        raise TableError(place, f"entry_into_force counts the parties to {named}; load that treaty first")
    for slug in clause.after_treaties:
        if not Treaty.objects.filter(slug=slug).exists():
            raise TableError(
                place, f"entry_into_force.after_treaty: no treaty {slug!r} is loaded; load it first"
            )


def _load_treaty(definition: Definition) -> tuple[Treaty, int]:
    wanted = Treaty(
        slug=definition.slug,
        title=definition.title,
        short_title=definition.short_title,
        popular_name=definition.popular_name,
        about=definition.about,
        depositary=definition.depositary,
        depositary_reference=definition.depositary_reference,
        depositary_timezone=definition.depositary_timezone,
        adopted_on=definition.adopted_on,
        adopted_by=definition.adopted_by,
        record_as_of=definition.record_as_of,
        definition=definition_to_json(definition),
    )
    row = TableRow(f"{definition.slug}/treaty.toml", {})
    writes = sync(Treaty, ["slug"], [(row, wanted)], Treaty.objects.filter(slug=definition.slug))
    return Treaty.objects.get(slug=definition.slug), writes


def _load_sources(path: Path, treaty: Treaty) -> int:
    wanted = [
        (
            row,
            Source(
                treaty=treaty,
                key=row["key"],
                title=row["title"],
                url=row["url"],
                publisher=row["publisher"],
                published_on=row.days("published_on"),
                confidence=row.choice("confidence", Source.Confidence.values),
                note=row["note"],
            ),
        )
        for row in read_table(
            path, ["key", "title", "url", "publisher", "published_on", "confidence", "note"]
        )
    ]
    return sync(Source, ["key"], wanted, treaty.sources.all())


def _load_themes(path: Path) -> int:
    wanted = [
        (row, Theme(slug=row["slug"], name=row["name"], description=row["description"]))
        for row in read_table(path, ["slug", "name", "description"])
    ]
    return sync(Theme, ["slug"], wanted, Theme.objects.all())


def _load_chapters(path: Path, treaty: Treaty) -> int:
    rows = list(read_table(path, ["number", "title", "source"]))
    sources = citations(treaty, {row["source"]: row for row in rows})
    wanted = [
        (
            row,
            Chapter(
                treaty=treaty,
                position=position,
                number=row["number"],
                title=row["title"],
                source=sources[row["source"]],
            ),
        )
        for position, row in enumerate(rows, 1)
    ]
    return sync(Chapter, ["position"], wanted, treaty.chapters.all())


def _load_articles(path: Path, treaty: Treaty) -> int:
    rows = list(
        read_table(
            path,
            ["number", "chapter", "title", "title_status", "status", "themes", "summary", "source"],
            ["summary_status"],
        )
    )
    sources = citations(treaty, {row["source"]: row for row in rows})
    chapters = {chapter.number: chapter for chapter in treaty.chapters.all()}
    wanted = [
        (
            row,
            Article(
                treaty=treaty,
                number=_number(row),
                chapter=row.named("chapter", chapters) if row["chapter"] else None,
                status=row.choice("status", Article.Status.values),
                title=row["title"],
                title_status=row.choice("title_status", Article.Checked.values),
                summary_status=row.choice("summary_status", Article.Checked.values)
                if row["summary_status"]
                else "",
                summary=row["summary"],
                source=sources[row["source"]],
            ),
        )
        for row in rows
    ]
    return sync(Article, ["number"], wanted, treaty.articles.all()) + _load_article_themes(rows, treaty)


def _load_article_themes(rows: list[TableRow], treaty: Treaty) -> int:
    themes = dict(Theme.objects.values_list("slug", "pk"))
    articles = dict(treaty.articles.values_list("number", "pk"))
    edited = set(Article.history.filter(treaty_id=treaty.pk).values_list("id", flat=True))
    named: set[int] = set()
    wanted: set[tuple[int, int]] = set()
    for row in rows:
        slugs = {slug for slug in row["themes"].split(";") if slug}
        if unknown := slugs - set(themes):
            raise row.error(f"themes names {', '.join(sorted(unknown))}, which is unknown")
        article = articles[_number(row)]
        if article not in edited:
            named.add(article)
            wanted |= {(article, themes[slug]) for slug in slugs}
    links = Article.themes.through.objects
    held = {
        (article, theme): pk
        for pk, article, theme in links.filter(article__in=named).values_list("pk", "article", "theme")
    }
    new = [
        Article.themes.through(article_id=article, theme_id=theme)
        for article, theme in sorted(wanted - set(held))
    ]
    gone = [held[pair] for pair in set(held) - wanted]
    links.bulk_create(new)
    links.filter(pk__in=gone).delete()
    return len(new) + len(gone)


def _load_requirements(path: Path, treaty: Treaty) -> int:
    rows = list(
        read_table(
            path,
            [
                "article",
                "paragraph",
                "kind",
                "occasion",
                "description",
                "status",
                "paragraph_certain",
                "source",
            ],
        )
    )
    sources = citations(treaty, {row["source"]: row for row in rows})
    articles = {str(article.number): article for article in treaty.articles.all()}
    wanted = [
        (
            row,
            Requirement(
                treaty=treaty,
                article=row.named("article", articles) if row["article"] else None,
                paragraph=row["paragraph"],
                paragraph_certain=row.choice("paragraph_certain", ["yes", "no"]) == "yes",
                kind=row["kind"],
                occasion=row["occasion"],
                description=row["description"],
                status=row["status"],
                source=sources[row["source"]],
            ),
        )
        for row in rows
    ]
    return sync(Requirement, ["article_id", "paragraph", "kind"], wanted, treaty.requirements.all())


def _load_interpretative_notes(path: Path, treaty: Treaty) -> int:
    rows = list(read_table(path, ["article", "title", "status", "source"]))
    sources = citations(treaty, {row["source"]: row for row in rows})
    articles = {str(article.number): article for article in treaty.articles.all()}
    wanted = [
        (
            row,
            InterpretativeNote(
                treaty=treaty,
                article=row.named("article", articles) if row["article"] else None,
                title=row["title"],
                status=row.choice("status", ["verified", "reported"]),
                source=sources[row["source"]],
            ),
        )
        for row in rows
    ]
    return sync(InterpretativeNote, ["article_id", "title"], wanted, treaty.interpretative_notes.all())


def _load_claims(path: Path, treaty: Treaty) -> int:
    columns = ["slug", "claim", "claimed_by", "published_on", "finding", "evidence", "treatment", "source"]
    rows = list(read_table(path, columns, ["counted", "reported"]))
    sources = citations(treaty, {row["source"]: row for row in rows})
    wanted = [
        (
            row,
            Claim(
                treaty=treaty,
                **{
                    **{name: row[name] for name in columns},
                    "published_on": row.days("published_on"),
                    "source": sources[row["source"]],
                },
                counted=row.choice("counted", ["", *Claim.Counted.values]),
                reported=_number(row, "reported") if row["reported"] else None,
            ),
        )
        for row in rows
    ]
    return sync(Claim, ["slug"], wanted, treaty.claims.all())


def _load_measures(path: Path, treaty: Treaty) -> int:
    rows = list(read_table(path, ["slug", "articles", "name", "theme", "stages", "description", "source"]))
    sources = citations(treaty, {row["source"]: row for row in rows})
    adopted = set(treaty.articles.filter(status=Article.Status.ADOPTED).values_list("number", flat=True))
    wanted = [
        (
            row,
            Measure(
                treaty=treaty,
                slug=row["slug"],
                position=position,
                articles=_articles_named(row, adopted),
                name=row["name"],
                theme=row.choice("theme", Measure.Theme.values),
                stages=_stages(row),
                description=row["description"],
                source=sources[row["source"]],
            ),
        )
        for position, row in enumerate(rows, 1)
    ]
    return sync(Measure, ["slug"], wanted, treaty.measures.all())


def _articles_named(row: TableRow, adopted: set[int]) -> list[int]:
    numbers = [number for number in row["articles"].split(";") if number]
    if unknown := [number for number in numbers if not number.isdecimal() or int(number) not in adopted]:
        raise row.error(f"articles names {', '.join(unknown)}, which the adopted text does not have")
    return [int(number) for number in numbers]


def _stages(row: TableRow) -> list[str]:
    stages = row["stages"].split(";")
    if unknown := [stage for stage in stages if stage not in Measure.Stage.values]:
        raise row.error(f"stages names {', '.join(unknown)}; known are {', '.join(Measure.Stage.values)}")
    return stages


def _number(row: TableRow, column: str = "number") -> int:
    if not row[column].isdecimal():
        raise row.error(f"{column} is {row[column]!r}, not a number")
    return int(row[column])
