"""The list of all treaties, with a search, and the way to each."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from ratification.models import Standing
from ratification.record import reach
from ratification.record.entries import read_treaty_facts_elsewhere
from treaty.models import Treaty
from treaty.search import having_words

PAGES_OF_TREATY = ("overview", "participants", "changes")
"""The pages of a treaty to which the list can lead; the first is the usual one."""
ROWS = 50
"""Treaties on one page of the list."""


@dataclass(frozen=True, slots=True)
class TreatyLine:
    """A treaty with its numbers, as the job last computed them, and its list's last day; None where there is none."""

    treaty: Treaty
    signed_only: int | None
    contracting: int | None
    parties: int | None
    known_until: date | None


def treaties(request: HttpRequest) -> HttpResponse:
    """Show the treaties in whose title, name or reference the words of the search occur, page by page."""
    reach.note_everything()
    search = request.GET.get("q", "").strip()
    page = request.GET.get("page", "")
    found = having_words(Treaty.objects.defer("definition"), search)
    sheet = Paginator(found.order_by("short_title", "pk"), ROWS).get_page(request.GET.get("sheet"))
    shown = list(sheet)
    kinds = {name: Count("pk", filter=Q(standing=name)) for name in ("signatory", "contracting", "party")}
    rows = (
        Standing.objects.filter(treaty__in=shown)
        .values("treaty")
        .annotate(**kinds)
        .values_list("treaty", *kinds)
    )
    counts = {treaty: (signed, contracting, party) for treaty, signed, contracting, party in rows}
    facts = read_treaty_facts_elsewhere(shown)
    lines = []
    for treaty in shown:
        signed, contracting, parties = counts.get(treaty.pk, (None, None, None))
        known_until = facts[treaty.slug].known_until
        lines.append(TreatyLine(treaty, signed, contracting, parties, known_until))
    asked = {name: value for name, value in (("page", page), ("q", search)) if value}
    context = {
        "search": search,
        "lines": lines,
        "page_name": page if page in PAGES_OF_TREATY else "overview",
        "sheet": sheet,
        "sheets": [
            (number, urlencode({**asked, "sheet": str(number)}))
            for number in sheet.paginator.get_elided_page_range(sheet.number)
        ],
    }
    return render(request, "dashboard/treaties.html", context)
