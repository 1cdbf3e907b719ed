"""Every kind of real notification: entered in the panel by a clerk, published by a reviewer, read on its page.

One case a kind, as depositaries issue them (Treaty Handbook, annexes; notifications on statehood, territories and
authorities); a case has one line for each act, and what its public page then says.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from ratification.ledger.shown import shown_of, to_text
from ratification.models import Action, TreatyFact
from states.models import Participant
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

At = Callable[[User], Client]
Enter = Callable[..., tuple[Action | None, dict[str, list[str]]]]
NUMBER = "C.N.601.2026.TREATIES-XVIII.16"


@dataclass(frozen=True)
class Line:
    """One act: `BRA ratification 2026-11-10`, the line that it is about, and further fields of the form."""

    text: str
    about: int | str | None = None
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """The acts of a notification; the page (`#` in it is the revision of the line that is read) and what it says."""

    lines: Sequence[Line]
    page: str
    says: Sequence[str]
    never: Sequence[str] = ()
    read: int = -1


def line(text: str, about: int | str | None = None, **fields: str) -> Line:
    return Line(text, about, fields)


DAY = "2026-11-10"
RATIFIED = line(f"BRA ratification {DAY}")
RESERVED = line(f"BRA reservation {DAY}", provisions="13, 63(2)", excludes="true")
AUTHORITY = line(f"BRA notification {DAY}", provisions="40(12)", summary="Ministry of Justice, Brasília.")
TEXTS = "[pt, authentic]\nO Brasil não se considera vinculado.\n\n[en, official]\nBrazil is not bound."
GIBRALTAR = line("GBR territorial_application 2026-11-11", territories="GIB, IMN")
BRITISH = line(f"GBR ratification {DAY}")
CASES = {
    "signature": Case(
        [line("BTN signature 2026-11-10")], "/participants/BTN/", ["signatory", r"Revision \d+"]
    ),
    "ratification, with number and date": Case(
        [line(f"BRA ratification {DAY}", notification=NUMBER, notified_on="12 November 2026")],
        "/participants/BRA/",
        [rf"{re.escape(NUMBER)}, 12 Nov 2026", "ratification"],
    ),
    "acceptance": Case([line(f"JPN acceptance {DAY}")], "/participants/JPN/", ["acceptance"]),
    "approval": Case([line(f"FRA approval {DAY}")], "/participants/FRA/", ["approval"]),
    "accession": Case([line(f"BTN accession {DAY}")], "/participants/BTN/", ["accession"]),
    "the European Union": Case(
        [line(f"FRA approval {DAY}"), line("EUE approval 2026-11-11")], "/participants/EUE/", ["approval"]
    ),
    "reservation, in the original and a translation": Case(
        [RATIFIED, line(f"BRA reservation {DAY}", provisions="13", texts=TEXTS)],
        "/statements/#/",
        [
            r"Authentic text <small>pt",
            "O Brasil não se considera vinculado",
            r"Official translation <small>en",
        ],
    ),
    "declaration": Case(
        [RATIFIED, line(f"BRA declaration {DAY}", provisions="40", summary="On languages.")],
        "/articles/40/",
        ["Current statements", "On languages"],
    ),
    "objection that does not preclude entry into force": Case(
        [RATIFIED, RESERVED, line("CAN objection 2026-11-12", 1, provisions="63(2)", precludes="false")],
        "/participants/CAN/",
        ["reservation of Brazil", "does not preclude entry into force between the two"],
    ),
    "objection that precludes entry into force": Case(
        [RATIFIED, RESERVED, line("CAN objection 2026-11-12", 1, precludes="true")],
        "/statements/#/",
        [
            "precludes entry into force between the two",
            "Between Brazil and Canada the treaty is not in force",
        ],
    ),
    "withdrawal of an objection": Case(
        [
            RATIFIED,
            RESERVED,
            line("CAN objection 2026-11-12", 1),
            line("CAN withdrawal_of_statement 2026-11-14", 2),
        ],
        "/statements/#/",
        ["withdrawn</span> since 14 Nov 2026"],
        read=2,
    ),
    "withdrawal of the whole": Case(
        [RATIFIED, RESERVED, line("BRA withdrawal_of_statement 2026-11-14", 1)],
        "/articles/13/",
        ["Ended statements", "withdrawn</span> since 14 Nov 2026"],
        ["Current statements"],
    ),
    "withdrawal of a part": Case(
        [RATIFIED, RESERVED, line("BRA withdrawal_of_statement 2026-11-14", 1, provisions="13")],
        "/statements/#/",
        ["withdrawn</span> article 13 since 14 Nov 2026", r"maintained</span> article 63\(2\)"],
        read=1,
    ),
    "withdrawal of a paragraph of what was reserved as an article": Case(
        [RATIFIED, RESERVED, line("BRA withdrawal_of_statement 2026-11-14", 1, provisions="13(2)")],
        "/statements/#/",
        [r"partly withdrawn</span> article 13 since 14 Nov 2026, but for article 13\(2\)"],
        read=1,
    ),
    "modification": Case(
        [
            RATIFIED,
            RESERVED,
            line("BRA modification_of_statement 2026-11-14", 1, provisions="13", summary="Now this."),
        ],
        "/statements/#/",
        ["modified</span> article 13 since 14 Nov 2026", "modification of statement", "Now this."],
        read=1,
    ),
    "late reservation": Case(
        [
            RATIFIED,
            line(
                "BRA reservation 2026-11-14", provisions="13", notification=NUMBER, notified_on="2026-11-16"
            ),
        ],
        "/statements/#/",
        [
            "awaiting acceptance",
            "Contracting States can object until 16 Nov 2027, twelve months after its notification",
        ],
    ),
    "confirmation on ratification of what was reserved at signature": Case(
        [
            line(f"AZE ratification {DAY}"),
            line(f"AZE confirmation_of_reservation {DAY}", "AZE reservation 7(2)"),
        ],
        "/articles/7/",
        ["confirmed</span> since 10 Nov 2026"],
        ["awaiting confirmation"],
    ),
    "communication on statehood": Case(
        [
            line("PSE accession 2026-11-10"),
            line("CAN communication 2026-11-12", 0, summary="Does not recognize it."),
        ],
        "/statements/#/",
        [
            "Communication of Canada on the accession of",
            "Palestine",
            "A communication does not affect the act",
        ],
    ),
    "communication on statehood does not touch the act": Case(
        [line("PSE accession 2026-11-10"), line("CAN communication 2026-11-12", 0)],
        "/participants/PSE/",
        ["accession"],
        ["without effect"],
    ),
    "territorial application": Case(
        [BRITISH, GIBRALTAR], "/territories/", [r"Gibraltar.{1,300}extended to it", "Isle of Man"]
    ),
    "territorial application on its own page": Case(
        [BRITISH, GIBRALTAR], "/statements/#/", ["Territories: Gibraltar, Isle of Man"]
    ),
    "territorial exclusion": Case(
        [line(f"DNK ratification {DAY}"), line(f"DNK territorial_exclusion {DAY}", territories="FRO, GRL")],
        "/territories/",
        [r"Faroe Islands.{1,300}excluded", r"Greenland.{1,300}excluded"],
    ),
    "later extension to an excluded territory": Case(
        [
            line(f"DNK ratification {DAY}"),
            line(f"DNK territorial_exclusion {DAY}", territories="FRO, GRL"),
            line("DNK withdrawal_of_statement 2026-11-15", 1, territories="GRL"),
            line("DNK territorial_application 2026-11-15", territories="GRL"),
        ],
        "/territories/",
        [r"Faroe Islands.{1,300}excluded", r"Greenland.{1,300}extended to it"],
    ),
    "a territory withdrawn from an application": Case(
        [BRITISH, GIBRALTAR, line("GBR withdrawal_of_statement 2026-11-15", 1, territories="IMN")],
        "/participants/GBR/",
        [r"withdrawn</span> Isle of Man since 15 Nov 2026", "maintained</span> Gibraltar"],
    ),
    "communication on a territory, and the reply": Case(
        [
            *[BRITISH, GIBRALTAR],
            line("ESP communication 2026-11-13", 1, territories="GIB", summary="On sovereignty."),
            line("GBR communication 2026-11-15", 2, summary="Rejects the claims."),
        ],
        "/participants/GBR/",
        ["communication</a> of Spain", "On sovereignty.", "Rejects the claims."],
    ),
    "central authority": Case(
        [RATIFIED, AUTHORITY], "/articles/40/", ["Current statements", "Ministry of Justice, Brasília"]
    ),
    "another central authority": Case(
        [
            RATIFIED,
            AUTHORITY,
            line("BRA notification 2026-11-15", 1, provisions="40(12)", summary="Another."),
        ],
        "/articles/40/",
        ["Current statements.*Another.*Ended statements", "replaced</span> since 15 Nov 2026"],
    ),
    "contact point of the 24/7 network": Case(
        [RATIFIED, line(f"BRA notification {DAY}", provisions="41(1)", summary="Police, day and night.")],
        "/articles/41/",
        ["Police, day and night."],
    ),
    "legal basis for extradition": Case(
        [
            RATIFIED,
            line(f"BRA notification {DAY}", provisions="37(5)", summary="Takes the Convention as the basis."),
        ],
        "/articles/37/",
        ["Takes the Convention as the basis."],
    ),
    "succession with its predecessor": Case(
        [line("SRB succession 2026-11-10", predecessor="YUG")],
        "/participants/SRB/",
        ["as the successor of .*Yugoslavia"],
    ),
    "provisional application": Case(
        [line(f"EST provisional_application {DAY}")],
        "/participants/EST/",
        ["provisional application", "maintained"],
    ),
    "end of provisional application": Case(
        [
            line(f"EST provisional_application {DAY}"),
            line("EST end_of_provisional_application 2026-11-15", 0),
        ],
        "/participants/EST/",
        ["withdrawn</span> since 15 Nov 2026"],
    ),
    "denunciation before entry into force, revoked": Case(
        [line("QAT denunciation 2026-11-10"), line("QAT withdrawal 2026-11-12", 0)],
        "/participants/QAT/",
        ["withdrawn", "denunciation"],
    ),
    "number of a notification issued again": Case(
        [line(f"BRA ratification {DAY}", notification=f"{NUMBER} (Reissued as received)")],
        "/participants/BRA/",
        [r"\(Reissued as received\)"],
    ),
    "two numbers for one act": Case(
        [line(f"BRA ratification {DAY}", notification=f"{NUMBER}, C.N.602.2026.TREATIES-XVIII.16")],
        "/participants/BRA/",
        [r"C\.N\.602\.2026"],
    ),
}


def about(treaty: Treaty, given: int | str | None, entered: Sequence[Action]) -> Action | None:
    """Return the entry that a line is about: a line before it, or a bundled entry by maker, kind and provision."""
    if isinstance(given, int):
        return entered[given]
    if given is None:
        return None
    iso3, kind, provision = given.split()
    return treaty.actions.get(participant__iso3=iso3, kind=kind, provisions=[provision])


def words(page: str) -> str:
    """Return a page with plain days and single blanks."""
    return re.sub(r"\s+", " ", re.sub(r"</?(time|span class=\"num\")[^>]*>", "", page))


@pytest.mark.parametrize("name", CASES)
def test_each_kind_is_recorded_and_read(hanoi: Treaty, enter: Enter, client: Client, name: str) -> None:
    case = CASES[name]
    entered: list[Action] = []
    for each in case.lines:
        fields = dict(each.fields)
        if predecessor := fields.get("predecessor"):
            fields["predecessor"] = str(Participant.objects.get(iso3=predecessor).pk)
        entry, refused = enter(hanoi, each.text, about(hanoi, each.about, entered), **fields)
        if refused and name == "denunciation before entry into force, revoked":
            assert "took the instrument back on receipt" in str(refused)
            break
        assert entry is not None, refused
        entered.append(entry)
    page = words(client.get(case.page.replace("#", str(entered[case.read].revision))).content.decode())
    for said in case.says:
        assert re.search(said, page), said
    for unsaid in case.never:
        assert unsaid not in page


def publish_fact(
    treaty: Treaty, clerk: User, reviewer: User, at: At, corrects: TreatyFact | None = None, **more: str
) -> TreatyFact:
    """Enter a treaty fact in its form, or the correction of one, and publish it."""
    data = {
        "treaty": treaty.pk,
        "taken_on": "10 November 2026",
        "notification": NUMBER,
        "notified_on": "12 November 2026",
        "summary": "As circulated.",
        "source": treaty.sources.get(key="untc-xviii-16").pk,
        "confidence": "primary",
        "_submit": "1",
        **more,
    }
    address = reverse("admin:ratification_treatyfact_add")
    at(clerk).post(f"{address}?corrects={corrects.pk}" if corrects else address, data)
    fact = TreatyFact.objects.get(author=clerk, revision=None)
    return publish(fact, reviewer, at)


def publish(fact: TreatyFact, reviewer: User, at: At) -> TreatyFact:
    address = reverse("admin:ratification_treatyfact_publish", args=[fact.pk])
    at(reviewer).post(address, {"shown": to_text(shown_of(fact))})
    fact.refresh_from_db()
    assert fact.revision
    return fact


@pytest.mark.production  # other tests send SQLite the same statements
@pytest.mark.parametrize(
    ("kind", "said"),
    {
        "opened": "Opened for signature",
        "certified_copies": "Certified true copies circulated",
        "correction_proposed": "Correction of the text proposed",
        "correction": r"Text corrected \(procès-verbal of rectification\)",
        "amendment_proposed": "Amendment proposed",
        "amendment_adopted": "Amendment adopted",
        "decision": "Decision of the parties",
    }.items(),
)
def test_acts_without_a_participant(
    hanoi: Treaty, clerk: User, reviewer: User, at: At, client: Client, kind: str, said: str
) -> None:
    """They are treaty facts, with the number and date of their notification, and stand on the page of the text."""
    publish_fact(hanoi, clerk, reviewer, at, kind=kind)
    page = words(client.get("/convention/").content.decode())
    assert re.search(f"{said}: As circulated", page)
    assert NUMBER in page


def test_an_act_without_a_participant_is_superseded(
    hanoi: Treaty, clerk: User, reviewer: User, at: At, client: Client
) -> None:
    """Its correction takes its place on the page of the text, and a retraction takes it away."""
    first = publish_fact(hanoi, clerk, reviewer, at, kind="correction", summary="Article 62, French text.")
    second = publish_fact(
        hanoi, clerk, reviewer, at, first, kind="correction", summary="Article 63.", reason="Misread."
    )
    page = words(client.get("/convention/").content.decode())
    assert "Article 63." in page
    assert "Article 62, French text." not in page
    before = words(client.get("/convention/", {"revision": str(first.revision)}).content.decode())
    assert "Article 62, French text." in before
    address = reverse("admin:ratification_treatyfact_retract", args=[second.pk])
    at(clerk).post(address, {"reason": "It was a proposal alone."})
    publish(TreatyFact.objects.get(author=clerk, revision=None), reviewer, at)
    assert "Article 63." not in client.get("/convention/").content.decode()
