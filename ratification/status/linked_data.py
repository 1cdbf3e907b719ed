"""A treaty, its record and its events as linked data: JSON-LD in the words of schema.org, with DCAT 3 for catalogues.

The context stands in the document, so that nobody has to fetch one. Identifiers are those of the sources (ISO 3166,
M49, the depositary's number). Items of Wikidata stand where two sources name the same one (docs/participants.md);
treaties have none, because no source names theirs.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings

from ratification.record.about import LICENCE
from ratification.status.api_urls import address
from states import wikidata
from states.models import Participant
from treaty.models import Treaty

Node = dict[str, Any]
Absolute = Callable[[str], str]
"""Makes an address of this site absolute."""

_ADDRESSES = (
    "url",
    "license",
    "contentUrl",
    "about",
    "isPartOf",
    "sameAs",
    "dct:license",
    "dcat:downloadURL",
)
_DAYS = ("startDate", "endDate", "legislationDate", "dateModified", "foundingDate")
CONTEXT: Node = {
    "@vocab": "https://schema.org/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{name: {"@type": "@id"} for name in _ADDRESSES},
    **{name: {"@type": "xsd:date"} for name in _DAYS},
}
NAME = "Treaty status tracker"
FORMS = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_TABLES = {"participants": "Where each participant stands", "actions": "Every treaty action in the record"}
_PLACES = (Participant.Kind.ORGANIZATION, Participant.Kind.REIO)


def graph(*nodes: Node) -> Node:
    """Return nodes as one document."""
    return {"@context": CONTEXT, "@graph": list(nodes)}


def legislation(treaty: Treaty, absolute: Absolute, *, in_force: bool | None = None) -> Node:
    """Describe the treaty itself; `in_force` is None where that is not asked."""
    force = {True: "InForce", False: "NotInForce"}
    return _stated(
        {
            "@id": _treaty(treaty, absolute),
            "@type": "Legislation",
            "name": treaty.title,
            "alternateName": [*dict.fromkeys(filter(None, (treaty.short_title, treaty.popular_name)))],
            "legislationType": "Treaty",
            "legislationIdentifier": treaty.depositary_reference,
            "legislationDate": treaty.adopted_on and treaty.adopted_on.isoformat(),
            "legislationLegalForce": in_force is not None
            and {"@id": f"https://schema.org/{force[in_force]}"},
            "url": absolute(_home(treaty)),
        }
    )


def dataset(
    treaty: Treaty, absolute: Absolute, *, as_of: date | None = None, revision: int | None = None
) -> Node:
    """Describe the record of a treaty, in all its forms; of a state of it if the clocks are given."""
    clocks: dict[str, object] = {} if as_of is None else {"as_of": as_of, "revision": revision}
    files = [
        (
            words,
            form,
            address("treaties", treaty.slug, f"{table}.{form}", **clocks).replace(f".{form}/", f".{form}"),
        )
        for table, words in _TABLES.items()
        for form in FORMS
    ]
    status = address("treaties", treaty.slug, "status", **clocks)
    title = f"Status of the {treaty.short_title}"
    words = (
        f"Who has signed the {treaty.short_title}, who has consented to be bound, and what follows from it. "
        "The depositary's own record is authoritative."
    )
    return _stated(
        {
            "@id": absolute(status),
            "@type": ["Dataset", "dcat:Dataset"],
            "name": title,
            "dct:title": title,
            "description": words,
            "dct:description": words,
            "url": absolute(_home(treaty)),
            "about": _treaty(treaty, absolute),
            "license": LICENCE["path"],
            "dct:license": LICENCE["path"],
            "creator": {"@type": "Organization", "name": NAME, "url": absolute("/")},
            "isAccessibleForFree": True,
            "version": None if revision is None else f"{revision}+{as_of}",
            "dateModified": as_of and as_of.isoformat(),
            "distribution": [
                _download(
                    "The whole record as a data package",
                    "application/zip",
                    absolute(address("treaties", treaty.slug, "dataset", **clocks)),
                ),
                _download("The status", "application/json", absolute(status)),
                *(_download(name, FORMS[form], absolute(path)) for name, form, path in files),
            ],
        }
    )


def is_in_force(document: Mapping[str, Any]) -> bool:
    """Return whether the treaty is in force on the day of a status document."""
    on = document["entry_into_force"]["on"]
    return bool(on and on <= document["as_of"])


def events(treaty: Treaty, document: Mapping[str, Any], absolute: Absolute) -> list[Node]:
    """Describe what has an exact day of its own in a status document: signature, and entry into force."""
    found = []
    for window in document["windows"]:
        is_general = (
            window["kind"] == "signature" and window["participant"] is None and not window["reported"]
        )
        if is_general and window["opens_on"]:
            found.append(("signature", "Open for signature", window["opens_on"], window["closes_on"]))
    if document["entry_into_force"]["on"]:
        found.append(("entry-into-force", "Entry into force", document["entry_into_force"]["on"], None))
    return [
        _stated(
            {
                "@id": f"{_treaty(treaty, absolute)}-{key}",
                "@type": "Event",
                "name": f"{treaty.short_title}: {words[0].lower()}{words[1:]}",
                "startDate": first,
                "endDate": last,
                "description": document["entry_into_force"].get("caveat")
                if key == "entry-into-force"
                else None,
                "about": _treaty(treaty, absolute),
                "organizer": {"@type": "Organization", "name": treaty.depositary},
                "url": absolute(_home(treaty)),
            }
        )
        for key, words, first, last in found
    ]


def participant(person: Participant, absolute: Absolute) -> Node:
    """Describe a participant with its codes."""
    item = wikidata.items().get(person.iso3)
    codes = {"ISO 3166-1 alpha-3": person.iso3, "ISO 3166-1 alpha-2": person.iso2, "UN M49": person.m49}
    return _stated(
        {
            "@id": absolute(address("participants", person.iso3)),
            "@type": "Organization" if person.kind in _PLACES else "Country",
            "name": person.name,
            "sameAs": item and f"http://www.wikidata.org/entity/{item}",
            "identifier": [
                {"@type": "PropertyValue", "propertyID": scheme, "value": code}
                for scheme, code in codes.items()
                if code
                and person.m49  # without it the others may be reserved codes or this site's own, such as EUE
            ],
        }
    )


def catalogue(treaties: Iterable[Treaty], absolute: Absolute) -> Node:
    """Describe all records as a catalogue (DCAT 3)."""
    rows = list(treaties)
    words = (
        "Where treaties stand: who has signed, who is bound, when they enter into force, and how it is known."
    )
    return graph(
        {
            "@id": absolute(address("treaties")),
            "@type": ["DataCatalog", "dcat:Catalog"],
            "name": NAME,
            "dct:title": NAME,
            "description": words,
            "dct:description": words,
            "license": LICENCE["path"],
            "dct:license": LICENCE["path"],
            "url": absolute("/treaties/"),
            "dataset": [{"@id": absolute(address("treaties", row.slug, "status"))} for row in rows],
            "dcat:dataset": [{"@id": absolute(address("treaties", row.slug, "status"))} for row in rows],
        },
        *(node for row in rows for node in (dataset(row, absolute), legislation(row, absolute))),
    )


def _home(treaty: Treaty) -> str:
    return "/" if treaty.slug == settings.ROOT_TREATY else f"/treaties/{treaty.slug}/"


def _treaty(treaty: Treaty, absolute: Absolute) -> str:
    return f"{absolute(address('treaties', treaty.slug))}#treaty"


def _download(name: str, media_type: str, url: str) -> Node:
    return {
        "@type": ["DataDownload", "dcat:Distribution"],
        "name": name,
        "dct:title": name,
        "encodingFormat": media_type,
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media_type}"},
        "contentUrl": url,
        "dcat:downloadURL": url,
        "dct:license": LICENCE["path"],
    }


def _stated(node: Node) -> Node:
    """Return a node without the members that are not known."""
    return {name: value for name, value in node.items() if value not in (None, "", False, [])}
