"""The working day in a real browser: a notification comes in, two people enter it, and an error is corrected."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import Page, expect

from ratification.models import Action, Record, TreatyStatus
from ratification.tasks import recompute
from treaty.models import Treaty

PASSWORD = "a long enough phrase"  # noqa: S105  (of accounts that live for one test)  # pragma: allowlist secret
Eventually = Callable[[Callable[[], object]], None]


def sign_in(page: Page, name: str) -> None:
    page.goto("/admin/")
    if page.get_by_role("button", name="Log out").count():
        page.get_by_role("button", name="Log out").click()
        page.goto("/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def choose(page: Page, field: str, words: str, choice: str) -> None:
    page.locator(f".field-{field} .select2-selection").click()
    page.locator("input.select2-search__field").press_sequentially(words)
    page.locator(".select2-results__option", has_text=choice).click()


def printed(revision: int) -> str:
    out = StringIO()
    call_command("status", "hanoi", "--as-of=2026-11-21", f"--revision={revision}", "--json", stdout=out)
    return out.getvalue()


def enter_the_ratification(page: Page) -> None:
    page.get_by_role("link", name="Enter an action").click()
    page.get_by_label("Depositary notification").fill("C.N.123.2026.TREATIES-XVIII.16")
    choose(page, "source", "Status of XVIII-16", "Status of XVIII-16, United Nations")
    choose(page, "participant", "Việt Nam", "Viet Nam (VNM)")
    page.get_by_label("Effected on").fill("2026-04-15")
    page.get_by_label("Kind").select_option("ratification")


def read_the_kinds(page: Page) -> None:
    """Those that the treaty admits, then those to be explained, then those that are impossible for Viet Nam."""
    kinds = page.locator("#id_kind")
    expect(kinds.locator("> option[value=ratification]")).to_have_count(1)
    to_be_explained = kinds.locator("optgroup[label='Other kinds, to be explained']")
    for kind in ("accession", "definitive_signature", "participation", "provisional_application"):
        expect(to_be_explained.locator(f"option[value={kind}]")).to_have_count(1)
    impossible = kinds.locator("optgroup[label='Impossible now']")
    expect(impossible.locator("option[value=signature]")).to_have_count(1)
    expect(kinds).to_have_value("ratification")


def open_what_waits(page: Page) -> None:
    page.get_by_role("link", name="1 Waiting for review, not mine").click()
    page.locator("#result_list tbody th a").click()


@pytest.mark.usefixtures("transactional_db", "celery_worker_process")
def test_the_working_day(
    page: Page, hanoi: Treaty, clerk: User, reviewer: User, eventually: Eventually
) -> None:
    def computed(revision: int) -> bool:
        return TreatyStatus.objects.filter(treaty=hanoi, revision=revision).exists()

    def shown(count: int) -> None:
        page.goto("/")
        expect(page.locator(".numbers .main dd a")).to_have_text(str(count))

    before = Record.objects.get(treaty=hanoi).revision
    recompute.delay(hanoi.pk)  # its rows were copied, and no publication has asked for it
    eventually(lambda: computed(before))
    said = {before: printed(before)}
    shown(1)

    # The clerk enters the ratification from the notification, and cannot publish it.
    sign_in(page, clerk.username)
    enter_the_ratification(page)
    expect(page.locator("#advice")).to_contain_text("Viet Nam today: signatory.")
    expect(page.locator("#advice")).to_contain_text("Wednesday, 15 April 2026")
    read_the_kinds(page)
    page.get_by_role("button", name="Save and submit for review").click()
    expect(page.get_by_text("This is yours: another person reviews it.")).to_be_visible()
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    entry = Action.objects.get(author=clerk)

    # The reviewer sees the consequence, and publishes with one click.
    sign_in(page, reviewer.username)
    open_what_waits(page)
    expect(page.locator(".headline")).to_contain_text("1 → 2 of 40")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".messagelist")).to_contain_text(f"Published as revision {before + 1}.")
    eventually(lambda: computed(before + 1))
    shown(2)
    said[before + 1] = printed(before + 1)
    assert '"counted":2' in said[before + 1]

    # The day was wrong: a correction takes the same way.
    sign_in(page, clerk.username)
    page.goto(reverse("admin:ratification_action_change", args=[entry.pk]))
    page.get_by_role("link", name="Correct").click()
    page.get_by_label("Effected on").fill("2026-04-16")
    page.get_by_label("Reason").fill("The notification gives 16 April.")
    page.get_by_role("button", name="Save and submit for review").click()
    expect(page.get_by_role("row", name="date 2026-04-15 2026-04-16")).to_be_visible()
    sign_in(page, reviewer.username)
    open_what_waits(page)
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".messagelist")).to_contain_text(f"Published as revision {before + 2}.")
    eventually(lambda: computed(before + 2))
    shown(2)

    # The correction log shows both, and the old answers are as they were.
    page.goto("/corrections/")
    line = page.locator(f"#revision-{before + 2}")
    expect(line).to_contain_text("The notification gives 16 April.")
    expect(line.locator("del")).to_have_text("15 Apr 2026")
    expect(line.locator("ins")).to_have_text("16 Apr 2026")
    for revision, document in said.items():
        assert printed(revision) == document
    assert '"on":"2026-04-16"' in printed(before + 2)


@pytest.mark.usefixtures("transactional_db", "celery_worker_process")
def test_a_state_that_leaves_is_entered_reviewed_and_shown(
    page: Page, hanoi: Treaty, clerk: User, reviewer: User, eventually: Eventually
) -> None:
    before = Record.objects.get(treaty=hanoi).revision
    recompute.delay(hanoi.pk)  # as above
    eventually(lambda: TreatyStatus.objects.filter(treaty=hanoi, revision=before).exists())

    sign_in(page, clerk.username)
    page.get_by_role("link", name="Enter an action").click()
    page.get_by_label("Depositary notification").fill("C.N.321.2026.TREATIES-XVIII.16")
    choose(page, "source", "Status of XVIII-16", "Status of XVIII-16, United Nations")
    choose(page, "participant", "Qatar", "Qatar (QAT)")
    page.get_by_label("Effected on").fill("2026-11-10")
    page.get_by_label("Kind").select_option("denunciation")
    expect(page.locator("#advice")).to_contain_text("Qatar today:")
    apart = "#id_kind optgroup[label='Other kinds, to be explained'] option[value=denunciation]"
    expect(page.locator(apart)).to_have_count(1)
    page.get_by_label("Why it is right all the same").fill("So it stands in the notification.")
    page.get_by_role("button", name="Save and submit for review").click()
    expect(page.get_by_text("This is yours: another person reviews it.")).to_be_visible()

    # The Convention is not in force, so that the notice takes the instrument back: one deposit becomes none.
    sign_in(page, reviewer.username)
    open_what_waits(page)
    expect(page.locator(".headline")).to_contain_text("1 → 0 of 40")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".messagelist")).to_contain_text(f"Published as revision {before + 1}.")
    eventually(lambda: TreatyStatus.objects.filter(treaty=hanoi, revision=before + 1).exists())
    page.goto("/")
    expect(page.locator(".numbers .main dd a")).to_have_text("0")
    page.goto("/participants/QAT/")
    expect(page.locator("main")).to_contain_text("denunciation")
    assert '"counted":0' in printed(before + 1)
    assert '"counted":1' in printed(before)
