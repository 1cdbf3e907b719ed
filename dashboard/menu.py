"""The navigation: sections by question, and the pages of the section that is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy

from common.messages import Text
from dashboard.page import Page
from ratification.record.selectors import Extract


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A page of a section: the key by which a view names it, its words, and its address in `urls`."""

    key: str
    label: Text
    name: str
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its first page is the one that the menu leads to. `others` are keys of pages without a link."""

    label: Text
    pages: tuple[MenuItem, ...]
    others: tuple[str, ...] = ()

    def holds(self, key: str) -> bool:
        """Whether a page belongs to the section."""
        return key in self.others or any(item.key == key for item in self.pages)


SECTIONS = (
    Section(gettext_lazy("Status"), (MenuItem("overview", gettext_lazy("Status"), "overview"),)),
    Section(gettext_lazy("States"), (MenuItem("participants", gettext_lazy("States"), "participants"),)),
    Section(
        gettext_lazy("Treaty text"),
        (
            MenuItem("convention", gettext_lazy("Articles"), "convention"),
            MenuItem("claims", gettext_lazy("Claims examined"), "claims"),
        ),
    ),
    Section(
        gettext_lazy("Statements"),
        (
            MenuItem("statements", gettext_lazy("Statements"), "statements"),
            MenuItem("territories", gettext_lazy("Territories"), "territories"),
        ),
    ),
    Section(gettext_lazy("Compare"), (MenuItem("compare", gettext_lazy("Compare"), "compare"),)),
    Section(
        gettext_lazy("Explore"),
        (
            MenuItem("explore", gettext_lazy("All tools"), "explore"),
            MenuItem("charts", gettext_lazy("Charts"), "charts"),
            MenuItem("scenario", gettext_lazy("Scenario"), "scenario"),
            MenuItem("forecast", gettext_lazy("Forecast"), "forecast"),
        ),
        others=("readiness",),
    ),
    Section(
        gettext_lazy("Updates"),
        (
            MenuItem("changes", gettext_lazy("Updates"), "changes"),
            MenuItem("calendar", gettext_lazy("Calendar"), "calendar"),
            MenuItem("corrections", gettext_lazy("Corrections"), "corrections"),
            MenuItem("follow", gettext_lazy("Follow"), "follow"),
        ),
    ),
    Section(
        gettext_lazy("About the data"),
        (
            MenuItem("about", gettext_lazy("Sources and method"), "about"),
            MenuItem("depositary", gettext_lazy("Check against the depositary"), "depositary"),
            MenuItem("glossary", gettext_lazy("Glossary"), "glossary"),
            MenuItem("reuse", gettext_lazy("Cite and reuse"), "reuse"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the navigation; `current` is the value of its `aria-current`, empty elsewhere."""

    label: Text
    address: str
    current: str


@dataclass(frozen=True, slots=True)
class Menu:
    """The navigation of a page: all sections, and the pages of its own where that has several."""

    sections: list[Link]
    label: Text
    pages: list[Link]


def menu_of(page: Page[Extract], key: str) -> Menu:
    """Return the navigation of the page with that key."""
    own = next(section for section in SECTIONS if section.holds(key))

    def link(item: MenuItem, label: Text, current: str) -> Link:
        return Link(label, page.address(item.name, **item.query), current)

    sections = []
    for section in SECTIONS:
        first = section.pages[0]
        current = "" if section is not own else "page" if first.key == key else "true"
        sections.append(link(first, section.label, current))
    pages = [link(item, item.label, "page" if item.key == key else "") for item in own.pages]
    return Menu(sections, own.label, pages if len(pages) > 1 else [])
