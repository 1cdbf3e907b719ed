"""Comparisons with the depositary as the panel and the overview show them: who may do what, and what comes of it."""

from collections.abc import Callable
from datetime import date, datetime
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import Page, expect

from bench.status_documents import printed, status_document
from ratification.depositary.elements import MAX_BYTES
from ratification.depositary.runs import compare_run
from ratification.ledger import writing as ledger
from ratification.ledger.system_accounts import system_user
from ratification.ledger.writing import ActionContent
from ratification.models import Action, Difference, ImportRun
from ratification.operations import roles
from ratification.record.entries import latest_revision
from ratification.rules.dates import Span
from states.models import Participant, ParticipantName
from tests.ratification.depositary.conftest import Rows, document_of
from treaty.clauses import ActionKind
from treaty.models import Treaty

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as TestResponse

pytestmark = pytest.mark.django_db

NEW = {"Chad": ("30 Oct 2025", ""), "Fiji": ("9 Jan 2026", ""), "Malta": ("3 Nov 2025", "")}


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Forget what was compared in another test, and stop the clock that the pages read."""
    cache.clear()
    monkeypatch.setattr("panel.run_steps.timezone.now", lambda: now)


def client_of(*held: str) -> Client:
    user = User.objects.create_user("-".join(held), is_staff=True)
    user.groups.set(Group.objects.filter(name__in=held))
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def clerk(db: None) -> Client:  # noqa: ARG001 - it stands in the database
    return client_of(roles.DATA_ENTRY)


@pytest.fixture
def reviewer(db: None) -> Client:  # noqa: ARG001 - it stands in the database
    return client_of(roles.REVIEWER)


@pytest.fixture
def compared(hanoi: Treaty, now: datetime) -> Callable[[Rows], ImportRun]:
    return lambda rows: compare_run(
        hanoi, document_of(rows), address="XVIII-16.en.xml", retrieved_at=now, now=now
    )


@pytest.fixture
def run(compared: Callable[[Rows], ImportRun], first_signatories: Rows) -> ImportRun:
    """A list with three acts that the ledger lacks or knows less well."""
    return compared(first_signatories | NEW)


def at(run: ImportRun, step: str = "change") -> str:
    return reverse(f"admin:ratification_importrun_{step}", args=[run.pk])


def said(response: "TestResponse") -> str:
    return " ".join(str(message) for message in response.context["messages"])


def drafts() -> list[Action]:
    return list(Action.objects.filter(origin__startswith="depositary:").order_by("participant__iso3"))


def test_the_list_and_the_page_show_both_sides(clerk: Client, run: ImportRun) -> None:
    listed = clerk.get(reverse("admin:ratification_importrun_changelist")).content.decode()
    differences = {outcome: run.differences.filter(outcome=outcome).count() for outcome in ("new", "missing")}
    assert f"{differences['new']} new here, {differences['missing']} missing there, 1 differs" in listed
    response = clerk.get(at(run))
    page = " ".join(response.content.decode().split())
    assert page.count('name="picked"') == 3
    assert page.count('class="alike"') == run.agrees == 72
    assert page.count("a person has to see who is right") == differences["missing"]
    agreeing = page.index("What agrees: 72 acts")
    assert page.rindex('name="picked"') < agreeing < page.index('class="alike"')
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert "<script>" not in page
    assert "style=" not in page.split('id="content-main"')[1].split("</main>")[0]


def test_accepting_all_drafts_each_once(clerk: Client, run: ImportRun) -> None:
    before = latest_revision(run.treaty)
    response = clerk.post(at(run, "accept"), {"all": "1"}, follow=True)
    assert "3 entries were drafted: " in said(response)
    assert "They are among your drafts." in said(response)
    entries = {draft.participant.iso3: draft for draft in drafts()}
    assert set(entries) == {"TCD", "FJI", "MLT"}
    assert {draft.state for draft in entries.values()} == {"draft"}
    assert entries["FJI"].entry == Action.Entry.CORRECTION
    assert entries["TCD"].source is not None
    assert latest_revision(run.treaty) == before
    assert LogEntry.objects.count() == 3
    assert "There is nothing to draft." in response.content.decode()
    again = clerk.post(at(run, "accept"), {"all": "1"}, follow=True)
    assert said(again) == "Nothing was drafted: a draft says the same already, or the record does."
    assert len(drafts()) == 3


def test_only_what_is_picked_is_drafted(clerk: Client, run: ImportRun) -> None:
    assert "Nothing was picked" in said(clerk.post(at(run, "accept"), {"picked_only": "1"}, follow=True))
    chad = run.differences.get(participant__iso3="TCD")
    response = clerk.post(at(run, "accept"), {"picked": [str(chad.number)], "submit": "1"}, follow=True)
    assert said(response).startswith("1 entry was drafted: ")
    (draft,) = drafts()
    assert (draft.participant.iso3, draft.state) == ("TCD", "in_review")
    assert response.content.decode().count('name="picked"') == 2
    missing = run.differences.filter(outcome=Difference.Outcome.MISSING)[0]
    response = clerk.post(at(run, "accept"), {"picked": [str(missing.number)]}, follow=True)
    assert "Nothing can be drafted from this" in said(response)
    assert len(drafts()) == 1


def test_what_the_ledger_refuses_is_said_with_its_reason(
    clerk: Client, run: ImportRun, now: datetime
) -> None:
    held = run.differences.get(participant__iso3="FJI").held
    assert held is not None
    author, other = system_user("author", "a test"), system_user("other", "a test")
    retraction = ledger.retract(held, author=author, reason="It did not happen.", now=now)
    ledger.publish(ledger.submit(retraction, by=author), reviewer=other, now=now)
    response = clerk.post(at(run, "accept"), {"all": "1"}, follow=True)
    assert "Refused: Fiji: the ledger has signature of" in said(response)
    assert "2 entries were drafted" in said(response)
    assert {draft.participant.iso3 for draft in drafts()} == {"TCD", "MLT"}


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.parametrize("step", ["accept", "trust", "confirm"])
def test_a_reviewers_permission_alone_is_not_enough(reviewer: Client, run: ImportRun, step: str) -> None:
    page = reviewer.get(at(run)).content.decode()
    assert 'name="picked"' not in page
    assert "Draft all" not in page
    assert reviewer.post(at(run, step), {"all": "1"}).status_code == 403
    assert reviewer.get(reverse("admin:ratification_importrun_compare")).status_code == 403
    assert Client().get(at(run)).status_code == 302
    assert "Your session has ended" in Client().post(at(run, step), {"all": "1"}).content.decode()
    assert drafts() == []


def test_a_step_is_taken_by_a_form_only(clerk: Client, run: ImportRun) -> None:
    assert clerk.get(at(run, "accept")).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = clerk.cookies
    assert strict.post(at(run, "accept"), {"all": "1"}).status_code == 403
    assert drafts() == []


def test_a_suspect_document_is_held_until_somebody_trusts_it(
    clerk: Client, compared: Callable[[Rows], ImportRun], first_signatories: Rows
) -> None:
    run = compared(dict(list(first_signatories.items())[:10]) | {"Chad": NEW["Chad"]})
    assert run.state == ImportRun.State.SUSPECT
    page = clerk.get(at(run)).content.decode()
    assert run.suspicions[0] in page.replace("&#x27;", "'")
    assert 'name="picked"' not in page
    assert "The comparison is suspect" in said(clerk.post(at(run, "accept"), {"all": "1"}, follow=True))
    assert "needs a reason" in said(clerk.post(at(run, "trust"), {"reason": " "}, follow=True))
    assert drafts() == []
    response = clerk.post(at(run, "trust"), {"reason": "The depositary told us."}, follow=True)
    assert "is trusted" in said(response)
    assert "trusted by data entry" in response.content.decode()
    clerk.post(at(run, "accept"), {"all": "1"})
    assert [draft.participant.iso3 for draft in drafts()] == ["TCD"]


def test_an_unknown_name_is_confirmed_and_the_document_compared_again(
    clerk: Client, reviewer: Client, compared: Callable[[Rows], ImportRun], first_signatories: Rows
) -> None:
    run = compared(first_signatories | {"Chaad": NEW["Chad"], "Zz Nowhere": ("3 Nov 2025", "")})
    assert run.state == ImportRun.State.STOPPED
    page = clerk.get(at(run)).content.decode()
    assert 'value="TCD"> Chad (TCD)' in page
    rows = {line.name: line.number for line, _nearest in clerk.get(at(run)).context["unknown"]}
    assert set(rows) == {"Chaad", "Zz Nowhere"}
    chad, nowhere = f"meant-{rows['Chaad']}", f"other-{rows['Zz Nowhere']}"
    assert "Say who is meant" in said(clerk.post(at(run, "confirm"), {chad: ""}, follow=True))
    wrong = clerk.post(at(run, "confirm"), {chad: "TCD", nowhere: "ZZZ"}, follow=True)
    assert said(wrong) == "Zz Nowhere: no participant has the code ZZZ."
    assert not ParticipantName.objects.filter(normalised="chaad").exists()
    assert reviewer.post(at(run, "confirm"), {chad: "TCD"}).status_code == 403

    response = clerk.post(at(run, "confirm"), {chad: "TCD", nowhere: "mlt"}, follow=True)
    assert "“Chaad” is a name of Chad from now on." in said(response)
    again = ImportRun.objects.latest("pk")
    assert (again.state, again.document) == ("compared", run.document)
    assert response.redirect_chain[-1][0] == at(again)
    assert Participant.objects.get(names__normalised="zz nowhere").iso3 == "MLT"
    assert "The same document was compared again" in clerk.get(at(run)).content.decode()
    assert {line.participant.iso3 for line in response.context["different"] if line.may_be_picked} == {
        "TCD",
        "MLT",
    }
    assert "has not stopped at a name" in said(clerk.post(at(again, "confirm"), follow=True))


def test_a_document_is_uploaded_and_compared(clerk: Client, hanoi: Treaty, first_signatories: Rows) -> None:
    address = reverse("admin:ratification_importrun_compare")

    def upload(content: bytes, **more: str) -> "TestResponse":
        file = SimpleUploadedFile("XVIII-16.en.xml", content)
        return clerk.post(address, {"treaty": str(hanoi.pk), "file": file, **more}, follow=True)

    content = document_of(first_signatories)
    assert "is refused: it is an HTML page" in upload(b"<!doctype html><html></html>").content.decode()
    big = b"x" * (MAX_BYTES + 1)
    assert clerk.post(address, {"file": SimpleUploadedFile("big.xml", big)}).status_code == 413
    with override_settings(LONGEST_BODY=2 * MAX_BYTES):
        assert "it has more than 10,000,000 bytes" in upload(big).content.decode()
    assert "lies in the future" in upload(content, retrieved_on="2999-01-01").content.decode()
    assert not ImportRun.objects.exists()
    page = upload(content, retrieved_on="2025-10-31").content.decode()
    (run,) = ImportRun.objects.all()
    assert (run.state, run.agrees, f"{run.retrieved_at:%Y-%m-%d}") == ("compared", 72, "2025-10-31")
    assert "There is nothing to draft." in page
    upload(content, retrieved_on="2025-10-31")
    assert ImportRun.objects.count() == 1


def test_the_overview_says_whether_the_depositary_agrees(
    client: Client,
    hanoi: Treaty,
    compared: Callable[[Rows], ImportRun],
    first_signatories: Rows,
    now: datetime,
) -> None:
    def overview() -> str:
        return " ".join(unescape(client.get("/").content.decode()).split())

    assert "No list of the depositary has been compared with this record yet." in overview()
    with CaptureQueriesContext(connection) as never:
        overview()
    everybody = first_signatories | {
        entry.participant.name: (printed(entry.taken_latest), "")
        for entry in hanoi.actions.filter(kind=ActionKind.SIGNATURE, taken_latest__gt="2025-10-26")
    }
    compared(everybody | {"Chad": NEW["Chad"]})
    assert "Compared with the depositary's list of 21 Nov 2026: " in overview()
    compared_page = " ".join(client.get("/about/depositary/").content.decode().split())
    assert "Chad: signature of 30 Oct 2025 is not in the ledger" in compared_page
    before = overview()
    with CaptureQueriesContext(connection) as warm:
        overview()
    assert len(warm) == len(never)

    chad = ActionContent(
        participant=Participant.objects.get(iso3="TCD"),
        kind=ActionKind.SIGNATURE,
        taken=Span.day(date(2025, 10, 30)),
        source=hanoi.sources.all()[0],
    )
    ledger.record(hanoi, [chad], author=system_user("a", "test"), reviewer=system_user("b", "test"), now=now)
    assert "Chad" not in client.get("/about/depositary/").content.decode().split("<main")[1]
    assert overview() != before


def test_the_page_of_a_comparison_fits_and_is_quiet(
    page: Page, hanoi: Treaty, first_signatories: Rows, now: datetime
) -> None:
    rows = first_signatories | NEW
    good = compare_run(hanoi, document_of(rows), address="XVIII-16.en.xml", retrieved_at=now, now=now)
    names = rows | {"Chaad": NEW["Chad"], "Zz Nowhere": ("3 Nov 2025", "")}
    stopped = compare_run(hanoi, document_of(names), address="x.xml", retrieved_at=now, now=now)
    few = dict(list(rows.items())[:10])
    suspect = compare_run(hanoi, document_of(few), address="few.xml", retrieved_at=now, now=now)
    cookies = client_of(roles.DATA_ENTRY).cookies
    page.goto("/")
    page.context.add_cookies([{"name": "sessionid", "value": cookies["sessionid"].value, "url": page.url}])
    addresses = [
        reverse("admin:ratification_importrun_changelist"),
        reverse("admin:ratification_importrun_compare"),
        *map(at, (good, stopped, suspect)),
    ]
    for address in addresses:
        for width in (360, 1600):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address)
            assert page.locator("#content-main, #changelist").count()
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} at {width}"
    page.goto(at(good))
    page.get_by_label("Accept: Chad").check()
    page.get_by_role("button", name="Draft what is picked").click()
    expect(page.get_by_text("1 entry was drafted")).to_be_visible()


def test_what_the_text_states_is_shown_safely_and_drafted_where_it_is_picked(
    clerk: Client, hanoi: Treaty, first_signatories: Rows, now: datetime
) -> None:
    rows = [(name, *cells) for name, cells in sorted(first_signatories.items())]
    said = "<Para>&lt;i&gt;Viet Nam&lt;/i&gt; &lt;script&gt;declares&lt;/script&gt; on article 7.</Para>"
    item = f"<Participant>Viet Nam</Participant><Title>Declaration upon signature:</Title>{said}"
    sections = f"<Declarations><Declaration>{item}</Declaration></Declarations>"
    sections += "<EndNotes><Note><Index>1</Index><Para>It rained.</Para></Note></EndNotes>"
    content = status_document(rows, sections=sections)
    run = compare_run(hanoi, content, address="XVIII-16.en.xml", retrieved_at=now, now=now)
    page = clerk.get(at(run)).content.decode()
    assert "<i>Viet Nam</i> &lt;script&gt;declares&lt;/script&gt; on article 7." in page
    assert "End note 1 is not understood: It rained." in page
    (stated,) = run.differences.filter(outcome="stated")
    answer = clerk.post(at(run, "accept"), {"picked": [stated.number]}, follow=True)
    assert "1 entry was drafted" in answer.content.decode()
    draft = Action.objects.get(state="draft", kind="declaration")
    assert (draft.kind, draft.provisions) == ("declaration", ["7"])
    assert draft.texts[0]["text"] == "Viet Nam declares on article 7."
