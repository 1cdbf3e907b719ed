"""Every page of the panel in a real browser at 360, 800 and 1400 px: nothing is cut off, nothing scrolls sideways."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page

from ratification.ledger import reference
from ratification.ledger.writing import ActionContent
from ratification.models import Action, TreatyProposal
from ratification.operations import accounts
from states.models import Participant
from tests.panel.conftest import PASSWORD
from tests.panel.hands import begin_session
from tests.panel.test_permissions import panel
from tests.ratification.intake.test_notifications import CASES
from treaty.models import Treaty
from treaty.writing import definition_directory

WIDTHS = (360, 800, 1400)
# Pages that show nothing of their own: steps, downloads, files for scripts, what only leads on.
NO_PAGES = (
    *("logout", "jsi18n", "autocomplete", "view_on_site", "catch_all", "password_change_done"),
    *("_publish", "_return", "_recall", "_accept", "_refuse", "_definition", "_link", "_factor", "_delete"),
    *("second_factor_app", "second_factor_codes", "second_factor_passkey", "second_factor_remove"),
    *("unfinished", "_advice", "_retract", "_hand-over"),
)
CUT_OFF = """
() => {
  const width = document.documentElement.clientWidth, wrong = [];
  const isHidden = (style, box) => style.visibility === "hidden" || style.display === "none" || !box.height
    || box.width <= 1 || (style.clip !== "auto" && style.position === "absolute");
  const known = new Map();
  const around = (up) => {
    if (!up || up === document.body) return { right: width };
    if (!known.has(up)) {
      const outer = getComputedStyle(up), edge = up.getBoundingClientRect();
      let found = around(up.parentElement);
      if (isHidden(outer, edge) || outer.textOverflow === "ellipsis") found = { skips: true };
      else if (/auto|scroll/.test(outer.overflowX)) found = { scrolls: true };
      else if (/hidden|clip/.test(outer.overflowX)) found = { ...found, right: Math.min(found.right, edge.right) };
      known.set(up, found);
    }
    return known.get(up);
  };
  for (const element of document.body.querySelectorAll("*:not(option, svg, svg *)")) {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!(says || element.matches("input, select, textarea, button, img")) || isHidden(style, box)) continue;
    if (element.closest(".select2-hidden-accessible, .visually-hidden, [hidden]")) continue;
    const { right, scrolls, skips } = around(element.parentElement);
    if (skips || scrolls || (style.textOverflow === "ellipsis" && style.overflowX === "hidden")) continue;
    const texts = [...element.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim());
    const ends = texts.flatMap((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return [...range.getClientRects()].map((rect) => rect.right);
    });
    const end = says && !element.matches("select, textarea, button") ? Math.max(...ends) : box.right;
    if (end > right + 1.5)
      wrong.push(`${element.tagName} ${(element.textContent || element.name).trim().slice(0, 30)}: ${end} > ${right}`);
  }
  const list = document.querySelector("#changelist .results");
  if (width >= 1400 && list && list.scrollWidth > list.clientWidth)
    wrong.push(`the list: ${list.scrollWidth} > ${list.clientWidth}`);
  const whole = document.documentElement.scrollWidth;
  if (whole > width) wrong.push(`the page: ${whole} > ${width}`);
  return wrong.slice(0, 6);
}
"""
"""What ends to the right of what shows it, unless that can be scrolled; a list at 1400 px must not need to."""


@pytest.fixture
def everything(
    waiting: Callable[[ActionContent], Action],
    draft: Callable[[ActionContent], Action],
    say: Callable[..., ActionContent],
    clerk: User,
    hanoi: Treaty,
    now: datetime,
) -> None:
    """Rows of most kinds, so that pages have something to show."""
    waiting(say("VNM ratification 2026-04-15", note="A note of some length. " * 20))
    draft(say("AUS ratification 2026-04-15"))
    reference.propose(
        Participant.objects.get(iso3="QAT"), before={}, after={}, by=clerk, reason="A test.", now=now
    )
    accounts.propose_role(clerk, Group.objects.get(name="reviewer"), by=clerk, now=now)
    files = definition_directory(hanoi)
    TreatyProposal.objects.create(
        slug="other", title=hanoi.title, files=files, proposed_by=clerk, proposed_at=now
    )


@pytest.mark.usefixtures("transactional_db", "everything")
def test_nothing_is_cut_off(page: Page) -> None:
    begin_session(page, User.objects.create_superuser("root", password=PASSWORD))
    wrong = {}
    visited = 0
    for address, name in panel():
        if name.endswith(NO_PAGES) or "history" in name or "export" in name:
            continue
        answer = page.goto(address)
        if answer is None or not answer.ok or "text/html" not in answer.headers.get("content-type", ""):
            continue
        visited += 1
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if found := page.evaluate(CUT_OFF):
                wrong[f"{width} {address}"] = found
    assert visited > 60
    assert wrong == {}


def look_at(page: Page) -> list[str]:
    """Return what is cut off at each width."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} {page.url}: {each}" for each in page.evaluate(CUT_OFF)]
    return found


