"""Notifications as they are pasted from files of several pages, with statements that quote, list and translate."""
# ruff: noqa: E501, ISC004

import pytest

from tests.ratification.intake.test_notification_unseen import plain
from tests.ratification.intake.test_notification_variants import FUT, WAS, lines
from tests.ratification.intake.test_notifications import HEAD_EN, HEAD_FR, OPEN_EN, OPEN_FR, read

MANY = "The above actions were effected on 5 June 2026.\n"
FOOT = "Attention: Treaty Services of Ministries of Foreign Affairs and of international organizations concerned.\n"
CANADA = (
    "“The Permanent Mission of Canada has the honour to refer to the communication of 6 January 2026, numbered\n"
    "C.N.13.2026.TREATIES-XVIII.16, relating to that treaty. ‘Palestine’ does not meet the criteria of a state.”"
)
AUTHORITY = (
    "“The central authority is:\n\nPostal address: Private Bag 009, Gaborone\nAttention: The Director of Public Prosecutions\n"
    "United Nations\n24\n\nIt will enter into force for Botswana on 1 July 2026.\nDeclaration:\nIt works in English.”"
)
CASES = {
    "a communication quotes another notification's number": (
        f"{HEAD_EN}CANADA: COMMUNICATION{OPEN_EN}The above communication was received on 16 January 2026.\n\n(Original: English)\n\n{CANADA}\n\n23 January 2026\n{FOOT}",
        ["CAN communication 2026-01-16 en"], [CANADA], [],
    ),
    "an authority with address, attention, a number alone, fixed words": (
        f"{HEAD_EN}BOTSWANA: NOTIFICATION UNDER ARTICLE 40 (12){OPEN_EN}{WAS} 5 June 2026.\n\n(Original: English)\n\n{AUTHORITY}\n\n8 June 2026\n{FOOT}",
        ["BWA notification 2026-06-05 40(12) en"], [AUTHORITY], [],
    ),
    "the head of the second page within a statement": (
        f"{HEAD_EN}PERU: ACCESSION{OPEN_EN}{WAS} 3 March 2026, with:\n\nDeclaration under article 24, paragraph 2 (Original: Spanish)\n\n“El Perú declara\n"
        "- 2 -\nPage 2 of 3\nUNITED NATIONS                 NATIONS UNIES\nReference: C.N.501.2026.TREATIES-XVIII.16 (Depositary Notification)\n"
        "que la autoridad central es el Ministerio Público.”\n\n4 March 2026\n",
        ["PER accession 2026-03-03", "PER declaration 2026-03-03 24(2) es"],
        ["“El Perú declara\nque la autoridad central es el Ministerio Público.”"], [],
    ),
    "an Arabic original under its translation": (
        f"{HEAD_EN}SAUDI ARABIA: ACCESSION{OPEN_EN}{WAS} 2 July 2026, with:\n\nReservation to article 63 (2) (Translation) (Original: Arabic)\n\nThe Kingdom is not bound.\n\n"
        "تحفظ (الأصل: بالعربية)\nلا تعتبر المملكة نفسها ملزمة.\n\n6 July 2026\n",
        ["SAU accession 2026-07-02", "SAU reservation 2026-07-02 63(2) en*/ar"],
        ["The Kingdom is not bound.", "لا تعتبر المملكة نفسها ملزمة."], ["تحفظ (الأصل: بالعربية)"],
    ),
    "a Chinese and a Russian original, unmarked": (
        f"{HEAD_EN}CHINA: RATIFICATION{OPEN_EN}{WAS} 2 July 2026, with:\n\nReservation to article 63 (2) (Translation) (Original: Chinese)\n\nChina is not bound.\n\n中华人民共和国不受约束。\n\n"
        "Declaration under article 35 (Translation) (Original: Russian)\n\nIt proceeds from article 35.\n\nОна исходит из статьи 35.\n\n6 July 2026\n",
        ["CHN ratification 2026-07-02", "CHN reservation 2026-07-02 63(2) en*/zh", "CHN declaration 2026-07-02 35 en*/ru"],
        ["China is not bound.", "中华人民共和国不受约束。", "It proceeds from article 35.", "Она исходит из статьи 35."], [],
    ),
    "two originals leave the language open": (
        f"{HEAD_EN}EGYPT: RATIFICATION{OPEN_EN}{WAS} 5 June 2026, with:\n\nReservation to article 13 (Original: Arabic and English)\n\n“Egypt ...”\n\n"
        "Declaration (Original: English/French)\n\n“It declares ...”\n\n12 June 2026\n",
        ["EGY ratification 2026-06-05", "EGY reservation 2026-06-05 13 ?", "EGY declaration 2026-06-05 ?"],
        ["“Egypt ...”", "“It declares ...”"], [],
    ),
    "the text of what is withdrawn is not the withdrawal's": (
        f"{HEAD_EN}BAHRAIN: WITHDRAWAL OF RESERVATIONS TO ARTICLES 13 AND 63 (2) MADE UPON ACCESSION{OPEN_EN}{WAS} 8 September 2026.\n\n"
        "The full text of the reservation that was withdrawn reads as follows:\n\n“Bahrain is not bound by article 13.”\n\n9 September 2026\n",
        ["BHR withdrawal_of_statement 2026-09-08 13,63(2)"], [],
        ["The full text of the reservation that was withdrawn reads as follows:", "“Bahrain is not bound by article 13.”"],
    ),
    "an objection to reservations to some articles, by a formal name": (
        f"{HEAD_EN}IRELAND: OBJECTION TO THE RESERVATIONS TO ARTICLES 13 AND 63 MADE BY THE ISLAMIC\nREPUBLIC OF IRAN UPON SIGNATURE AND CONFIRMED UPON RATIFICATION{OPEN_EN}{WAS} 1 September 2026.\n\n(Original: English)\n\n“Ireland objects.”\n",
        ["IRL objection 2026-09-01 13,63 against IRN en"], ["“Ireland objects.”"], [],
    ),
    "French, formal names": (
        f"{HEAD_FR}RÉPUBLIQUE FÉDÉRALE D’ALLEMAGNE : OBJECTION À LA RÉSERVE FORMULÉE PAR LA RÉPUBLIQUE ISLAMIQUE D’IRAN LORS DE LA\nRATIFICATION{OPEN_FR}{FUT} 4 juillet 2026.\n",
        ["DEU objection 2026-07-04 against IRN"], [], [],
    ),
    "French, of a State that no recorded name means": (
        f"{HEAD_FR}RÉPUBLIQUE DE CHINE : SIGNATURE{OPEN_FR}{FUT} 4 juillet 2026.\n",
        ["? signature 2026-07-04"], [], ["RÉPUBLIQUE DE CHINE"],
    ),
    "French, articles and a paragraph": (
        f"{HEAD_FR}TUNISIE : RETRAIT DES RÉSERVES AUX ARTICLES 13 ET 14 ET AU PARAGRAPHE 2 DE L’ARTICLE 63{OPEN_FR}{FUT} 1ᵉʳ avril 2026.\n",
        ["TUN withdrawal_of_statement 2026-04-01 13,14,63(2)"], [], [],
    ),
    "French, territories that are not known are said": (
        f"{HEAD_FR}FRANCE : APPLICATION TERRITORIALE À L’ÉGARD DE L’ÎLE INCONNUE{OPEN_FR}{FUT} 17 avril 2026.\n",
        ["FRA territorial_application 2026-04-17"], [], ["ÎLE INCONNUE"],
    ),
    "an exclusion declared": (
        f"{HEAD_EN}DENMARK: DECLARATION OF TERRITORIAL EXCLUSION IN RESPECT OF GREENLAND AND THE FAROE ISLANDS{OPEN_EN}{WAS} 4 June 2026.\n",
        ["DNK territorial_exclusion 2026-06-04 GRL,FRO"], [], [],
    ),
    "names with and in a list": (
        f"{HEAD_EN}TRINIDAD AND TOBAGO, SAINT VINCENT AND THE GRENADINES AND ANTIGUA AND BARBUDA: SIGNATURE{OPEN_EN}{MANY}",
        ["TTO signature 2026-06-05", "VCT signature 2026-06-05", "ATG signature 2026-06-05"], [], [],
    ),
    "what follows a day of entry into force is said": (
        f"{HEAD_EN}SINGAPORE: RATIFICATION\nPERU: ACCESSION{OPEN_EN}{MANY}\nThe Convention will enter into force for Singapore on 5 July 2026 at 00:00 hours (New York time).\n\n"
        "The Convention will enter into force for Peru on 5 July 2026 and for Chile on 6 July 2026.\n",
        ["SGP ratification 2026-06-05", "PER accession 2026-06-05"], [],
        ["at 00:00 hours (New York time)", "and for Chile on 6 July 2026"],
    ),
    "the clause of a denunciation": (
        f"{HEAD_EN}PHILIPPINES: DENUNCIATION{OPEN_EN}{WAS} 17 March 2026.\n\nThe action shall take effect for the Philippines on 17 March 2027 in accordance with article 67 (2) of the Convention\n"
        "which reads as follows:\n\n“A denunciation shall become effective one year after the date of receipt.”\n\n19 March 2026\n",
        ["PHL denunciation 2026-03-17"], [],
        ["The action shall take effect for the Philippines on 17 March 2027 in accordance with article 67 (2) of the Convention", "which reads as follows:"],
    ),
}  # fmt: skip


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.usefixtures("with_participants")
@pytest.mark.parametrize(("text", "acts", "texts", "unread"), CASES.values(), ids=CASES)
def test_each_field_and_text_is_read_right_or_left_open(
    text: str, acts: list[str], texts: list[str], unread: list[str]
) -> None:
    found = read(text)
    assert lines(found) == acts
    assert [plain(version.text) for act in found.acts for version in act.versions] == list(map(plain, texts))
    assert list(map(plain, found.unread)) == list(map(plain, unread))
    assert found.number == f"C.N.{'502' if '502.2026' in text else '501'}.2026.TREATIES-XVIII.16"
    assert {each.participant.iso3 for each in found.in_force} <= {"SGP", "PER"}


@pytest.mark.usefixtures("with_participants")
def test_two_notifications_at_once_leave_number_and_date_open() -> None:
    one = f"{HEAD_EN}HONDURAS: RATIFICATION{OPEN_EN}{WAS} 5 June 2026.\n\n12 June 2026\n{FOOT}"
    other = one.replace("C.N.501.", "C.N.503.").replace("HONDURAS", "PERU").replace("12 June", "15 June")
    found = read(f"{one}\n{other}")
    assert (found.number, found.notified_on) == ("", None)


@pytest.mark.usefixtures("with_participants")
@pytest.mark.parametrize("printed", ["22\nJanuary\n2026", "22 January\n2026", "New York, 22 January 2026"])
def test_the_notifications_own_date_is_read_over_lines(printed: str) -> None:
    found = read(f"{HEAD_EN}PERU: ACCESSION{OPEN_EN}{WAS} 20 January 2026.\n\n{printed}\n{FOOT}")
    assert (str(found.notified_on), found.unread) == ("2026-01-22", [])
