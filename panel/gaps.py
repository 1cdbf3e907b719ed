"""What is missing and what is old: participants of whom nothing is known on a measure, or nothing new for a year."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from ratification.readiness.stages import Found, Readiness, readiness_of
from ratification.rules.outcome import StandingKind
from states.models import Participant
from treaty.models import Measure, Treaty

if TYPE_CHECKING:
    from panel.entry_admin import EntryAdmin

BOUND = "bound"
_WHO = {
    "signed": {StandingKind.SIGNATORY, StandingKind.CONTRACTING, StandingKind.PARTY},
    BOUND: {StandingKind.CONTRACTING, StandingKind.PARTY},
}


@dataclass(frozen=True, slots=True)
class Gap:
    """A measure, of whom of those asked about nothing is known, and whose stage nobody has confirmed for a year."""

    measure: Measure
    missing: list[Participant]
    old: list[Found]


class GapForm(forms.Form):
    """Which measures, and of whom they are expected."""

    treaty = forms.ModelChoiceField(
        Treaty.objects.filter(measures__isnull=False).distinct(), to_field_name="slug"
    )
    theme = forms.ChoiceField(choices=Measure.Theme.choices)
    who = forms.ChoiceField(
        label="Expected of",
        choices=[("signed", "who has signed or is bound"), (BOUND, "who is bound (contracting or party)")],
    )


def gaps(admin: "EntryAdmin", request: HttpRequest) -> HttpResponse:
    """Show for each measure of a theme what is missing and what is old, each a step from the form."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    first = {"treaty": "hanoi", "theme": Measure.Theme.AUTHORITIES.value, "who": "signed"}
    form = GapForm({**first, **{name: value for name, value in request.GET.items() if name in first}})
    found: list[Gap] = []
    if form.is_valid():
        asked = form.cleaned_data
        said = readiness_of(asked["treaty"], today=timezone.now().date())
        found = gaps_of(said, asked["theme"], asked["who"])
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": "What is missing, and what is old",
        "form": form,
        "gaps": found,
        "may_add": admin.has_add_permission(request),
        "media": admin.media,
    }
    return TemplateResponse(request, "admin/ratification/report/gaps.html", context)


def gaps_of(said: Readiness, theme: str, who: str) -> list[Gap]:
    """Return the gaps of a theme's measures among those that have signed (`signed`) or are bound (`bound`)."""
    standing = {each.participant for each in said.outcome.standings if each.kind in _WHO[who]}
    expected = [person for iso3, person in said.everybody.participants.items() if iso3 in standing]
    now = said.now()
    found = []
    for measure in said.measures:
        if measure.theme != theme:
            continue
        known = {person.iso3: now.get((person.iso3, measure.slug)) for person in expected}
        found.append(
            Gap(
                measure,
                [person for person in expected if known[person.iso3] is None],
                [each for each in known.values() if each is not None and each.is_old(said.as_of)],
            )
        )
    return found
