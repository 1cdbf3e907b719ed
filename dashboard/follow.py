"""Follow a question: by feed, by calendar or by mail; and the pages behind the links of the mails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from common.languages import LANGUAGES
from common.punctuation import comma
from common.sealing import SealError
from dashboard.page import Page, page_of
from ratification.following import subscriptions
from ratification.following.question import KINDS, ChangeQuestion, read_question, stored_question
from ratification.models import MailSubscription
from ratification.record import selectors
from ratification.record.evaluation import clause_of
from ratification.record.heads import shown_revision
from ratification.record.kept import directory_for
from ratification.record.selectors import Extract
from states.known_names import known_name
from states.naming import by_name, namer
from treaty.models import Article, Treaty

COMMON_DAYS = "30, 7"
_PRIVATE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "Cache-Control": "private, no-store"}
"""Headers of the pages behind a link: the link is all that is needed to change a subscription."""


class SubscribeForm(forms.Form):
    """Where the mail goes, and how often."""

    address = forms.CharField(max_length=254)
    frequency = forms.ChoiceField(choices=MailSubscription.Frequency.choices)
    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)


@dataclass(frozen=True, slots=True)
class _Typed:
    """Form of a question as it was typed and refused: shown again, to be mended."""

    group: str
    article: str
    participants: list[str]
    kinds: list[str]
    thresholds: list[str]
    days_before: list[str]
    forecast: bool
    frequency: str
    language: str

    @classmethod
    def of(cls, values: QueryDict) -> Self:
        """Return what a request has."""
        return cls(
            group=values.get("group", ""),
            article=values.get("article", ""),
            participants=values.getlist("participant"),
            kinds=values.getlist("kind"),
            thresholds=values.getlist("threshold"),
            days_before=values.getlist("days_before"),
            forecast="forecast" in values,
            frequency=values.get("frequency", ""),
            language=values.get("language", ""),
        )


def question_from(page: Page[Extract]) -> ChangeQuestion:
    """Read the question of a page's address.

    Raises:
        BadRequest: with the sentence that says which value is none.
    """
    try:
        return _question(page.treaty, page.query)
    except ValueError as error:
        raise BadRequest(str(error)) from error


def _question(treaty: Treaty, values: Mapping[str, Sequence[str]]) -> ChangeQuestion:
    """Read a question on a treaty.

    Raises:
        ValueError: with the sentence that says which value is none. An article that a recorded text has not is
            refused too: nothing would ever be sent.
    """
    question = read_question(values)
    if question.article:
        adopted = treaty.articles.filter(status=Article.Status.ADOPTED)
        if adopted.exists() and not adopted.filter(number=question.article).exists():
            raise ValueError(
                gettext("article: the text has no article %(number)s.") % {"number": question.article}
            )
    return question


@csrf_exempt  # there is no session that another site could use
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the ways to follow a question; take an address by POST."""
    page = page_of(request, slug, selectors.extract_of)
    question = question_from(page)
    context: dict[str, Any] = {"page": page, "current": "follow", **choices_of(page.treaty, question)}
    context |= {"addresses": _addresses(request, page, question), "can_mail": bool(settings.CONTACT_KEY)}
    if request.method != "POST":
        return render(request, "dashboard/follow.html", context | {"form": SubscribeForm()})
    form = SubscribeForm(request.POST)
    problem = _subscribed(request, page, question, form) if form.is_valid() else _problem_of(form)
    status = 400 if problem else 200
    response = render(
        request,
        "dashboard/follow.html" if problem else "dashboard/follow_asked.html",
        context | {"form": form, "problem": problem, "days": subscriptions.CONFIRM_WITHIN.days},
        status=status,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _problem_of(form: SubscribeForm) -> str:
    """Say which field of the form is wrong."""
    if "address" in form.errors:
        return gettext("Give one e-mail address.")
    if "frequency" in form.errors:
        return gettext("Choose how often messages are sent.")
    return gettext("Choose the language of the messages.")


def _subscribed(
    request: HttpRequest, page: Page[Extract], question: ChangeQuestion, form: SubscribeForm
) -> str:
    """Keep the subscription; return what is wrong, if anything."""
    asked = subscriptions.Asked(
        page.treaty,
        question,
        form.cleaned_data["frequency"],
        form.cleaned_data["address"],
        form.cleaned_data["language"] or get_language() or settings.LANGUAGE_CODE,
    )
    try:
        subscriptions.subscribe(
            asked,
            site=request.build_absolute_uri("/"),
            visitor=request.META.get("REMOTE_ADDR", ""),
            now=timezone.now(),
        )
    except (subscriptions.FollowError, SealError) as error:
        return str(error)
    return ""


def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for one click, since programs follow the links of a mail; confirm by POST."""
    row = _row(token)
    if request.method != "POST":
        return _behind_link(request, "confirm", row, token)
    confirmed = subscriptions.confirm(row.key, now=timezone.now())
    if confirmed is None:
        raise Http404(gettext("This link has run out: ask for the mail again."))
    return _behind_link(request, "confirmed", confirmed, token)


def manage(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a subscription asks for; change it by POST."""
    row = _row(token)
    if request.method != "POST":
        return _behind_link(request, "manage", row, token)
    try:
        question = _question(row.treaty, dict(request.POST.lists()))
        language = request.POST.get("language") or row.language
        subscriptions.change(row, question, request.POST.get("frequency", ""), language)
    except (ValueError, subscriptions.FollowError) as error:
        return _behind_link(request, "manage", row, token, problem=str(error), typed=_Typed.of(request.POST))
    return _behind_link(request, "manage", row, token, changed=True)


def end(request: HttpRequest, token: str) -> HttpResponse:
    """End a subscription by POST, also by the one click of a mail program (RFC 8058); idempotent."""
    key = subscriptions.key_in(token)
    if key is None:
        raise Http404(gettext("This link is cut off or was changed: copy the whole of it."))
    row = MailSubscription.objects.select_related("treaty").filter(key=key).first()
    if request.method == "POST":
        subscriptions.end(key)
        row = None
    return _behind_link(request, "end" if row else "ended", row, token)


confirm, manage, end = (csrf_exempt(never_cache(view)) for view in (confirm, manage, end))


def _row(token: str) -> MailSubscription:
    key = subscriptions.key_in(token)
    row = MailSubscription.objects.select_related("treaty").filter(key=key).first() if key else None
    if row is None:
        raise Http404(gettext("There is no such subscription: it was ended, or its link is cut off."))
    return row


def _behind_link(
    request: HttpRequest,
    name: str,
    row: MailSubscription | None,
    token: str,
    typed: _Typed | None = None,
    **more: object,
) -> HttpResponse:
    context: dict[str, Any] = {"name": name, "row": row, "token": token, "typed": typed, **more}
    if row:
        question = stored_question(row.question)
        context |= {"question": question, **choices_of(row.treaty, question)}
    if row and typed:
        context["typed_named"] = [pair for pair in context["people"] if pair[0] in typed.participants]
    response = render(
        request, "dashboard/follow_mail.html", context, status=400 if more.get("problem") else 200
    )
    for header, value in _PRIVATE.items():
        response.headers[header] = value
    return response


def choices_of(treaty: Treaty, question: ChangeQuestion) -> dict[str, Any]:
    """Return what the form of a question offers. Two queries at most."""
    clause = clause_of(treaty)
    directory = directory_for(treaty, shown_revision(treaty))
    name = namer()
    people = [(person.iso3, name(person)) for person in by_name(directory.participants.values())]
    groups = [(slug, known_name(group.name)) for slug, group in directory.groups.items()]
    names = dict(people)
    return {
        "question": question,
        "people": people,
        "named": [(code, names.get(code, code)) for code in question.participants],
        "groups": groups,
        "group_name": dict(groups).get(question.group, ""),
        "frequencies": MailSubscription.Frequency.choices,
        "languages": LANGUAGES.values(),
        "kinds": KINDS.items(),
        "thresholds": _thresholds(clause.entry_into_force.instruments if clause else None),
        "common_days": COMMON_DAYS,
    }


def _thresholds(needed: int | None) -> str:
    """Return numbers worth a message on the way to the one that is needed, as an example."""
    if not needed:
        return "10"
    return comma().join(
        str(number) for number in sorted({needed // 2, needed * 3 // 4, needed - 1, needed} - {0})
    )


def _addresses(request: HttpRequest, page: Page[Extract], question: ChangeQuestion) -> dict[str, str]:
    """Return the addresses that need no subscription."""
    slug = {"slug": page.treaty.slug}
    return {
        name: request.build_absolute_uri(with_question(reverse(f"dashboard:{name}", kwargs=slug), question))
        for name in ("changes_atom", "changes_json", "calendar_file", "changes")
    }


def with_question(address: str, question: ChangeQuestion) -> str:
    """Return an address with a question added to its query."""
    if not question.query:
        return address
    return f"{address}{'&' if '?' in address else '?'}{question.query}"
