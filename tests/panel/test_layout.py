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
from tests.panel.test_permissions import panel
from tests.panel.test_working_day import sign_in
from treaty.models import Treaty
from treaty.writing import definition_directory

WIDTHS = (360, 800, 1400)
# Pages that show nothing of their own: steps, downloads, files for scripts, what only leads on.
NO_PAGES = (
    *("logout", "jsi18n", "autocomplete", "view_on_site", "catch_all", "password_change_done"),
    *("_publish", "_return", "_recall", "_accept", "_refuse", "_definition", "_link", "_factor", "_delete"),
    *("second_factor_app", "second_factor_codes", "second_factor_passkey", "second_factor_remove"),
)
CUT_OFF = """
() => {
  const width = document.documentElement.clientWidth, wrong = [];
  const isHidden = (style, box) => style.visibility === "hidden" || style.display === "none" || !box.height
    || box.width <= 1 || (style.clip !== "auto" && style.position === "absolute");
  for (const element of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!(says || element.matches("input, select, textarea, button, img")) || isHidden(style, box)) continue;
    if (element.closest(".select2-hidden-accessible, .visually-hidden, svg, option, [hidden]")) continue;
    let right = Math.min(width, Infinity), scrolls = false, skips = false;
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
      const outer = getComputedStyle(up), edge = up.getBoundingClientRect();
      if (isHidden(outer, edge) || outer.textOverflow === "ellipsis") { skips = true; break; }
      if (/auto|scroll/.test(outer.overflowX)) { scrolls = true; break; }
      if (/hidden|clip/.test(outer.overflowX)) right = Math.min(right, edge.right);
    }
    const texts = [...element.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim());
    const ends = texts.flatMap((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return [...range.getClientRects()].map((rect) => rect.right);
    });
    const end = says && !element.matches("select, textarea, button") ? Math.max(...ends) : box.right;
    skips ||= style.textOverflow === "ellipsis" && style.overflowX === "hidden";
    if (!skips && !scrolls && end > right + 1.5)
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
    User.objects.create_superuser("root", password=PASSWORD)
    sign_in(page, "root")
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
