"""Texts of notifications on the pattern of real ones: every field is read right, or left open."""

from dataclasses import dataclass

import pytest

from ratification.depositary.names import known_names
from ratification.intake.notifications import read_notification
from ratification.intake.notified_acts import PrintedNotification

HEAD_EN = """UNITED NATIONS NATIONS UNIES
POSTAL ADDRESS - ADRESSE POSTALE: UNITED NATIONS, N.Y. 10017
Reference: C.N.501.2026.TREATIES-XVIII.16 (Depositary Notification)

UNITED NATIONS CONVENTION AGAINST CYBERCRIME
NEW YORK, 24 DECEMBER 2024

"""
OPEN_EN = """
The Secretary-General of the United Nations, acting in his capacity as depositary, communicates the following:
"""
HEAD_FR = """Référence : C.N.502.2026.TREATIES-XVIII.16 (Notification dépositaire)

CONVENTION DES NATIONS UNIES CONTRE LA CYBERCRIMINALITÉ
NEW YORK, 24 DÉCEMBRE 2024

"""
OPEN_FR = """
Le Secrétaire général de l'Organisation des Nations Unies, agissant en sa qualité de dépositaire, communique :
"""
END_EN = """
The Convention will enter into force for Brazil on 8 February 2027 in accordance with its article 65 (2) which
reads as follows:
"2. For each State or regional economic integration organization ..."

12 November 2026

Attention: Treaty Services of Ministries of Foreign Affairs and of international organizations concerned.
"""


@dataclass(frozen=True)
class Case:
    text: str
    number: str
    iso3: str
    effected: str
    acts: tuple[tuple[str, tuple[str, ...], str], ...]
    in_force: str = ""
    notified: str = ""
    unread: int = 0


