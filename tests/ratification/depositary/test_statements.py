"""What a document states in its text: statements and end notes, as proposals that a person has to read."""
# ruff: noqa: E501

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from bench.status_documents import status_document
from ratification.depositary.agreement import agreement_of
from ratification.depositary.collection import Result, load_document
from ratification.depositary.markup import plain, shown
from ratification.depositary.names import known_names
from ratification.depositary.parse import parse
from ratification.depositary.propose import accept, publish
from ratification.depositary.provisions import provisions_in
from ratification.depositary.runs import compare_run
from ratification.depositary.stated import Stated
from ratification.depositary.statements import statements_of
from ratification.ledger import writing as ledger
from ratification.ledger.system_accounts import system_user
from ratification.models import Action, Difference, ImportRun
from tests.ratification.depositary.text_documents import HEADINGS, ROWS, document, item, note, section
from treaty.models import Treaty


def stated(*sections: str) -> list[Stated]:
    return statements_of(parse(document(*sections)))


@pytest.mark.parametrize(
    ("text", "provisions"),
    [
        ("not bound by paragraph 1 of Article 13 of the said Convention", ["13(1)"]),
        ("article 11, paragraph 1 (a)", ["11(1)(a)"]),
        ("articles 14, 16 and 20 (2)", ["14", "16", "20(2)"]),
        ("Article IX and art. 10 paragraph 5", ["9", "10(5)"]),
        ("article 16, paragraph 1 a (iv)", ["16(1)(a)(iv)"]),
        ("articles 46, 47 and 61, paragraph 4, governing", ["46", "47", "61(4)"]),
        ('this article [article IX]; "Article 22 (1): it; “Article 26', ["9", "22(1)", "26"]),
        ("Article 3 (Paragraph 9):", ["3(9)"]),
        ("article 14, paragraph ix, and paragraph 1 of article 16", ["14(ix)", "16(1)"]),
        ("article 16, paragraph 3, ... bound by paragraph 2 of that article", ["16(3)", "16(2)"]),
        ("article 66 of the Vienna Convention ... paragraph 2 of this article", []),
        ("article 19 of the Vienna Convention ... (article 19 (c)), article 18", ["18"]),
        ("article 19 of the Vienna Convention; article 19 of the Protocol", ["19"]),
        ("article 52 (3) of the Convention the European Union objects", ["52(3)"]),
        ("article 52 (3) of the Convention for the Protection of Human Rights in European law", []),
        ("paragraph 1 (c) and (d) of article 16", ["16(1)(c)", "16(1)(d)"]),
        ("subparagraph (b) of paragraph 1 of article 1 and article 11", ["1(1)(b)", "11"]),
        ("article 12 and paragraphs 2 and 3 of article 24", ["12", "24(2)", "24(3)"]),
        ("article 2 and 5 May 1990", ["2"]),
        ("the articles 46, paragraph 1, and 49 of the Convention", ["46(1)", "49"]),
        ("paragraph 2 of articles 6 and 7", ["6(2)", "7(2)"]),
        ("paragraph 3, Article 16, and paragraph (1) of Article (23)", ["16(3)", "23(1)"]),
        ("article 2 common to the Geneva Conventions", []),
        (
            "article 31 of the Vienna Convention on the Law of Treaties, and article 53 of the Constitution",
            [],
        ),
        ("no provision, page 12, paragraph 3", []),
        ("the provisions of article 9.3 and Article 9.2.1 (a). 4 States", ["9(3)", "9(2)(1)(a)"]),
        ("article19 and articles2 and 3", ["19", "2", "3"]),
        ("paragraph (c) of section 18 of article V", ["5(18)(c)"]),
        ("Article VIII, Section 30, and article IV, sections 11 (b) and 12", ["8(30)", "4(11)(b)", "4(12)"]),
        ("paragraph 2 (b) of the amending article 14", ["14(2)(b)"]),
        ("paragraph 1 of the above-mentioned article 22", ["22(1)"]),
        ("article 5, first paragraph, and the second paragraph of article 7", ["5(1)", "7(2)"]),
        ("Article 20 § 2, Article 21, para 1, and article 22, No. 3", ["20(2)", "21(1)", "22(3)"]),
        ("Pursuant to Article 7, paragraph 2 and 3, of the Convention", ["7(2)", "7(3)"]),
        ("article 5 in the prevailing Danish Customs Act and article 8", ["8"]),
        ("article 6-2 and article 7/3 of the Convention", ["6", "7"]),
        ("article 11 bis and article 16ter (2)", []),
    ],
)
def test_provisions_are_read_as_the_record_writes_them(text: str, provisions: list[str]) -> None:
    assert list(provisions_in(text)) == provisions


