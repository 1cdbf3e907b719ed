"""Readiness: the matrix of participants and measures, and a page for each measure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from common.messages import Text
from dashboard.forms import OptionField, PageForm
from dashboard.page import Page, page_of
from dashboard.rows import linked_names
from ratification.readiness.stages import Found, Readiness, readiness_of
from ratification.record.selectors import CAN_JOIN
from states.known_names import known_name
from states.models import Participant
from states.naming import by_name
from treaty.models import Measure

Stage = Measure.Stage
LATELY = 8
"""Number of the latest moves shown."""
# What a cell of the matrix says; the key beside the matrix explains it.
SYMBOLS = {
    Stage.SIGNED: "Si",
    Stage.BEFORE_PARLIAMENT: "Bp",
    Stage.APPROVED_AT_HOME: "Da",
    Stage.DEPOSITED: "De",
    Stage.UNDER_PREPARATION: "Up",
    Stage.DRAFT_BEFORE_PARLIAMENT: "Dr",
    Stage.IN_FORCE: "Fo",
    Stage.ALREADY_COVERED: "Co",
    Stage.DESIGNATED: "Ds",
    Stage.NOTIFIED: "No",
    Stage.IN_PLACE: "In",
    Stage.ASKED: "As",
    Stage.OFFERED: "Of",
    Stage.ASKED_AND_OFFERED: "Ao",
}


@dataclass(frozen=True, slots=True)
class ThemeColumn:
    """A theme with those of its measures that are shown."""

    label: Text
    measures: list[Measure]


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of a measure, and who stands at it."""

    label: Text
    found: list[Found]


class ReadinessForm(PageForm):
    """Filters of the matrix, read from the address."""

    theme = OptionField(gettext_lazy("Theme"), gettext_lazy("all themes"), Measure.Theme.choices)
    group = OptionField(gettext_lazy("Member of"), pgettext_lazy("group", "any"))
    un_group = OptionField(
        gettext_lazy("Regional group"), gettext_lazy("all groups"), Participant.UNGroup.choices
    )


def readiness(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who stands where, as a matrix that the address filters."""
    page = page_of(request, slug, readiness_of)
    view = page.view
    groups = [(each.slug, known_name(each.name)) for each in view.directory.groups.values()]
    form = ReadinessForm(page.query, options={"group": groups})
    theme, group, un_group = form.read().values()
    measures = [measure for measure in view.measures if not theme or measure.theme == theme]
    people = [person for person in _able(view) if not un_group or person.un_group == un_group]
    if group:
        held = {
            each.iso3 for each in view.directory.memberships if each.group == group and each.on(view.as_of)
        }
        people = [person for person in people if person.iso3 in held]
    shown = {measure.slug for measure in measures}
    assistance = [
        (measure, _steps(view, measure))
        for measure in view.measures
        if measure.theme == Measure.Theme.ASSISTANCE
    ]
    used = {each.stage for each in view.now().values() if each.measure.slug in shown}
    context = {
        "page": page,
        "rows": _rows(people, measures, page),
        "participants": len(people),
        "themes": _themes(measures),
        "measures": len(measures),
        "key": [(sign, stage.label) for stage, sign in SYMBOLS.items() if stage in used],
        "form": form,
        "roads": [
            (measure, _steps(view, measure))
            for measure in view.measures
            if measure.theme == Measure.Theme.RATIFICATION
        ],
        "lately": list(reversed(view.found))[:LATELY],
        "assistance": assistance,
        "is_assisted": any(step.found for _, steps in assistance for step in steps),
    }
    return render(request, "dashboard/readiness.html", {"current": "readiness", **context})


def measure(request: HttpRequest, slug: str, measure: str) -> HttpResponse:
    """Show one measure: its definition, and each participant's stage with its source."""
    page = page_of(request, slug, readiness_of)
    found = next((each for each in page.view.measures if each.slug == measure), None)
    if found is None:
        raise Http404(gettext("No measure is called %(name)s.") % {"name": measure})
    steps = _steps(page.view, found)
    known = {each.participant.iso3 for step in steps for each in step.found}
    context = {
        "page": page,
        "measure": found,
        "steps": steps,
        "silent": [person for person in _able(page.view) if person.iso3 not in known],
    }
    return render(request, "dashboard/measure.html", {"current": "readiness", **context})


def of_participant(page: Page[Readiness], iso3: str) -> list[tuple[Found, bool]]:
    """Return one participant's reports by measure, and whether the last confirmation is over a year old."""
    own = [each for (code, _), each in page.view.now().items() if code == iso3]
    own.sort(key=lambda each: each.measure.position)
    return [(each, each.is_old(page.view.as_of)) for each in own]


def _able(view: Readiness) -> list[Participant]:
    """Give everybody who can act, and everybody of whom something is known."""
    known = {iso3 for iso3, _ in view.now()}
    return [
        person
        for person in by_name(view.directory.participants.values())
        if person.kind in CAN_JOIN or person.iso3 in known
    ]


def _rows(people: Iterable[Participant], measures: Sequence[Measure], page: Page[Readiness]) -> SafeString:
    """Write the rows of the matrix: each participant with a cell for each measure."""
    cells: dict[str, dict[str, str]] = {}
    for (iso3, slug), found in page.view.now().items():
        cells.setdefault(iso3, {})[slug] = _cell(found)
    link, slugs = linked_names(page), [measure.slug for measure in measures]
    empty = "<td></td>"
    nothing = empty * len(slugs)  # of most participants nothing is known

    def written(own: Mapping[str, str] | None) -> str:
        return "".join(own.get(slug, empty) for slug in slugs) if own else nothing

    rows = (
        f"""<tr>
          <th scope="row">{link(person)}</th>
          {written(cells.get(person.iso3))}</tr>
        """
        for person in people
    )
    return mark_safe("".join(rows))  # noqa: S308 - tags, and what is escaped


def _cell(found: Found) -> str:
    """Write what the matrix says of a participant and a measure; the class tells the first stage and the last."""
    last = found.rank == len(found.measure.stages) - 1
    far = 3 if last else 1 if found.rank == 0 else 2
    return format_html(
        '<td class="f{}"><abbr\n          title="{}">{}</abbr></td>',
        far,
        found.stage.label,
        SYMBOLS[found.stage],
    )


def _themes(measures: Iterable[Measure]) -> list[ThemeColumn]:
    themes: dict[str, ThemeColumn] = {}
    for each in measures:
        if each.theme not in themes:
            themes[each.theme] = ThemeColumn(Measure.Theme(each.theme).label, [])
        themes[each.theme].measures.append(each)
    return list(themes.values())


def _steps(view: Readiness, measure: Measure) -> list[Step]:
    return [Step(stage.label, found) for stage, found in view.of_measure(measure).items()]
