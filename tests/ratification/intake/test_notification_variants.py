"""Variants of notifications as people paste them: several States, broken lines, odd blanks, acts about other acts."""
# ruff: noqa: E501, ISC004

import pytest

from ratification.intake.notified_acts import PrintedNotification
from tests.ratification.intake.test_notifications import HEAD_EN, HEAD_FR, OPEN_EN, OPEN_FR, read

WAS = "The above action was effected on"
FUT = "L'action susmentionnée a été effectuée le"


def lines(found: PrintedNotification) -> list[str]:
    """Return each act in one line: participant, kind, day, provisions and territories, whom it answers, versions."""
    return [
        " ".join(
            filter(
                None,
                (
                    act.participant.iso3 if act.participant else "?",
                    act.kind.value,
                    act.effected.edtf if act.effected else "?",
                    ",".join([*act.provisions, *act.territories]),
                    f"against {act.answered.iso3}" if act.answered else "",
                    "/".join(
                        f"{each.language or '?'}{'*' if each.is_translation else ''}" for each in act.versions
                    ),
                ),
            )
        )
        for act in found.acts
    ]


CASES = {
    "two States, each with its day": (
        f"{HEAD_EN}BRAZIL: RATIFICATION{OPEN_EN}{WAS} 10 November 2026.\n\nPERU: ACCESSION\n\n{WAS} 12 November 2026.\n",
        ["BRA ratification 2026-11-10", "PER accession 2026-11-12"],
    ),
    "two States on one day": (
        f"{HEAD_EN}BRAZIL: RATIFICATION\nPERU: ACCESSION{OPEN_EN}The above actions were effected on 10 November 2026.\n",
        ["BRA ratification 2026-11-10", "PER accession 2026-11-10"],
    ),
    "two States and one singular day: whose is not known": (
        f"{HEAD_EN}BRAZIL: RATIFICATION\nPERU: ACCESSION{OPEN_EN}{WAS} 10 November 2026.\n",
        ["BRA ratification ?", "PER accession ?"],
    ),
    "two days for one action": (
        f"{HEAD_EN}BRAZIL: SIGNATURE{OPEN_EN}{WAS} 10 November 2026 and 12 November 2026.\n",
        ["BRA signature ?"],
    ),
    "several States in one line": (
        f"{HEAD_EN}FRANCE, GERMANY AND ITALY: SIGNATURE{OPEN_EN}The above actions were effected on 3 May 2026.\n",
        ["FRA signature 2026-05-03", "DEU signature 2026-05-03", "ITA signature 2026-05-03"],
    ),
    "a name with and": (
        f"{HEAD_EN}TRINIDAD AND TOBAGO: SIGNATURE{OPEN_EN}{WAS} 3 May 2026.\n",
        ["TTO signature 2026-05-03"],
    ),
    "a name over two lines is not the name of its end": (
        f"{HEAD_EN}DEMOCRATIC REPUBLIC OF THE\nCONGO: RATIFICATION{OPEN_EN}{WAS} 3 May 2026.\n",
        ["COD ratification 2026-05-03"],
    ),
    "a name over two lines that belongs to nobody": (
        f"{HEAD_EN}KINGDOM OF NEITHER HERE NOR THERE AND\nCONGO: RATIFICATION{OPEN_EN}{WAS} 3 May 2026.\n",
        ["? ratification 2026-05-03"],
    ),
    "Korea is two": (f"{HEAD_EN}KOREA: RATIFICATION{OPEN_EN}{WAS} 3 May 2026.\n", ["? ratification 2026-05-03"]),
    "kind over two lines": (
        f"{HEAD_EN}QATAR: WITHDRAWAL OF\nRESERVATION{OPEN_EN}{WAS} 3 May 2026.\n",
        ["QAT withdrawal_of_statement 2026-05-03"],
    ),
    "withdrawal alone can be of the treaty or of a statement": (
        f"{HEAD_EN}QATAR: WITHDRAWAL{OPEN_EN}{WAS} 3 May 2026.\n",
        [],
    ),
    "withdrawal in part, of a part that is not said": (
        f"{HEAD_EN}QATAR: PARTIAL WITHDRAWAL OF RESERVATION{OPEN_EN}{WAS} 3 May 2026.\n",
        [],
    ),
    "withdrawal of a reservation to an article": (
        f"{HEAD_EN}QATAR: WITHDRAWAL OF THE RESERVATION TO ARTICLE 13 MADE UPON RATIFICATION{OPEN_EN}{WAS} 3 May 2026.\n",
        ["QAT withdrawal_of_statement 2026-05-03 13"],
    ),
    "objection to whose reservation": (
        f"{HEAD_EN}FINLAND: OBJECTION TO THE RESERVATION MADE BY QATAR UPON RATIFICATION{OPEN_EN}{WAS} 3 May 2026.\n"
        '(Original: English)\n"The Government of Finland has examined the reservation.\n\nReservation:\nIt objects."\n'
        "5 May 2026\n",
        ["FIN objection 2026-05-03 against QAT en"],
    ),
    "communication": (
        f"{HEAD_EN}SPAIN: COMMUNICATION{OPEN_EN}The above communication was received on 3 May 2026.\n",
        ["ESP communication 2026-05-03"],
    ),
    "declaration under two articles": (
        f"{HEAD_EN}SINGAPORE: DECLARATION UNDER ARTICLES 24 AND 40{OPEN_EN}{WAS} 3 May 2026.\n",
        ["SGP declaration 2026-05-03 24,40"],
    ),
    "territory": (
        f"{HEAD_EN}UNITED KINGDOM OF GREAT BRITAIN AND NORTHERN IRELAND: TERRITORIAL APPLICATION IN RESPECT OF GIBRALTAR"
        f"{OPEN_EN}{WAS} 3 May 2026.\n",
        ["GBR territorial_application 2026-05-03 GIB"],
    ),
    "a territory that is not known stays open": (
        f"{HEAD_EN}DENMARK: TERRITORIAL APPLICATION TO ATLANTIS{OPEN_EN}{WAS} 3 May 2026.\n",
        ["DNK territorial_application 2026-05-03"],
    ),
    "designation that is notified": (
        f"{HEAD_EN}JAPAN: DESIGNATION OF CENTRAL AUTHORITY UNDER ARTICLE 40 (12){OPEN_EN}{WAS} 3 May 2026.\n",
        ["JPN notification 2026-05-03 40(12)"],
    ),
    "denunciation": (f"{HEAD_EN}QATAR: DENUNCIATION{OPEN_EN}{WAS} 3 May 2026.\n", ["QAT denunciation 2026-05-03"]),
    "confirmation": (
        f"{HEAD_EN}QATAR: CONFIRMATION OF RESERVATION UPON RATIFICATION{OPEN_EN}{WAS} 3 May 2026.\n",
        ["QAT confirmation_of_reservation 2026-05-03"],
    ),
    "declaration in brackets is not swallowed": (
        f"{HEAD_EN}BRAZIL: RATIFICATION (WITH DECLARATION){OPEN_EN}{WAS} 3 May 2026.\n",
        ["BRA ratification 2026-05-03", "BRA declaration 2026-05-03"],
    ),
    "brackets with other words": (f"{HEAD_EN}BRAZIL: RATIFICATION (PENDING){OPEN_EN}{WAS} 3 May 2026.\n", []),
    "no-break spaces": (
        f"{HEAD_EN}BRAZIL: RATIFICATION{OPEN_EN}{WAS} 10 November 2026.\n".replace(" ", "\u00a0"),
        ["BRA ratification 2026-11-10"],
    ),
    "original and translation": (
        f"{HEAD_EN}QATAR: RATIFICATION{OPEN_EN}{WAS} 1 May 2026, with:\nReservation to article 13\n(Original: Arabic)\n"
        "لا تعتبر دولة قطر نفسها ملزمة.\n(Translation)\nThe State of Qatar is not bound.\n",
        ["QAT ratification 2026-05-01", "QAT reservation 2026-05-01 13 ar/en*"],
    ),
    "reservation, Russian": (
        f"{HEAD_EN}BELARUS: RATIFICATION{OPEN_EN}{WAS} 1 May 2026, with:\nReservation (Original: Russian)\n"
        "Республика Беларусь не считает себя связанной.\n",
        ["BLR ratification 2026-05-01", "BLR reservation 2026-05-01 ru"],
    ),
    "reservation, French original in an English text": (
        f"{HEAD_EN}FRANCE: RATIFICATION{OPEN_EN}{WAS} 1 May 2026, with:\nReservation (Original: French)\nRéserve :\n"
        "La France ne se considère pas liée.\n",
        ["FRA ratification 2026-05-01", "FRA reservation 2026-05-01 fr"],
    ),
    "reservation, Spanish, two of them": (
        f"{HEAD_EN}CUBA: RATIFICATION{OPEN_EN}{WAS} 1 May 2026, with:\nReservation to article 13 (Original: Spanish)\n"
        "Cuba no se considera obligada.\n\nReservation to article 63 (2) (Original: Spanish)\nNi por el párrafo 2.\n",
        [
            "CUB ratification 2026-05-01",
            "CUB reservation 2026-05-01 13 es",
            "CUB reservation 2026-05-01 63(2) es",
        ],
    ),
    "several statements under one heading are not told apart": (
        f"{HEAD_EN}CUBA: RATIFICATION{OPEN_EN}{WAS} 1 May 2026, with:\nReservation and declaration (Original: Spanish)\nTexto.\n",
        ["CUB ratification 2026-05-01"],
    ),
    "French, several States": (
        f"{HEAD_FR}PÉROU : RATIFICATION\nSÉNÉGAL : ADHÉSION{OPEN_FR}Les actions susmentionnées ont été effectuées le 1er mars 2026.\n",
        ["PER ratification 2026-03-01", "SEN accession 2026-03-01"],
    ),
    "French territory": (
        f"{HEAD_FR}ROYAUME-UNI : APPLICATION TERRITORIALE À L'ÉGARD DE GIBRALTAR"
        f"{OPEN_FR}{FUT} 1 er mars 2026.\n",
        ["GBR territorial_application 2026-03-01 GIB"],
    ),
    "French objection, in answer": (
        f"{HEAD_FR}AUTRICHE : OBJECTION À LA RÉSERVE FORMULÉE PAR LE QATAR LORS DE LA RATIFICATION{OPEN_FR}{FUT} 3 mai 2026.\n",
        ["AUT objection 2026-05-03 against QAT"],
    ),
    "French declaration, typographic apostrophes": (
        f"{HEAD_FR}SUISSE : DÉCLARATION EN VERTU DE L’ARTICLE 40{OPEN_FR}{FUT.replace(chr(39), '’')} 3 mai 2026.\n",
        ["CHE declaration 2026-05-03 40"],
    ),
    "correction of the text is no act of a State": (
        f"{HEAD_EN}PROPOSAL OF CORRECTIONS TO THE ORIGINAL TEXT OF THE CONVENTION (ARABIC TEXT){OPEN_EN}Errors.\n",
        [],
    ),
    "a line of a statement that looks like an act is its text": (
        f"{HEAD_EN}FRANCE: DECLARATION{OPEN_EN}{WAS} 3 July 2026.\nDeclaration (Original: French)\nActes visés :\n"
        "QATAR: RESERVATION\nnous déclarons.\n",
        ["FRA declaration 2026-07-03 fr"],
    ),
    "statements that are announced": (
        f"{HEAD_EN}CHILE: RATIFICATION{OPEN_EN}{WAS} 3 July 2026 with the following declarations:\n\nDeclarations (Original: Spanish)\n"
        "1. De conformidad con el artículo 40.\n\nNotifications under articles 24 (2) and 41 (1):\n(Original: Spanish)\nLa autoridad.\n",
        ["CHL ratification 2026-07-03", "CHL declaration 2026-07-03 es", "CHL notification 2026-07-03 24(2),41(1) es"],
    ),
    "capitals, name over two lines": (
        f"{HEAD_EN}EQUATORIAL\nGUINEA: RATIFICATION{OPEN_EN}{WAS} 3 July 2026.\n",
        ["GNQ ratification 2026-07-03"],
    ),
    "a day that does not exist": (
        f"{HEAD_EN}BRAZIL: RATIFICATION{OPEN_EN}{WAS} 31 June 2026.\n",
        ["BRA ratification ?"],
    ),
    "acts joined by with and and": (
        f"{HEAD_EN}JAPAN: ACCEPTANCE, WITH DECLARATION UNDER ARTICLE 40 (12) AND RESERVATION TO ARTICLE 63 (3){OPEN_EN}{WAS} 3 July 2026.\n",
        ["JPN acceptance 2026-07-03", "JPN declaration 2026-07-03 40(12)", "JPN reservation 2026-07-03 63(3)"],
    ),
    "labels of a list are no States": ("Subject: Ratification\nCountry: Brazil\n", []),
}  # fmt: skip


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.usefixtures("with_participants")
@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_each_act_is_read_right_or_left_open(text: str, expected: list[str]) -> None:
    found = read(text)
    assert lines(found) == expected, found.unread
    if not expected:
        assert found.unread


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.usefixtures("with_participants")
@pytest.mark.parametrize(
    ("line", "number"),
    {
        "Reference: C.N.123.2026.TREATIES-XVIII.16 (Depositary Notification)": "C.N.123.2026.TREATIES-XVIII.16",
        "C.N.123.2026.TREATIES-XVIII.16": "C.N.123.2026.TREATIES-XVIII.16",
        "Référence : C.N. 123. 2026. TREATIES-XVIII.12.a": "C.N.123.2026.TREATIES-XVIII.12.a",
        "Reference: C.N.123.2026.TREATIES\u2011\nXVIII.16": "C.N.123.2026.TREATIES-XVIII.16",
        "This refers to C.N.123.2026.TREATIES-XVIII.16 of last week.": "",
        "Reference: C.N.1.2026.TREATIES-XVIII.16\nReference: C.N.2.2026.TREATIES-XVIII.16": "",
    }.items(),
)
def test_a_number_is_read_from_its_line_alone(line: str, number: str) -> None:
    assert read(f"{line}\n\nBRAZIL: RATIFICATION\n\n{WAS} 3 May 2026.").number == number


