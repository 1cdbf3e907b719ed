"""The Convention itself: the real record, and what 39 further deposits would do."""

from datetime import date

import pytest

from ratification.rules.document import Json, sentences, status_document, working_document
from ratification.rules.facts import Fact
from tests.ratification.rules.cases import evaluated, fact

INVENTED = [fact(f"X{number:02}", "accession", "2027-03-01") for number in range(39)]
TODAY = date(2026, 11, 21)


def document_on(day: date, more: list[Fact] | None = None) -> Json:
    return status_document("hanoi", day, 81, evaluated("hanoi", day, more or ()))


def participant(document: Json, iso3: str) -> Json:
    (found,) = (each for each in document["participants"] if each["participant"] == iso3)
    assert isinstance(found, dict)
    return found


def test_today() -> None:
    document = document_on(TODAY)
    assert {key: document[key] for key in list(document)[:8]} == {
        "treaty": "hanoi",
        "as_of": "2026-11-21",
        "timezone": "UTC",
        "known_until": None,
        "revision": 81,
        "signatories": 75,
        "contracting": 1,
        "parties": 0,
    }
    assert document["possible"] == {"signatories": 75, "contracting": 1, "parties": 0, "counted": 1}
    unknown = {"on": None, "earliest": None, "latest": None}
    assert document["threshold"] == {"required": 40, "counted": 1, "remaining": 39, "reached": unknown}
    assert document["entry_into_force"] == {
        **unknown,
        "decisive": [],
        "article": "65(1)",
        "reason": "39 more instruments are needed.",
    }
    window = document["windows"][0]
    assert {key: window[key] for key in list(window)[:8]} == {
        "kind": "signature",
        "participant": None,
        "opens_on": "2025-10-25",
        "closes_on": "2026-12-31",
        "state": "open",
        "days_left": 40,
        "basis": "article 64(1)",
        "reported": False,
    }
    qatar = participant(document, "QAT")
    assert {key: qatar[key] for key in list(qatar)[:6]} == {
        "participant": "QAT",
        "standing": "contracting",
        "signed_on": "2025-10-25",
        "consent": {"kind": "ratification", "on": None, "earliest": "2026-02-01", "latest": "2026-02-13"},
        "in_force": unknown,
        "counted": True,
    }
    assert qatar["reason"] == (
        "The ratification deposited between 2026-02-01 and 2026-02-13 counts under article 65(1). "
        "The treaty is not in force."
    )


def test_the_keys_keep_their_order() -> None:
    document = document_on(TODAY)
    assert list(document) == [
        *("treaty", "as_of", "timezone", "known_until", "revision", "signatories", "contracting", "parties"),
        *("possible", "unknown", "threshold", "entry_into_force", "declared", "windows", "participants"),
    ]
    assert list(document["windows"][0])[:8] == [
        *("kind", "participant", "opens_on", "closes_on", "state", "days_left", "basis", "reported"),
    ]
    assert list(document["participants"][0])[:7] == [
        *("participant", "standing", "signed_on", "consent", "in_force", "counted", "reason"),
    ]
    codes = [each["participant"] for each in document["participants"]]
    assert codes == sorted(codes)


@pytest.mark.parametrize(
    ("day", "signatories", "possible", "counted", "may_count", "state", "left"),
    [
        ("2025-10-24", 0, 0, 0, 0, "not_yet_open", None),
        ("2025-10-25", 69, 69, 0, 0, "open", 432),
        ("2025-10-26", 72, 72, 0, 0, "open", 431),
        ("2025-12-01", 73, 74, 0, 0, "open", 395),
        ("2026-01-31", 74, 74, 0, 0, "open", 334),
        ("2026-02-05", 74, 74, 0, 1, "open", 329),
        ("2026-02-13", 74, 74, 1, 1, "open", 321),
        ("2026-07-10", 74, 75, 1, 1, "open", 174),
        ("2026-11-21", 75, 75, 1, 1, "open", 40),
        ("2026-12-31", 75, 75, 1, 1, "open", 0),
        ("2027-01-01", 75, 75, 1, 1, "closed", None),
    ],
)
def test_the_record_over_time(
    *, day: str, signatories: int, possible: int, counted: int, may_count: int, state: str, left: int | None
) -> None:
    document = document_on(date.fromisoformat(day))
    assert (document["signatories"], document["possible"]["signatories"]) == (signatories, possible)
    assert (document["threshold"]["counted"], document["possible"]["counted"]) == (counted, may_count)
    assert (document["windows"][0]["state"], document["windows"][0]["days_left"]) == (state, left)


def test_an_open_day_leaves_the_standing_at_what_is_certain() -> None:
    qatar = participant(document_on(date(2026, 2, 5)), "QAT")
    assert (qatar["standing"], qatar["counted"]) == ("signatory", False)
    assert "the day is open" in qatar["reason"]
    fiji = participant(document_on(date(2025, 12, 1)), "FJI")
    assert (fiji["standing"], fiji["signed_on"]) == ("none", None)
    assert fiji["signed"] == {"on": None, "earliest": "2025-11-20", "latest": "2026-01-17"}
    assert fiji["reason"] == "Signed between 2025-11-20 and 2026-01-17; whether by 2025-12-01 is open."


