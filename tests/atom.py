"""What RFC 4287 demands of a feed: its grammar (atom.rng), and what a grammar cannot say."""

from collections import Counter
from pathlib import Path

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))


def faults(document: bytes) -> list[str]:
    """Return each breach of RFC 4287; an empty list means that the feed is valid."""
    feed = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))
    if not GRAMMAR.validate(feed):
        return [f"line {error.line}: {error.message}" for error in GRAMMAR.error_log]
    entries = feed.findall(f"{ATOM}entry")
    found = [] if _has_author(feed, entries) else ["4.1.1, 4.1.2: no author"]
    if not any(link.get("rel") == "self" for link in feed.findall(f"{ATOM}link")):
        found.append("4.1.1: no link to itself")
    ids = Counter((entry.findtext(f"{ATOM}id"), entry.findtext(f"{ATOM}updated")) for entry in entries)
    found += [f"4.1.1: two entries {key}" for key, number in ids.items() if number > 1]
    for element in (feed, *entries):
        alternates = Counter(
            (link.get("type"), link.get("hreflang"))
            for link in element.findall(f"{ATOM}link")
            if link.get("rel", "alternate") == "alternate"
        )
        found += [f"4.1.1: two alternates {kind}" for kind, times in alternates.items() if times > 1]
        if element is not feed and not alternates and element.find(f"{ATOM}content") is None:
            found.append("4.1.2: neither content nor an alternate link")
    return found


def _has_author(feed: etree._Element, entries: list[etree._Element]) -> bool:
    return all(element.find(f"{ATOM}author") is not None for element in entries) or (
        feed.find(f"{ATOM}author") is not None
    )
