"""Whether the record agrees with the depositary's last list, for every page that shows the record."""

from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db import connections, router

from common.messages import message, plural_message
from ratification.depositary.compare import Finding
from ratification.depositary.runs import GOOD, examine, good_runs
from ratification.models import ImportRun
from treaty.models import Treaty


@dataclass(frozen=True, slots=True)
class Agreement:
    """Comparison of the present ledger with the depositary's last trusted list.

    `on` is the list's day, `agrees` the number of entries that both have alike, `differences` every other line.
    `held_back` is a later list that is suspect or has unknown names, if there is one.
    """

    on: date
    address: str
    agrees: int
    differences: tuple[Finding, ...]
    held_back: ImportRun | None

    @property
    def sentence(self) -> str:
        """The result in words, as in: Compared with the depositary's list of 2026-11-20: agrees."""
        return agreement_sentence(self.on, len(self.differences))


def agreement_sentence(on: date, differences: int) -> str:
    """Return the result of a comparison with the depositary's list of a day."""
    if not differences:
        return message("Compared with the depositary's list of %(day)s: agrees.", day=on)
    return plural_message(
        "Compared with the depositary's list of %(day)s: %(number)s difference.",
        "Compared with the depositary's list of %(day)s: %(number)s differences.",
        differences,
        day=on,
    )


def agreement_of(treaty: Treaty) -> Agreement | None:
    """Compare the latest revision of a treaty with the depositary's last list; None where there has been none.

    The comparison is made anew from the stored document, so that it is true of the record as it stands and not as it
    stood on the day of the run.
    """
    run = good_runs(treaty).select_related("document").last()
    if run is None:
        return None
    now = run.compared_at
    comparison = examine(
        treaty,
        run.document.content,
        address=run.address,
        retrieved_at=run.retrieved_at,
        now=now,
        with_texts=False,
    )
    return Agreement(
        on=run.retrieved_at.date(),
        address=run.address,
        agrees=comparison.run.agrees,
        differences=tuple(finding for finding in comparison.findings if finding.outcome is not None),
        held_back=ImportRun.objects.filter(
            treaty=treaty,
            state__in=[ImportRun.State.SUSPECT, ImportRun.State.STOPPED],
            retrieved_at__gt=run.retrieved_at,
        ).last(),
    )


@dataclass(frozen=True, slots=True)
class Headline:
    """The agreement in short: its sentence, and the day of a later list that is held back."""

    sentence: str
    held_back_on: date | None


_RUNS = """SELECT MAX(id), COUNT(CASE WHEN state IN (%s, %s) THEN 1 END) FROM ratification_importrun
    WHERE treaty_id = %s"""
"""Each overview asks for it, and the ORM takes ten times as long to write it as a database to answer."""


def headline_of(treaty: Treaty, *, latest: int) -> Headline | None:
    """Return the agreement in short; None where the treaty has never been compared.

    Args:
        treaty: the treaty.
        latest: the last revision of its record.

    One query, where the same comparisons and the same revision were asked about in the last minutes.
    """
    with connections[router.db_for_read(ImportRun)].cursor() as cursor:
        cursor.execute(_RUNS, [*GOOD, treaty.pk])
        last, good = cursor.fetchone()
    if not good:
        return None
    key = f"agreement-of-lists:{treaty.pk}:{latest}:{last}:{good}"
    if isinstance(kept := cache.get(key), list):
        on, differences, day = kept
        sentence = agreement_sentence(date.fromisoformat(on), differences)
        return Headline(sentence, date.fromisoformat(day) if day else None)
    agreement = agreement_of(treaty)
    if agreement is None:
        return None
    held_back_on = agreement.held_back.retrieved_at.date() if agreement.held_back else None
    compared = [agreement.on.isoformat(), len(agreement.differences)]
    cache.set(key, [*compared, held_back_on and held_back_on.isoformat()])
    return Headline(agreement.sentence, held_back_on)