def test_approval_at_home_never_counts_and_its_window_is_reported() -> None:
    document = document_on(TODAY)
    assert participant(document, "AZE")["standing"] == "signatory"
    reported = [window for window in document["windows"] if window["reported"]]
    assert len(reported) == 75
    assert {window["kind"] for window in reported} == {"domestic_approval"}
    (canada,) = (window for window in reported if window["participant"] == "CAN")
    assert (canada["opens_on"], canada["closes_on"], canada["state"]) == (None, None, "closed")
    assert canada["closes"] == {"on": None, "earliest": "2026-09-29", "latest": "2026-10-29"}


def test_sentences_say_the_three_numbers_apart() -> None:
    assert sentences(evaluated("hanoi", TODAY)) == [
        "75 signatories.",
        "1 contracting State or organization.",
        "0 parties.",
        "1 of 40 counted toward the threshold.",
        "39 more instruments are needed.",
        "Open: signature, 40 days left; article 64(1).",
    ]
    assert sentences(evaluated("hanoi", date(2026, 2, 5)))[1] == (
        "0 contracting States and organizations (possibly 1)."
    )
    assert "Open: domestic approval (AGO), 53 days left" in " ".join(
        sentences(evaluated("hanoi", date(2025, 12, 1)))
    )


def test_39_further_deposits_bring_the_convention_into_force() -> None:
    day = date(2027, 6, 1)
    later = [
        fact("L01", "accession", "2027-04-20"),
        fact("L02", "accession", "2027-04-30"),
        fact("L03", "accession", "2027-05-01"),
        fact("L04", "accession", "2027-05-10"),
    ]
    document = document_on(day, [*INVENTED, *later])
    assert document["threshold"]["reached"]["on"] == "2027-03-01"
    assert document["threshold"]["counted"] == 40
    assert document["entry_into_force"]["on"] == "2027-05-30"
    assert document["entry_into_force"]["decisive"] == [f"X{number:02}" for number in range(39)]
    days = {
        code: participant(document, code)["in_force"]["on"] for code in ("QAT", "L01", "L02", "L03", "L04")
    }
    assert days == {
        "QAT": "2027-05-30",
        "L01": "2027-05-30",
        "L02": "2027-05-30",
        "L03": "2027-05-31",
        "L04": "2027-06-09",
    }
    assert participant(document, "L01")["standing"] == "party"
    assert participant(document, "L04")["standing"] == "contracting"
    assert "article 65(2) applies to it" in participant(document, "L04")["reason"]
    assert (document["parties"], document["contracting"]) == (43, 1)
    kinds = [
        (window["kind"], window["participant"]) for window in document["windows"] if not window["reported"]
    ]
    assert kinds == [
        ("signature", None),
        ("entry_into_force", None),
        ("later_party", "L01"),
        ("later_party", "L02"),
        ("later_party", "L03"),
        ("later_party", "L04"),
        ("amendment", None),
    ]
    amendment = document["windows"][-1]
    assert (amendment["opens_on"], amendment["closes_on"], amendment["state"]) == (
        "2032-05-30",
        None,
        "not_yet_open",
    )


def test_the_last_day_of_a_window_is_in_it() -> None:
    for day, state, left in ((date(2027, 5, 30), "open", 0), (date(2027, 5, 31), "closed", None)):
        (window,) = (w for w in document_on(day, INVENTED)["windows"] if w["kind"] == "entry_into_force")
        assert (window["opens_on"], window["state"], window["days_left"]) == ("2027-03-01", state, left)


def test_the_organization_as_the_fortieth_document_changes_nothing() -> None:
    day = date(2027, 6, 1)
    union = fact("EUE", "approval", "2027-03-01")
    thirty_eight = document_on(day, [*INVENTED[:38], union])
    assert thirty_eight["threshold"]["counted"] == 39
    assert thirty_eight["entry_into_force"]["on"] is None
    assert thirty_eight["entry_into_force"]["reason"] == "1 more instrument is needed."
    without, with_it = document_on(day, INVENTED), document_on(day, [*INVENTED, union])
    assert without["threshold"] == with_it["threshold"]
    assert without["entry_into_force"] == with_it["entry_into_force"]
    assert with_it["parties"] == without["parties"] + 1
    (entry,) = working_document(evaluated("hanoi", day, [*INVENTED, union]))["not_counted"]
    assert entry["reason"] == (
        "An organization's instrument is not additional to those of its member States; "
        "0 of its 27 members of that day had deposited theirs."
    )


def test_the_working_shows_rule_arithmetic_and_shared_ranks() -> None:
    working = working_document(evaluated("hanoi", date(2027, 3, 2), INVENTED))
    assert working["rule"] == (
        "In force 90 days after the deposit of the 40th instrument of ratification, acceptance, approval or "
        "accession, an organization's instrument not counting."
    )
    assert working["steps"] == ["2027-03-01 + 90 days = 2027-05-30"]
    assert working["reason"] == (
        "The 40th instrument was deposited on 2027-03-01. The treaty enters into force on 2027-05-30."
    )
    assert [entry["rank"] for entry in working["counted"]] == [[1, 1], *([2, 40] for _ in range(39))]
    assert working["conditions"] == [
        {"kind": "instruments", "subject": "", "required": "40", "held": "40", "met": True, "missing": []}
    ]
