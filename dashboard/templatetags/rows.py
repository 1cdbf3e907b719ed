"""Tags that write rows by Python: a template takes ten times as long for the hundreds that some pages have."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from html import escape

from django import template
from django.template.context import Context
from django.template.defaultfilters import capfirst
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from common.local_formats import whole_days
from common.markup import in_english
from common.messages import Message
from common.punctuation import bracketed, colon, comma, part_comma, semicolon
from dashboard.act_words import kind_words
from dashboard.changes import ChangeLine, ChangeSentence
from dashboard.columns import Cells
from dashboard.convention import ChapterLine
from dashboard.in_language import in_html, named_html
from dashboard.overview import DepositLine, ThresholdPlace
from dashboard.page import Page
from dashboard.participants import Choice
from dashboard.rows import addresses, linked_names, options
from dashboard.search import marked
from dashboard.table import ParticipantRow
from dashboard.templatetags.tracker import format_days, underscores
from dashboard.workbench import ArticleColumn, StatementRow
from dashboard.world import RegionCount
from ratification.models import Action
from ratification.record.selectors import Extract
from ratification.status.day_text import html_of, html_writer
from states.models import Participant
from states.naming import html_namer
from states.regions import region_words
from treaty.clauses import ActionKind
from treaty.models import Requirement

register = template.Library()


def _joined(rows: Iterable[str]) -> SafeString:
    return mark_safe("".join(rows))  # noqa: S308 - the rows are escaped where they are written


@register.simple_tag(takes_context=True)
def change_lines(context: Context, lines: Iterable[ChangeLine], began: datetime | None) -> SafeString:
    """Return the changes of a month as lines of a list, by their sentences; a line of many opens.

    Args:
        context: the page's.
        lines: the lines of the month.
        began: when the first change was recorded; what was recorded on a later day says so.
    """
    page: Page[Extract] = context["page"]

    def rows(line: ChangeLine) -> str:
        return "".join(
            f'<li id="change-{each.change.number}"><span class="when">{html_of(each.when)}</span> <span\n'
            f'  class="what">{_sentence(each.sentence)}{_remarks(page, each, began)}</span></li>\n'
            for each in sorted(line.sentences, key=lambda each: each.sentence)
        )

    return _joined(
        f'<li><span class="when">{html_of(line.when)}</span>\n'
        f'      <details class="what"><summary>{_sentence(line.sentence)}</summary>\n'
        f'      <ul class="dates">{rows(line)}</ul></details></li>\n      '
        if len(line.sentences) > 1
        else rows(line)
        for line in lines
    )


def _sentence(words: str) -> str:
    return escape(whole_days(capfirst(words)))


def _remarks(page: Page[Extract], each: ChangeSentence, began: datetime | None) -> str:
    """Return when a change was recorded, where that was later, and since when the record says otherwise."""
    found, day = "", each.change.recorded_at.date()
    if began and day > began.date():
        words = SafeString(gettext('recorded %(day)s, <a href="%(address)s">revision %(revision)s</a>'))
        number = each.change.revision
        values = {
            "day": html_of(day),
            "address": page.address("overview", revision=number),
            "revision": number,
        }
        found += f"\n  <small>{in_html(words, values)}</small>"
    if each.otherwise_since:
        words = SafeString(
            gettext('no longer so in the record since <a href="%(otherwise)s">revision %(revision)s</a>')
        )
        number = each.otherwise_since
        values = {"otherwise": page.address("overview", revision=number), "revision": number}
        found += f"\n  <small>{in_html(words, values)}</small>"
    return found


@register.simple_tag(takes_context=True)
def article_rows(
    context: Context, lines: Iterable[ChapterLine], words: list[str], *, plain: bool
) -> SafeString:
    """Return articles as lines of a list, with the words that were searched for marked.

    `plain` is the whole text in its order, where the acts about an article stand on the article's own page.
    """
    page: Page[Extract] = context["page"]
    address = addresses(page, "article", "number")
    unchecked = gettext("Summary, not checked against the text")
    return _joined(
        _article_row(page, line, words, address(line.article.number), unchecked, plain=plain)
        for line in lines
    )


def _article_row(
    page: Page[Extract], line: ChapterLine, words: list[str], address: str, unchecked: str, *, plain: bool
) -> str:
    article, folded, said, tag = line.article, "", "", ""
    title, summary = (in_english(marked(text, words)) for text in (article.title, article.summary))
    if not article.summary_is_checked:
        opened = " open" if words else ""
        folded = f'<details class="unchecked"{opened}>\n    <summary>{unchecked}</summary><p>{summary}</p></details>'
        summary = ""
    if line.statements:
        number = ngettext("%(number)s statement", "%(number)s statements", line.statements)
        tag = f'\n    <span class="tag statements">{number % {"number": line.statements}}</span>'
    if line.acts and not plain:
        said = f'<ul class="said">{_said(page, line)}</ul>'
    return (
        f'<li>\n  <a href="{escape(address)}"><span class="number">{article.number}</span> <span>{title}</span></a>\n'
        f"  {folded}\n  <p>{summary}{tag}</p>\n  {said}</li>\n"
    )


def _said(page: Page[Extract], line: ChapterLine) -> str:
    """Return the acts about an article."""
    name, address, comma_ = html_namer(), addresses(page, "participant"), part_comma()

    def words(entry: Action) -> str:
        act = kind_words(ActionKind(entry.kind))
        summary = colon() + conditional_escape(in_english(entry.summary)) if entry.summary else ""
        return (
            f'<a href="{escape(address(entry.participant.iso3))}#entry-{entry.revision}">{name(entry.participant)}</a'
            f"\n      >{comma_}{html_of(entry.taken)}{comma_}{escape(act)}{summary}"
        )

    return "".join(f"\n    <li>{words(act.entry)}</li>\n    " for act in line.acts)


@register.simple_tag
def threshold_places(places: Iterable[ThresholdPlace]) -> SafeString:
    """Return the places to be filled by instruments, as small boxes."""
    name, needed = html_namer(), " " + gettext("still needed")
    return _joined(
        f"\n    <li{_filled(place.consent)}>{place.number}<span\n"
        f'      class="for-readers">{_who(place.consent, name(place.consent.participant)) if place.consent else needed}'
        "</span></li>\n      "
        for place in places
    )


def _filled(consent: DepositLine | None) -> str:
    if consent is None:
        return ""
    return f'\n      class="{"taken" if consent.entry.counted else "maybe"}"'


def _who(consent: DepositLine, name: str) -> str:
    if consent.entry.counted:
        return f"\n      {name}"
    return " " + gettext("%(name)s, date uncertain") % {"name": name}


@register.simple_tag(takes_context=True)
def place_holders(context: Context, places: Iterable[ThresholdPlace]) -> SafeString:
    """Return whose instruments fill the places: who, by which act, on which day."""
    linked, uncertain = linked_names(context["page"]), comma() + gettext("may count: its date is uncertain")
    return _joined(
        f"\n    <li>{linked(consent.participant)}\n"
        f"      <small>{escape(kind_words(consent.entry.kind))} {html_of(consent.entry.deposited)}"
        f"{'' if consent.entry.counted else uncertain}</small></li>"
        for consent in (place.consent for place in places)
        if consent
    )


@register.simple_tag(takes_context=True)
def deposit_reasons(context: Context, deposits: Iterable[DepositLine]) -> SafeString:
    """Return each deposit with the reason for which it counts or does not."""
    linked, between, written = linked_names(context["page"]), colon(), html_writer()

    def words(reason: str) -> str:
        return written(reason) if isinstance(reason, Message) else conditional_escape(format_days(reason))

    return _joined(
        f"<li>{linked(each.participant)}{between}{words(each.entry.reason)}</li>\n        "
        for each in deposits
    )


@register.simple_tag(takes_context=True)
def region_rows(context: Context, regions: Iterable[RegionCount]) -> SafeString:
    """Return the States of each region, with how many of them have signed and consented, as rows of a table."""
    page: Page[Extract] = context["page"]
    words = gettext('%(region)s<span class="for-readers">: States</span>')

    def row(each: RegionCount) -> str:
        counts = (each.signed, each.consented, each.states)
        return (
            f'<tr><th scope="row"><a href="{escape(page.address("participants", region=each.name))}">'
            f"{words % {'region': escape(region_words(each.name))}}</a></th>\n        "
            + "".join(f'<td class="figure">{count}</td>' for count in counts)
            + "</tr>\n        "
        )

    return _joined(map(row, regions))


@register.simple_tag(takes_context=True)
def participant_rows(context: Context, rows: Iterable[ParticipantRow], cells: Cells) -> SafeString:
    """Return the rows of the participants' table: who, with the cells of the columns that are shown."""
    name, place = html_namer(), "~code~"  # in which nothing is escaped
    before, after = escape(addresses(context["page"], "participant")(place)).split(place)
    return _joined(
        f'\n  <tr id="row-{row.participant.iso3}"><th scope="row"><a\n'
        f'    href="{before}{row.participant.iso3}{after}">{name(row.participant)}</a></th>\n'
        f"    {cells.of(row)}</tr>\n  "
        for row in rows
    )


