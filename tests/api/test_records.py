"""The resources that rest on a treaty's record."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from ratification.models import Action
from ratification.record import kept, selectors
from ratification.status import editions as reference
from ratification.status import recompute as status
from states.models import Participant
from treaty.models import Treaty

Get = Callable[..., Any]
ENDINGS = ("/", ".csv", ".xlsx")


def test_the_status_is_the_documents_of_the_command_line(get: Get, record: Treaty, now: datetime) -> None:
    """Byte by byte, with what the API adds at the end."""
    text = selectors.document_of(record, today=now.date())
    answer = get("treaties/hanoi/status/").content.decode()
    assert answer.startswith(text[:-1])
    assert list(json.loads("{" + answer[len(text) :])) == ["permalink", "links"]


@pytest.mark.parametrize("revision", [0, 1, 40, 87])
@pytest.mark.parametrize("as_of", ["0001-01-01", "2025-10-25", "2026-02-01", "9999-12-30"])
def test_the_status_of_any_day_and_revision(get: Get, record: Treaty, revision: int, as_of: str) -> None:
    answer = get("treaties/hanoi/status/", as_of=as_of, revision=revision).json()
    assert (answer["as_of"], answer["revision"]) == (as_of, revision)
    entries = Action.objects.filter(treaty=record, revision__lte=revision, taken_earliest__lte=as_of)
    assert answer["signatories"] == entries.filter(kind="signature").count()


def test_a_correction_shows_at_once_in_a_process_that_keeps_rows(
    get: Get, correct: Callable[[int], Action], now: datetime
) -> None:
    """Rows of entries are kept across revisions: those of what was published since are new."""
    note = "treaties/hanoi/actions.csv"
    reference.note_edition(now)
    before = get(note).content.decode()
    entry = correct(40)
    after = get(note).content.decode()
    assert f"\nhanoi,{entry.revision}," in after.replace("\r", "")
    assert "\nhanoi,40," in before.replace("\r", "")
    assert "\nhanoi,40," not in after.replace("\r", "")
    kept.forget()
    assert get(note).content.decode() == after
    Participant.objects.filter(pk=entry.participant_id).update(name="Another name")
    reference.note_edition(now)
    assert "Another name" in get(note).content.decode()


def test_the_working_is_shown_when_asked_for(get: Get) -> None:
    plain = get("treaties/hanoi/status/").json()
    explained = get("treaties/hanoi/status/", explain=1).json()
    working = explained.pop("working")
    assert explained | {"permalink": ""} == plain | {"permalink": ""}
    assert [entry["participant"] for entry in working["counted"]] == ["QAT"]
    assert "ninetieth" in working["rule"] or "90 days" in working["rule"]


def test_every_answer_names_its_clocks_and_a_permalink_with_the_same_bytes(get: Get) -> None:
    for path in ("status/", "participants/", "participants/QAT/", "actions/", "windows/", "changes/"):
        answer = get(f"treaties/hanoi/{path}")
        document = answer.json()
        assert (document["as_of"], document["revision"]) == ("2026-11-21", 87)
        again = get(document["permalink"])
        assert again.content == answer.content
        assert again["ETag"] == answer["ETag"]
        assert f'<{document["permalink"]}>; rel="bookmark"' in answer["Link"]


@pytest.mark.production  # other tests send SQLite the same statements
def test_a_permalink_survives_ten_corrections(
    get: Get, record: Treaty, correct: Callable[[int], Action], now: datetime
) -> None:
    lists = ("participants", "actions", "windows", "changes")
    paths = ["status/", "participants/QAT/"] + [path + ending for path in lists for ending in ENDINGS]
    links = [get(f"treaties/hanoi/{path}")["Link"].split(">")[0].removeprefix("<") for path in paths]
    before = {link: get(link).content for link in links}
    for revision in range(1, 11):
        correct(revision)
        status.recompute(record.pk, today=now.date(), now=now)
    assert get("treaties/hanoi/status/").json()["revision"] == 97
    assert {link: get(link).content for link in links} == before
    for ending in ENDINGS:
        corrected = get(f"treaties/hanoi/actions{ending}").content
        assert corrected != before[links[paths.index(f"actions{ending}")]]


def test_a_participant_without_an_entry_is_listed_with_no_standing(get: Get) -> None:
    rows = {row["participant"]: row for row in get("treaties/hanoi/participants/").json()["results"]}
    assert rows["AFG"]["standing"] == "unknown"
    assert rows["AFG"]["sources"] == []
    assert rows["QAT"]["standing"] == "contracting"
    assert {source["key"] for source in rows["QAT"]["sources"]}
    assert "SUN" not in rows  # no longer exists, and did nothing here


def test_a_list_as_text_has_the_rows_of_the_same_list_narrowed(get: Get) -> None:
    """Byte by byte, on days on which something stands otherwise, in the order in which they are asked for."""
    days = ["2026-11-21", "2025-10-24", "2025-10-25", "2026-03-01", "2026-11-20", "2030-01-01", "2026-11-21"]
    for clocks in (
        {},
        *({"as_of": day} for day in days),
        {"revision": "85"},
        {"as_of": "2026-03-01", "revision": "60"},
    ):
        whole = get("treaties/hanoi/participants/", **clocks)
        narrowed = get("treaties/hanoi/participants/", **clocks, ordering="name")
        assert whole.content.partition(b'"count"')[2] == narrowed.content.partition(b'"count"')[2]
        rows = {row["participant"]: row for row in whole.json()["results"]}
        for iso3 in ("QAT", "AFG", "EUE"):
            alone = get(f"treaties/hanoi/participants/{iso3}/", **clocks).json()
            assert {name: alone[name] for name in rows[iso3]} == rows[iso3]
        assert get("treaties/hanoi/participants/", **clocks, region="Africa").json()["results"] == [
            row for row in whole.json()["results"] if row["region"] == "Africa"
        ]


def test_the_list_follows_the_reference_data_at_once(get: Get, now: datetime) -> None:
    Participant.objects.filter(iso3="QAT").update(name="Qatar, State of")
    reference.note_edition(now)
    named = {row["participant"]: row["name"] for row in get("treaties/hanoi/participants/").json()["results"]}
    assert named["QAT"] == "Qatar, State of"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"standing": "contracting,party"}, {"QAT"}),
        ({"standing": "contracting", "group": "eu"}, set()),
        ({"counted": "true"}, {"QAT"}),
        ({"consent_from": "2026-02-10", "consent_to": "2026-02-10"}, {"QAT"}),
        ({"consent_from": "2026-02-14"}, set()),
        ({"q": "türkiye"}, {"TUR"}),
        ({"q": "turkey"}, {"TUR"}),
        ({"kind": "reio"}, {"EUE"}),
    ],
)
def test_standings_are_filtered(get: Get, query: dict[str, str], expected: set[str]) -> None:
    rows = get("treaties/hanoi/participants/", **query).json()["results"]
    assert {row["participant"] for row in rows} == expected


def test_several_values_are_given_in_either_way(get: Get) -> None:
    with_commas = get("/api/v1/treaties/hanoi/participants/?standing=contracting,signatory")
    one_by_one = get("/api/v1/treaties/hanoi/participants/?standing=contracting&standing=signatory")
    assert with_commas.json()["count"] == 75
    assert one_by_one.content == with_commas.content


def test_standings_are_ordered_and_rows_without_a_day_come_last(get: Get) -> None:
    for ordering in ("consent", "-consent"):
        assert (
            get("treaties/hanoi/participants/", ordering=ordering).json()["results"][0]["participant"]
            == "QAT"
        )
    by_standing = [
        row["standing"] for row in get("treaties/hanoi/participants/", ordering="-standing").json()["results"]
    ]
    assert by_standing[0] == "contracting"
    assert by_standing[-1] == "unknown"


def test_actions_come_page_by_page_in_one_state(get: Get, correct: Callable[[int], Action]) -> None:
    seen, address = [], "treaties/hanoi/actions/?limit=25"
    while address:
        page = get(address).json()
        seen += [row["revision"] for row in page["results"]]
        address = page["next"]
        if len(seen) == 25:
            correct(30)  # published while somebody walks
    assert seen == list(range(1, 87))


def test_pages_can_be_walked_by_day_and_back(get: Get) -> None:
    forth, address = [], "/api/v1/treaties/hanoi/actions/?limit=30&ordering=-taken_on"
    while address:
        page = get(address).json()
        forth.append([row["revision"] for row in page["results"]])
        address, last = page["next"], page
    back = get(last["previous"]).json()
    assert [row["revision"] for row in back["results"]] == forth[-2]
    assert len({revision for page in forth for revision in page}) == 86


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "ratification"}, 1),
        ({"participant": "QAT"}, None),
        ({"group": "eu", "kind": "signature"}, None),
        ({"region": "Oceania"}, None),
        ({"taken_from": "2026-02-13", "taken_to": "2026-02-13", "kind": "ratification"}, 1),
        ({"article": "63"}, None),
        ({"as_of": "2025-10-24"}, 0),
    ],
)
def test_actions_are_filtered(get: Get, query: dict[str, str], expected: int | None) -> None:
    rows = get("treaties/hanoi/actions/", limit=250, **query).json()["results"]
    assert len(rows) == expected if expected is not None else 0 < len(rows) < 86
    if "article" in query:
        assert all(any(each.split("(")[0] == "63" for each in row["provisions"]) for row in rows)


def test_windows_are_filtered(get: Get) -> None:
    rows = get("treaties/hanoi/windows/", reported="false").json()["results"]
    assert [(row["kind"], row["state"], row["days_left"]) for row in rows] == [("signature", "open", 40)]
    assert get("treaties/hanoi/windows/", participant="AGO", state="closed").json()["count"] == 1


@pytest.mark.production  # other tests send SQLite the same statements
def test_changes_are_polled_without_loss(
    get: Get, record: Treaty, correct: Callable[[int], Action], now: datetime
) -> None:
    first = get("treaties/hanoi/changes/", since=0, limit=250).json()
    seen = [row["id"] for row in first["results"]]
    while first["next"]:
        first = get(first["next"]).json()
        seen += [row["id"] for row in first["results"]]
    assert seen == sorted(seen)
    assert get(first["poll"]).json()["results"] == []
    correct(1)
    status.recompute(record.pk, today=now.date(), now=now)
    assert get(first["poll"]).json()["results"] == []  # a summary changes no status
    later = status.recompute(record.pk, today=datetime(2027, 1, 1, tzinfo=now.tzinfo).date(), now=now)
    assert later > 0
    assert get(first["poll"]).json()["results"] == []  # as of today, the new year has not come
    fresh = get(f"{first['poll']}&as_of=2027-01-01").json()["results"]
    assert {row["cause"] for row in fresh} == {"day"}
    assert all(row["id"] > seen[-1] and row["sentence"] for row in fresh)
