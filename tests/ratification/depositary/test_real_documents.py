"""The depositary's documents as they are: numbers, titles, special tables, damage, headings with more than one act."""

from collections import Counter
from datetime import UTC, date, datetime, time

import pytest

from bench.corpus import DOCUMENTS, DOCUMENTS_ABSENT, DOCUMENTS_KNOWN_UNTIL
from bench.declared_days import compared
from bench.status_documents import HEADINGS, status_document
from ratification.depositary.cells import holds_date
from ratification.depositary.collection import Result, documents_in, load_document
from ratification.depositary.declared_facts import printed_day
from ratification.depositary.document import Document, DocumentError
from ratification.depositary.headings import Role, read_heading
from ratification.depositary.names import known_names
from ratification.depositary.notes import acts_of_notes
from ratification.depositary.parse import parse
from ratification.depositary.reference import check_reference, reference_of
from ratification.depositary.runs import compare_run
from ratification.depositary.statements import statements_of
from ratification.depositary.suspicion import parties_of, signatories_of
from ratification.models import Difference
from tests.bundles import NOW
from treaty.models import Treaty

ROWS = [("Chad", "1 Jan 2001", ""), ("Chile", "", "2 Feb 2002 a")]
needs_documents = pytest.mark.skipif(not DOCUMENTS.exists(), reason=DOCUMENTS_ABSENT)


def refusal(content: bytes) -> str:
    with pytest.raises(DocumentError) as error:
        parse(content)
    return str(error.value)


@pytest.mark.parametrize(
    "reference", ["XXVI-9", "XI-A-1", "XI-B-16", "XXVII-7-d", "III-2-12a", "XII-1", "XVIII-16"]
)
def test_the_head_and_the_files_name_say_the_same_number(reference: str) -> None:
    assert parse(status_document(ROWS, reference=reference)).reference == reference
    assert reference_of(f"{reference}.en.xml") == reference
    assert reference_of(f"{reference.lower()}.en.xml") == reference


def test_a_chapter_may_have_a_footnote_mark_and_a_head_no_number() -> None:
    content = status_document(ROWS, reference="VII-11-a").replace(
        b"CHAPTER VII", b"CHAPTER VII&lt;superscript&gt;1&lt;/superscript&gt;"
    )
    assert parse(content).reference == "VII-11-a"
    assert parse(status_document(ROWS)).reference == ""


def test_a_document_of_another_treaty_is_refused(hanoi: Treaty, now: datetime) -> None:
    with pytest.raises(DocumentError, match="it is the document of the treaty XVIII-12, not of XVIII-16"):
        compare_run(
            hanoi,
            status_document(ROWS, reference="XVIII-12"),
            address="document.xml",
            retrieved_at=now,
            now=now,
        )
    check_reference("XI.A-1", "XI-A-1")
    check_reference("", "XVIII-16")


@pytest.mark.django_db
@pytest.mark.usefixtures("with_participants")
def test_a_file_whose_name_and_head_differ_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("documents") / "XXVI-9.en.xml"
    path.write_bytes(status_document(ROWS, reference="XXVI-8"))
    with pytest.raises(DocumentError, match="the treaty XXVI-8, not of XXVI-9"):
        load_document(path, names=known_names(), retrieved_at=NOW, now=NOW)
    assert not Treaty.objects.filter(depositary_reference__startswith="XXVI").exists()


@pytest.mark.parametrize("name", ["XL-1.en.xml", "IIII-2.en.xml", "XI-AB-1.en.xml", "XVIII.en.xml"])
def test_a_name_of_no_chapter_is_refused(name: str) -> None:
    with pytest.raises(DocumentError, match="is not of the form"):
        reference_of(name)


def test_the_title_of_a_protocol_stands_in_its_subtitle() -> None:
    content = status_document(ROWS, title="Protocol on &lt;i&gt;things&lt;/i&gt;")
    content = content.replace(b"Titlesect>", b"Subtitlesect>")
    assert parse(content).title == "Protocol on things"


def special(title: str, headings: list[str], rows: list[list[str]]) -> str:
    header = "".join(f"<Title>{heading}</Title>" for heading in headings)
    body = "".join(f"<Row>{''.join(f'<Column>{cell}</Column>' for cell in row)}</Row>" for row in rows)
    return (
        f"<SpecialTables><Table><TableNo>1</TableNo><Columns>{len(headings)}</Columns><Title>{title}</Title>"
        f"<TableHeader>{header}</TableHeader><Rows>{body}</Rows></Table></SpecialTables>"
    )


