"""The matrix of readiness in a real browser: wide content on a small screen, read with the keyboard alone."""

import pytest
from playwright.sync_api import Page

# Whether what has the focus can be seen: nothing lies over the middle of any of its lines, and it is marked.
SEEN = """() => {
  const focused = document.activeElement;
  const shown = [...focused.getClientRects()].every((line) =>
    focused.contains(document.elementFromPoint(line.x + line.width / 2, line.y + line.height / 2)));
  return shown && getComputedStyle(focused).outlineStyle !== "none";
}"""
# Whether the matrix has been scrolled both ways, and lies still.
SETTLED = """() => {
  const box = document.querySelector(".matrix");
  const [before, now] = [window.before, `${box.scrollLeft} ${box.scrollTop}`];
  window.before = now;
  return box.scrollLeft > 0 && box.scrollTop > 0 && before === now;
}"""


@pytest.mark.django_db  # so that there is a database; the server reads what `site` has committed
def test_the_matrix_is_read_and_filtered_with_the_keyboard_alone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 900})
    page.goto("/readiness/")
    page.emulate_media(reduced_motion="reduce")
    page.locator(".filters button").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "matrix"
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    page.wait_for_function(SETTLED, polling=200)
    columns = page.locator(".matrix thead a").count()
    assert columns == 54
    hidden = []
    for key in ("Tab",) * (columns + 12) + ("Shift+Tab",) * 20:
        page.keyboard.press(key)
        if not page.evaluate(SEEN):
            hidden.append(page.evaluate("document.activeElement.textContent"))
    assert hidden == []

    page.locator("select[name=theme]").focus()
    page.keyboard.type("auth")
    page.keyboard.press("Tab")
    page.keyboard.type("European Union")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**theme=authorities**group=eu**")
    assert page.locator(".matrix thead a").count() == 4
    assert page.locator(".matrix tbody tr").count() == 27
    page.locator(".filters button").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/readiness/contact-point/")
