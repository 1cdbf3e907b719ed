"""Page of missing and old reports: participants without a report on a measure, or without a new one for a year."""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from panel.base import PanelAdmin
from ratification.models import Report
from ratification.readiness.stages import Found, Readiness, readiness_of
from ratification.rules.outcome import StandingKind
from states.models import Participant
from treaty.models import Measure, Treaty

BOUND = "bound"
_EXPECTED_OF = {
    "signed": {StandingKind.SIGNATORY, StandingKind.CONTRACTING, StandingKind.PARTY},
    BOUND: {StandingKind.CONTRACTING, StandingKind.PARTY},
}


@dataclass(frozen=True, slots=True)
class ReportGap:
    """A measure, with the participants that have no report and those whose last report is over a year old."""

    measure: Measure
    missing: list[Participant]
    old: list[Found]


class GapForm(forms.Form):
    """The measures, and the participants from which reports are expected."""

    treaty = forms.ModelChoiceField(
        Treaty.objects.filter(measures__isnull=False).distinct(), to_field_name="slug"
    )
    theme = forms.ChoiceField(choices=Measure.Theme.choices)
    who = forms.ChoiceField(
        label="Expected of",
        choices=[("signed", "who has signed or is bound"), (BOUND, "who is bound (contracting or party)")],
    )


class GapsPage(PanelAdmin[Report]):
    """Mixin of the reports' admin: the page of missing and old reports."""

    def get_urls(self) -> list[URLPattern]:
        """Add the page."""
        view = self.admin_site.admin_view(require_safe(self.gaps_view))
        return [path("gaps/", view, name=self.url_name("gaps")), *super().get_urls()]

    def gaps_view(self, request: HttpRequest) -> HttpResponse:
        """Show for each measure of a theme the missing and the old reports, each with a link to the form."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        defaults = {"treaty": settings.ROOT_TREATY, "theme": Measure.Theme.AUTHORITIES.value, "who": "signed"}
        chosen = {name: value for name, value in request.GET.items() if name in defaults}
        form = GapForm({**defaults, **chosen})
        found: list[ReportGap] = []
        if form.is_valid():
            treaty = form.cleaned_data["treaty"]
            readiness = readiness_of(treaty, today=treaty.legal_day(timezone.now()))
            found = gaps_of(readiness, form.cleaned_data["theme"], form.cleaned_data["who"])
        context = {
            "title": "What is missing, and what is old",
            "form": form,
            "gaps": found,
            "may_add": self.has_add_permission(request),
        }
        return self.render_page(request, "admin/ratification/report/gaps.html", context)


def gaps_of(readiness: Readiness, theme: str, who: str) -> list[ReportGap]:
    """Return the gaps of a theme's measures among those that have signed (`signed`) or are bound (`bound`)."""
    standing = {each.participant for each in readiness.outcome.standings if each.kind in _EXPECTED_OF[who]}
    expected = [person for iso3, person in readiness.directory.participants.items() if iso3 in standing]
    stages = readiness.now()
    found = []
    for measure in readiness.measures:
        if measure.theme != theme:
            continue
        known = {person.iso3: stages.get((person.iso3, measure.slug)) for person in expected}
        found.append(
            ReportGap(
                measure,
                [person for person in expected if known[person.iso3] is None],
                [each for each in known.values() if each is not None and each.is_old(readiness.as_of)],
            )
        )
    return found