def test_a_special_table_stands_for_that_of_participants() -> None:
    table = special(
        "Decision", ["Participant", "Resolution", "Date of Adoption"], [["Chad", "34 (I)", "9 Nov 1946"]]
    )
    content = status_document(ROWS, sections=table)
    begin, end = content.index(b"<Participants>"), content.index(b"</Participants>") + len(b"</Participants>")
    document = parse(content[:begin] + content[end:])
    assert [line.name for line in document.lines] == ["Chad"]
    assert [str(remark) for remark in document.remarks] == [
        "row 1, column 3: '9 Nov 1946' under 'Date of Adoption' is not compared"
    ]


def test_a_special_table_beside_it_is_remarked_on() -> None:
    table = special(
        "Acceptance of the amendment", ["Participant", "Date of Acceptance"], [["Chad", "1 Jun 1979"]]
    )
    document = parse(status_document(ROWS, sections=table))
    assert len(document.lines) == len(ROWS)
    (remark,) = map(str, document.remarks)
    assert remark == (
        "it has a further table, which is not compared: 'Acceptance of the amendment' (Participant; Date of "
        "Acceptance), 1 rows, 1 dates"
    )


@pytest.mark.parametrize(
    ("damage", "shown", "kind"),
    [
        (b"\x1cIsrael\x1d", "“Israel”", "2 control characters"),
        (b"People\x19s", "People’s", "a control character"),
        (b"p.\x02357", "p.\u2002357", "a control character"),
        (b"the Covenant& and", "the Covenant& and", "a bare ampersand"),
        (b"&nbsp;", "&nbsp;", "a bare ampersand"),
        (b"People\x92s", "People’s", "a Windows-1252 byte"),
        (b"a&#150;b", "a–b", "a Windows-1252 byte"),
        (b"x\x07y", "x\ufffdy", "a control character"),
        (b"x&#x1F;y", "x\ufffdy", "a control character"),
        (b"x < 5", "x < 5", "a bare '<'"),
    ],
)
def test_damage_outside_the_table_is_a_remark_with_its_place(damage: bytes, shown: str, kind: str) -> None:
    section = "<Declarations><Declaration><Participant>Chad</Participant><text>#</text></Declaration></Declarations>"
    content = status_document(ROWS, sections=section).replace(b"<text>#", b"<text>" + damage)
    document = parse(content)
    assert document.sections[0].items[0].paragraphs == (("text", " ".join(shown.split())),)
    line, column = 2, content.split(b"\n")[1].index(damage) + 1
    (remark,) = map(str, document.remarks)
    assert remark.startswith(f"{kind} in Declarations mended, ")
    first = next(
        at for at, byte in enumerate(damage) if bytes([byte]) not in b"Israel People's p.the Covenantx"
    )
    assert remark.endswith(f"at line {line}, character {column + first}")


def test_signs_that_are_not_seen_are_left_out_of_names_headings_and_cells() -> None:
    document = parse(
        status_document(
            [("Ch\u00adad\u200b", "\u200f1 J\u00adan\u00a02001\u200e", "")],
            ("Participant", "Signa\u00adture", "Ratification"),
            title="A con\u00advention",
        )
    )
    ((line),) = document.lines
    assert (document.title, line.name, str(line.entries[0].on)) == ("A convention", "Chad", "2001-01-01")


def test_a_document_in_another_encoding_than_it_declares_is_read_as_what_it_is() -> None:
    utf8 = status_document([("Côte d'Ivoire", "1 Jan 2001", "")], encoding="UTF-8")
    document = parse(utf8.replace(b"UTF-8", b"ISO-8859-1"))
    assert document.lines[0].name == "Côte d'Ivoire"
    assert [str(remark) for remark in document.remarks] == [
        "it declares the encoding 'ISO-8859-1' and is in UTF-8, as which it is read"
    ]
    for encoding in ("utf-16-le", "utf-16-be"):  # without a byte order mark
        text = utf8.decode().replace("UTF-8", "UTF-16").encode(encoding)
        assert parse(text).lines[0].name == "Côte d'Ivoire"


