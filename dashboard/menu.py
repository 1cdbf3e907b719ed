"""The navigation: sections by question, and the pages of the section that is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard.page import Page
from ratification.record.selectors import Extract


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A page of a section: the key by which a view names it, its words, and its address in `urls`."""

    key: str
    label: str
    name: str
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its first page is the one that the menu leads to. `others` are keys of pages without a link."""

    label: str
    pages: tuple[MenuItem, ...]
    others: tuple[str, ...] = ()

    def holds(self, key: str) -> bool:
        """Whether a page belongs to the section."""
        return key in self.others or any(item.key == key for item in self.pages)


SECTIONS = (
    Section("Status", (MenuItem("overview", "Status", "overview"),)),
    Section("States", (MenuItem("participants", "States", "participants"),)),
    Section(
        "Treaty text",
        (MenuItem("convention", "Articles", "convention"), MenuItem("claims", "Claims examined", "claims")),
    ),
    Section(
        "Statements",
        (
            MenuItem("statements", "Statements", "statements"),
            MenuItem("territories", "Territories", "territories"),
        ),
    ),
    Section("Compare", (MenuItem("compare", "Compare", "compare"),)),
    Section(
        "Explore",
        (
            MenuItem("explore", "All tools", "explore"),
            MenuItem("charts", "Charts", "charts"),
            MenuItem("scenario", "Scenario", "scenario"),
            MenuItem("forecast", "Forecast", "forecast"),
        ),
        others=("readiness",),
    ),
    Section(
        "Updates",
        (
            MenuItem("changes", "Updates", "changes"),
            MenuItem("calendar", "Calendar", "calendar"),
            MenuItem("corrections", "Corrections", "corrections"),
            MenuItem("follow", "Follow", "follow"),
        ),
    ),
    Section(
        "About the data",
        (
            MenuItem("about", "Sources and method", "about"),
            MenuItem("depositary", "Check against the depositary", "depositary"),
            MenuItem("glossary", "Glossary", "glossary"),
            MenuItem("reuse", "Cite and reuse", "reuse"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the navigation; `current` is the value of its `aria-current`, empty elsewhere."""

    label: str
    address: str
    current: str


@dataclass(frozen=True, slots=True)
class Menu:
    """The navigation of a page: all sections, and the pages of its own where that has several."""

    sections: list[Link]
    label: str
    pages: list[Link]


def menu_of(page: Page[Extract], key: str) -> Menu:
    """Return the navigation of the page with that key."""
    own = next(section for section in SECTIONS if section.holds(key))

    def link(item: MenuItem, label: str, current: str) -> Link:
        return Link(label, page.address(item.name, **item.query), current)

    sections = []
    for section in SECTIONS:
        first = section.pages[0]
        current = "" if section is not own else "page" if first.key == key else "true"
        sections.append(link(first, section.label, current))
    pages = [link(item, item.label, "page" if item.key == key else "") for item in own.pages]
    return Menu(sections, own.label, pages if len(pages) > 1 else [])
