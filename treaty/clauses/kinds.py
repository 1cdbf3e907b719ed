"""The kinds of treaty action that the record knows, and which of them express consent to be bound.

Letters in brackets are those of the United Nations status lists. VCLT is the Vienna Convention on the Law of
Treaties (1969); VCSST the Vienna Convention on Succession of States in respect of Treaties (1978).
"""

from enum import StrEnum

from common.messages import message


class ActionKind(StrEnum):
    """Kind of act of a participant. The value is stored, shown and exchanged as written here."""

    SIGNATURE = "signature"
    SUCCESSION_TO_SIGNATURE = "succession_to_signature"

    RATIFICATION = "ratification"
    ACCEPTANCE = "acceptance"
    APPROVAL = "approval"
    ACCESSION = "accession"
    FORMAL_CONFIRMATION = "formal_confirmation"
    DEFINITIVE_SIGNATURE = "definitive_signature"
    SUCCESSION = "succession"
    CONSENT_TO_BE_BOUND = "consent_to_be_bound"
    PARTICIPATION = "participation"
    SIMPLIFIED_PROCEDURE = "simplified_procedure"
    APPLICATION = "application"

    WITHDRAWAL = "withdrawal"
    DENUNCIATION = "denunciation"

    PROVISIONAL_APPLICATION = "provisional_application"
    DOMESTIC_APPROVAL = "domestic_approval"
    RESERVATION = "reservation"
    DECLARATION = "declaration"
    OBJECTION = "objection"
    NOTIFICATION = "notification"
    WITHDRAWAL_OF_STATEMENT = "withdrawal_of_statement"
    TERRITORIAL_APPLICATION = "territorial_application"
    DESIGNATION = "designation"

    UNDERSTANDING = "understanding"
    COMMUNICATION = "communication"
    MODIFICATION_OF_STATEMENT = "modification_of_statement"
    CONFIRMATION_OF_RESERVATION = "confirmation_of_reservation"
    TERRITORIAL_EXCLUSION = "territorial_exclusion"
    END_OF_PROVISIONAL_APPLICATION = "end_of_provisional_application"

    @property
    def meaning(self) -> str:
        """One line for people, with the provision behind it where there is one."""
        return _MEANINGS[self]

    @property
    def label(self) -> str:
        """The kind as words: `formal confirmation`."""
        return _LABELS[self]