def test_windows_1252_bytes_in_a_document_that_says_utf_8() -> None:
    content = status_document(ROWS, title="X", encoding="UTF-8").replace(b">X<", b">l\x92avenir caf\xe9<")
    document = parse(content)
    assert document.title == "l’avenir café"
    assert str(document.remarks[0]).startswith("2 Windows-1252 bytes in the head of the document mended")


@pytest.mark.parametrize("damage", [b"Cha\x1cd", b"Chad &", b"Cha\x92d", b"Chad &eacute;"])
def test_damage_inside_the_table_stops_that_row_alone(hanoi: Treaty, now: datetime, damage: bytes) -> None:
    content = status_document([("Fiji", "9 Jan 2026", ""), ("CHAD", "9 Jan 2026", "")]).replace(
        b"CHAD", damage
    )
    document = parse(content)
    assert [line.name for line in document.lines] == ["Fiji"]
    assert [(problem.row, problem.column) for problem in document.unread] == [(2, 1)]
    run = compare_run(hanoi, content, address="document.xml", retrieved_at=now, now=now)
    assert run.state == "suspect"
    assert "It is not read whole: row 2, column 1: " in run.suspicions[0]
    # What the ledger has and the list seems to lack may stand in the damaged row.
    assert not run.differences.filter(outcome=Difference.Outcome.MISSING).exists()


@pytest.mark.parametrize(
    ("heading", "legend"),
    [
        ("Ratification and Accession(a)", {"": "ratification", "a": "accession"}),
        ("Ratification, accession(a)", {"": "ratification", "a": "accession"}),
        ("Ratification; Accession(a)", {"": "ratification", "a": "accession"}),
        ("Signature, ratification(r)", {"": "signature", "r": "ratification"}),
        ("Accession to the Protocol of 7 June 1968(a)", {"a": "accession"}),
    ],
)
def test_two_acts_are_told_apart_by_their_letters(heading: str, legend: dict[str, str]) -> None:
    assert {act.letter: act.kind.value for act in read_heading(heading).acts} == legend


@pytest.mark.parametrize(
    "heading",
    [
        "Signature withdrawn",
        "Withdrawal of signature",
        "Ratification pending",
        "Ratification (pending)",
        "Approval not required",
        "Ratification/Accession",
        "Ratification or accession",
        "Ratification and accession",
        "Signature, ratification",
        "Acceptance refused",
        "Accession denounced(a)",
        "Ratification expected of the Protocol",
        "Ratification of the Convention not yet deposited",
        "Date of ratification",
        "Ratificationof",
        "Non-ratification",
        "Intended accession",
        "",
    ],
)
def test_no_act_is_guessed_from_another_heading(heading: str) -> None:
    assert read_heading(heading).role == Role.UNKNOWN


def test_an_unknown_heading_with_something_under_it_makes_the_run_suspect(
    hanoi: Treaty, now: datetime
) -> None:
    headings = (*HEADINGS, "Signature withdrawn")
    content = status_document([("Fiji", "9 Jan 2026", "", "1 Jun 2026")], headings)
    run = compare_run(hanoi, content, address="document.xml", retrieved_at=now, now=now)
    assert not run.proposes
    assert (
        run.suspicions[0]
        == "Its heading 'Signature withdrawn' is not known, and 1 of its rows have something there."
    )


def test_a_state_that_stands_under_two_names_acts_once(hanoi: Treaty, now: datetime) -> None:
    rows = [("Eswatini", "9 Jan 2026", ""), ("Swaziland", "9 Jan 2026", "1 Feb 2026")]
    run = compare_run(hanoi, status_document(rows), address="document.xml", retrieved_at=now, now=now)
    ours = [(each.kind, str(each.listed_on)) for each in run.differences.filter(participant__iso3="SWZ")]
    assert ours == [("signature", "2026-01-09"), ("ratification", "2026-02-01")]
    assert "Eswatini has 2 rows, under different names." in run.remarks


def test_reading_a_long_heading_takes_no_longer_than_its_length() -> None:
    for phrase in ("of the convention, ", "under article 1 (1), ", "by virtue of signature, "):
        assert read_heading(f"Ratification {phrase * 5000}!").role == Role.UNKNOWN