@register.simple_tag
def name_boxes(people: Iterable[Participant], chosen: Collection[str]) -> SafeString:
    """Return a box to tick for each of many participants; those chosen are ticked."""
    name = html_namer()
    return _joined(
        f'<label><input type="checkbox" name="who"\n            value="{person.iso3}"'
        f"{' checked' if person.iso3 in chosen else ''}> {name(person)}</label>"
        for person in people
    )


@register.simple_tag
def counted_options(choices: Sequence[Choice]) -> SafeString:
    """Return the options of a filter, each with the number of rows that it leaves."""
    return options(
        [(each.value, each.label) for each in choices],
        {each.value for each in choices if each.chosen},
        after="</option>\n    ",
        remarks={each.value: bracketed(each.count) for each in choices},
    )


@register.simple_tag(takes_context=True)
def matrix_rows(context: Context, rows: Iterable[StatementRow]) -> SafeString:
    """Return the rows of the matrix of statements: a participant, and its statements under each article."""
    linked, address = linked_names(context["page"]), addresses(context["page"], "statement", "number")
    return _joined(
        f'<tr><th scope="row">{linked(row.participant)}</th>\n          '
        + "".join(
            "<td>"
            + "".join(
                f'<a href="{escape(address(mark.number))}"\n          title="{escape(mark.words)}">'
                f"{f'<s>{mark.sign}</s>' if mark.over else mark.sign}</a> "
                for mark in cell.marks
            )
            + f"{'–' if cell.missing else ''}</td>"
            for cell in row.cells
        )
        + "</tr>\n        "
        for row in rows
    )


