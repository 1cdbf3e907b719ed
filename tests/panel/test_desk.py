"""Nothing typed is lost, and no key press does more than it says: the form of an entry in a real browser."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from ratification.ledger import preconditions, reference
from ratification.ledger import writing as ledger
from ratification.ledger.shown import shown_of, to_text
from ratification.ledger.writing import ActionContent, LedgerError
from ratification.models import Action
from states.models import Participant
from tests.panel.conftest import account
from tests.panel.hands import begin_session
from tests.panel.test_reference import form_of
from tests.panel.test_working_day import enter_the_ratification, sign_in
from treaty.models import Treaty

ADD = "/admin/ratification/action/add/"
At = Callable[[User], Client]
Say = Callable[..., ActionContent]


def change(entry: Action) -> str:
    return reverse("admin:ratification_action_change", args=[entry.pk])


@pytest.mark.usefixtures("hanoi")
def test_enter_takes_the_only_participant_that_fits_and_submits_nothing(page: Page, clerk: User) -> None:
    begin_session(page, clerk)
    page.goto(ADD)
    for words, chosen in (("UK", "United Kingdom"), ("Allemagne", "Germany"), ("EU", "European Union")):
        page.locator(".field-participant .select2-selection").click()
        page.locator("input.select2-search__field").press_sequentially(words)
        expect(page.locator(".select2-results__option--highlighted")).to_contain_text(chosen)
        page.keyboard.press("Enter")
        expect(page.locator(".field-participant .select2-selection__rendered")).to_contain_text(chosen)
    page.locator(".field-participant .select2-selection").click()
    page.mouse.move(0, 0)  # a result under the pointer is highlighted
    page.locator("input.select2-search__field").press_sequentially("Korea")
    expect(page.locator(".select2-results__option", has_text="Republic of Korea (KOR)")).to_be_visible()
    expect(page.locator(".select2-results__option--highlighted")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(".field-participant .select2-selection__rendered")).to_contain_text("European Union")
    page.keyboard.press("Escape")

    before = Action.objects.count()
    page.get_by_label("Effected on").fill("15 April 2026")
    page.get_by_label("Effected on").press("Enter")
    expect(page).to_have_title("Enter an action | Treaty status tracker")
    assert Action.objects.count() == before


@pytest.mark.usefixtures("hanoi")
def test_what_was_typed_is_there_after_the_session_ended(page: Page, clerk: User) -> None:
    sign_in(page, clerk.username)
    enter_the_ratification(page)
    page.get_by_label("Note").fill("typed before the session ended")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save draft", exact=True).click()
    expect(page.get_by_label("Password")).to_be_visible()
    begin_session(page, clerk)
    page.goto(ADD)
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("Note")).to_have_value("typed before the session ended")
    expect(page.locator(".field-participant .select2-selection__rendered")).to_contain_text("Viet Nam")
    page.get_by_role("button", name="Save draft", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Action.objects.get(author=clerk).note == "typed before the session ended"
    page.goto(ADD)
    expect(page.get_by_label("Effected on")).to_be_visible()
    expect(page.get_by_role("button", name="Put it back")).to_have_count(0)


@pytest.mark.usefixtures("hanoi")
def test_two_tabs_show_both_texts_and_the_last_save_is_a_choice(
    page: Page, clerk: User, draft: Callable[[ActionContent], Action], say: Say
) -> None:
    entry = draft(say("VNM ratification 2026-04-15", note="first"))
    begin_session(page, clerk)
    page.goto(change(entry))
    other = page.context.new_page()
    other.goto(change(entry))
    page.get_by_label("Note").fill("tab one")
    page.get_by_role("button", name="Save draft", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    other.get_by_label("Note").fill("tab two")
    other.get_by_role("button", name="Save draft", exact=True).click()
    expect(other.locator(".errornote, .errorlist").first).to_be_visible()
    expect(other.locator(".field-note")).to_contain_text("Stored meanwhile: tab one.")
    expect(other.get_by_label("Note")).to_have_value("tab two")
    entry.refresh_from_db()
    assert entry.note == "tab one"
    other.get_by_label("Note").fill("tab one and two")
    other.get_by_role("button", name="Save draft", exact=True).click()
    expect(other.locator(".messagelist .success")).to_be_visible()
    entry.refresh_from_db()
    assert entry.note == "tab one and two"


def test_a_text_sent_after_the_entry_left_the_desk_is_shown_and_said(
    clerk: User, at: At, filled: Callable[..., dict[str, object]], waiting: Callable[..., Action], say: Say
) -> None:
    entry = waiting(say("VNM ratification 2026-04-15"))
    form = filled("VNM ratification 2026-04-15", note="A long note\nof two lines", _save="1")
    page = at(clerk).post(change(entry), form).content.decode()
    assert "Not saved: the entry is in review" in page
    assert "A long note" in page
    entry.refresh_from_db()
    assert entry.note == ""


def test_an_author_recalls_an_entry_and_nobody_else_does(
    clerk: User, reviewer: User, at: At, waiting: Callable[..., Action], say: Say
) -> None:
    entry = waiting(say("VNM ratification 2026-04-15"))
    with pytest.raises(LedgerError, match="Only its author"):
        ledger.recall(entry, by=reviewer)
    assert "Recall from review" in at(clerk).get(change(entry)).content.decode()
    at(clerk).post(reverse("admin:ratification_action_recall", args=[entry.pk]))
    entry.refresh_from_db()
    assert entry.state == "draft"
    with pytest.raises(LedgerError, match="is a draft of"):
        ledger.recall(entry, by=clerk)


def test_a_draft_is_handed_over_by_its_author_or_an_administrator(
    hanoi: Treaty,
    clerk: User,
    administrator: User,
    at: At,
    draft: Callable[..., Action],
    say: Say,
    now: datetime,
) -> None:
    second, outsider = account("second", "data entry"), account("outsider", "data entry")
    entry = draft(say("VNM ratification 2026-04-15"))
    address = reverse("admin:ratification_action_hand-over", args=[entry.pk])
    assert at(outsider).post(address, {"to": outsider.pk}).status_code == 403
    at(clerk).post(address, {"to": second.pk})
    entry.refresh_from_db()
    assert entry.author == second, hanoi
    at(administrator).post(address, {"to": clerk.pk})
    entry.refresh_from_db()
    assert entry.author == clerk
    second.is_active = False
    second.save()
    with pytest.raises(LedgerError, match="is closed"):
        ledger.hand_over(entry, to=second)
    waits = ledger.submit(entry, by=clerk)
    with pytest.raises(LedgerError, match="somebody was faster"):
        ledger.hand_over(waits, to=outsider), now


def test_entries_are_found_by_words_of_participant_and_kind(clerk: User, at: At, hanoi: Treaty) -> None:
    search = "/admin/autocomplete/?app_label=ratification&model_name=action&field_name=relates_to&term={}"
    for words in ("qatar reservation", "reservation Catar", "reservation QAT 63"):
        results = at(clerk).get(search.format(words)).json()["results"]
        assert results, (words, hanoi)
        assert all("Qatar: " in one["text"] for one in results), words
        assert any("Qatar: reservation" in one["text"] for one in results), words


def test_the_audit_log_says_from_what_to_what_a_draft_was_changed(
    clerk: User, at: At, draft: Callable[..., Action], filled: Callable[..., dict[str, object]], say: Say
) -> None:
    entry = draft(say("VNM ratification 2026-04-15", note="first"))
    at(clerk).post(change(entry), filled("VNM ratification 2026-04-16", note="second"))
    message = LogEntry.objects.latest("pk").get_change_message()
    assert "Note: “first” → “second”" in message
    assert "Effected on: “2026-04-15” → “2026-04-16”" in message


def test_the_audit_log_says_so_of_rows_that_a_field_refers_to(
    administrator: User, at: At, hanoi: Treaty
) -> None:
    article = hanoi.articles.filter(themes__isnull=False).distinct()[0]
    address = reverse("admin:treaty_article_change", args=[article.pk])
    before = sorted(str(theme) for theme in article.themes.all())
    client = at(administrator)
    client.post(address, form_of(client, address) | {"themes": []})
    assert f"Themes: “{', '.join(before)}” → “”" in LogEntry.objects.latest("pk").get_change_message()


def test_a_reason_survives_the_refusal_of_a_step(
    clerk: User, reviewer: User, at: At, waiting: Callable[..., Action], say: Say, now: datetime
) -> None:
    entry = waiting(say("VNM ratification 2026-04-15"))
    shown = to_text(shown_of(entry))
    ledger.recall(entry, by=clerk)
    ledger.revise(entry, say("VNM ratification 2026-04-16"), by=clerk, now=now)
    ledger.submit(entry, by=clerk)
    address = reverse("admin:ratification_action_return", args=[entry.pk])
    sent = {"shown": shown, "reason": "Typed at length."}
    page = at(reviewer).post(address, sent, follow=True).content.decode()
    assert "The entry is not what you were shown" in page
    assert 'value="Typed at length."' in page


def test_the_page_of_an_entry_leads_to_the_next_in_the_queue(
    reviewer: User, at: At, waiting: Callable[..., Action], say: Say
) -> None:
    first, second = (waiting(say(f"{iso3} ratification 2026-04-15")) for iso3 in ("VNM", "AUS"))
    for entry, after in ((first, second), (second, first)):
        page = at(reviewer).get(change(entry)).content.decode()
        assert f'<a href="{change(after)}">Next in the queue: {after}</a>' in page


@pytest.mark.parametrize(
    "page", ["", "admin/logentry/", "ratification/referencechange/", "ratification/importrun/"]
)
def test_each_moment_is_printed_in_one_style_with_its_time_zone(
    administrator: User, at: At, hanoi: Treaty, page: str
) -> None:
    client = at(administrator)
    row = Participant.objects.get(iso3="KEN")
    reference.propose(
        row, before={"name": "Kenya"}, after={"name": "K"}, by=administrator, reason="r", now=timezone.now()
    )
    LogEntry.objects.create(user=administrator, object_repr=str(hanoi), action_flag=1)
    shown = client.get(f"/admin/{page}").content.decode()
    assert not re.search(r"\b[ap]\.m\.|[A-Z][a-z]{2}\. \d{1,2}, \d{4}|\d{4}, \d\d:\d\d", shown)
    for moment in re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d.{0,4}", shown):
        assert moment.endswith(" UTC"), moment
    if page in {"admin/logentry/", "ratification/referencechange/"}:
        assert " UTC" in shown


def test_only_entries_of_the_treaty_chosen_are_offered_and_own_drafts_among_them(
    page: Page, clerk: User, hanoi: Treaty, draft: Callable[..., Action], say: Say
) -> None:
    other = Treaty.objects.exclude(pk=hanoi.pk).first() or Treaty.objects.create(slug="other", title="Other")
    draft(say("QAT reservation 2026-04-15", provisions=["40"], override="Late."))
    begin_session(page, clerk)
    page.goto(ADD)
    page.get_by_label("Kind").select_option("objection")
    page.locator(".field-relates_to .select2-selection").click()
    with page.expect_request(
        lambda request: "field_name=relates_to" in request.url and "term=Qatar" in request.url
    ) as asked:
        page.locator("input.select2-search__field").fill("Qatar reservation")
    assert f"treaty={hanoi.pk}" in asked.value.url
    expect(
        page.locator(".select2-results__option", has_text="Qatar: reservation, 2026-04-15")
    ).to_be_visible()
    address = asked.value.url.replace(f"treaty={hanoi.pk}", f"treaty={other.pk}")
    assert page.request.get(address).json()["results"] == []


@pytest.mark.parametrize("step", ["hand-over", "change", "delete", "submit"])
def test_a_draft_deleted_between_read_and_lock_is_refused_with_a_sentence(
    step: str,
    clerk: User,
    at: At,
    draft: Callable[..., Action],
    say: Say,
    filled: Callable[..., dict[str, object]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another browser deletes it after this request has read it: the lock finds no row."""
    entry = draft(say("VNM ratification 2026-04-15"))
    client = at(clerk)
    faster = preconditions.rows

    def deleted(row: Action) -> Any:  # noqa: ANN401 - a manager
        Action.objects.filter(pk=row.pk).delete()
        return faster(row)

    monkeypatch.setattr(preconditions, "rows", deleted)
    sent = {
        "hand-over": {"to": account("second", "data entry").pk},
        "change": filled("VNM ratification 2026-04-16"),
        "submit": filled("VNM ratification 2026-04-16", _submit="1"),
        "delete": {"post": "yes"},
    }[step]
    name = "change" if step == "submit" else step
    answer = client.post(reverse(f"admin:ratification_action_{name}", args=[entry.pk]), sent, follow=True)
    assert answer.status_code == 200
    assert "was deleted meanwhile: somebody was faster." in answer.content.decode()
