"""The comparison page: the treaty beside others at the same age, and two participants beside each other."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy, pgettext_lazy

from dashboard.charts import figure_of
from dashboard.forms import OptionField, PageForm
from dashboard.page import page_of
from ratification.record import selectors
from ratification.record.selectors import CAN_JOIN
from states.naming import by_name, name_of
from treaty.models import Treaty


class PairForm(PageForm):
    """The participants that the address compares."""

    one = OptionField(gettext_lazy("State or organization"), pgettext_lazy("a participant", "choose"))
    other = OptionField(
        pgettext_lazy("between two participants", "and"), pgettext_lazy("participants", "all others")
    )


def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the comparison, or lead to that of one or two participants."""
    page = page_of(request, slug, selectors.view_of)
    people = [
        (person.iso3, name_of(person))
        for person in by_name(page.view.directory.participants.values())
        if person.kind in CAN_JOIN
    ]
    form = PairForm(page.query, options={"one": people, "other": people})
    one, other = form.read().values()
    if one and other and one != other:
        return redirect(page.address("pair", iso3=one, other=other))
    if one:
        return redirect(page.address("partners", iso3=one))
    context = {
        "page": page,
        "form": form,
        "figure": figure_of(page.view, "same-age"),
        "others": Treaty.objects.exclude(pk=page.treaty.pk).defer("definition").order_by("short_title")[:12],
    }
    return render(request, "dashboard/compare.html", {"current": "compare", **context})