EN, FR = "C.N.501.2026.TREATIES-XVIII.16", "C.N.502.2026.TREATIES-XVIII.16"
CASES = {
    "ratification": Case(
        HEAD_EN + "BRAZIL: RATIFICATION" + OPEN_EN + "The above action was effected on 10 November 2026." + END_EN,
        EN, "BRA", "2026-11-10", (("ratification", (), ""),), "2027-02-08", "2026-11-12",
    ),
    "accession, lines broken": Case(
        HEAD_EN + "VIET NAM: ACCESSION" + OPEN_EN + "The above action was\neffected on 3\nMarch 2026.\n5 March 2026\n",
        EN, "VNM", "2026-03-03", (("accession", (), ""),), "", "2026-03-05",
    ),
    "ratification with reservation and declaration": Case(
        HEAD_EN + "BRAZIL: RATIFICATION" + OPEN_EN + "The above action was effected on 10 November 2026, with:\n"
        "Reservation under article 63, paragraph 3 (Original: Portuguese)\n"
        "O Brasil não se considera vinculado\npelo parágrafo 2.\n"
        "Declaration under article 40 (12) (Translation) (Original: Portuguese)\n"
        "Brazil designates the Ministry of Justice." + END_EN,
        EN, "BRA", "2026-11-10",
        (
            ("ratification", (), ""),
            ("reservation", ("63(3)",), "pt"),
            ("declaration", ("40(12)",), "pt"),
        ),
        "2027-02-08", "2026-11-12",
    ),
    "reservation, Arabic": Case(
        HEAD_EN + "QATAR: RESERVATION" + OPEN_EN + "The above action was effected on 1 May 2026.\n"
        "Reservation (Original: Arabic)\nلا تعتبر دولة قطر نفسها ملزمة بالفقرة 2.\n2 May 2026\n",
        EN, "QAT", "2026-05-01", (("reservation", (), "ar"),), "", "2026-05-02",
    ),
    "reservation, Chinese": Case(
        HEAD_EN + "CHINA: RATIFICATION AND RESERVATION" + OPEN_EN
        + "The above action was effected on 1 May 2026.\n"
        "Reservation\n(Original: Chinese)\n中华人民共和国不受第六十三条第二款的约束。\n",
        EN, "CHN", "2026-05-01", (("ratification", (), ""), ("reservation", (), "zh")),
    ),
    "objection": Case(
        HEAD_EN + "SPAIN: OBJECTION" + OPEN_EN + "The above action was effected on 2 June 2026.\n"
        "Objection (Original: Spanish)\nEl Reino de España se opone a la reserva.\n",
        EN, "ESP", "2026-06-02", (("objection", (), "es"),),
    ),
    "withdrawal of reservation": Case(
        HEAD_EN + "QATAR: WITHDRAWAL OF RESERVATION" + OPEN_EN + "The above action was effected on 2 June 2026.\n",
        EN, "QAT", "2026-06-02", (("withdrawal_of_statement", (), ""),),
    ),
    "notification under an article": Case(
        HEAD_EN + "SINGAPORE: NOTIFICATION UNDER ARTICLE 40 (12)" + OPEN_EN
        + "The above action was effected on 2 June 2026.\n"
        "Notification (Original: English)\nThe central authority is the "
        "Attorney-General's Chambers.\n",
        EN, "SGP", "2026-06-02", (("notification", ("40(12)",), "en"),),
    ),
    "former name and aliases are exact": Case(
        HEAD_EN + "UNITED KINGDOM OF GREAT BRITAIN AND NORTHERN IRELAND: SIGNATURE" + OPEN_EN
        + "The above action was effected on 2 June 2026.\n",
        EN, "GBR", "2026-06-02", (("signature", (), ""),),
    ),
    "unknown State": Case(
        HEAD_EN + "RURITANIA: ACCESSION" + OPEN_EN + "The above action was effected on 2 June 2026.\n",
        EN, "", "2026-06-02", (("accession", (), ""),), unread=1,
    ),
    "unknown act": Case(
        HEAD_EN + "BRAZIL: CHANGE OF HEART" + OPEN_EN + "The above action was effected on 2 June 2026.\n",
        EN, "", "2026-06-02", (), unread=3,
    ),
    "no day": Case(HEAD_EN + "BRAZIL: RATIFICATION" + OPEN_EN, EN, "BRA", "", (("ratification", (), ""),)),
    "French ratification": Case(
        HEAD_FR + "PÉROU : RATIFICATION" + OPEN_FR + "L'action susmentionnée a été effectuée le 1er mars 2026.\n"
        "La Convention entrera en vigueur pour le Pérou le 30 mai 2026 conformément au "
        "paragraphe 2 de l'article 65, ainsi conçu :\n« 2. À l'égard de chaque État ... »\nLe 4 mars 2026\n",
        FR, "PER", "2026-03-01", (("ratification", (), ""),), "2026-05-30", "2026-03-04",
    ),
    "French accession with declarations": Case(
        HEAD_FR + "ALGÉRIE : ADHÉSION" + OPEN_FR + "L\u2019action susmentionnée a été effectuée le 12 août 2026, "
        "avec :\nDéclarations (Traduction) (Original : arabe)\nL'Algérie déclare que ...\n",
        FR, "DZA", "2026-08-12", (("accession", (), ""), ("declaration", (), "ar")),
    ),
    "French objection": Case(
        HEAD_FR + "ALLEMAGNE : OBJECTION" + OPEN_FR + "L'action susmentionnée a été effectuée le 2 juin 2026.\n"
        "Objection (Original : allemand)\nDie Bundesrepublik Deutschland erhebt Einspruch.\n",
        FR, "DEU", "2026-06-02", (("objection", (), "de"),),
    ),
    "French withdrawal": Case(
        HEAD_FR + "RUSSIE : RETRAIT DE RÉSERVE" + OPEN_FR + "L'action susmentionnée a été effectuée le 2 juin 2026.\n",
        FR, "RUS", "2026-06-02", (("withdrawal_of_statement", (), ""),),
    ),
    "French notification of authorities": Case(
        HEAD_FR + "SUISSE : NOTIFICATION EN VERTU DU PARAGRAPHE 12 DE L'ARTICLE 40" + OPEN_FR
        + "L'action susmentionnée a été effectuée le 2 juin 2026.\n",
        FR, "CHE", "2026-06-02", (("notification", ("40(12)",), ""),),
    ),
    "nothing of it": Case("Dear colleague,\nplease enter this: soon.\n", "", "", "", (), unread=2),
}  # fmt: skip


def read(text: str) -> PrintedNotification:
    return read_notification(text, known_names())


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.usefixtures("with_participants")
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_field_is_read_right_or_left_open(case: Case) -> None:
    found = read(case.text)
    assert found.number == case.number
    assert {act.participant.iso3 if act.participant else "" for act in found.acts} <= {case.iso3}
    assert {act.effected.edtf if act.effected else "" for act in found.acts} <= {case.effected}
    acts = tuple((str(act.kind), tuple(act.provisions), act.language) for act in found.acts)
    assert acts == case.acts
    assert ", ".join(each.on.isoformat() for each in found.in_force) == case.in_force
    assert (found.notified_on.isoformat() if found.notified_on else "") == case.notified
    assert len(found.unread) == case.unread, found.unread


@pytest.mark.usefixtures("with_participants")
def test_texts_are_kept_with_their_lines_and_without_the_clause() -> None:
    found = read(CASES["ratification with reservation and declaration"].text)
    assert [act.text for act in found.acts] == [
        "",
        "O Brasil não se considera vinculado\npelo parágrafo 2.",
        "Brazil designates the Ministry of Justice.",
    ]
    assert [[each.is_translation for each in act.versions] for act in found.acts] == [[], [False], [True]]
    assert "The above action was effected on 10 November 2026" in found.words
