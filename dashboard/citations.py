"""Citations of a page in the usual styles, with its permanent address, its revision and the day of access.

They are in English, as the styles and the record's titles are, and pages in other languages mark them so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, override

from ratification.status.day_text import text_of

SITE = "Treaty status tracker"


@dataclass(frozen=True, slots=True)
class Cited:
    """Object of a citation: a page of the site as of a day and a revision, and the day of access."""

    title: str
    address: str
    as_of: date
    revision: int
    accessed: date

    def in_styles(self) -> Iterator[tuple[str, str]]:
        """Yield each style's name and the citation in it."""
        with override("en"):
            footnote, bibtex = self.footnote(), self.bibtex()
        yield gettext("Footnote"), footnote
        yield "APA", self.apa()
        yield "OSCOLA", self.oscola()
        yield "BibTeX", bibtex
        yield "RIS", self.ris()

    @property
    def _edition(self) -> str:
        return f"status as of {text_of(self.as_of)}, revision {self.revision}"

    def footnote(self) -> str:
        """Return the citation as a footnote."""
        return f"{SITE}, {self.title}, {self._edition}, {self.address} (accessed {text_of(self.accessed)})."

    def apa(self) -> str:
        """Return the citation in the style of the American Psychological Association, seventh edition."""
        return (
            f"{SITE}. ({self.as_of.year}, {self.as_of:%B} {self.as_of.day}). {self.title} (Revision {self.revision})"
            f" [Data set]. Retrieved {self.accessed:%B} {self.accessed.day}, {self.accessed.year}, from {self.address}"
        )

    def oscola(self) -> str:
        """Return the citation in the Oxford style for law."""
        day, accessed = (f"{day.day} {day:%B} {day.year}" for day in (self.as_of, self.accessed))
        return (
            f"{SITE}, ‘{self.title}’ (revision {self.revision}, {day}) <{self.address}> accessed {accessed}"
        )

    def bibtex(self) -> str:
        """Return the citation as a BibTeX entry."""
        key = "-".join([*re.findall(r"[a-z0-9]+", self.title.lower())[:4], str(self.revision)])
        fields = {
            "title": "{" + _tex(self.title) + "}",
            "author": "{" + SITE + "}",
            "year": self.as_of.year,
            "month": f"{self.as_of:%b}".lower(),
            "note": _tex(self._edition.capitalize()),
            "url": self.address,
            "urldate": self.accessed.isoformat(),
        }
        lines = (
            f"  {name} = {value}," if name == "month" else f"  {name} = {{{value}}},"
            for name, value in fields.items()
        )
        return "\n".join([f"@misc{{{key},", *lines, "}"])

    def ris(self) -> str:
        """Return the citation as a RIS record."""
        lines = {
            "TY": "DATA",
            "TI": self.title,
            "AU": SITE,
            "PY": self.as_of.year,
            "DA": f"{self.as_of:%Y/%m/%d}/",
            "ET": f"Revision {self.revision}",
            "UR": self.address,
            "Y2": f"{self.accessed:%Y/%m/%d}/",
        }
        return "\n".join([*(f"{tag}  - {value}" for tag, value in lines.items()), "ER  - "])


def _tex(text: str) -> str:
    """Return text with the characters escaped that TeX reads as commands."""
    return re.sub(r"([&%$#_{}])", r"\\\1", text)