@pytest.fixture(scope="module")
def documents() -> tuple[dict[str, Document], dict[str, str]]:
    """The stored documents by name, and the reasons of those that are refused."""
    read, refused = {}, {}
    for path in documents_in(DOCUMENTS):
        try:
            read[path.name] = parse(path.read_bytes())
        except DocumentError as error:
            refused[path.name] = str(error)
    return read, refused


Documents = tuple[dict[str, Document], dict[str, str]]


@pytest.mark.slow
@needs_documents
def test_every_stored_document_with_rows_is_read(documents: Documents) -> None:
    read, refused = documents
    assert len(read) + len(refused) == 347
    reasons = Counter(reason.partition(",")[0] for reason in refused.values())
    assert reasons == {"it has no table of participants": 76, "its table has no row": 2}
    for name in refused:
        text = (DOCUMENTS / name).read_text("latin-1")
        assert "<Row>" not in text, name  # nothing with rows is refused


@needs_documents
def test_the_stored_documents_say_who_they_are(documents: Documents) -> None:
    for name, document in documents[0].items():
        assert document.reference == reference_of(name)
        assert document.title, name
        assert all(heading.role != Role.UNKNOWN for heading in document.headings), name
        assert not document.unread, name


@needs_documents
def test_no_date_of_the_stored_documents_is_lost(documents: Documents) -> None:
    for name, document in documents[0].items():
        for line in document.lines:
            reported = {remark.column for remark in document.remarks if remark.row == line.number}
            dated = {column for column, text in enumerate(line.cells, 1) if column > 1 and holds_date(text)}
            assert dated == {entry.column for entry in line.entries} | (reported & dated), (name, line)


@needs_documents
def test_the_stored_documents_totals_are_those_of_their_rows(documents: Documents) -> None:
    wrong = {
        name
        for name, document in documents[0].items()
        if (document.signatories and int(document.signatories) not in signatories_of(document))
        or (document.parties and int(document.parties) not in parties_of(document))
    }
    # V-3 says 23 signatories and has 22 rows with a signature; VII-9 says 53 parties and has 54.
    assert wrong == {"V-3.en.xml", "VII-9.en.xml"}


@pytest.mark.slow
@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@needs_documents
@pytest.mark.django_db
@pytest.mark.usefixtures("with_participants")
def test_the_stored_documents_load_and_a_second_load_proposes_nothing() -> None:
    """Every twelfth document here; `python -m bench.depositary` loads all 347."""
    retrieved_at = datetime.combine(DOCUMENTS_KNOWN_UNTIL, time(), UTC)
    names = known_names()
    paths = [path for path in documents_in(DOCUMENTS)[::12] if b"<Row>" in path.read_bytes()]
    first = [load_document(path, names=names, retrieved_at=retrieved_at, now=NOW) for path in paths]
    assert {loaded.result for loaded in first} == {Result.LOADED}
    second = [load_document(path, names=names, retrieved_at=retrieved_at, now=NOW) for path in paths]
    assert {loaded.result for loaded in second} == {Result.AGREES}


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("1 July 2002, in accordance with article 126.", date(2002, 7, 1)),
        (
            "provisionally on 16 November 1994 and definitively on 28 July 1996, under article 6.",
            date(1996, 7, 28),
        ),
        ("see article 17 (5) of the Convention of 22 March 1989", None),
        ("", None),
    ],
)
def test_the_head_prints_a_day_or_none(printed: str, day: date | None) -> None:
    assert printed_day(printed) == day


@pytest.mark.slow
@needs_documents
def test_the_rules_agree_with_the_days_that_documents_print() -> None:
    days = list(compared(DOCUMENTS))
    results = Counter(day.results[1] for day in days)
    assert len(days) == 219
    assert (
        results["agree"] >= 71
    )  # as many as had a definition of their clauses; each new one is compared too
    assert [day.reference for day in days if day.results[1] == "differ"] == ["IX-1-h"]


@pytest.mark.slow
@needs_documents
def test_statements_of_the_documents_are_counted(documents: Documents) -> None:
    read = documents[0].values()
    statements = [each for document in read for each in statements_of(document)]
    acts = [act for document in read for act in acts_of_notes(document)[0]]
    items = sum(len(section.items) for document in read for section in document.sections)
    assert (items, len(statements), len(acts)) == (2236, 2423, 1101)
    assert sum(each.on is None for each in statements) == 60
    assert sum(act.on is None for act in acts) == 8
