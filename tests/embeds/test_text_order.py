"""Arabic in pictures: numbers in the order of the script, and days whole."""

import re
from typing import Any

from django.utils.translation import override
from playwright.sync_api import Browser

from embeds import images
from embeds.colours import LIGHT
from embeds.words import PHRASES, isolated
from ratification.charts.letters import as_line
from tests.browser import WAIT_MILLISECONDS

PLACES = """words => {
  const text = [...document.querySelectorAll("text")].find(each => each.textContent.includes(words));
  const start = text.textContent.indexOf(words);
  return [...words].map((_, place) => text.getExtentOfChar(start + place).x);
}"""


def test_the_badge_reads_from_right_to_left_and_its_day_from_left_to_right(chromium: Browser) -> None:
    with override("ar"):
        value = as_line(str(PHRASES["of"]) % {"counted": 1, "required": 40}, rtl=True)
        day = as_line(str(PHRASES["as_of"]) % {"day": isolated("ar", "2026-11-29")}, rtl=True)
    badge = images.badge("Hanoi Convention", value, day, "https://tracker.example/", LIGHT, rtl=True)
    with chromium.new_context() as context:
        context.set_default_timeout(WAIT_MILLISECONDS)
        page = context.new_page()
        page.set_content(badge)

        def places(words: str) -> Any:  # noqa: ANN401 - what the script returns
            return page.evaluate(PLACES, words)

        one, of, forty = (places(words) for words in ("1", "من", "40"))
        assert one[0] > of[0] > forty[0]
        assert forty == sorted(forty)
        assert (written := places("2026-11-29")) == sorted(written)
        assert written[0] < places("الحالة")[-1]
        assert places("Hanoi Convention")[0] > one[0], "the name stands first: on the right"


def test_the_badge_has_room_for_chinese_characters_and_none_for_marks_of_direction() -> None:
    def width(value: str) -> int:
        (found,) = re.findall(
            r'width="(\d+)" height="20" fill="#0b5c8f"', images.badge("Name", value, "", "/", LIGHT)
        )
        return int(found)

    assert width("四十份中的一份") > width("1 of 40")
    assert width("四十") - width("四") == 11
    assert width(as_line("1 من 40", rtl=True)) == width("1 of 40")