@pytest.mark.usefixtures("transactional_db", "everything")
def test_nothing_is_cut_off_on_pages_that_answer_what_was_sent(page: Page) -> None:
    """Previews, reviews and refusals: pages that come only after a button."""
    begin_session(page, User.objects.create_superuser("root", password=PASSWORD))
    wrong = []

    page.goto("/admin/ratification/notification/add/")  # a text that is read
    page.get_by_label("Text of the notification").fill(
        CASES["ratification with reservation and declaration"].text
    )
    page.get_by_role("button", name="Read").click()
    page.get_by_role("heading", name="Nothing is written yet").wait_for()
    wrong += look_at(page)
    page.get_by_role("button", name="Draft", exact=True).first.click()
    page.get_by_role("heading", name="C.N.501.2026.TREATIES-XVIII.16: draft").wait_for()  # what was kept
    wrong += look_at(page)

    page.goto("/admin/ratification/notification/add/")  # fields that are refused
    page.get_by_label("Number").fill("hello world")
    page.locator("#id_form-0-taken_on").fill("03/04/2026")
    page.get_by_role("button", name="Draft and submit for review").click()
    page.get_by_text("can be 4 March 2026 or 3 April 2026").wait_for()
    wrong += look_at(page)

    page.goto("/admin/ratification/action/add/")
    page.get_by_label("Effected on").fill("31 April 2026")
    page.get_by_role("button", name="Save draft", exact=True).click()
    page.locator(".errornote").wait_for()
    wrong += look_at(page)

    page.goto("/admin/ratification/action/?question=to_review")  # a set to be published
    page.wait_for_load_state()
    page.locator("#action-toggle").click()
    page.locator("select[name=action]").select_option("publish_selected")
    page.get_by_role("button", name="Go").click()
    page.get_by_role("heading", name="If these are published together").wait_for()
    wrong += look_at(page)

    page.goto("/admin/ratification/action/import/")  # a table with a row that is refused
    rows = "participant,kind,taken_on,source,notification\nFrance,ratification,2026-05-01,untc-xviii-16,hello world\n"
    page.locator("input[type=file]").set_input_files(
        {"name": "table.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    page.locator("#content form button[type=submit], #content form input[type=submit]").first.click()
    page.get_by_text("is no number of a notification").first.wait_for()
    wrong += look_at(page)

    page.goto("/admin/auth/user/add/")  # an invitation that is refused
    assert "groups" not in page.locator("#user_form").inner_text().lower()
    page.get_by_label("data entry").check()
    page.locator("#id_username").fill("root")
    page.locator("#user_form [type=submit]").first.click()
    page.locator(".errorlist").first.wait_for()
    wrong += look_at(page)
    assert wrong == []