@pytest.mark.parametrize(
    ("text", "provisions"),
    [
        ("article 12 of the International Covenant on Civil and Political Rights and article 9", ["9"]),
        ("article 12 of the Convention on the Rights of the Child", ["12"]),
        ("article 12 of the United Nations Convention on the Rights of the Child", ["12"]),
        ("article 2 of the Optional Protocol to the Convention on the Rights of the Child", []),
        ("paragraph 1 of article 3 of the Agreement establishing the World Trade Organization", []),
        ("article 5 of the Convention for the following reasons", ["5"]),
        ("article 5 of the Convention on 3 May 1990", ["5"]),
        ("article 5 of the Convention against the wish of Chad", ["5"]),
    ],
)
def test_articles_of_a_treaty_with_another_name_are_left_out(text: str, provisions: list[str]) -> None:
    assert list(provisions_in(text, "Convention on the Rights of the Child")) == provisions


def test_a_statement_has_maker_day_kind_and_provisions() -> None:
    found = stated(
        section(
            "Declarations",
            "Declaration",
            item(
                "Chad",
                "# Upon signature:",
                "# Declaration:",
                "Article 3 is clear.",
                "# Reservation to article 5:",
                "No.",
            ),
            item(
                "Chile",
                "# Reservations:",
                "Chile is not bound by article 9, paragraph 2.",
                "> 7 May 2010",
                "# Declaration:",
                "It holds.",
            ),
            item("Fiji", "Fiji says so."),
        )
    )
    assert [(each.maker, each.kind.value, str(each.on), each.provisions) for each in found] == [
        ("Chad", "declaration", "2001-01-01", ("3",)),
        ("Chad", "reservation", "2001-01-01", ("5",)),
        ("Chile", "reservation", "2003-03-03", ("9(2)",)),
        ("Chile", "declaration", "2010-05-07", ()),
        ("Fiji", "declaration", "None", ()),
    ]
    assert found[-1].doubts == (
        "The document does not say whether it is a declaration or a reservation.",
        "Its day is not known: the row has no act of the kind that is named.",
    )


def test_a_day_that_cannot_be_read_or_is_not_said_stays_open() -> None:
    untold = section("Declarations", "Declaration", item("Chile", "We declare."), titles=("Declarations",))
    (each,) = stated(untold)
    assert (each.on, each.doubts) == (
        None,
        ("Its day is not known: the document does not say with which act it was made.",),
    )
    misprinted = item("Chile", "> 9 Septemer 1998", "We object.")
    (each,) = stated(section("Objections", "Objection", misprinted))
    assert (each.on, each.doubts) == (None, ("Its day is not known: the text has '9 Septemer 1998'.",))


def test_a_heading_can_be_a_paragraph_and_a_title_in_brackets_a_text() -> None:
    found = stated(
        section(
            "Declarations",
            "Declaration",
            item(
                "Chile",
                "# Declarations:",
                "It holds.",
                "Understandings:",
                "We see.",
                "Central authority:",
                "The court.",
            ),
            item("Chad", "# [Same declarations as those made by Chile upon accession]"),
        )
    )
    assert [(each.kind.value, str(each.on), plain(each.text)) for each in found] == [
        ("declaration", "2003-03-03", "It holds."),
        ("understanding", "2003-03-03", "We see. Central authority: The court."),
        ("declaration", "2002-02-02", "[Same declarations as those made by Chile upon accession]"),
    ]


def test_territories_stand_under_the_maker_above() -> None:
    rows = [
        "<Participant>Chad</Participant><DateNotification>1 Feb 2005</DateNotification><Territories>An isle</Territories>",
        "<Participant/><DateNotification>2 Mar 2006</DateNotification><Territories>Another</Territories>",
    ]
    found = stated(
        section("TerritorialApplications", "Application", *rows, titles=("Territorial Application",))
    )
    assert [(each.maker, each.kind.value, str(each.on), each.text) for each in found] == [
        ("Chad", "territorial_application", "2005-02-01", "An isle"),
        ("Chad", "territorial_application", "2006-03-02", "Another"),
    ]


