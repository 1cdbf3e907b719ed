"""What RFC 4287 demands of a feed, as checks: its MUSTs on elements, their number and their values."""

import re
from collections import Counter
from urllib.parse import urlsplit

from defusedxml import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"
_ONE = ("id", "title", "updated")
_AT_MOST_ONE = (
    "generator",
    "icon",
    "logo",
    "rights",
    "subtitle",
    "published",
    "source",
    "summary",
    "content",
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_TYPES = {None, "text", "html", "xhtml"}


def faults(document: bytes) -> list[str]:
    """Return each breach of RFC 4287; an empty list means that the feed is valid."""
    feed = ElementTree.fromstring(document)
    found = [] if feed.tag == f"{ATOM}feed" else [f"the root is {feed.tag}"]
    entries = feed.findall(f"{ATOM}entry")
    has_author = feed.find(f"{ATOM}author") is not None
    for element in (feed, *entries):
        found += _faults_of(element)
        if not has_author and element.find(f"{ATOM}author") is None:
            found.append("4.1.1, 4.1.2: no author")
    if not any(link.get("rel") == "self" for link in feed.findall(f"{ATOM}link")):
        found.append("4.1.1: no link to itself")
    texts = Counter((entry.findtext(f"{ATOM}id"), entry.findtext(f"{ATOM}updated")) for entry in entries)
    return found + [f"4.1.1: two entries {key}" for key, number in texts.items() if number > 1]


def _faults_of(element) -> list[str]:  # type: ignore[no-untyped-def]  # noqa: ANN001 - of defusedxml
    number = Counter(child.tag.removeprefix(ATOM) for child in element)
    found = [f"{name} stands {number[name]} times" for name in _ONE if number[name] != 1]
    found += [f"{name} stands {number[name]} times" for name in _AT_MOST_ONE if number[name] > 1]
    identifier = element.findtext(f"{ATOM}id") or ""
    if not urlsplit(identifier).scheme:
        found.append(f"4.2.6: {identifier!r} is no IRI")
    for name in ("updated", "published"):
        text = element.findtext(f"{ATOM}{name}")
        if text is not None and not _MOMENT.fullmatch(text):
            found.append(f"3.3: {text!r} is no moment")
    for name in ("title", "subtitle", "summary", "rights"):
        for text in element.findall(f"{ATOM}{name}"):
            if text.get("type") not in _TYPES:
                found.append(f"3.1.1: type {text.get('type')!r}")
    for person in element.findall(f"{ATOM}author"):
        if len(person.findall(f"{ATOM}name")) != 1:
            found.append("3.2.1: a person without a name, or with two")
    links = element.findall(f"{ATOM}link")
    found += ["4.2.7.1: a link without href" for link in links if not link.get("href")]
    kinds = Counter(
        (link.get("type"), link.get("hreflang"))
        for link in links
        if link.get("rel", "alternate") == "alternate"
    )
    found += [f"4.1.1: two alternates {kind}" for kind, times in kinds.items() if times > 1]
    if element.tag == f"{ATOM}entry" and not kinds and element.find(f"{ATOM}content") is None:
        found.append("4.1.2: neither content nor an alternate link")
    found += [
        "4.2.2: a category without term"
        for each in element.findall(f"{ATOM}category")
        if not each.get("term")
    ]
    return found
