"""Statements that end notes tell: of territories, with an instrument, and communications."""
# ruff: noqa: E501

import pytest

from ratification.depositary.note_marks import spelt_out
from ratification.depositary.notes import acts_of_notes
from ratification.depositary.parse import parse
from tests.ratification.depositary.text_documents import document, note

# The notes are of the mark 2, which stands at Yemen's accession of 9 February 1987.


def told(text: str) -> tuple[list[str], list[str]]:
    acts, remarks = acts_of_notes(parse(document(f"<EndNotes>{note(2, text)}</EndNotes>")))
    return [f"{act.maker} {act.kind.value} {act.on}" for act in acts], [str(remark) for remark in remarks]


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("For the Kingdom in Europe and Socotra.", ["Yemen territorial_application 1987-02-09"]),
        (
            "In respect of the Island of Perim and the Kamaran Islands. See also note 1 under “Yemen” in the “Historical Information” section.",
            ["Yemen territorial_application 1987-02-09"],
        ),
        (
            "The accession shall also apply to Socotra and Perim.",
            ["Yemen territorial_application 1987-02-09"],
        ),
        ("Applicable to Socotra.", ["Yemen territorial_application 1987-02-09"]),
        (
            "With a declaration of application to the Island of Socotra.",
            ["Yemen territorial_application 1987-02-09"],
        ),
        (
            "For Aden. On 17 October 2006: extension to Socotra. As from 3 March 2007: for Perim.",
            [
                "Yemen territorial_application 1987-02-09",
                "Yemen territorial_application 2006-10-17",
                "Yemen territorial_application 2007-03-03",
            ],
        ),
        ("Excluding Socotra and the Kamaran Islands.", ["Yemen territorial_exclusion 1987-02-09"]),
        (
            "With the following territorial exclusion: “... it is the wish of Socotra. On 3 May 1999, it held a vote.”",
            ["Yemen territorial_exclusion 1987-02-09"],
        ),
        (
            "“Until further notice the Convention shall not apply to Socotra.”",
            ["Yemen territorial_exclusion 1987-02-09"],
        ),
        (
            "With the following declaration: The Government shall apply the Convention to all. It is firm. On 3 May 2001, the Government of Chile informed the Secretary-General of the following: “We see.”",
            ["Yemen declaration 1987-02-09", "Chile communication 2001-05-03"],
        ),
        ("Subject to the reservation with regard to article 1.", ["Yemen reservation 1987-02-09"]),
        (
            "Upon depositing its instrument of accession, the Government of Yemen declared that the provisions of the Convention will apply to the Island of Socotra, so long as it is linked to it.",
            ["Yemen territorial_application 1987-02-09"],
        ),
        (
            "Upon signature, the Government of Chad stated that it was pleased.",
            ["Chad declaration 2001-01-01"],
        ),
        (
            "In its instrument of accession, the Government of Chile withdrew the reservation to article 7 made by its predecessor.",
            ["Chile withdrawal_of_statement 2003-03-03"],
        ),
        (
            "Upon its accession on 4 October 2017, Chile notified the Secretary-General of a territorial exclusion in respect of Rapa Nui.",
            ["Chile territorial_exclusion 2017-10-04"],
        ),
        (
            "On 7 July 1999, the Government of Chile informed the Secretary-General that the Convention would also apply to Rapa Nui.",
            ["Chile territorial_application 1999-07-07"],
        ),
        (
            "On 13 December 1990, the Secretary-General received a communication from the Government of Chile to the effect that the said Convention shall extend to Rapa Nui.",
            ["Chile territorial_application 1990-12-13"],
        ),
        (
            "On 6 and 10 June 1997, respectively, the Secretary-General received communications regarding the status of an island from Chile and the Czech Republic (see also note 2).",
            ["Chile communication 1997-06-06", "Czech Republic communication 1997-06-10"],
        ),
        (
            "The Secretary-General received from the following States, on the dates indicated hereinafter, communications with regard to the declaration: Chad (17 March 2000): “We object. It is so.” Chile (2 May 2000): We too.",
            ["Chad communication 2000-03-17", "Chile communication 2000-05-02"],
        ),
        (
            "On 20 October 2015, the Government of Fiji made a communication. The text can be found here: C.N.1 of 20 October 2015.",
            ["Fiji communication 2015-10-20"],
        ),
        (
            "The former Yugoslavia applied the Annex as from 23 November 1951.",
            ["The former Yugoslavia application 1951-11-23"],
        ),
    ],
)
def test_a_note_tells_a_statement_whole(text: str, acts: list[str]) -> None:
    assert told(text) == (acts, [])


@pytest.mark.parametrize(
    "text",
    [
        "On behalf of the Republic of China.",
        "For the Kingdom of Yemen.",
        "On behalf of Tanganyika.",
        "For the purpose of entry into force of the Convention, no instrument of an organization is counted.",
        "For the reservations to article III, see elsewhere in this volume.",
        "On 6 and 10 June 1997, the Secretary-General received communications on an island from Chile and Chad.",
        "On 3 May 1999, the Government of Chile informed the Secretary-General that it had decided to terminate it.",
        "On 3 May 1999, the Government of Chile notified the Secretary-General of its acceptance.",
        "On 3 May 1999, the Government of Chile notified the Secretary-General that “it hereby withdraws its declaration.”",
        "On 3 May 1999, Chile informed the Secretary-General that it would apply the Agreement provisionally.",
        "In a communication received on 3 May 1999, the Secretary-General was informed of a vote.",
        "With a payment in three instalments.",
    ],
)
def test_any_other_note_is_a_remark(text: str) -> None:
    acts, remarks = told(text)
    assert (acts, len(remarks)) == ([], 1)


def test_a_statement_without_a_single_act_at_the_mark_has_no_day() -> None:
    acts, _ = acts_of_notes(
        parse(
            document(
                f"<EndNotes>{note(1, 'With a declaration that all is well.')}</EndNotes>",
            ).replace(b"22 Feb\t 1993 d", b"22 Feb 1993 d 23 Mar 1994 d")
        )
    )
    assert [(act.maker, act.on, act.doubts) for act in acts] == [
        (
            "Czech Republic",
            None,
            ("Its day is not known: the table has no single act at which the note stands.",),
        )
    ]


def test_each_of_several_days_is_spelt_out() -> None:
    assert (
        spelt_out("on 8 March, 19 and on 20 April 1989")
        == "on 8 March 1989 and 19 April 1989 and 20 April 1989"
    )


def test_a_note_of_any_length_is_read_in_time() -> None:
    for text in (
        "Upon signature " + "of the Government " * 3_000,
        "On 6 and " * 5_000,
        "For the Kingdom " * 5_000,
    ):
        assert len(told(text)[1]) <= 1
