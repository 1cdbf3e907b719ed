"""The text: chapters and articles, themes, the claims examined, and one article with what was declared about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from common.languages import EnglishText
from dashboard.calendar import Approvals, reported_closings
from dashboard.forms import OptionField, PageForm
from dashboard.page import page_of
from dashboard.search import has_all_words, words_of
from dashboard.sentences import adopted_by
from dashboard.statement_words import Act, act_of
from ratification.models import TreatyFact
from ratification.record import selectors
from ratification.record.entries import treaty_facts_at
from ratification.record.evaluation import clause_of, texts_of
from ratification.record.kept import kept_for_edition
from ratification.record.selectors import Extract
from ratification.record.statements import RecordedStatements, statements_of
from ratification.rules.statements.provisions import article_of
from treaty.models import Article, Chapter, InterpretativeNote, OfficialText, Theme, Treaty
from treaty.official_text.loading import texts_in_force, texts_of_article


class ConventionForm(PageForm):
    """Filters of the list of articles, read from the address."""

    theme = OptionField(gettext_lazy("Theme"), gettext_lazy("All themes"))
    q = forms.CharField(label=gettext_lazy("Search titles and summaries"), required=False)
    sort = OptionField(
        gettext_lazy("Order"),
        options=[
            ("text", pgettext_lazy("order of articles", "text")),
            ("statements", pgettext_lazy("order of articles", "statements")),
        ],
        initial="text",
    )


@dataclass(frozen=True, slots=True)
class ChapterLine:
    """One article in the list, with the acts about it."""

    article: Article
    acts: list[Act]

    @property
    def statements(self) -> int:
        """Number of the statements that concern the article."""
        return len(self.acts)


@dataclass(frozen=True, slots=True)
class Part:
    """One chapter with its articles."""

    chapter: Chapter
    lines: list[ChapterLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TextRecord:
    """Text of a treaty as it is recorded: articles with their chapters, themes, official texts and annexed notes."""

    articles: Sequence[Article]
    themes: Sequence[Theme]
    official: Sequence[OfficialText]
    notes: Sequence[InterpretativeNote]


@kept_for_edition
def _text_of(treaty: Treaty) -> TextRecord:
    return TextRecord(
        list(treaty.articles.select_related("chapter")),
        list(Theme.objects.filter(articles__treaty=treaty).distinct()),
        texts_in_force(treaty),
        list(treaty.interpretative_notes.select_related("article", "source")),
    )


@kept_for_edition
def _article_of(treaty: Treaty, number: int) -> Mapping[str, object]:
    """Return what is recorded of one article and of its neighbours; empty where there is no such article."""
    shown = treaty.articles.select_related("chapter", "source").filter(number=number).first()
    if shown is None:
        return {}
    adopted = list(treaty.articles.filter(status=Article.Status.ADOPTED).values("number", "title"))
    return {
        "article": shown,
        "official": texts_of_article(treaty, number),
        "notes": list(shown.interpretative_notes.select_related("source")),
        "themes": list(shown.themes.all()),
        "requirements": list(shown.requirements.select_related("source")),
        "last_adopted": adopted[-1]["number"] if adopted else None,
        "previous": next((item for item in reversed(adopted) if item["number"] < number), None),
        "next": next((item for item in adopted if item["number"] > number), None),
    }


def convention(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the text's chapters and articles: all of them, those of one theme, or those in which words are found."""
    page = page_of(request, slug, selectors.extract_of)
    text = _text_of(page.treaty)
    articles, themes = text.articles, text.themes
    form = ConventionForm(
        page.query, options={"theme": [(each.slug, EnglishText(each.name)) for each in themes]}
    )
    values = form.read()
    theme = next((each for each in themes if each.slug == values["theme"]), None)
    search, order = values["q"], values["sort"]
    words = words_of(search)
    of_theme = set(theme.articles.values_list("pk", flat=True)) if theme else set()
    parts: dict[int, Part] = {}
    acts = _acts_by_article(page.view, statements_of(page.view))
    for article in articles:
        sought = f"{article.number} {article.title} {article.summary}"
        if article.chapter and (theme is None or article.pk in of_theme) and has_all_words(words, sought):
            part = parts.setdefault(article.chapter.position, Part(article.chapter))
            part.lines.append(ChapterLine(article, acts.get(article.number, [])))
    lines = [line for part in parts.values() for line in part.lines if line.statements]
    adopted = [article.number for article in articles if article.status == Article.Status.ADOPTED]
    reported = [article for article in articles if article.status == Article.Status.REPORTED]
    context = {
        "page": page,
        "adopted_by": adopted_by(page.treaty),
        "chapters": len({article.chapter_id for article in articles if article.chapter_id}),
        "parts": parts.values(),
        "order": order,
        "ranked": sorted(lines, key=lambda line: -line.statements),
        "shown": sum(len(part.lines) for part in parts.values()),
        "themes": themes,
        "theme": theme,
        "search": search,
        "plain": not theme and not search and order == "text",
        "words": words,
        "last_adopted": max(adopted, default=None),
        "reported": reported,
        "last_reported": reported[-1].number if reported else None,
        "clause": clause_of(page.treaty),
        "texts": texts_of(page.treaty),
        "official": text.official,
        "notes": text.notes,
        "treaty_acts": treaty_facts_at(page.treaty, page.view.revision)
        .filter(kind__in=TreatyFact.ACTS, taken_earliest__lte=page.view.as_of)
        .order_by("taken_earliest", "revision"),
    }
    return render(request, "dashboard/convention.html", {"current": "convention", **context})


