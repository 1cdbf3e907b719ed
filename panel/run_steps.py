"""The steps that a person may take with a comparison: accept, trust, say who is meant by a name, compare a document."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from ratification.depositary import runs
from ratification.depositary.document import DocumentError
from ratification.depositary.names import UnknownNamesError, confirm_name
from ratification.depositary.parse import MAX_BYTES
from ratification.depositary.propose import accept
from ratification.depositary.runs import RunError
from ratification.ledger import writing as ledger
from ratification.models import ImportRun
from states.models import Participant
from treaty.models import Treaty

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

    from panel.states import PlainAdmin

DRAFT = "ratification.add_action"
"""Whoever may draft entries may accept what a comparison proposes; a reviewer's permission alone is not enough."""
ADD_NAME = "states.add_participantname"
_NAMED = 8  # as many are named in a message
_REFUSED = 20  # as many refusals are explained, each in a message of its own
_ADDRESS = 200  # characters of a file's name


class DocumentForm(forms.Form):
    """The depositary's document, the treaty that it is about, and the day of which it speaks."""

    treaty = forms.ModelChoiceField(Treaty.objects.all())
    file = forms.FileField(
        label="Document", help_text=f"The depositary's status document (XML), at most {MAX_BYTES:,} bytes."
    )
    retrieved_on = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="What the document says, it says as of this day; today if empty.",
    )

    def clean_retrieved_on(self) -> datetime:
        """Return the moment of which the document speaks."""
        now, day = timezone.now(), self.cleaned_data["retrieved_on"]
        if day and day > now.date():
            raise ValidationError(f"{day} lies in the future.")
        return datetime.combine(day, time(), UTC) if day and day != now.date() else now


def may_confirm(user: "AbstractBaseUser | AnonymousUser") -> bool:
    """Whether the person may say who is meant by an unknown name: whoever drafts entries, or may add names."""
    return isinstance(user, User) and (user.has_perm(DRAFT) or user.has_perm(ADD_NAME))


def compare_document(admin: "PlainAdmin", request: HttpRequest) -> HttpResponse:
    """Take a document, compare it with the record, and show the comparison."""
    if not isinstance(request.user, User) or not request.user.has_perm(DRAFT):
        raise PermissionDenied
    form = DocumentForm(
        request.POST or None,
        request.FILES or None,
        initial={"treaty": Treaty.objects.filter(slug="hanoi").first()},
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
            admin.log_addition(request, run, f"Compared {run.address}.")
            return _shown(run)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": "Compare a document of the depositary",
        "form": form,
        "media": admin.media,
    }
    return TemplateResponse(request, "admin/panel/run_compare.html", context)


def take(admin: "PlainAdmin", request: HttpRequest, run: ImportRun, step: str) -> HttpResponse:
    """Take a step, say what came of it, and show where the comparison stands then."""
    user = request.user
    allowed = may_confirm(user) if step == "confirm" else user.has_perm(DRAFT)
    if not isinstance(user, User) or not allowed:
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        with transaction.atomic():
            # Two people who accept at once wait for one another, so nothing is drafted twice.
            run = ImportRun.objects.select_for_update().get(pk=run.pk)
            run = STEPS[step](admin, request, user, run)
    except RunError as refusal:
        messages.error(request, str(refusal))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return _shown(run)


def _accept(admin: "PlainAdmin", request: HttpRequest, user: User, run: ImportRun) -> ImportRun:
    picked = None
    if "all" not in request.POST:
        numbers = [int(number) for number in request.POST.getlist("picked") if number.isdecimal()]
        picked = run.differences.filter(number__in=numbers).select_related(
            "run__treaty", "participant", "held__participant", "held__source"
        )
        if not picked:
            raise RunError("Nothing was picked, so nothing was drafted.")
    accepted = accept(run, picked, author=user, now=timezone.now())
    for draft in accepted.drafts:
        admin.log_addition(request, draft, f"Drafted from the comparison: {run}.")
        if "submit" in request.POST:
            ledger.submit(draft, by=user)
    for difference, why in accepted.refused[:_REFUSED]:
        messages.error(request, f"Refused: {difference.note} {why}")
    if (more := len(accepted.refused) - _REFUSED) > 0:
        messages.error(request, f"{more} more are refused; accept them one by one to see why.")
    if accepted.drafts:
        messages.success(
            request, _drafted([str(draft) for draft in accepted.drafts], waits="submit" in request.POST)
        )
    elif not accepted.refused:
        messages.info(request, "Nothing was drafted: a draft says the same already, or the record does.")
    return run


def _drafted(names: list[str], *, waits: bool) -> str:
    count = len(names)
    named = "; ".join(names[:_NAMED]) + ("; ..." if count > _NAMED else ".")
    what = "1 entry was drafted" if count == 1 else f"{count} entries were drafted"
    where = "They wait for review." if waits else "They are among your drafts."
    return f"{what}: {named} {where}"


def _trust(admin: "PlainAdmin", request: HttpRequest, user: User, run: ImportRun) -> ImportRun:
    run = runs.trust(run, by=user, reason=request.POST.get("reason", ""))
    admin.log_change(request, run, f"Trusted: {run.trusted_because}")
    messages.success(request, "The document is trusted. What it says otherwise can be drafted now.")
    return run


def _confirm(admin: "PlainAdmin", request: HttpRequest, user: User, run: ImportRun) -> ImportRun:
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
        answer = request.POST.get(f"other-{line.number}") or request.POST.get(f"meant-{line.number}", "")
        if not answer.strip():
            continue
        person = Participant.objects.filter(iso3=answer.strip().upper()).first()
        if person is None:
            raise ValidationError(f"{line.name}: no participant has the code {answer}.")
        name = confirm_name(line.name, person, source=f"{run}, {run.address}; confirmed by {user}")
        admin.log_addition(request, name, f"Confirmed: {line.name} is {person}.")
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


Step = Callable[["PlainAdmin", HttpRequest, User, ImportRun], ImportRun]
STEPS: dict[str, Step] = {"accept": _accept, "trust": _trust, "confirm": _confirm}


def _shown(run: ImportRun) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:ratification_importrun_change", args=[run.pk]))
