"""A person at a browser whose clicks and keystrokes are counted."""

from playwright.sync_api import Locator, Page


class Hands:
    """Clicks and types on a page, and counts both. Enter and Tab are keystrokes; what is pasted is one."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.keys = page, 0, 0

    def click(self, place: Locator) -> None:
        self.clicks += 1
        place.click()

    def type(self, words: str) -> None:
        self.keys += len(words)
        self.page.keyboard.type(words)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)

    def paste(self, place: Locator, words: str) -> None:
        self.keys += 1
        place.fill(words)