def claims(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the claims of the press with the findings on them, and the dates that follow from a claimed limit."""
    page = page_of(request, slug, selectors.view_of)
    context = {
        "page": page,
        "claims": page.treaty.claims.select_related("source"),
        "reported": reported_closings(page.view),
        "approvals": Approvals.of(page.view),
    }
    return render(request, "dashboard/claims.html", {"current": "claims", **context})


def article(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show one article: summary, themes, requirements, and what participants have declared about it.

    Raises:
        Http404: if the treaty has no such article.
    """
    page = page_of(request, slug, selectors.extract_of)
    recorded = _article_of(page.treaty, number)
    if not recorded:
        raise Http404(gettext("The record of the text has no article %(number)s.") % {"number": number})
    context = {
        "page": page,
        "texts": texts_of(page.treaty),
        **recorded,
        **_said_about(number, page.view),
    }
    return render(request, "dashboard/article.html", {"current": "convention", **context})


def _acts_by_article(view: Extract, recorded: RecordedStatements) -> dict[int | None, list[Act]]:
    """Return by article the entries that name it."""
    acts: dict[int | None, list[Act]] = {}
    for entry in view.entries:
        if entry.provisions:
            act = act_of(entry, recorded)
            for number in dict.fromkeys(map(article_of, entry.provisions)):
                acts.setdefault(number, []).append(act)
    return acts


def _said_about(number: int, view: Extract) -> dict[str, object]:
    """Return the acts about an article: statements that stand, those that no longer do, and other entries.

    An act that changes or answers a statement is shown with the statement.
    """
    recorded = statements_of(view)
    about = [act_of(each.entry, recorded) for each in recorded.about(number)]
    shown = {act.entry.pk for act in about}
    others = [
        act
        for act in _acts_by_article(view, recorded).get(number, ())
        if act.entry.pk not in shown and not act.concerns and act.entry.pk not in recorded.by_entry
    ]
    standing = {each.entry.pk for each in recorded.about(number) if each.stands_for(number)}
    return {
        "standing": [act for act in about if act.entry.pk in standing],
        "over": [act for act in about if act.entry.pk not in standing],
        "others": others,
    }
