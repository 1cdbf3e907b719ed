"""Numbers of depositary notifications, held against their pattern and the treaty."""

import re
from collections.abc import Container

from ratification.intake.notified_phrases import REFERENCE, REFERENCE_LINE, number_of
from treaty.models import Treaty

_NUMBER = re.compile(
    r"C\.N\.[1-9]\d{0,4}\.(?P<year>(?:19|20)\d\d)\.(?:Reissued\.\d{8}\.)?TREATIES-"
    r"(?:(?P<place>[IVXL]+(?:[.-][0-9A-Za-z]{1,3})*)|\d+(?:/\d+)*)"
)
_SEVERAL = re.compile(r"\s*(?:,|;|\band\b)\s*")
_ISSUE = re.compile(r"\s*\((?:corrigendum|re-?issued[^()]*)\)", re.IGNORECASE)
"""What is printed after the number of a notification that was issued again."""
_FIRST_WITH_PLACE = 2012
"""Year from which on numbers end in the treaty's place; before, in a serial number (C.N.867.2003.TREATIES-29)."""
_UNITED_NATIONS = re.compile(r"[IVXL]+(?:[.-][0-9A-Za-z]{1,3})*")


def bare_number(text: str) -> str:
    """Return the number of a heading line, `Reference: C.N.1.2026.TREATIES-XVIII.16 (Depositary Notification)`.

    Any other text is returned without the blanks around it.
    """
    match = REFERENCE.search(text) if REFERENCE_LINE.match(text) else None
    rest = text[match.end() :] if match else ""
    if match is None or not re.fullmatch(
        r"\W*(?:\((?:depositary notification|notification dépositaire)\))?\W*", rest.lower()
    ):
        return text.strip()
    return number_of(match)


def refusal_of_number(number: str, treaty: Treaty) -> str:
    """Return why a notification cannot have this number for a treaty; empty where it can.

    Only treaties with a place in the Secretary-General's collection (XVIII-16) have numbers of this pattern. One act
    can have several, and a notification can be issued again: `C.N.1.2026.TREATIES-XVIII.16 (Reissued as received)`.
    """
    if not number or not _UNITED_NATIONS.fullmatch(treaty.depositary_reference):
        return ""
    refusals = (_refusal(_ISSUE.sub("", each), treaty) for each in _SEVERAL.split(number))
    return next((refusal for refusal in refusals if refusal), "")


def _refusal(number: str, treaty: Treaty) -> str:
    place = treaty.depositary_reference
    match = _NUMBER.fullmatch(number)
    if match is None or (match["place"] is None and int(match["year"]) >= _FIRST_WITH_PLACE):
        return (
            f"{number} is no number of a notification: write C.N.123.2026.TREATIES-{place.replace('-', '.')}."
        )
    if match["place"] and _plain(match["place"]) != _plain(place):
        return f"{number} is not about {treaty}, whose number is {place}."
    return ""


def _plain(place: str) -> str:
    return place.replace(".", "-").lower()


def read_number(text: str, treaty: Treaty, known: Container[str] = ()) -> str:
    """Return the number that a text gives for a treaty's notification; one that is known is taken as it is.

    Raises:
        ValueError: with the reason why it cannot be one.
    """
    number = bare_number(text)
    if number not in known and (refusal := refusal_of_number(number, treaty)):
        raise ValueError(refusal)
    return number
