"""Further notifications as they are printed and pasted: long names, footnotes, several acts, corrections, odd blanks."""
# ruff: noqa: E501, ISC004

import pytest

from tests.ratification.intake.test_notification_variants import FUT, WAS, lines
from tests.ratification.intake.test_notifications import HEAD_EN, HEAD_FR, OPEN_EN, OPEN_FR, read

RULE = (
    "in accordance with its article 65 (2) which reads as follows:\n\n"
    '"For each State or regional economic integration organization ratifying, accepting, approving or acceding to this\n'
    "Convention after the deposit of the fortieth instrument of such action, this Convention shall enter into force on\n"
    'the thirtieth day ..."\n\n'
)
CASES = {
    "Holy See, several statements, quotation marks": (
        f"{HEAD_EN}HOLY SEE: ACCESSION{OPEN_EN}{WAS} 19 September 2026, with:\n\nReservation (Original: English)\n\n"
        "“The Holy See, pursuant to Article 63 (3) of the Convention, declares that it does not consider itself bound\nby Article 63 (2).”\n\n"
        f"The Convention will enter into force for the Holy See on 19 October 2026 {RULE}20 September 2026\n",
        ["VAT accession 2026-09-19", "VAT reservation 2026-09-19 en"],
    ),
    "Bolivia, brackets in the name": (
        f"{HEAD_EN}BOLIVIA (PLURINATIONAL STATE OF): RATIFICATION{OPEN_EN}{WAS} 5 June 2026.\n",
        ["BOL ratification 2026-06-05"],
    ),
    "Iran, name over two lines within the brackets": (
        f"{HEAD_EN}IRAN (ISLAMIC REPUBLIC\nOF): SIGNATURE{OPEN_EN}{WAS} 5 June 2026.\n",
        ["IRN signature 2026-06-05"],
    ),
    "Venezuela, French": (
        f"{HEAD_FR}VENEZUELA (RÉPUBLIQUE BOLIVARIENNE DU) : SIGNATURE{OPEN_FR}{FUT} 5 juin 2026.\n",
        ["VEN signature 2026-06-05"],
    ),
    "Netherlands, a territory": (
        f"{HEAD_EN}NETHERLANDS (KINGDOM OF THE): TERRITORIAL APPLICATION IN RESPECT OF ARUBA{OPEN_EN}{WAS} 5 June 2026.\n",
        ["NLD territorial_application 2026-06-05 ABW"],
    ),
    "two territories": (
        f"{HEAD_EN}UNITED KINGDOM OF GREAT BRITAIN AND NORTHERN IRELAND: TERRITORIAL APPLICATION IN RESPECT OF\nJERSEY AND GUERNSEY{OPEN_EN}{WAS} 5 June 2026.\n",
        ["GBR territorial_application 2026-06-05 JEY,GGY"],
    ),
    "Türkiye, dotted capital": (
        f"{HEAD_EN}TÜRKİYE: RATIFICATION{OPEN_EN}{WAS} 5 June 2026.\n",
        ["TUR ratification 2026-06-05"],
    ),
    "Cote d'Ivoire, curly apostrophe": (
        f"{HEAD_EN}CÔTE D’IVOIRE: ACCEPTANCE{OPEN_EN}{WAS} 5 June 2026.\n",
        ["CIV acceptance 2026-06-05"],
    ),
    "European Union": (
        f"{HEAD_EN}EUROPEAN UNION: APPROVAL{OPEN_EN}{WAS} 5 June 2026, with:\n\nDeclaration concerning the competence\n(Original: English)\n“The European Union declares ...”\n",
        ["EUE approval 2026-06-05"],
    ),
    "footnote figure": (
        f"{HEAD_EN}BRAZIL: RATIFICATION¹{OPEN_EN}{WAS} 5 June 2026.\n",
        ["BRA ratification 2026-06-05"],
    ),
    "thin and no-break blanks, soft hyphen": (
        f"{HEAD_FR}PÉROU\u00a0: RATIFI\u00adCATION{OPEN_FR}{FUT} 1\u202fer\u2009mars\u00a02026.\n".replace("L'", "L’"),
        ["PER ratification 2026-03-01"],
    ),
    "dash between State and act": (
        f"{HEAD_EN}BRAZIL – RATIFICATION{OPEN_EN}{WAS} 5 June 2026.\n",
        ["BRA ratification 2026-06-05"],
    ),
    "Windows line ends, tabs": (
        f"{HEAD_EN}BRAZIL:\tRATIFICATION{OPEN_EN}{WAS} 5 June\t2026.\n".replace("\n", "\r\n"),
        ["BRA ratification 2026-06-05"],
    ),
    "two acts by one State on two days": (
        f"{HEAD_EN}BRAZIL: SIGNATURE{OPEN_EN}{WAS} 5 June 2026.\n\nBRAZIL: RATIFICATION\n\n{WAS} 9 June 2026.\n",
        ["BRA signature 2026-06-05", "BRA ratification 2026-06-09"],
    ),
    "four languages in one notification": (
        f"{HEAD_EN}EGYPT: RATIFICATION{OPEN_EN}{WAS} 5 June 2026, with:\n\n"
        "Reservation to article 13 (Original: Arabic)\nمع التحفظ على المادة 13.\n\n"
        "Reservation to article 14 (Original: Chinese)\n对第十四条的保留。\n\n"
        "Reservation to article 15 (Original: Russian)\nОговорка к статье 15.\n\n"
        "Declaration under article 40 (Original: Spanish)\nDeclaración sobre el artículo 40.\n",
        [
            "EGY ratification 2026-06-05",
            "EGY reservation 2026-06-05 13 ar",
            "EGY reservation 2026-06-05 14 zh",
            "EGY reservation 2026-06-05 15 ru",
            "EGY declaration 2026-06-05 40 es",
        ],
    ),
    "translation before the original": (
        f"{HEAD_EN}CHINA: RATIFICATION{OPEN_EN}{WAS} 5 June 2026, with:\nReservation to article 63 (2)\n(Translation) (Original: Chinese)\n"
        "China is not bound by paragraph 2.\n",
        ["CHN ratification 2026-06-05", "CHN reservation 2026-06-05 63(2) en*"],
    ),
    "a signed letter within a communication": (
        f"{HEAD_EN}SPAIN: COMMUNICATION{OPEN_EN}The above communication was received on 5 June 2026.\n\n(Original: Spanish)\n"
        "El Gobierno de España ...\n\n[Signed] José García\n\n8 June 2026\n",
        ["ESP communication 2026-06-05 es"],
    ),
    "objection to several reservations": (
        f"{HEAD_EN}SWEDEN: OBJECTION TO THE RESERVATIONS MADE BY PAKISTAN UPON ACCESSION{OPEN_EN}{WAS} 5 June 2026.\n(Original: English)\n“Sweden objects.”\n",
        ["SWE objection 2026-06-05 against PAK en"],
    ),
    "objections by two States": (
        f"{HEAD_EN}AUSTRIA: OBJECTION TO THE RESERVATION MADE BY QATAR UPON RATIFICATION\nGERMANY: OBJECTION TO THE RESERVATION MADE BY QATAR UPON RATIFICATION{OPEN_EN}"
        "The above objections were received on 5 June 2026.\n",
        ["AUT objection 2026-06-05 against QAT", "DEU objection 2026-06-05 against QAT"],
    ),
    "withdrawal of an objection": (
        f"{HEAD_EN}FINLAND: WITHDRAWAL OF OBJECTION{OPEN_EN}{WAS} 5 June 2026.\n",
        ["FIN withdrawal_of_statement 2026-06-05"],
    ),
    "withdrawal of the whole treaty by its own word": (
        f"{HEAD_EN}QATAR: NOTIFICATION OF DENUNCIATION{OPEN_EN}{WAS} 5 June 2026.\nThe action will take effect on 5 June 2027.\n",
        ["QAT denunciation 2026-06-05"],
    ),
    "procès-verbal": (
        f"{HEAD_EN}CORRECTIONS TO THE ORIGINAL TEXT OF THE CONVENTION (RUSSIAN TEXT) AND TRANSMISSION OF THE\nRELEVANT PROCÈS-VERBAL{OPEN_EN}"
        "By 4 June 2026, the date on which the period specified for the notification of objections expired, no objection had been notified.\n",
        [],
    ),
    "procès-verbal, French": (
        f"{HEAD_FR}RECTIFICATIONS DE L'ORIGINAL DE LA CONVENTION (TEXTE ARABE) ET TRANSMISSION DU PROCÈS-VERBAL\nY RELATIF{OPEN_FR}"
        "Au 4 juin 2026, aucune objection n'avait été notifiée.\n",
        [],
    ),
    "entry into force": (
        f"{HEAD_EN}ENTRY INTO FORCE{OPEN_EN}The conditions for the entry into force of the Convention were fulfilled on 1 March 2027.\n"
        "Accordingly, the Convention will enter into force on 30 May 2027.\n",
        [],
    ),
    "proposal of amendments": (
        f"{HEAD_EN}PROPOSAL OF AMENDMENTS BY BRAZIL{OPEN_EN}On 5 June 2026, the Secretary-General received a proposal.\n",
        [],
    ),
    "French, declaration with a tail": (
        f"{HEAD_FR}BELGIQUE : DÉCLARATION EN VERTU DU PARAGRAPHE 12 DE L’ARTICLE 40{OPEN_FR}L’action susmentionnée a été effectuée\nle 1er juin 2026.\n"
        "Déclaration (Original : français)\n« La Belgique désigne le SPF Justice. »\nLe 3 juin 2026\n",
        ["BEL declaration 2026-06-01 40(12) fr"],
    ),
    "French, retrait de déclaration": (
        f"{HEAD_FR}ESPAGNE : RETRAIT DE LA DÉCLARATION FORMULÉE LORS DE LA RATIFICATION{OPEN_FR}{FUT} 5 juin 2026.\n",
        ["ESP withdrawal_of_statement 2026-06-05"],
    ),
    "French, several States on one day": (
        f"{HEAD_FR}AUTRICHE, BELGIQUE ET ITALIE : SIGNATURE{OPEN_FR}Les actions susmentionnées ont été effectuées le 5 juin 2026.\n",
        ["AUT signature 2026-06-05", "BEL signature 2026-06-05", "ITA signature 2026-06-05"],
    ),
    "French, ratification with two statements": (
        f"{HEAD_FR}RÉPUBLIQUE DE CORÉE : RATIFICATION{OPEN_FR}{FUT} 5 juin 2026, avec :\nRéserve à l’article 13 (Original : anglais)\nThe Republic of Korea ...\n"
        "Notification en vertu des articles 24 et 41 (Traduction) (Original : coréen)\nL'autorité centrale est ...\n",
        [
            "KOR ratification 2026-06-05",
            "KOR reservation 2026-06-05 13 en",
            "KOR notification 2026-06-05 24,41 fr*",
        ],
    ),
    "French, former name": (
        f"{HEAD_FR}SWAZILAND : ADHÉSION{OPEN_FR}{FUT} 5 juin 2026.\n",
        ["SWZ accession 2026-06-05"],
    ),
    "two French days": (
        f"{HEAD_FR}PÉROU : RATIFICATION{OPEN_FR}{FUT} 5 juin 2026 et le 7 juin 2026.\n",
        ["PER ratification ?"],
    ),
    "succession": (
        f"{HEAD_EN}MONTENEGRO: SUCCESSION{OPEN_EN}{WAS} 23 October 2026.\nThe succession took effect on 3 June 2026, the date of succession of State.\n",
        ["MNE succession 2026-10-23"],
    ),
    "provisional application": (
        f"{HEAD_EN}ESTONIA: PROVISIONAL APPLICATION{OPEN_EN}{WAS} 5 June 2026.\n",
        ["EST provisional_application 2026-06-05"],
    ),
    "English, American day": (
        f"{HEAD_EN}BRAZIL: RATIFICATION{OPEN_EN}{WAS} June 5, 2026.\n",
        ["BRA ratification 2026-06-05"],
    ),
    "a statement that quotes the phrase of another act": (
        f"{HEAD_EN}CUBA: RATIFICATION{OPEN_EN}{WAS} 5 June 2026, with:\nDeclaration (Original: English)\n“Cuba recalls its signature of 25 October 2025 and\nthe reservation to article 13 that others have made.”\n",
        ["CUB ratification 2026-06-05", "CUB declaration 2026-06-05 en"],
    ),
    "Congo and its neighbour": (
        f"{HEAD_EN}CONGO: SIGNATURE\nDEMOCRATIC REPUBLIC OF THE CONGO: SIGNATURE{OPEN_EN}The above actions were effected on 5 June 2026.\n",
        ["COG signature 2026-06-05", "COD signature 2026-06-05"],
    ),
    "Guinea, Equatorial Guinea, Guinea-Bissau": (
        f"{HEAD_EN}GUINEA, EQUATORIAL GUINEA AND GUINEA-BISSAU: SIGNATURE{OPEN_EN}The above actions were effected on 5 June 2026.\n",
        ["GIN signature 2026-06-05", "GNQ signature 2026-06-05", "GNB signature 2026-06-05"],
    ),
    "Micronesia": (
        f"{HEAD_EN}MICRONESIA (FEDERATED STATES OF): ACCESSION{OPEN_EN}{WAS} 5 June 2026.\n",
        ["FSM accession 2026-06-05"],
    ),
}  # fmt: skip
NUMBER = {"en": "C.N.501.2026.TREATIES-XVIII.16", "fr": "C.N.502.2026.TREATIES-XVIII.16"}


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.usefixtures("with_participants")
@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_each_field_is_read_right_or_left_open(text: str, expected: list[str]) -> None:
    found = read(text)
    assert lines(found) == expected, found.unread
    assert found.number == NUMBER["fr" if "502.2026" in text else "en"]
    assert found.language in ("", "fr" if "502.2026" in text else "en")
    if not expected:
        assert found.unread


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.usefixtures("with_participants")
@pytest.mark.parametrize("text", [text for text, expected in CASES.values() if expected])
def test_each_field_names_words_of_the_text(text: str) -> None:
    whole = plain(text)
    for origin in read(text).origins():
        assert origin.words, origin
        assert plain(origin.words) in whole, origin


def plain(text: str) -> str:
    return " ".join(text.replace("\u00ad", "").replace("\u2019", "'").split())
