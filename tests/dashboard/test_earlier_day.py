"""A day of entry into force that follows from acts past the complete list: all surfaces say that it may be earlier."""

import html
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from email import message_from_bytes, policy
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from ratification.following import subscriptions
from ratification.following.letters import lines_of, message_of
from ratification.following.question import ChangeQuestion
from ratification.intake.bundles import load_treaty
from ratification.models import Change, Mail, MailSubscription
from ratification.status import recompute as status
from states.models import Participant
from tests.dashboard.test_open_threshold import with_source
from treaty.models import Treaty

SENTENCE = "A later act that no source here reports could make the day of entry into force an earlier one."
OF_CHANGE = "An act that no source here reports could make this day an earlier one."
DAY = date(2026, 6, 1)


def loaded(make_treaty: Callable[..., Path], now: datetime, day: str) -> Treaty:
    """A treaty like the Convention, listed completely until 9 April 2026, with forty deposits on a day."""
    members = Participant.objects.filter(kind="member_state").order_by("iso3")
    lines = [f"{member.iso3},ratification,{day},,,,,source" for member in members[:40]]
    load_treaty(with_source(make_treaty(lines, slug="forty")), now=now)
    treaty = Treaty.objects.get(slug="forty")
    status.recompute(treaty.pk, today=DAY, now=now)
    return treaty


def plain(text: str) -> str:
    return " ".join(html.unescape(text).split())


def letter(treaty: Treaty, question: ChangeQuestion, now: datetime, **content: list[object]) -> str:
    """The text of a mail about all changes that a question asks for, as a follower reads it."""
    address = f"reader{len(question.participants)}.{len(content['changes'])}@example.org"
    asked = subscriptions.Asked(treaty, question, "at_once", address)
    subscriptions.subscribe(asked, site="https://tracker.example/", visitor=asked.address, now=now)
    row = MailSubscription.objects.latest("pk")
    mail = Mail.objects.create(subscription=row, key="changes:test", created_at=now, **content)
    sent = message_of(mail, lines_of(treaty, question, mail, treaty.legal_day(now)))
    read = message_from_bytes(sent.message().as_bytes(), policy=policy.default)
    texts = [read.get_body((kind,)) for kind in ("plain", "html")]
    first, second = (plain(text.get_content()) for text in texts if text is not None)
    assert (SENTENCE in first, OF_CHANGE in first) == (SENTENCE in second, OF_CHANGE in second)
    return first


def first_party() -> str:
    """Return the code of the first of the forty."""
    return Participant.objects.filter(kind="member_state").order_by("iso3")[0].iso3


def page_of(client: Client, path: str, **asked: str) -> str:
    """Return what an address answers as of the day."""
    response = client.get(path, {"as_of": str(DAY), **asked})
    assert response.status_code == 200, path
    return response.getvalue().decode()


@pytest.fixture(params=[("2026-04-09", False), ("2026-04-10", True)], ids=["complete", "open"])
def on_both_days(
    request: pytest.FixtureRequest, make_treaty: Callable[..., Path], now: datetime
) -> tuple[Treaty, bool]:
    """The treaty with all deposits on the last day of the complete list, or a day later; whether its day is open."""
    day, open_day = request.param
    return loaded(make_treaty, now, day), open_day


def test_every_surface_says_that_the_day_may_be_earlier(
    client: Client, on_both_days: tuple[Treaty, bool], now: datetime
) -> None:
    treaty, open_day = on_both_days
    first, get = first_party(), partial(page_of, client)

    calendar_lines = get("/treaties/forty/calendar.ics").replace("\r\n ", "").replace("\\,", ",")
    printed = StringIO()
    call_command("status", "forty", as_of=DAY, stdout=printed)
    for path in ("", f"participants/{first}/", "calendar/"):
        assert (SENTENCE in plain(get(f"/treaties/forty/{path}"))) is open_day, path
    preview = (
        plain(get("/treaties/forty/")).partition('property="og:description" content="')[2].partition('">')[0]
    )
    said = {
        "preview": preview,
        "linked data": json.dumps(
            json.loads(
                client.get(
                    f"/api/v1/treaties/forty/status/?as_of={DAY}", HTTP_ACCEPT="application/ld+json"
                ).content
            )
        ),
        "iCalendar": calendar_lines,
        "command": plain(printed.getvalue()),
        "API": get("/api/v1/treaties/forty/status/"),
        "mail on a participant": letter(
            treaty,
            ChangeQuestion(participants=(first,)),
            now,
            changes=list(
                Change.objects.filter(treaty=treaty, participant__iso3=first).values_list("number", flat=True)
            ),
            notes=[],
        ),
    }
    assert {name: SENTENCE in text for name, text in said.items()} == dict.fromkeys(said, open_day)
    entry = json.loads(said["API"])["entry_into_force"]
    assert (entry.get("may_be_earlier", False), "caveat" in entry) == (open_day, open_day)

    change = Change.objects.filter(treaty=treaty, subject="entry_into_force").order_by("number").last()
    assert change is not None
    assert ("may_be_earlier" in (change.after or {})) is open_day
    of_change = {
        "changes": plain(get("/treaties/forty/changes/")),
        "feed": plain(get("/treaties/forty/changes.atom")),
        "JSON feed": get("/treaties/forty/changes.json"),
        "API": get("/api/v1/treaties/forty/changes.csv"),
        "mail": letter(treaty, ChangeQuestion(), now, changes=[change.number], notes=[]),
    }
    assert {name: OF_CHANGE in text for name, text in of_change.items()} == dict.fromkeys(of_change, open_day)

    at_once = Change.objects.filter(treaty=treaty, revision=change.revision).values_list("number", flat=True)
    news = letter(treaty, ChangeQuestion(), now, changes=list(at_once), notes=[])
    assert news.index("The treaty enters into force on ") < news.index("The treaty enters into force for ")


