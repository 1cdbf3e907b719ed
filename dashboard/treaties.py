"""The list of all treaties, with a search, and the way to each."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_lazy

from dashboard.forms import OptionField, PageForm
from ratification.models import Standing
from ratification.record import reach
from ratification.record.clocks import CLOCKS
from ratification.record.entries import read_treaty_facts_elsewhere
from treaty.models import Treaty
from treaty.search import having_words

PAGES_OF_TREATY = ("overview", "participants", "changes")
"""The pages of a treaty to which the list can lead; the first is the usual one."""
ROWS = 50
"""Treaties on one page of the list."""


class TreatiesForm(PageForm):
    """The page of a treaty to which the list leads, and the sheet of the list."""

    page = OptionField(
        gettext_lazy("Page"), options=[(name, name) for name in PAGES_OF_TREATY], initial=PAGES_OF_TREATY[0]
    )
    sheet = OptionField(gettext_lazy("Sheet"), initial="1")


@dataclass(frozen=True, slots=True)
class TreatyLine:
    """A treaty with its numbers, as the job last computed them, and its list's last day; None where there is none."""

    treaty: Treaty
    signed_only: int | None
    contracting: int | None
    parties: int | None
    known_until: date | None


def treaties(request: HttpRequest) -> HttpResponse:
    """Show the treaties in whose title, name or reference the words of the search occur, page by page.

    Raises:
        BadRequest: for a clock, since the numbers are those of today, and for a sheet that the list has not.
    """
    reach.note_everything()
    if clock := next((name for name in CLOCKS if request.GET.get(name)), None):
        raise BadRequest(
            gettext("This list takes no %(parameter)s: it shows each treaty as it stands today.")
            % {"parameter": clock}
        )
    search = request.GET.get("q", "").strip()
    paginator = Paginator(
        having_words(Treaty.objects.defer("definition"), search).order_by("short_title", "pk"), ROWS
    )
    form = TreatiesForm(
        dict(request.GET.lists()),
        options={"sheet": [(str(number), str(number)) for number in paginator.page_range]},
    )
    values = form.read()
    page, sheet = values["page"], paginator.page(values["sheet"])
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
    asked = {name: value for name, value in (("page", page), ("q", search)) if value and value != "overview"}
    context = {
        "search": search,
        "lines": lines,
        "page_name": page,
        "sheet": sheet,
        "sheets": [
            (number, urlencode({**asked, "sheet": str(number)}))
            for number in sheet.paginator.get_elided_page_range(sheet.number)
        ],
    }
    return render(request, "dashboard/treaties.html", context)
