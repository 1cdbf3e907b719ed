"""End notes: a closed set of sentences becomes acts, every other note a remark."""
# ruff: noqa: E501

import pytest

from ratification.depositary.notes import acts_of_notes
from ratification.depositary.parse import parse
from tests.ratification.depositary.text_documents import document, note


def told(*notes: str) -> tuple[list[tuple[str, str, str]], list[str]]:
    acts, remarks = acts_of_notes(parse(document(f"<EndNotes>{''.join(notes)}</EndNotes>")))
    return [(act.maker, act.kind.value, str(act.on)) for act in acts], [str(remark) for remark in remarks]


def test_end_notes_tell_acts_of_predecessors_withdrawals_and_denunciations() -> None:
    acts, remarks = told(
        note(
            1,
            "Czechoslovakia had signed and ratified the Convention on 7 March 1966 and 29 December 1966 (see C.N.1), respectively. See also note 1 under “Slovakia” in the “Historical Information” section in the front matter of this volume.",
        ),
        note(
            2,
            "The formality was effected by Democratic Yemen. See also note 1 under “Yemen” in the “Historical Information” section.",
        ),
        note(
            3,
            "Signed and ratified on behalf of the Republic of China on 7 December 1953 and 14 December 1955, respectively.",
        ),
        note(
            4,
            "On 2 April 1997, the Government of Romania informed the Secretary-General that it had decided to withdraw its reservation with regard to article IX.",
        ),
        note(
            5,
            "On 17 April 2009, the Secretary-General received from the Government of Denmark a notification of denunciation of the said Convention.",
            "In accordance with article 50 (2), the denunciation will take effect on 17 April 2010.",
        ),
        note(
            6,
            "In communications received on 8 March 1989 and 19 April 1989, respectively, the Governments of Hungary and Poland, notified the Secretary-General that they had decided to withdraw the reservations relating to article 22.",
        ),
        note(7, "Official Records of the General Assembly, Third Session, p. 62."),
        note(8, "The sea was calm on 3 May 1990."),
        note(
            9,
            "On 30 July 1985, the Secretary-General received from the Government of the Netherlands a denunciation in respect of the Kingdom in Europe only.",
        ),
    )
    assert acts == [
        ("Czechoslovakia", "signature", "1966-03-07"),
        ("Czechoslovakia", "ratification", "1966-12-29"),
        ("Democratic Yemen", "accession", "1987-02-09"),
        ("Republic of China", "signature", "1953-12-07"),
        ("Republic of China", "ratification", "1955-12-14"),
        ("Romania", "withdrawal_of_statement", "1997-04-02"),
        ("Denmark", "denunciation", "2009-04-17"),
        ("Hungary", "withdrawal_of_statement", "1989-03-08"),
        ("Poland", "withdrawal_of_statement", "1989-04-19"),
    ]
    assert [remark.partition(":")[0] for remark in remarks] == [
        "end note 8 is not understood",
        "end note 9 is not understood",
    ]


def test_an_act_that_the_table_shows_in_the_row_of_another_says_so() -> None:
    told_twice = "Democratic Yemen had acceded to the Convention on 9 February 1987. See note 1 under “Yemen” in the “Historical Information” section."
    acts, _ = acts_of_notes(parse(document(f"<EndNotes>{note(7, told_twice)}</EndNotes>")))
    assert [(act.maker, act.in_row, act.doubts) for act in acts] == [
        (
            "Democratic Yemen",
            "Yemen",
            ("The table has such an act of that day in the row of Yemen: see whose it was.",),
        )
    ]


def test_a_denunciation_and_the_accession_with_it_are_told_in_their_order() -> None:
    acts, _ = acts_of_notes(
        parse(
            document(
                "<EndNotes>"
                + note(
                    1,
                    "The Government of Guyana had initially acceded to the Optional Protocol on 10 May 1993 (See, C.N.182).",
                    "On 5 January 1999, the Government of Guyana notified the Secretary-General that it had decided to denounce the said Optional Protocol with effect from 5 April 1999.",
                    "On 5 January 1999, the Government of Guyana re-acceded to the Optional Protocol with a reservation.",
                    "Finland: On 5 January 1999, the Government of Guyana notified of its decision to denounce it with effect from 5 April 1999.",
                )
                + "</EndNotes>"
            )
        )
    )
    assert [(act.kind.value, str(act.on), str(act.effective_on)) for act in acts] == [
        ("accession", "1993-05-10", "None"),
        ("denunciation", "1999-01-05", "1999-04-05"),
        ("accession", "1999-01-05", "None"),
    ]


