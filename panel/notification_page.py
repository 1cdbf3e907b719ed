"""One request for the page of a notification: its head and lines as stored or as sent, and what they would move."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone

from panel.base import version_of
from panel.lists import to_review
from panel.notification_form import HeadForm, LineForm, LineFormSet, Lines, TextForm, initial_of, with_read
from panel.notification_texts import PrintedDay, marked, printed_by, printed_days
from panel.row_fields import number_in
from ratification.depositary.names import known_names
from ratification.intake.notifications import read_notification
from ratification.intake.notified_acts import PrintedNotification
from ratification.ledger import notifications as kept
from ratification.ledger import writing as ledger
from ratification.ledger.characters import clean_text
from ratification.ledger.checks import Scrutiny, unexplained
from ratification.ledger.declared_day import declare_with, declared_with, printed_for
from ratification.ledger.many import Drafts
from ratification.ledger.preconditions import stand_of
from ratification.ledger.preview import Consequence, consequence_of
from ratification.ledger.publishing import in_order
from ratification.ledger.refusal import AlreadyDraftedError
from ratification.ledger.writing import LedgerError
from ratification.models import Action, Notification, TreatyFact
from ratification.models.notifications import state_of
from ratification.record import selectors
from treaty.models import Source, Treaty


@dataclass
class NotificationPage:
    """One request for the page of a notification, new or stored."""

    user: User
    stored: Notification | None
    may_write: bool
    sent: QueryDict | None = None
    found: PrintedNotification | None = None
    differing: list[str] = field(default_factory=list)
    consequence: Consequence | None = None
    preview: list[PrintedDay] | None = None
    sent_before: Notification | None = None
    """The notification, where the form was sent before and has made all of its lines then."""

    def __post_init__(self) -> None:
        lines = list(self.stored.lines) if self.stored else []
        self.own = {each.pk: each for each in lines if self.may_write and self._is_own(each)}
        self.others: list[Action | TreatyFact] = [each for each in lines if each.pk not in self.own]
        facts = list(self.stored.facts) if self.stored else []
        self.days = [day for day in printed_for(self.own.values(), facts) if day.state == Action.State.DRAFT]
        self.others += [fact for fact in facts if fact not in self.days]
        self.is_open = not self.others
        self.text = self.stored.text if self.stored else ""
        if self.sent is not None and (self.is_open or not self.text):
            self.text = clean_text(self.sent.get("text", ""))
        typed = self.sent
        if self.text.strip():
            self.found = read_notification(self.text, known_names())
        self.treaty = self._treaty()
        if self.sent is not None and "_read" in self.sent and self.found and self.treaty:
            told = [each for each in self.others if isinstance(each, Action)]
            self.sent, self.differing = with_read(self.sent, self.found, self.treaty, told)
        self.head = HeadForm(self.sent, initial=self._initial())
        self.unsaved: list[str] = []
        if not self.is_open:
            self.unsaved = self._unsaved(typed or QueryDict())
            self.head.fix()
        self.lines: LineFormSet = Lines(
            self.sent,
            initial=[initial_of(each) if each else {"entry": pk} for pk, each in self._drafts()],
            form_kwargs={"treaty": self.treaty},
        )
        self.lines.has_others = bool(self.others)

    @property
    def is_read_in_vain(self) -> bool:
        """Whether a text was to be read and has no act in it."""
        return self.sent is not None and "_read" in self.sent and not (self.found and self.found.acts)

    def is_valid(self) -> bool:
        """Whether head and lines can be written; what was saved elsewhere meanwhile is shown beside its field."""
        if not (self.head.is_valid() and self.lines.is_valid()):
            return False
        if self.stored and self.is_open:
            self.head.check_stored(self.stored.text, self.text)
        if self.unsaved:
            self.head.add_error(
                None,
                f"Not saved: {', '.join(self.unsaved)}. That can be changed only while all lines are drafts of yours; "
                f"{self.others[0]} {stand_of(self.others[0])}. Send the form again to save your lines alone.",
            )
        for line in self.lines.filled():
            if line.draft:
                line.check_stored(self.own.get(line.draft))
        return self.head.is_valid() and all(line.is_valid() for line in self.lines.filled())

    def write(self, request: HttpRequest) -> tuple[Notification, list[Action]] | None:
        """Write the notification and its lines; None where something was refused, which its field shows."""
        now, lines, source = timezone.now(), self.lines.filled(), self._source()
        in_force = printed_by(self.found) if self.found else {}
        in_force |= {
            line.cleaned_data["participant"].iso3: on.isoformat()
            for line in lines
            if (on := line.cleaned_data["in_force_on"])
        }
        head = self.head.content(source, self.text, in_force)
        try:
            if self.stored and self.is_open:
                written = kept.change(self.stored, head)
            else:
                written = kept.keep(head, by=self.user, now=now)
        except LedgerError as refusal:
            self.head.add_error(refusal.column if refusal.column in self.head.fields else None, str(refusal))
            return None
        is_submitted, is_parked = "_submit" in request.POST, "_draft" in request.POST
        contents = [line.content(self.head, source, self.own.get(line.draft)) for line in lines]
        new = [content for line, content in zip(lines, contents, strict=True) if not line.draft]
        made = Drafts(
            written.treaty, new, author=self.user, now=now, submitted=is_submitted, parked=is_parked
        )
        made.write()
        fresh = iter(made.outcomes)
        drafts, again = [], 0
        for line, content in zip(lines, contents, strict=True):
            earlier = declared_with(self.own[line.draft]) if line.draft else None
            on = line.cleaned_data["in_force_on"]
            try:
                outcome = (
                    self._revise(line, content, is_submitted=is_submitted, is_parked=is_parked)
                    if line.draft
                    else next(fresh)
                )
                if isinstance(outcome, Action):
                    declare_with(outcome, on, by=self.user, now=now, earlier=earlier, submitted=is_submitted)
            except LedgerError as refusal:
                outcome = refusal
            if isinstance(outcome, LedgerError):
                again += isinstance(outcome, AlreadyDraftedError)
                line.show_refusal(outcome)
            else:
                drafts.append(outcome)
        if lines and again == len(lines):
            self.sent_before = written
        return (written, drafts) if len(drafts) == len(lines) else None

    def _source(self) -> Source:
        """Return the source of the notification: the stored one, unless its number was mended."""
        same = self.stored and self.stored.number == self.head.cleaned_data["number"]
        return (same and self.stored and self.stored.source) or self.head.source()

    def _revise(
        self, line: LineForm, content: ledger.ActionContent, *, is_submitted: bool, is_parked: bool
    ) -> Action:
        now, entry = timezone.now(), self.own[line.draft]
        entry = ledger.revise(entry, content, by=self.user, now=now, parked=is_parked)
        return ledger.submit(entry, by=self.user, now=now) if is_submitted else entry

    def show_stored(self) -> None:
        """Work out what the lines that are not published would move, and what keeps the user's own from submission."""
        waiting = [each for each in (*self.own.values(), *self.days, *self.others) if each.revision is None]
        if self.treaty is None or not waiting:
            return
        today = self.treaty.legal_day(timezone.now())
        self.consequence = consequence_of(in_order(waiting), today=today)
        scrutiny = Scrutiny(self.treaty, with_pending_of=self.user.pk)
        for line in self.lines.forms:
            if entry := self.own.get(line.draft):
                line.doubts = unexplained(entry, scrutiny.doubts_about(entry, today))

    @property
    def printed(self) -> list[PrintedDay]:
        """The printed days of entry into force beside the computed ones."""
        if self.preview is not None:
            return self.preview
        if self.stored is None or not self.stored.in_force or self.treaty is None:
            return []
        if self.consequence is not None:
            return printed_days([self.stored], self.consequence.after, dict(self.consequence.names))
        view = selectors.view_of(self.treaty, today=self.treaty.legal_day(timezone.now()))
        names = {line.participant.iso3: str(line.participant) for line in self.others if line.participant}
        return printed_days([self.stored], view.outcome, names)

    def context(self) -> dict[str, Any]:
        """Return what the template shows."""
        return {
            "title": str(self.stored) if self.stored else "Enter a notification",
            "notification": self.stored,
            "page": self,
            "text_form": TextForm(initial={"text": self.text}),
            "head": self.head,
            "lines": self.lines,
            "rows": [(each, _address(each)) for each in self.others],
            "marked": marked(self.text, self.found.words) if self.found else [],
            "origins": self.found.origins() if self.found else [],
            "state": state_of([*self.own.values(), *self.others]),
            "may_recall": any(self._waits(each) for each in self.others),
            "to_review": self._to_review(),
        }

    def _to_review(self) -> list[Action | TreatyFact]:
        """Return the lines that wait for the user's review, with what is told beside them."""
        lines = list(to_review(self.stored.lines, self.user)) if self.stored else []
        return [*lines, *to_review(self.stored.facts, self.user)] if self.stored and lines else []

    def _is_own(self, entry: Action) -> bool:
        is_mine = entry.author_id == self.user.pk or not entry.author.is_active
        return is_mine and entry.state == Action.State.DRAFT and entry.entry == Action.Entry.ORIGINAL

    def _waits(self, entry: Action | TreatyFact) -> bool:
        return entry.author_id == self.user.pk and entry.state == Action.State.IN_REVIEW

    def _unsaved(self, typed: QueryDict) -> list[str]:
        """Return what was typed into the head and is not stored: the page was opened while it could be changed."""
        head = HeadForm(typed, initial=self._initial())
        names = [name for name in head.changed_data if name in typed and name != "version"]
        labels = [str(head[name].label) for name in names]
        text = clean_text(typed.get("text", "")).split()
        return [*labels, *(["Text"] if self.stored and text not in ([], self.stored.text.split()) else [])]

    @property
    def why_none_waits(self) -> str:
        """Where the user's first line stands that the form does not show."""
        own = next((each for each in self.others if each.author_id == self.user.pk), None)
        return f"{own} {stand_of(own)}" if own else "no line of yours waits for review"

    def recall(self) -> list[Action | TreatyFact]:
        """Take the user's own lines back from review."""
        return [ledger.recall(each, by=self.user) for each in self.others if self._waits(each)]

    def _drafts(self) -> list[tuple[int, Action | None]]:
        """Return the drafts that the form shows, in its order; None for one that is no draft of the user any more."""
        if self.sent is None:
            return list(self.own.items())
        count = self.sent.get("form-INITIAL_FORMS", "")
        rows = range(min(number_in(count), len(self.sent)))
        sent = [self.sent.get(f"form-{row}-entry", "") for row in rows]
        return [(pk, self.own.get(pk)) for pk in map(number_in, sent)]

    def _treaty(self) -> Treaty | None:
        if self.stored and not self.is_open:
            return self.stored.treaty
        chosen = str(self.sent.get("treaty", "")) if self.sent is not None else ""
        found = Treaty.objects.filter(pk=number_in(chosen)).first()
        return (
            found
            or (self.stored and self.stored.treaty)
            or Treaty.objects.filter(slug=settings.ROOT_TREATY).first()
        )

    def _initial(self) -> dict[str, Any]:
        if self.stored is None:
            return {"treaty": self.treaty}
        return {
            "treaty": self.stored.treaty,
            "number": self.stored.number,
            "notified_on": self.stored.notified_on,
            "language": self.stored.language,
            "url": self.stored.source.url if self.stored.source else "",
            "version": _version_of(self.stored),
        }


def _version_of(stored: Notification) -> str:
    """Return a digest of what the page shows of the notification itself."""
    return version_of((stored.number, stored.notified_on, stored.language, stored.source_id, stored.text))


def _address(entry: Action | TreatyFact) -> str:
    """Return the address of an entry's page."""
    kind = "action" if isinstance(entry, Action) else "treatyfact"
    return reverse(f"admin:ratification_{kind}_change", args=[entry.pk])
