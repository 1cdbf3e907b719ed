"""A member of staff who publishes and corrects without pause, and writes down what was confirmed.

`writer.py NUMBER OF COUNT [SERIES]`: writer NUMBER of OF makes COUNT publications, on participants of its own. Whatever
breaks the connection, it comes back, looks whether its entry was published, and goes on from there, as a person would.
Prints JSON: the marks of the confirmed entries, and how often it had to come back.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402 - needs the settings
from django.db import DatabaseError, connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.middleware.errors import is_away  # noqa: E402
from ratification.ledger import writing as ledger  # noqa: E402
from ratification.ledger.shown import shown_of  # noqa: E402
from ratification.ledger.writing import ActionContent  # noqa: E402
from ratification.models import Action  # noqa: E402
from ratification.rules.dates import Span  # noqa: E402
from states.models import Participant  # noqa: E402
from treaty.clauses import ActionKind  # noqa: E402
from treaty.models import Source, Treaty  # noqa: E402

T = TypeVar("T")
FIRST_DAY = date(2025, 11, 1)
interruptions: list[datetime] = []


class Writer:
    """Publishes one entry after the other; each carries a mark by which it is found again."""

    def __init__(self, number: int, of: int) -> None:
        self.random = random.Random(number)  # noqa: S311 - the same storm each time
        self.treaty = Treaty.objects.get(slug="hanoi")
        self.source = Source.objects.filter(treaty=self.treaty).first()
        self.author = User.objects.get_or_create(username=f"author-{number}")[0]
        self.reviewer = User.objects.get_or_create(username=f"reviewer-{number}")[0]
        bound = Action.objects.filter(treaty=self.treaty).exclude(kind="signature").values("participant")
        states = (
            Participant.objects.filter(kind="member_state", valid_until=None)
            .exclude(pk__in=bound)
            .order_by("iso3")
        )
        # By id, not by place: the others may be publishing already, and each State is one writer's alone.
        self.fresh = [state for state in states if state.pk % of == number]
        self.published: list[int] = []

    def step(self, mark: str) -> None:
        """Publish one entry: half of the time for a participant that is new, else a correction."""
        now = timezone.now()
        if self.fresh and (not self.published or self.random.random() < 0.5):
            state = self.fresh.pop()
            self.publish(
                mark,
                lambda: ledger.draft(self.treaty, self.deposit(state, mark), author=self.author, now=now),
            )
            return
        earlier = Action.objects.get(pk=self.random.choice(self.published))
        self.published.remove(earlier.pk)
        said = self.deposit(earlier.participant, mark)
        self.publish(
            mark,
            lambda: ledger.correct(earlier, said, author=self.author, reason="The day was misread.", now=now),
        )

    def deposit(self, state: Participant, mark: str) -> ActionContent:
        """A deposit on a random day, marked."""
        signed = Action.objects.filter(
            treaty=self.treaty, participant=state, kind="signature", state="published"
        )
        day = FIRST_DAY + timedelta(days=self.random.randrange(365))
        return ActionContent(
            participant=state,
            kind=ActionKind.RATIFICATION if signed.exists() else ActionKind.ACCESSION,
            taken=Span(day, day),
            source=self.source,
            note=mark,
            override="A storm.",
        )

    def publish(self, mark: str, draft: Callable[[], Action]) -> None:
        """Draft, submit and publish, from wherever an interruption has left the entry."""
        entry = come_back(lambda: self.publish_once(mark, draft))
        self.published.append(entry.pk)

    def publish_once(self, mark: str, draft: Callable[[], Action]) -> Action:
        """Go on with the entry of that mark, if there is one, until it is published."""
        entry = Action.objects.filter(note=mark).first() or draft()
        if entry.state == Action.State.DRAFT:
            entry = ledger.submit(entry, by=self.author)
        if entry.state == Action.State.IN_REVIEW:
            entry = ledger.publish(entry, reviewer=self.reviewer, now=timezone.now(), shown=shown_of(entry))
        return entry


def come_back(work: Callable[[], T]) -> T:
    """Do the work, again and again where the database breaks off."""
    while True:
        try:
            return work()
        except DatabaseError as error:
            if not is_away(error):
                raise
            interruptions.append(timezone.now())
            connection.close()
            time.sleep(0.2)


def main() -> None:
    """Write as many entries as asked for."""
    number, of, count = (int(argument) for argument in sys.argv[1:4])
    writer = come_back(lambda: Writer(number, of))
    series = (
        sys.argv[4] if len(sys.argv) > 4 else ""
    )  # so that another run on the same record publishes again
    marks = [f"storm {series}{number}.{step}" for step in range(count)]
    for mark in marks:
        come_back(partial(writer.step, mark))
    json.dump({"marks": marks, "came_back": len(interruptions)}, sys.stdout)


if __name__ == "__main__":
    main()