def test_an_act_has_no_day_more_or_less_than_the_note() -> None:
    acts, remarks = told(
        note(1, "The former Yugoslavia had signed and ratified the Convention on 7 March 1966.")
    )
    assert (acts, len(remarks)) == ([], 1)


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        (
            "The Protocol had been signed on behalf of the Republic of Viet-Nam on 23 June 1953.",
            ["Republic of Viet-Nam signature 1953-06-23 None"],
        ),
        (
            "The Agreement was signed on 24 April 1963 on behalf of the Republic of China.",
            ["Republic of China signature 1963-04-24 None"],
        ),
        ("Austria acceded to the Optional Protocol on 12 March 1991.", ["Austria accession 1991-03-12 None"]),
        (
            "The Republic of Elbonia signed and accepted the Agreement on 4 December 1965 and 22 September 1966, respectively.",
            [
                "Republic of Elbonia signature 1965-12-04 None",
                "Republic of Elbonia acceptance 1966-09-22 None",
            ],
        ),
        (
            "Czechoslovakia, who was a party to the Arrangement of 1907, had signed and accepted the Protocol on 22 July 1946 and 1 March 1948, respectively.",
            ["Czechoslovakia signature 1946-07-22 None", "Czechoslovakia acceptance 1948-03-01 None"],
        ),
        (
            "Democratic Yemen had deposited its instrument of acceptance of the amendments with the Secretary-General of the International Maritime Organization on 13 June 1983 and with the Secretary-General of the United Nations on 20 June 1983.",
            ["Democratic Yemen acceptance 1983-06-20 None"],
        ),
        (
            "Malta had deposited its instrument of acceptance of the amendments with the Director of another body on 13 June 1983 and with its successor on 20 June 1983.",
            [],
        ),
        (
            "An instrument of approval of the Protocol was deposited on 2 December 1975 with the Secretary-General by the Government of the German Democratic Republic with a declaration.",
            ["German Democratic Republic approval 1975-12-02 None"],
        ),
        (
            "The instrument of ratification was deposited on 2 December 1975 by the Government of Norway in respect of Svalbard.",
            [],
        ),
        (
            "The Government of Peru originally deposited its instrument of accession to the Convention on 23 September 1976. On 29 June 2011, the Government notified the Secretary-General that it had decided to denounce the Convention with effect from 1 January 2012.",
            ["Peru accession 1976-09-23 None", "Peru denunciation 2011-06-29 2012-01-01"],
        ),
        (
            "The following Governments notified that they had decided to withdraw from the Group: 3 Participant: Date of notification: Date of effect: Sri Lanka 4 Dec 1995 2 Feb 1996 Norway 14 Jul 2000 12 Sep 1999",
            ["Sri Lanka denunciation 1995-12-04 1996-02-02", "Norway denunciation 2000-07-14 None"],
        ),
        (
            "The following Governments decided to withdraw: Participant: Date of notification: Norway 14 Jul 2000 France none",
            [],
        ),
        (
            "In communications received on 8 March, 19 and 20 April 1989, respectively, the Governments of Hungary, the Byelorussian Soviet Socialist Republic and the Ukrainian Soviet Socialist Republic notified the Secretary-General that they had decided to withdraw the reservation to article 9.",
            [
                "Hungary withdrawal_of_statement 1989-03-08 None",
                "Byelorussian Soviet Socialist Republic withdrawal_of_statement 1989-04-19 None",
                "Ukrainian Soviet Socialist Republic withdrawal_of_statement 1989-04-20 None",
            ],
        ),
        (
            "In communications received on 8 March and 20 April 1989, respectively, the Governments of Hungary, Poland and Austria notified the Secretary-General that they had decided to withdraw the reservation.",
            [],
        ),
        ("All States listed herein signed the Charter on 26 June 1945.", []),
    ],
)
def test_a_sentence_tells_the_acts_that_it_plainly_names_and_no_other(text: str, acts: list[str]) -> None:
    found, remarks = acts_of_notes(parse(document(f"<EndNotes>{note(1, text)}</EndNotes>")))
    assert [f"{act.maker} {act.kind.value} {act.on} {act.effective_on}" for act in found] == acts
    assert bool(remarks) == (not acts)
