"""A file that changes what published entries cite: two people, a line in the correction log, and the status follows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from ratification import tasks
from ratification.intake.bundles import load_treaty
from ratification.ledger import reference
from ratification.ledger.refusal import LedgerError
from ratification.models import ReferenceChange, TreatyStatus
from ratification.record import selectors
from ratification.status import recompute as status
from treaty.models import Treaty

pytestmark = pytest.mark.django_db
ACTIONS = ["FRA,ratification,2026-01-10,,,,,the list", "BRA,ratification,2026-01-11,,,,,the list"]
Make = Callable[..., Path]


@pytest.fixture
def person(db: None) -> Callable[[str], User]:  # noqa: ARG001 - it stands in the database
    return lambda name: User.objects.create_user(name, is_staff=True)


@pytest.fixture
def loaded(make_treaty: Make, now: datetime) -> tuple[Path, Treaty]:
    folder = make_treaty(ACTIONS)
    return folder, load_treaty(folder, now=now)[0]


def change_clause(folder: Path, old: str = "instruments = 40", new: str = "instruments = 2") -> None:
    path = folder / "treaty.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_clause_takes_two_people_and_stands_in_the_correction_log(
    loaded: tuple[Path, Treaty],
    person: Callable[[str], User],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    client: Client,
) -> None:
    folder, treaty = loaded
    status.recompute(treaty.pk, today=now.date(), now=now)
    change_clause(folder)
    with pytest.raises(CommandError, match=r"definition.*Nothing was loaded.*--by"):
        call_command("load_treaty", folder)
    with pytest.raises(CommandError, match="no member of staff 'nobody'"):
        call_command("load_treaty", folder, by="nobody", reason="The text says two.")
    person("one")
    for _ in range(2):
        call_command("load_treaty", folder, by="one", reason="The text says two.")
    change = ReferenceChange.objects.get()
    assert Treaty.objects.get(pk=treaty.pk).definition == treaty.definition
    with pytest.raises(LedgerError, match="second person"):
        reference.decide(change, by=User.objects.get(username="one"), accept=True, now=now)

    moment = now + timedelta(minutes=1)
    reference.decide(change, by=person("two"), accept=True, now=moment)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    tasks.recompute_stale()
    treaty.refresh_from_db()
    stored = TreatyStatus.objects.get(treaty=treaty)
    view = selectors.view_of(treaty, today=moment.date())
    assert stored.document == selectors.canonical(view)
    assert view.outcome.threshold.required == 2
    assert reference.reference_changes_of(treaty) == [change]
    assert [(after, before) for _, before, after in ReferenceChange.objects.get().amended] == [("2", "40")]
    log = client.get(f"/treaties/{treaty.slug}/corrections/").content.decode()
    assert "The text says two." in log
    call_command("load_treaty", folder)


def test_refused_clause_stays_as_it_was(
    loaded: tuple[Path, Treaty], person: Callable[[str], User], now: datetime
) -> None:
    folder, treaty = loaded
    change_clause(folder)
    person("one")
    call_command("load_treaty", folder, by="one", reason="A guess.")
    reference.decide(ReferenceChange.objects.get(), by=person("two"), accept=False, now=now)
    assert Treaty.objects.get(pk=treaty.pk).definition == treaty.definition
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_treaty", folder)


def test_release_leaves_a_line(loaded: tuple[Path, Treaty], now: datetime) -> None:
    folder, treaty = loaded
    change_clause(folder)
    later = now + timedelta(days=1)
    load_treaty(folder, now=later)
    change = ReferenceChange.objects.get()
    assert change.accepted
    assert change.proposed_by != change.decided_by
    assert change.decided_at == later
    assert reference.reference_changes_of(treaty) == [change]
    load_treaty(folder, now=later)
    assert ReferenceChange.objects.count() == 1


def test_text_of_a_cited_source_counts_as_the_clause_does(
    make_treaty: Make, now: datetime, person: Callable[[str], User]
) -> None:
    folder = make_treaty([line.replace("the list", "list") for line in ACTIONS])
    sources = folder / "sources.csv"
    heading = "key,title,url,publisher,published_on,confidence,note"
    sources.write_text(f"{heading}\nlist,A list,,UN,,primary,\nother,Another,,UN,,primary,\n")
    load_treaty(folder, now=now)
    sources.write_text(f"{heading}\nlist,A list,,UN,,primary,\nother,Changed,,UN,,primary,\n")
    call_command("load_treaty", folder)  # which no entry cites
    sources.write_text(f"{heading}\nlist,Forged,,UN,,primary,\nother,Changed,,UN,,primary,\n")
    person("one")
    call_command("load_treaty", folder, by="one", reason="Its title.")
    assert ReferenceChange.objects.get().amended == [("title", "A list", "Forged")]


def test_new_treaty_and_one_without_entries_need_no_second_person(make_treaty: Make) -> None:
    folder = make_treaty()
    toml = folder / "treaty.toml"
    lines = toml.read_text().splitlines(keepends=True)
    toml.write_text("".join(line for line in lines if not line.startswith("known_until")))
    call_command("load_treaty", folder)
    change_clause(folder)
    call_command("load_treaty", folder)
    assert not ReferenceChange.objects.exists()
