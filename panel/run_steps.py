"""Steps of a comparison with the depositary: compare a document, accept, trust, confirm unknown names."""

from datetime import UTC, datetime, time

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils import timezone

from panel.base import PrintedDateField, typed, user_of
from panel.row_fields import number_in
from panel.steps import StepsAdmin
from panel.treaty_choice import treaty_field
from ratification.depositary import runs
from ratification.depositary.declared_facts import draft_declared, vouch_where_agreed
from ratification.depositary.document import DocumentError
from ratification.depositary.elements import MAX_BYTES
from ratification.depositary.formats import FORMATS
from ratification.depositary.names import UnknownNamesError, confirm_name
from ratification.depositary.propose import accept
from ratification.depositary.runs import RunError
from ratification.ledger import writing as ledger
from ratification.ledger.writing import LedgerError
from ratification.models import Action, ImportRun, TreatyFact
from states.models import Participant
from treaty.models import Treaty

DRAFT = "ratification.add_action"
"""Permission to accept the proposals of a comparison; a reviewer's permission alone is not enough."""
ADD_NAME = "states.add_participantname"
_NAMED = 8  # entries that a message names
_REFUSED = 20  # refusals that are explained, each in a message of its own
_ADDRESS = 200  # characters of a file's name


class DocumentForm(forms.Form):
    """The depositary's document, its treaty, and the day on which it was retrieved."""

    treaty = treaty_field()
    file = forms.FileField(
        label="Document",
        help_text=f"At most {MAX_BYTES:,} bytes. {'; '.join(each.description for each in FORMATS)}.",
    )
    retrieved_on = PrintedDateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="What the document says, it says as of this day; today if empty.",
    )

    def clean_retrieved_on(self) -> datetime:
        """Return the moment of retrieval."""
        now, day = timezone.now(), self.cleaned_data["retrieved_on"]
        if day and day > now.date():
            raise ValidationError(f"{day} lies in the future.")
        return datetime.combine(day, time(), UTC) if day and day != now.date() else now