def test_lists_and_changes_of_participants_say_it_too(
    client: Client, on_both_days: tuple[Treaty, bool], now: datetime
) -> None:
    treaty, open_day = on_both_days
    first, get = first_party(), partial(page_of, client)

    rows = json.loads(get("/api/v1/treaties/forty/participants/"))["results"]
    (row,) = [each for each in rows if each["participant"] == first]
    (note,) = json.loads(get("/api/v1/treaties/forty/participants.metadata.json"))["notes"]
    assert note["next_expected_change"]["reason"].startswith("The treaty enters into force")
    for said in (row, note["next_expected_change"]):
        assert said.get("may_be_earlier", False) is open_day
        assert (SENTENCE in said["reason"]) is open_day
    document = json.loads(get("/api/v1/treaties/forty/status/"))
    windows = json.loads(get("/api/v1/treaties/forty/windows/"))["results"]
    for found in (document["windows"], windows):
        follow = {each["kind"] for each in found if each.get("may_be_earlier", False)}
        assert follow == ({"entry_into_force", "amendment"} if open_day else set())
        assert "signature" in {each["kind"] for each in found}
    listed = {
        "CSV": get("/api/v1/treaties/forty/participants.csv"),
        "data package": get("/api/v1/treaties/forty/status/"),
    }
    assert {name: SENTENCE in text for name, text in listed.items()} == dict.fromkeys(listed, open_day)
    page = plain(re.sub("<[^>]*>", " ", get("/treaties/forty/participants/", column="in_force")))
    assert ("9 Jul 2026 or earlier" in page) is open_day
    assert "In force since" not in page
    table = get("/treaties/forty/participants/csv", column="in_force")
    assert ("in_force_may_be_earlier" in table) is open_day

    change = Change.objects.filter(treaty=treaty, subject="standing", participant__iso3=first).latest(
        "number"
    )
    of_one = {
        "changes": get("/treaties/forty/changes/"),
        "feed": get("/treaties/forty/changes.atom", participant=first),
        "API": get("/api/v1/treaties/forty/changes.csv", participant=first, subject="standing"),
        "mail": letter(treaty, ChangeQuestion(participants=(first,)), now, changes=[change.number], notes=[]),
    }
    assert {name: OF_CHANGE in plain(text) for name, text in of_one.items()} == dict.fromkeys(
        of_one, open_day
    )


def test_the_headline_says_it_once_the_treaty_is_in_force(
    client: Client, on_both_days: tuple[Treaty, bool]
) -> None:
    """A headline is quoted without the caveat below it."""
    _, open_day = on_both_days
    page = page_of(client, "/treaties/forty/", as_of="2026-08-01")
    assert "In force since" in page
    assert ("2026 or earlier, for 40 parties" in plain(page)) is open_day


@pytest.mark.parametrize("embed", ["progress/", "table/", "badge.svg"])
def test_no_embed_names_the_day_alone(
    client: Client, make_treaty: Callable[..., Path], now: datetime, embed: str
) -> None:
    """Numbers stay true where the day is earlier; where it stands beside them, it is the last possible one."""
    loaded(make_treaty, now, "2026-04-10")
    drawn = client.get(f"/embed/forty/{embed}?as_of={DAY}").content.decode()
    assert drawn
    assert drawn.count("2026-07-09") == drawn.count("2026-07-09 or earlier")
    assert ("2026-07-09" in drawn) is (embed != "table/")


def test_days_that_follow_from_it_say_so_too(
    client: Client, make_treaty: Callable[..., Path], now: datetime
) -> None:
    """A later party's that is the general day, and that of amendments; not one that its own deposit decides."""
    members = [
        member.iso3 for member in Participant.objects.filter(kind="member_state").order_by("iso3")[:42]
    ]
    days = [*["2026-04-10"] * 40, "2026-05-01", "2026-06-20"]
    lines = [f"{iso3},ratification,{day},,,,,source" for iso3, day in zip(members, days, strict=True)]
    load_treaty(with_source(make_treaty(lines, slug="forty")), now=now)
    treaty = Treaty.objects.get(slug="forty")
    status.recompute(treaty.pk, today=date(2026, 6, 21), now=now)
    calendar = client.get("/treaties/forty/calendar.ics?as_of=2026-06-21").content.decode()
    events = {
        event.partition("UID:forty-")[2].partition("@")[0]: SENTENCE
        in event.replace("\r\n ", "").replace("\\,", ",")
        for event in calendar.split("BEGIN:VEVENT")[1:]
    }
    said = {name: events[name] for name in events if not name.startswith("signature")}
    assert said == {
        "entry_into_force-reached": False,
        "entry_into_force": True,
        f"later_party-{members[40]}-2026-05-01": True,
        f"later_party-{members[41]}-2026-06-20": False,
        "amendment": True,
    }
    rows = json.loads(page_of(client, "/api/v1/treaties/forty/windows/", as_of="2026-06-21"))["results"]
    assert [(each["kind"], each["participant"]) for each in rows if "may_be_earlier" in each] == [
        ("entry_into_force", None),
        ("later_party", members[40]),
        ("amendment", None),
    ]
    notes: list[object] = [
        {
            "window": "later_party",
            "participant": iso3,
            "days": 1,
            "basis": "article 65(2)",
            "closes": closes,
            "closes_latest": closes,
        }
        for iso3, closes in ((members[40], "2026-07-09"), (members[41], "2026-07-20"))
    ]
    mail = letter(treaty, ChangeQuestion(), now, changes=[], notes=notes)
    assert mail.count(SENTENCE) == 1
    assert mail.index("9 July 2026") < mail.index(SENTENCE) < mail.index("20 July 2026")
