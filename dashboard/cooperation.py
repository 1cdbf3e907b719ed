"""Cooperation pages: the participants that share a treaty in force with one, and the treaties that a pair shares."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from dashboard.page import Page, page_of
from dashboard.rows import linked_names
from ratification.readiness import cooperation
from ratification.readiness.cooperation import Partner
from ratification.record import selectors
from ratification.record.selectors import View
from ratification.record.statements import permitting
from ratification.rules.facts import ORGANIZATIONS
from ratification.rules.pairs import Shared
from ratification.rules.statements.effects import effect_sentence
from ratification.status.day_text import html_of, translated
from states.models import Participant
from states.naming import name_of
from treaty.models import Treaty


def partners(request: HttpRequest, slug: str, iso3: str) -> HttpResponse:
    """Show with whom a participant shares which of the treaties, and since when."""
    page = page_of(request, slug, selectors.view_of)
    person = _participant(page, iso3)
    bases = cooperation.cooperation_treaties(page.view)
    found = cooperation.partners_of(iso3, bases, page.view.directory)
    context = {
        "page": page,
        "participant": person,
        "bases": [
            (basis, sum(bool(partner.shared[number]) for partner in found))
            for number, basis in enumerate(bases)
        ],
        "partners": found,
        "rows": _rows(found, [basis.treaty for basis in bases], person, page),
        "by_organization": person.kind in ORGANIZATIONS,
    }
    return render(request, "dashboard/partners.html", {"current": "participants", **context})


def _rows(
    found: Sequence[Partner], treaties: Sequence[Treaty], person: Participant, page: Page[View]
) -> SafeString:
    """Write a row for each partner: since when each treaty is shared with it."""
    link = linked_names(page, "pair", "other", iso3=person.iso3)
    openings = [format_html('\n        <td class="num" data-label="{}">', treaty) for treaty in treaties]
    open_date = '\n        <span class="tag open" title="{}">{}</span>'
    uncertain = format_html(open_date, gettext("A date is open"), gettext("uncertain"))
    ending = "</td>\n        "

    def cell(opening: str, shared: Shared | None) -> str:
        if shared is None:
            return f"{opening}{html_of(None)}{ending}"
        return f"{opening}{html_of(shared.since)}{'' if shared.certain else uncertain}{ending}"

    rows = (
        f"""
    <tr>
      <th scope="row">{link(partner.participant)}</th>
      {"".join(map(cell, openings, partner.shared))}
    </tr>
    """
        for partner in found
    )
    return mark_safe("".join(rows))  # noqa: S308 - tags, and what is escaped


def pair(request: HttpRequest, slug: str, iso3: str, other: str) -> HttpResponse:
    """Show what two participants share under each of the treaties."""
    page = page_of(request, slug, selectors.view_of)
    people = (_participant(page, iso3), _participant(page, other))
    if iso3 == other:
        raise Http404(gettext("A participant makes no pair with itself."))
    ties = list(cooperation.ties_of(iso3, other, cooperation.cooperation_treaties(page.view)))
    permits = permitting(tie.basis.treaty for tie in ties if tie.effects)
    names = {person.iso3: name_of(person) for person in people}
    context = {
        "page": page,
        "people": people,
        "ties": [
            (
                tie,
                [
                    translated(
                        effect_sentence(
                            effect,
                            names[effect.maker],
                            names[effect.other],
                            permits[tie.basis.treaty.slug],
                        )
                    )
                    for effect in tie.effects
                ],
            )
            for tie in ties
        ],
        "by_organization": any(person.kind in ORGANIZATIONS for person in people),
    }
    return render(request, "dashboard/pair.html", {"current": "participants", **context})


def _participant(page: Page[View], iso3: str) -> Participant:
    person = page.view.directory.participants.get(iso3)
    if person is None:
        raise Http404(gettext("No participant has the code %(code)s.") % {"code": iso3})
    return person