_LABELS = {
    ActionKind.SIGNATURE: message("signature"),
    ActionKind.SUCCESSION_TO_SIGNATURE: message("succession to signature"),
    ActionKind.RATIFICATION: message("ratification"),
    ActionKind.ACCEPTANCE: message("acceptance"),
    ActionKind.APPROVAL: message("approval"),
    ActionKind.ACCESSION: message("accession"),
    ActionKind.FORMAL_CONFIRMATION: message("formal confirmation"),
    ActionKind.DEFINITIVE_SIGNATURE: message("definitive signature"),
    ActionKind.SUCCESSION: message("succession"),
    ActionKind.CONSENT_TO_BE_BOUND: message("consent to be bound"),
    ActionKind.PARTICIPATION: message("participation"),
    ActionKind.SIMPLIFIED_PROCEDURE: message("simplified procedure"),
    ActionKind.APPLICATION: message("application"),
    ActionKind.WITHDRAWAL: message("withdrawal"),
    ActionKind.DENUNCIATION: message("denunciation"),
    ActionKind.PROVISIONAL_APPLICATION: message("provisional application"),
    ActionKind.DOMESTIC_APPROVAL: message("domestic approval"),
    ActionKind.RESERVATION: message("reservation"),
    ActionKind.DECLARATION: message("declaration"),
    ActionKind.OBJECTION: message("objection"),
    ActionKind.NOTIFICATION: message("notification"),
    ActionKind.WITHDRAWAL_OF_STATEMENT: message("withdrawal of statement"),
    ActionKind.TERRITORIAL_APPLICATION: message("territorial application"),
    ActionKind.DESIGNATION: message("designation"),
    ActionKind.UNDERSTANDING: message("understanding"),
    ActionKind.COMMUNICATION: message("communication"),
    ActionKind.MODIFICATION_OF_STATEMENT: message("modification of statement"),
    ActionKind.CONFIRMATION_OF_RESERVATION: message("confirmation of reservation"),
    ActionKind.TERRITORIAL_EXCLUSION: message("territorial exclusion"),
    ActionKind.END_OF_PROVISIONAL_APPLICATION: message("end of provisional application"),
}
_MEANINGS = {
    ActionKind.SIGNATURE: message("Signed, subject to ratification, acceptance or approval (VCLT 14, 18)"),
    ActionKind.SUCCESSION_TO_SIGNATURE: message("A successor State takes over a signature (d; VCSST 18)"),
    ActionKind.RATIFICATION: message("Consent after signature (VCLT 14)"),
    ActionKind.ACCEPTANCE: message("Consent after signature, by this name (A; VCLT 14)"),
    ActionKind.APPROVAL: message("Consent after signature, by this name (AA; VCLT 14)"),
    ActionKind.ACCESSION: message("Consent without prior signature (a; VCLT 15)"),
    ActionKind.FORMAL_CONFIRMATION: message(
        "Consent of an organization, equal to ratification (c; VCLT-IO 14)"
    ),
    ActionKind.DEFINITIVE_SIGNATURE: message("Consent by signature alone (s; VCLT 12)"),
    ActionKind.SUCCESSION: message("A successor State takes over a consent (d; VCSST 17, 18)"),
    ActionKind.CONSENT_TO_BE_BOUND: message(
        "Consent by this name, as to protocols on certain weapons (P; VCLT 11)"
    ),
    ActionKind.PARTICIPATION: message("Consent by taking part, if so agreed (P; VCLT 11)"),
    ActionKind.SIMPLIFIED_PROCEDURE: message("Consent by not objecting in time, if so agreed (p; VCLT 11)"),
    ActionKind.APPLICATION: message("A party starts to apply a regulation annexed to the treaty (VCLT 11)"),
    ActionKind.WITHDRAWAL: message("A deposited instrument or a signature is taken back"),
    ActionKind.DENUNCIATION: message("A party gives notice that it leaves (VCLT 54, 56)"),
    ActionKind.PROVISIONAL_APPLICATION: message("The treaty is applied before it is in force (n; VCLT 25)"),
    ActionKind.DOMESTIC_APPROVAL: message(
        "Approval by parliament or head of State; not a treaty action, never counted"
    ),
    ActionKind.RESERVATION: message(
        "A legal effect of a provision is excluded or modified (VCLT 2(1)(d), 19)"
    ),
    ActionKind.DECLARATION: message("A statement on the meaning or use of a provision"),
    ActionKind.OBJECTION: message("A reply against another's reservation (VCLT 20)"),
    ActionKind.NOTIFICATION: message("Information that the treaty asks for, such as a designated authority"),
    ActionKind.WITHDRAWAL_OF_STATEMENT: message(
        "A reservation, declaration or objection is taken back (VCLT 22)"
    ),
    ActionKind.TERRITORIAL_APPLICATION: message("The treaty is extended to a territory (VCLT 29)"),
    ActionKind.DESIGNATION: message(
        "An authority is designated under national law; not a treaty action until it is notified"
    ),
    ActionKind.UNDERSTANDING: message("A declaration on how a provision is understood, by this name"),
    ActionKind.COMMUNICATION: message(
        "A statement on another's act, as on statehood or a territory; it changes no status"
    ),
    ActionKind.MODIFICATION_OF_STATEMENT: message(
        "A reservation, declaration or notification is given another content"
    ),
    ActionKind.CONFIRMATION_OF_RESERVATION: message(
        "A reservation made at signature is confirmed on consent (VCLT 23(2))"
    ),
    ActionKind.TERRITORIAL_EXCLUSION: message("The treaty is not to apply to a territory (VCLT 29)"),
    ActionKind.END_OF_PROVISIONAL_APPLICATION: message(
        "The treaty is applied provisionally no longer (VCLT 25(2))"
    ),
}

CONSENTS = frozenset(
    {
        ActionKind.RATIFICATION,
        ActionKind.ACCEPTANCE,
        ActionKind.APPROVAL,
        ActionKind.ACCESSION,
        ActionKind.FORMAL_CONFIRMATION,
        ActionKind.DEFINITIVE_SIGNATURE,
        ActionKind.SUCCESSION,
        ActionKind.CONSENT_TO_BE_BOUND,
        ActionKind.PARTICIPATION,
        ActionKind.SIMPLIFIED_PROCEDURE,
        ActionKind.APPLICATION,
    },
)
"""Kinds that express consent to be bound (VCLT 11: by any means if so agreed)."""

SIGNATURES = frozenset({ActionKind.SIGNATURE, ActionKind.SUCCESSION_TO_SIGNATURE})
"""Kinds that make a signatory. A definitive signature is consent and is listed as such by the depositary."""

ADMISSIBLE = CONSENTS | SIGNATURES | {ActionKind.PROVISIONAL_APPLICATION}
"""Kinds that a treaty has to provide for; statements are open to each participant unless the text says otherwise."""
