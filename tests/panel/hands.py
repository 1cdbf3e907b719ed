"""A person at a browser whose clicks and keystrokes are counted; `pytest -s` prints them, with the time taken."""

from time import perf_counter

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Locator, Page


def begin_session(page: Page, user: User) -> None:
    """Have somebody signed in, as after a log-in; name and password are typed on the working day (`sign_in`)."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "domain": "localhost", "path": "/"}]
    )


class Hands:
    """Clicks and types on a page, and counts both. Enter and Tab are keystrokes; what is pasted is one."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.keys = page, 0, 0
        self.began = perf_counter()

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

    def tell(self, task: str) -> None:
        """Print what a task took. The time depends on the machine, and is not asserted."""
        seconds = perf_counter() - self.began
        print(f"\n{task}: {self.clicks} clicks, {self.keys} keystrokes, {seconds:.2f} s")  # noqa: T201 - asked for

    def paste(self, place: Locator, words: str) -> None:
        self.keys += 1
        place.fill(words)