@pytest.mark.usefixtures("with_participants")
def test_a_day_within_a_statement_is_not_the_notification_s_own() -> None:
    found = read(
        f"{HEAD_EN}CUBA: DECLARATION{OPEN_EN}{WAS} 1 May 2026.\nDeclaration\n(Original: Spanish)\nTexto.\n"
        "3 April 2026\nMás texto.\n\nUnited Nations resolution 79/243 applies.\n\n5 May 2026\n\nAttention: Treaty Services\nof all."
    )
    assert str(found.notified_on) == "2026-05-05"
    assert (
        found.acts[0].text == "Texto.\n3 April 2026\nMás texto.\n\nUnited Nations resolution 79/243 applies."
    )
    assert found.unread == []


@pytest.mark.usefixtures("with_participants")
def test_what_is_not_understood_is_kept_and_said() -> None:
    found = read(
        f"{HEAD_EN}BRAZIL: RATIFICATION{OPEN_EN}{WAS} 1 May 2026 and will take effect at once.\nSomething else.\n"
        "The Convention will enter into force for Peru on 3 August 2026.\n"
    )
    assert found.in_force == []
    assert found.unread == [
        "and will take effect at once",
        "Something else.",
        "will enter into force for Peru on 3 August 2026",
    ]


@pytest.mark.usefixtures("with_participants")
def test_no_line_is_lost_between_text_and_what_is_said_to_be_unread() -> None:
    found = read(
        f"{HEAD_EN}FRANCE: DECLARATION{OPEN_EN}{WAS} 3 July 2026.\nDeclaration (Original: French)\nActes visés :\n"
        "QATAR: RESERVATION\nnous déclarons.\n\nPERU: CHANGE OF HEART\nand of mind\n"
    )
    assert found.acts[0].text == "Actes visés :\nQATAR: RESERVATION\nnous déclarons."
    assert found.unread == ["PERU: CHANGE OF HEART", "and of mind"]
