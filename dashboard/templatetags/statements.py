"""Template tags and filters for statements and the acts that concern them."""

from collections.abc import Sequence

from django import template
from django.template.context import Context
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext

from dashboard.statement_words import Act, ConcernedAct
from dashboard.templatetags.tracker import kind_label, link
from ratification.models import Action
from ratification.rules.statements import ProvisionState
from ratification.rules.statements.provisions import words_of
from ratification.status import day_text as days
from ratification.status.day_text import translated
from states.naming import name_of
from treaty.clauses import ActionKind

register = template.Library()


@register.simple_tag(takes_context=True)
def concerned(context: Context, act: Act) -> SafeString:
    """Return what an act is about: the statement, linked, its provisions, and whether an objection precludes more."""
    assert act.concerns is not None  # noqa: S101 - the page asks for it alone
    entry, target = act.entry, act.concerns.entry
    kind, taken = kind_label(target.kind), days.html_of(target.taken)
    if target.participant_id == entry.participant_id:
        words = format_html(gettext("{kind} of {day}"), kind=kind, day=taken)
    else:
        words = format_html(
            gettext("{kind} of {name} of {day}"), kind=kind, name=name_of(target.participant), day=taken
        )
    told = format_html('<a href="{}">{}</a>', link(context, "statement", number=target.revision), words)
    if target.provisions:
        told = format_html(
            gettext("{statement} on {provisions}"),
            statement=told,
            provisions=provision_words(target.provisions),
        )
    if entry.kind == ActionKind.OBJECTION:
        told = format_html(pgettext("objection", "to the {statement}"), statement=told)
    elif entry.kind == ActionKind.NOTIFICATION:
        told = format_html(pgettext("notification", "in place of the {statement}"), statement=told)
    elif entry.kind == ActionKind.COMMUNICATION:
        told = format_html(pgettext("communication", "on the {statement}"), statement=told)
    else:
        told = format_html(
            pgettext("confirmation, change or withdrawal", "of the {statement}"), statement=told
        )
    if entry.precludes is None:
        return told
    if entry.precludes:
        return format_html(gettext("{act}; it precludes entry into force between the two"), act=told)
    return format_html(gettext("{act}; it does not preclude entry into force between the two"), act=told)


@register.simple_tag(takes_context=True)
def about(context: Context, act: Act) -> SafeString:
    """Return the act that another answers, which is no statement: an accession, say."""
    assert act.about is not None  # noqa: S101 - the page asks for it alone
    place = link(context, "participant", iso3=act.about.participant.iso3)
    words = (
        pgettext("objection", "to the {kind} of {name}, {day}")
        if act.entry.kind == ActionKind.OBJECTION
        else pgettext("communication", "on the {kind} of {name}, {day}")
    )
    linked = format_html('<a href="{}">{}</a>', place, name_of(act.about.participant))
    return format_html(words, kind=kind_label(act.about.kind), name=linked, day=days.html_of(act.about.taken))


@register.simple_tag(takes_context=True)
def answering(context: Context, act: ConcernedAct, to: Action) -> SafeString:
    """Return an act that concerns a statement: its kind, its maker where that is another, and what it names."""
    entry = act.entry
    told: str = kind_label(entry.kind)
    if act.is_statement:
        told = format_html('<a href="{}">{}</a>', link(context, "statement", number=entry.revision), told)
    if entry.participant_id != to.participant_id:
        told = format_html(gettext("{kind} of {name}"), kind=told, name=name_of(entry.participant))
    if act.about:
        told = format_html(gettext("{statement} on {provisions}"), statement=told, provisions=act.about)
    if entry.precludes is None:
        return format_html("{}", told)
    if entry.precludes:
        return format_html(gettext("{act}, which precludes entry into force between the two"), act=told)
    return format_html(gettext("{act}, which does not preclude entry into force between the two"), act=told)


@register.simple_tag(takes_context=True)
def linked_provisions(context: Context, act: Act) -> SafeString:
    """Return the provisions that an act names in words, each with a link to its article: `articles 14 and 16`."""
    if len(act.provisions) == 1 and act.provisions[0].article:
        (only,) = act.provisions
        return format_html(
            '<a href="{}">{}</a>', link(context, "article", number=only.article), provision_words([only.text])
        )
    linked = [
        format_html('<a href="{}">{}</a>', link(context, "article", number=each.article), each.text)
        if each.article
        else conditional_escape(each.text)
        for each in act.provisions
    ]
    return mark_safe(provision_words(linked))  # noqa: S308 - made of links and escaped texts


@register.filter
def provision_words(provisions: Sequence[str]) -> str:
    """Return provisions in words: `articles 14 and 16`."""
    return translated(words_of(provisions))


@register.filter
def state_class(state: ProvisionState) -> str:
    """Return the class of the tag for a state: what waits is marked as what is open is."""
    if not state.stands:
        return "withdrawn"
    return "state" if state.has_effect else "open"