@register.simple_tag(takes_context=True)
def matrix_headings(context: Context, columns: Sequence[ArticleColumn]) -> SafeString:
    """Return the headings of the matrix of statements: the articles, and what they permit or ask for."""
    address, whole = addresses(context["page"], "article", "number"), gettext("all")

    def words(column: ArticleColumn) -> str:
        if not column.number:
            return f'<abbr\n          title="{escape(column.title)}">{whole}</abbr>'
        title = semicolon().join([column.title, *(underscores(each.kind) for each in column.requirements)])
        return (
            f'<a href="{escape(address(column.number))}"\n'
            f'          title="{escape(title)}">{column.number}</a>'
        )

    return _joined(f'<th\n          scope="col">{words(column)}</th>' for column in columns)


@register.simple_tag(takes_context=True)
def provided_rows(context: Context, requirements: Iterable[Requirement]) -> SafeString:
    """Return the provisions that permit or ask for a statement, each with its occasion, on a line of its own."""
    address, article = addresses(context["page"], "article", "number"), gettext("article %(number)s")
    unchecked = "\n        <small>" + gettext("(not checked against the text)") + "</small>"

    def words(each: Requirement) -> str:
        number = each.article.number if each.article else ""
        occasion = f" <small>{conditional_escape(named_html(each.occasion))}</small>" if each.occasion else ""
        return (
            f'<a href="{escape(address(number))}">{article % {"number": escape(each.provision)}}</a>{occasion}'
            f"{'' if each.is_checked else unchecked}"
        )

    return mark_safe("<br>".join(map(words, requirements)))  # noqa: S308 - escaped there
