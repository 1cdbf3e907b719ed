"""The terms that the pages use, each with its definition and its provision, and the glossary page."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from common.markup import in_english
from common.messages import Text
from dashboard.in_language import in_html
from dashboard.page import page_of
from ratification.record import selectors

_CITED = {
    "VCLT": gettext_lazy("VCLT %(articles)s"),
    "VCLT-IO": gettext_lazy("VCLT-IO %(articles)s"),
    "VCSST": gettext_lazy("VCSST %(articles)s"),
}


@dataclass(frozen=True, slots=True)
class Term:
    """A term, its definition, and the provision that it rests on (VCLT: Vienna Convention on the Law of Treaties)."""

    name: Text
    meaning: Text
    basis: str = ""

    @property
    def cited(self) -> SafeString:
        """The provision, with the convention's abbreviation in the language of the page."""
        convention, _, articles = self.basis.partition(" ")
        return in_html(str(_CITED[convention]), {"articles": in_english(articles)})


@dataclass(frozen=True, slots=True)
class TermGroup:
    """A heading of the glossary with its terms, by the name that an address uses."""

    label: Text
    terms: Mapping[str, Term]


GLOSSARY = (
    TermGroup(
        gettext_lazy("Who takes part"),
        {
            "participant": Term(
                gettext_lazy("Participant"),
                gettext_lazy(
                    "A State or an organization that can appear in the depositary’s list: a Member State or observer of"
                    " the United Nations, another State, or an organization."
                ),
            ),
            "reio": Term(
                gettext_lazy("Regional economic integration organization"),
                gettext_lazy(
                    "An organization, such as the European Union, to which its member States have transferred"
                    " competence, and which can itself sign a treaty and be bound by it."
                ),
                "VCLT-IO 2(1)(i), 6",
            ),
            "depositary": Term(
                gettext_lazy("Depositary"),
                gettext_lazy(
                    "The office that keeps the original of a treaty and receives signatures and instruments. For"
                    " treaties of the United Nations it is the Secretary-General."
                ),
                "VCLT 76, 77",
            ),
        },
    ),
    TermGroup(
        gettext_lazy("Steps to becoming a party"),
        {
            "signature": Term(
                gettext_lazy("Signature"),
                gettext_lazy(
                    "Expresses the intention to join. It does not bind a State to a treaty that is subject to"
                    " ratification, but obliges it not to defeat the treaty’s object and purpose."
                ),
                "VCLT 14, 18",
            ),
            "domestic-approval": Term(
                gettext_lazy("Domestic approval"),
                gettext_lazy(
                    "Approval by a parliament or head of State under national law. It is not an act toward the other"
                    " States and is never counted; only the deposit of an instrument is."
                ),
                "VCLT 2(1)(b), 46",
            ),
            "ratification": Term(
                gettext_lazy("Ratification"),
                gettext_lazy(
                    "The act by which a signatory consents to be bound. Acceptance (A) and approval (AA) have the same"
                    " effect."
                ),
                "VCLT 2(1)(b), 14",
            ),
            "accession": Term(
                gettext_lazy("Accession"),
                gettext_lazy("Consent to be bound by a State that has not signed."),
                "VCLT 15",
            ),
            "formal-confirmation": Term(
                gettext_lazy("Formal confirmation"),
                gettext_lazy(
                    "Consent to be bound by an international organization; the equivalent of ratification."
                ),
                "VCLT-IO 2(1)(b bis), 14",
            ),
            "succession": Term(
                gettext_lazy("Succession"),
                gettext_lazy(
                    "A new State takes over the signature or consent of the State that was responsible for its"
                    " territory."
                ),
                "VCSST 17, 18",
            ),
            "consent": Term(
                gettext_lazy("Consent to be bound"),
                gettext_lazy(
                    "Ratification, acceptance, approval, accession or another act by which a State binds itself."
                ),
                "VCLT 2(1)(b), 11",
            ),
            "deposit": Term(
                gettext_lazy("Deposit"),
                gettext_lazy(
                    "The instrument of ratification or accession reaches the depositary. The day of deposit is the one"
                    " that counts."
                ),
                "VCLT 16, 78",
            ),
        },
    ),
    TermGroup(
        gettext_lazy("Status"),
        {
            "status": Term(
                gettext_lazy("Status"),
                gettext_lazy(
                    "The list of all signatures, consents and statements on a treaty, and each participant’s place"
                    " in it."
                ),
            ),
            "signatory": Term(
                gettext_lazy("Signatory"),
                gettext_lazy(
                    "A State or organization that has signed. It may or may not have ratified as well."
                ),
                "VCLT 18",
            ),
            "contracting": Term(
                gettext_lazy("Contracting State"),
                gettext_lazy(
                    "A State that has consented to be bound, whether or not the treaty is in force."
                ),
                "VCLT 2(1)(f)",
            ),
            "party": Term(
                gettext_lazy("State party"),
                gettext_lazy("A State that has consented to be bound and for which the treaty is in force."),
                "VCLT 2(1)(g)",
            ),
            "entry-into-force": Term(
                gettext_lazy("Entry into force"),
                gettext_lazy(
                    "The day from which a treaty binds: first for the States that brought it about, then for each State"
                    " that joins later."
                ),
                "VCLT 24",
            ),
            "counting": Term(
                gettext_lazy("Instruments counted"),
                gettext_lazy(
                    "The instruments that count toward the number needed for entry into force. An instrument of an"
                    " organization is usually not additional to those of its members."
                ),
                "VCLT 24(1)",
            ),
            "withdrawal": Term(
                gettext_lazy("Withdrawal"),
                gettext_lazy("A signature or an instrument is taken back before the treaty is in force."),
                "VCLT 18, 68",
            ),
            "denunciation": Term(
                gettext_lazy("Denunciation"),
                gettext_lazy(
                    "A party gives notice that it leaves; it takes effect after the period that the treaty sets."
                ),
                "VCLT 54, 56",
            ),
        },
    ),
    TermGroup(
        gettext_lazy("Statements"),
        {
            "reservation": Term(
                gettext_lazy("Reservation"),
                gettext_lazy(
                    "A statement by which a State excludes or modifies the effect of a provision for itself."
                ),
                "VCLT 2(1)(d), 19–23",
            ),
            "declaration": Term(
                gettext_lazy("Declaration"),
                gettext_lazy(
                    "A statement on how a State understands or applies a provision, or one that the treaty asks for."
                ),
                "VCLT 31(2)(b)",
            ),
            "objection": Term(
                gettext_lazy("Objection"),
                gettext_lazy("A State’s reply against another State’s reservation."),
                "VCLT 20, 21",
            ),
            "notification": Term(
                gettext_lazy("Notification"),
                gettext_lazy(
                    "Information that the treaty asks of a party, such as the name of its central authority."
                ),
                "VCLT 78",
            ),
            "depositary-notification": Term(
                gettext_lazy("Depositary notification (C.N.)"),
                gettext_lazy(
                    "The communication by which the depositary tells all States of an act, cited as"
                    " C.N.196.2025.TREATIES-XVIII.16."
                ),
                "VCLT 77(1)(e)",
            ),
        },
    ),
    TermGroup(
        gettext_lazy("This record"),
        {
            "as-of": Term(
                gettext_lazy("As of"),
                gettext_lazy(
                    "The legal date that a page shows: acts after it are left out. Every page can be asked for any"
                    " date."
                ),
            ),
            "revision": Term(
                gettext_lazy("Revision"),
                gettext_lazy(
                    "The number of the last entry that a page takes into account. Asking for an earlier revision shows"
                    " what this site said then."
                ),
            ),
            "open-date": Term(
                gettext_lazy("Uncertain date"),
                gettext_lazy(
                    "A date that no source gives exactly. It is kept as the earliest and the latest possible day, and"
                    " counts are given as certain and as possible."
                ),
            ),
            "known-until": Term(
                gettext_lazy("Known until"),
                gettext_lazy(
                    "The last day that the list of acts covers. For a later day the absence of an act is not known."
                ),
            ),
        },
    ),
    TermGroup(
        gettext_lazy("Treaties compared"),
        {
            "untoc": Term(
                gettext_lazy("UNTOC"),
                gettext_lazy("United Nations Convention against Transnational Organized Crime (2000)."),
            ),
            "uncac": Term(
                gettext_lazy("UNCAC"), gettext_lazy("United Nations Convention against Corruption (2003).")
            ),
            "budapest": Term(
                gettext_lazy("Budapest Convention"),
                gettext_lazy("Convention on Cybercrime of the Council of Europe (2001), ETS No. 185."),
            ),
        },
    ),
)
TERMS = {key: term for group in GLOSSARY for key, term in group.terms.items()}


def glossary(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the definitions."""
    page = page_of(request, slug, selectors.extract_of)
    return render(
        request, "dashboard/glossary.html", {"current": "glossary", "page": page, "glossary": GLOSSARY}
    )