class RunSteps(StepsAdmin[ImportRun]):
    """Mixin of the comparisons' admin: the form for a document, and the steps accept, trust and confirm."""

    steps = ("accept", "trust", "confirm")
    refusals = (RunError, LedgerError, ValidationError)

    def get_urls(self) -> list[URLPattern]:
        """Add the form."""
        view = self.admin_site.admin_view(self.compare_view)
        return [path("compare/", view, name=self.url_name("compare")), *super().get_urls()]

    def has_step_permission(self, request: HttpRequest, step: str) -> bool:
        """Return whether the user may take a step; names are confirmed also by users who may add names."""
        may_draft = request.user.has_perm(DRAFT)
        return may_draft or (step == "confirm" and request.user.has_perm(ADD_NAME))

    def compare_view(self, request: HttpRequest) -> HttpResponse:
        """Compare an uploaded document with the record, and show the comparison."""
        if not request.user.has_perm(DRAFT):
            raise PermissionDenied
        form = DocumentForm(
            request.POST or None,
            request.FILES or None,
            initial={"treaty": Treaty.objects.filter(slug=settings.ROOT_TREATY).first()},
        )
        if request.method == "POST" and form.is_valid():
            file, at = form.cleaned_data["file"], form.cleaned_data["retrieved_on"]
            try:
                run = runs.compare_run(
                    form.cleaned_data["treaty"],
                    file.read(MAX_BYTES + 1),
                    address=file.name[:_ADDRESS],
                    retrieved_at=at,
                    now=timezone.now(),
                )
            except DocumentError as error:
                refusals = [f"The document is refused: {problem}." for problem in error.problems[:_NAMED]]
                more = len(error.problems) - _NAMED
                form.add_error("file", refusals + [f"... and {more} more."] * (more > 0))
            else:
                self.log_addition(request, run, f"Compared {run.address}.")
                if fact := vouch_where_agreed(run, now=timezone.now(), by=user_of(request)):
                    until = fact.taken.edtf
                    words = (
                        f"The record agrees. That its list is known until {until} waits for another person."
                    )
                    messages.success(request, words)
                return HttpResponseRedirect(self.page_url("change", run.pk))
        context = {"title": "Compare a document of the depositary", "form": form}
        return self.render_page(request, "admin/panel/run_compare.html", context)

    def perform_step(self, request: HttpRequest, obj: ImportRun, step: str) -> ImportRun:
        """Take the step under a lock: of two users who accept at once the second drafts nothing twice."""
        perform = {"accept": self._accept, "trust": self._trust, "confirm": self._confirm}[step]
        with transaction.atomic():
            return perform(request, user_of(request), ImportRun.objects.select_for_update().get(pk=obj.pk))

    def _accept(self, request: HttpRequest, user: User, run: ImportRun) -> ImportRun:
        picked = None
        if "all" not in request.POST:
            numbers = [number_in(text) for text in request.POST.getlist("picked")]
            picked = run.differences.filter(number__in=numbers).select_related(
                "run__treaty", "participant", "held__participant", "held__source"
            )
            if not picked and "declared" not in request.POST:
                raise RunError("Nothing was picked, so nothing was drafted.")
        accepted = accept(run, picked, author=user, now=timezone.now())
        declared = request.POST.getlist("declared")
        facts = draft_declared(run, declared, author=user, now=timezone.now()) if declared else []
        drafts: list[Action | TreatyFact] = [*accepted.drafts, *facts]
        for draft in drafts:
            self.log_addition(request, draft, f"Drafted from the comparison: {run}.")  # type: ignore[arg-type]  # Django logs any row
            if "submit" in request.POST:
                ledger.submit(draft, by=user)
        for difference, why in accepted.refused[:_REFUSED]:
            messages.error(request, f"Refused: {difference.note} {why}")
        if (more := len(accepted.refused) - _REFUSED) > 0:
            messages.error(request, f"{more} more are refused; accept them one by one to see why.")
        if drafts:
            messages.success(
                request, _drafted([str(draft) for draft in drafts], waits="submit" in request.POST)
            )
        elif not accepted.refused:
            messages.info(request, "Nothing was drafted: a draft says the same already, or the record does.")
        return run

    def _trust(self, request: HttpRequest, user: User, run: ImportRun) -> ImportRun:
        run = runs.trust(run, by=user, reason=typed(request, "reason"))
        self.log_change(request, run, f"Trusted: {run.trusted_because}")
        messages.success(request, "The document is trusted. What it says otherwise can be drafted now.")
        return run

    def _confirm(self, request: HttpRequest, user: User, run: ImportRun) -> ImportRun:
        """Record who is meant by each name that was answered, and compare the document again."""
        if run.state != ImportRun.State.STOPPED:
            raise RunError("This comparison has not stopped at a name.")
        unknown = []
        try:
            runs.alike(run)
        except UnknownNamesError as error:
            unknown = error.unknown
        confirmed: list[str] = []
        for line, _nearest in unknown:
            answer = typed(request, f"other-{line.number}") or typed(request, f"meant-{line.number}")
            if not answer.strip():
                continue
            person = Participant.objects.filter(iso3=answer.strip().upper()).first()
            if person is None:
                raise ValidationError(f"{line.name}: no participant has the code {answer}.")
            name = confirm_name(line.name, person, source=f"{run}, {run.address}; confirmed by {user}")
            self.log_addition(request, name, f"Confirmed: {line.name} is {person}.")  # type: ignore[arg-type]  # Django logs any row
            confirmed.append(f"“{line.name}” is a name of {person} from now on.")
        if unknown and not confirmed:
            raise RunError("Say who is meant by one name at least.")
        again = runs.compare_run(
            run.treaty,
            run.document.content,
            address=run.address,
            retrieved_at=run.retrieved_at,
            now=timezone.now(),
        )
        for sentence in confirmed:
            messages.success(request, sentence)
        messages.info(request, f"The document was compared again: {again.get_state_display()}.")
        return again


def _drafted(names: list[str], *, waits: bool) -> str:
    count = len(names)
    named = "; ".join(names[:_NAMED]) + ("; ..." if count > _NAMED else ".")
    what = "1 entry was drafted" if count == 1 else f"{count} entries were drafted"
    where = "They wait for review." if waits else "They are among your drafts."
    return f"{what}: {named} {where}"