@pytest.mark.parametrize(
    ("printed", "html"),
    [
        ("<i>Article 1</i> & more", "<i>Article 1</i> &amp; more"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("&lt;img src=x onerror=1&gt;", "&lt;img src=x onerror=1&gt;"),
        ("<i onclick=1>x</i>", "&lt;i onclick=1&gt;x&lt;/i&gt;"),
        ("<i>never closed", "&lt;i&gt;never closed"),
        ("<b><i>both</i></b>", "<b><i>both</i></b>"),
        ("<b><i>crossed</b></i>", "&lt;b&gt;&lt;i&gt;crossed&lt;/b&gt;&lt;/i&gt;"),
        ('<a href="javascript:x">link</a> <right>7 May</right>', "link 7 May"),
        ("note<superscript>1</superscript>", "note<sup>1</sup>"),
    ],
)
def test_markup_is_made_safe_and_no_word_is_lost(printed: str, html: str) -> None:
    assert shown(printed) == html


def test_plain_text_has_no_marks() -> None:
    assert plain("China<superscript>1</superscript> <i>says</i>\n &quot;no&quot;") == 'China says "no"'


RESERVATION = section(
    "Declarations", "Declaration", item("Chile", "# Reservation:", "“Chile is not bound by article 9.”")
)
OBJECTION = section(
    "Objections",
    "Objection",
    item(
        "Chad",
        "> 5 May 2005",
        "# With regard to the reservation made by Chile upon accession:",
        "Chad objects to article 9 being left out.",
    ),
    titles=("Objections",),
)
NOTES = f"<EndNotes>{note(1, 'Czechoslovakia had acceded to the Convention on 1 October 1990.')}</EndNotes>"


@pytest.fixture
def treaty(with_participants: None) -> Treaty:  # noqa: ARG001 - it stands in the database
    return Treaty.objects.create(slug="invented", title="Invented", short_title="Invented", depositary="SG")


@pytest.fixture
def person() -> User:
    return system_user("data-entry", "a test")


Compare = Callable[[], ImportRun]


@pytest.fixture
def compare(treaty: Treaty, now: datetime) -> Compare:
    content = document(RESERVATION, OBJECTION, NOTES)
    return lambda: compare_run(treaty, content, address="document.xml", retrieved_at=now, now=now)


def of_text(run: ImportRun) -> list[Difference]:
    return list(run.differences.filter(outcome="stated"))


@pytest.mark.django_db
def test_what_the_text_states_is_proposed_once_and_never_published_alone(
    treaty: Treaty, compare: Compare, now: datetime
) -> None:
    run = compare()
    assert [
        (each.participant and each.participant.iso3, each.kind, each.answers) for each in of_text(run)
    ] == [
        ("CHL", "reservation", []),
        ("TCD", "objection", ["CHL"]),
        ("CSK", "accession", []),
    ]
    publish(run, now=now)
    assert not Action.objects.filter(kind__in=["reservation", "objection"]).exists()
    assert not Action.objects.filter(participant__iso3="CSK").exists()
    again = compare()
    assert again.pk != run.pk
    assert not any(difference.proposes for difference in again.differences.all())
    assert (agreement := agreement_of(treaty)) is not None
    assert agreement.differences == ()


@pytest.mark.django_db
def test_a_picked_statement_is_drafted_with_its_text_and_an_objection_with_what_it_answers(
    compare: Compare, person: User, now: datetime
) -> None:
    run = compare()
    publish(run, now=now)
    reservation, objection, accession = of_text(run)
    early = accept(run, [objection], author=person, now=now)
    assert not early.drafts
    assert "The ledger has no statements of CHL that it can be about" in early.refused[0][1]
    accepted = accept(run, [reservation, accession], author=person, now=now)
    assert not accepted.refused
    draft = accepted.drafts[0]
    assert (draft.kind, draft.taken.edtf, draft.provisions, draft.state) == (
        "reservation",
        "2003-03-03",
        ["9"],
        "draft",
    )
    assert draft.texts == [
        {"language": "en", "status": "authentic", "text": "“Chile is not bound by article 9.”"}
    ]
    assert accept(run, [reservation], author=person, now=now).drafts == []
    ledger.publish(ledger.submit(draft, by=person), reviewer=system_user("reviewer", "a test"), now=now)
    (answer,) = accept(run, [objection], author=person, now=now).drafts
    assert answer.relates_to == draft


@pytest.mark.django_db
def test_a_first_load_keeps_the_statements_as_proposals(
    with_participants: None,  # noqa: ARG001 - it stands in the database
    tmp_path: Path,
    now: datetime,
) -> None:
    path = tmp_path / "XXVI-9.en.xml"
    path.write_bytes(status_document(ROWS, HEADINGS, reference="XXVI-9", sections=RESERVATION + NOTES))
    names = known_names()
    loaded = load_document(path, names=names, retrieved_at=now, now=now)
    assert (loaded.result, loaded.published) == (Result.LOADED, 6)
    assert Difference.objects.filter(outcome="stated").count() == 2
    assert Difference.objects.count() == 2
    loaded = load_document(path, names=names, retrieved_at=now, now=now)
    assert (loaded.result, loaded.published) == (Result.AGREES, 0)
    assert Difference.objects.count() == 2


@pytest.mark.django_db
def test_what_the_ledger_says_is_not_proposed(
    treaty: Treaty, compare: Compare, person: User, now: datetime
) -> None:
    content = document(RESERVATION)
    run = compare_run(treaty, content, address="document.xml", retrieved_at=now, now=now)
    publish(run, now=now)
    (draft,) = accept(run, of_text(run), author=person, now=now).drafts
    ledger.publish(ledger.submit(draft, by=person), reviewer=system_user("reviewer", "a test"), now=now)
    Difference.objects.filter(outcome="stated").delete()
    assert [each.kind for each in of_text(compare())] == ["objection", "accession"]


@pytest.mark.django_db
def test_what_the_table_has_is_not_proposed_a_second_time(treaty: Treaty, now: datetime) -> None:
    told = note(1, "The Government of Chile acceded to the Convention on 3 March 2003.")
    content = document(f"<EndNotes>{told}</EndNotes>")
    run = compare_run(treaty, content, address="document.xml", retrieved_at=now, now=now)
    assert of_text(run) == []


@pytest.mark.django_db
def test_an_unknown_maker_stops_nothing(treaty: Treaty, now: datetime) -> None:
    content = document(section("Declarations", "Declaration", item("Atlantis", "# Declaration:", "We sank.")))
    run = compare_run(treaty, content, address="document.xml", retrieved_at=now, now=now)
    assert run.state == "compared"
    (each,) = of_text(run)
    assert (each.participant, each.proposes) == (None, False)
    assert each.note.startswith("Atlantis (unknown): declaration")


def test_a_statement_made_with_an_act_in_brackets_has_its_day_where_nothing_else_stands() -> None:
    text = section("Declarations", "Declaration", item("Togo", "# Reservation:", "Not bound by article 5."))
    for cell, day in (("[3 Mar 2003 a]", "2003-03-03"), ("[3 Mar 2003 a] 4 Apr 2005 a", "2005-04-04")):
        (found,) = statements_of(parse(status_document([("Togo", "", cell)], HEADINGS, sections=text)))
        assert str(found.on) == day
    (open_day,) = statements_of(
        parse(status_document([("Togo", "", "[3 Mar 2003 a] [4 Apr 2005 a]")], HEADINGS, sections=text))
    )
    assert open_day.on is None


@pytest.mark.parametrize(
    ("heading", "text", "provisions"),
    [
        (
            "Article 31",
            "In accordance with article 31, paragraph 1, it recognizes the competence.",
            ["31(1)"],
        ),
        ("Article 31", "In accordance with article 31 and article 32 (2), it recognizes it.", ["31"]),
        ("Articles 1 and 2", "Article 2 (3) is understood so.", ["1", "2"]),
        ("Article 5, paragraph 2", "Article 5 is understood so.", ["5(2)"]),
        ("Declaration:", "Article 5 (2) is understood so.", ["5(2)"]),
    ],
)
def test_the_text_names_the_provision_more_exactly_than_its_heading(
    heading: str, text: str, provisions: list[str]
) -> None:
    (found,) = stated(section("Declarations", "Declaration", item("Chad", f"# {heading}", text)))
    assert list(found.provisions) == provisions


def test_a_text_that_only_says_where_the_statement_stands_is_told_as_such() -> None:
    for text in (
        "[See chapter V.2.]",
        "[ See chapter XVI.1. ]",
        '[See objection under "European Community"]',
    ):
        (found,) = stated(section("Declarations", "Declaration", item("Chad", text)))
        assert "Its text stands elsewhere: read it there." in found.doubts
    (found,) = stated(
        section("Declarations", "Declaration", item("Chad", "See article 5. It is not applied."))
    )
    assert "Its text stands elsewhere: read it there." not in found.doubts
