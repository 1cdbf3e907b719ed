"""Rows that name participants, written by Python: for two hundred of them a template takes ten times as long."""

from collections.abc import Callable

from django.utils.html import escape

from dashboard.page import Page
from ratification.record.selectors import Extract
from states.models import Participant
from states.naming import html_namer

_PLACE = "~code~"
"""What stands for the code of a participant in an address: nothing in it is escaped or quoted."""


def addresses(page: Page[Extract], name: str, part: str = "iso3", **parts: str) -> Callable[[str], str]:
    """Return what gives the address of a page by the code of a participant: the clocks and the path are put in once.

    Args:
        page: the page on which the addresses stand.
        name: the name of the other page in `urls`.
        part: the part of its path that is the code.
        **parts: the other parts of the path.
    """
    before, _, after = page.address(name, **{**parts, part: _PLACE}).partition(_PLACE)
    return lambda code: f"{before}{code}{after}"


def linked_names(
    page: Page[Extract], name: str = "participant", part: str = "iso3", **parts: str
) -> Callable[[Participant], str]:
    """Return what gives a participant's name as HTML, as a link to a page (see `addresses`)."""
    written, address = html_namer(), addresses(page, name, part, **parts)
    return lambda person: f'<a href="{escape(address(person.iso3))}">{written(person)}</a>'
