from collections import Counter

import pytest
from django.conf import settings

from bench.corpus import ABSENT, CORPUS
from bench.status_documents import HEADINGS, corpus_documents, status_document
from ratification.depositary.cells import holds_date
from ratification.depositary.document import Document, DocumentError, ListedAct
from ratification.depositary.elements import MAX_BYTES, MAX_DEPTH
from ratification.depositary.headings import Heading, Role, read_heading
from ratification.depositary.parse import parse
from ratification.depositary.suspicion import parties_of, signatories_of
from treaty.clauses import ActionKind

Corpus = list[tuple[str, Document]]
needs_corpus = pytest.mark.skipif(not CORPUS.exists(), reason=ABSENT)


def entries(*cells: str, headings: tuple[str, ...] = HEADINGS) -> tuple[ListedAct, ...]:
    return parse(status_document([("Chad", *cells)], headings)).lines[0].entries


def acts(*cells: str, headings: tuple[str, ...] = HEADINGS) -> list[tuple[str, str, bool]]:
    return [
        (entry.kind, entry.on.isoformat(), entry.bracketed) for entry in entries(*cells, headings=headings)
    ]


def refusal(content: bytes) -> str:
    with pytest.raises(DocumentError) as error:
        parse(content)
    return str(error.value)


@pytest.mark.parametrize(
    ("heading", "legend"),
    [
        ("Signature", [("", "signature")]),
        ("Signature, Succession to signature(d)", [("", "signature"), ("d", "succession_to_signature")]),
        (
            "Ratification, Accession(a), Acceptance(A), Approval(AA), Formal confirmation(c), Succession(d)",
            [
                ("", "ratification"),
                ("a", "accession"),
                ("A", "acceptance"),
                ("AA", "approval"),
                ("c", "formal_confirmation"),
                ("d", "succession"),
            ],
        ),
        (
            "Definitive signature(s), Confirmation of signature",
            [("s", "definitive_signature"), ("", "definitive_signature")],
        ),
        ("Succession(d), Consent to be bound(P)", [("d", "succession"), ("P", "consent_to_be_bound")]),
        ("Provisional application under article 23(n)", [("n", "provisional_application")]),
        ("Participation under articles 3 (2) and (3)(P)", [("P", "participation")]),
        ("Notification under article 7 (1) (b)", [("", "notification")]),
        (
            (
                "Provisional application by virtue of signature, adoption of the Agreement or accession thereto, "
                "Provisional application by virtue of a notification (n)"
            ),
            [("", "provisional_application"), ("n", "provisional_application")],
        ),
        (
            "Acceptance ipso facto by virtue of article 10 (1) of the Convention of 12 September 1923, as amended(A)",
            [("A", "acceptance")],
        ),
        ("Confirmation of signature ad referendum(C)", [("C", "notification")]),
        ("Simplified procedure(p), Ratification", [("p", "simplified_procedure"), ("", "ratification")]),
        (
            "Definitive signature or acceptance of the Protocol",
            [("", "definitive_signature"), ("", "acceptance")],
        ),
    ],
)
def test_a_heading_is_read_by_its_own_legend(heading: str, legend: list[tuple[str, str]]) -> None:
    assert [(act.letter, act.kind) for act in read_heading(heading).acts] == legend


def test_a_letter_means_what_its_heading_says() -> None:
    headings = ("Participant", "Participation(a), Accession(P)")
    assert acts("3 Mar 2001 a", headings=headings) == [("participation", "2001-03-03", False)]
    assert acts("3 Mar 2001 P", headings=headings) == [("accession", "2001-03-03", False)]


def test_without_a_letter_it_is_the_act_that_has_none_or_the_only_one() -> None:
    assert acts("", "8 Dec 2009") == [("ratification", "2009-12-08", False)]
    assert acts("8 Dec 2009", headings=("Participant", "Signature ad referendum (s)")) == [
        ("signature", "2009-12-08", False)
    ]


def test_an_open_legend_gives_what_is_certain_and_says_so() -> None:
    headings = ("Participant", "Definitive signature of the Protocol, Acceptance of the Protocol")
    document = parse(status_document([("Chad", "3 Mar 2001")], headings))
    (entry,) = document.lines[0].entries
    assert entry.kind == ActionKind.CONSENT_TO_BE_BOUND
    assert entry.kinds == {ActionKind.DEFINITIVE_SIGNATURE, ActionKind.ACCEPTANCE}
    (remark,) = document.remarks
    assert str(remark) == (
        "row 1, column 2: the legend leaves open which act it is, so it is read as consent to be bound: "
        "Definitive signature of the Protocol / Acceptance of the Protocol"
    )


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("25 Oct 2025", [("ratification", "2025-10-25", False)]),
        ("25 Oct\t 2025 ", [("ratification", "2025-10-25", False)]),
        ("8 Dec 2009 A", [("acceptance", "2009-12-08", False)]),
        ("8 Dec 2009AA", [("approval", "2009-12-08", False)]),
        ("5 Sept 2000 a", [("accession", "2000-09-05", False)]),
        ("19 July 2006", [("ratification", "2006-07-19", False)]),
        ("[20 Jan 2021 A]", [("acceptance", "2021-01-20", True)]),
        (
            "[20 Jan 2021 A] 3 Mar 2022 a",
            [("acceptance", "2021-01-20", True), ("accession", "2022-03-03", False)],
        ),
        (
            "[20 Jan 2021 A, 1 Feb 2021]",
            [("acceptance", "2021-01-20", True), ("ratification", "2021-02-01", True)],
        ),
        ("8 Dec 2009 A <superscript>3</superscript>", [("acceptance", "2009-12-08", False)]),
        ("8 Dec 2009 A 3", [("acceptance", "2009-12-08", False)]),
        ("8 Dec 2009 3, 4", [("ratification", "2009-12-08", False)]),
        (
            "8 Dec 2009 9 Jan 2010 a",
            [("ratification", "2009-12-08", False), ("accession", "2010-01-09", False)],
        ),
        ("", []),
    ],
)
def test_cells(cell: str, expected: list[tuple[str, str, bool]]) -> None:
    assert acts("", cell) == expected


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("8 Dec 2009 x", "does not say what the letter 'x' means"),
        ("31 Feb 2009", "is no day of the calendar"),
        ("8 Dekember 2009", "'Dekember' is no month"),
        ("[8 Dec 2009", "a square bracket without its other half"),
        ("8 Dec 2009]", "a square bracket without its other half"),
        ("8 Dec 2009 accepted", "cannot be read from"),
        ("2009", "cannot be read from"),
        ("soon", "cannot be read from"),
        ("[]", "holds no date"),
        ("8 Dec 0209", "is no plausible year"),
    ],
)
def test_what_cannot_be_read_is_reported_by_row_and_column(cell: str, reason: str) -> None:
    message = refusal(status_document([("Chad", "", "1 Jan 2001"), ("Chile", "", cell)]))
    assert message.startswith("row 2, column 3: ")
    assert reason in message


def test_every_problem_is_reported() -> None:
    with pytest.raises(DocumentError) as error:
        parse(status_document([("Chad", "soon", ""), ("Chile", "", "later"), ("12 May 2000", "", "")]))
    assert [(problem.row, problem.column) for problem in error.value.problems] == [(1, 2), (2, 3), (3, 1)]
    assert str(error.value).endswith("(and 2 more)")


@pytest.mark.parametrize(
    ("printed", "name", "footnotes"),
    [
        ("China 2", "China", ("2",)),
        ("China<superscript>2, 3</superscript>", "China", ("2, 3",)),
        ("China &lt;superscript&gt;2&lt;/superscript&gt;", "China", ("2",)),
        ("China <sup>2</sup> 3", "China", ("2", "3")),
        ("Côte d'Ivoire", "Côte d'Ivoire", ()),
        ("Netherlands (Kingdom of the)", "Netherlands (Kingdom of the)", ()),
    ],
)
def test_footnote_marks_are_no_part_of_a_name(printed: str, name: str, footnotes: tuple[str, ...]) -> None:
    (line,) = parse(status_document([(printed, "1 Jan 2001", "")])).lines
    assert (line.name, line.footnotes) == (name, footnotes)


@pytest.mark.parametrize(
    "struck",
    [
        "<s>1 Jan 2001</s>",
        "&lt;s&gt;1 Jan 2001&lt;/s&gt;",
        "1 Jan <del class='x'>2001</del>",
        "<s>1 Jan 2001</s> 2 Jan 2001",
    ],
)
def test_a_date_that_is_struck_out_is_refused_by_its_place(struck: str) -> None:
    """It was read as one that stands; what it means, withdrawn or never made, the document does not say."""
    with pytest.raises(DocumentError) as error:
        parse(status_document([("China", "1 Jan 2001", ""), ("Fiji", struck, "")]))
    assert [(problem.row, problem.column) for problem in error.value.problems] == [(2, 2)]
    assert "(struck out)" in str(error.value)


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-8", "US-ASCII", "UTF-16"])
def test_encodings(encoding: str) -> None:
    document = parse(status_document([("Türkiye", "1 Jan 2001", "")], encoding=encoding))
    assert document.lines[0].name == "Türkiye"


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("Rows", None),
        ("Document", "Mtdsg"),
        ("Treaty", "Instrument"),
        ("Row", "ROW"),
        ("TGroup", "tgroup"),
    ],
)
def test_elements_are_found_by_their_local_names(there: str, instead: str | None) -> None:
    text = status_document([("Chad", "1 Jan 2001", ""), ("Chile", "", "2 Feb 2002 a")]).decode()
    for mark in ("<", "</"):
        text = text.replace(f"{mark}{there}>", f"{mark}{instead}>" if instead else "")
    assert [line.name for line in parse(text.encode()).lines] == ["Chad", "Chile"]


def test_a_name_space_changes_nothing() -> None:
    content = status_document([("Chad", "1 Jan 2001", "")]).replace(
        b"<Document>", b"<Document xmlns='urn:x'>"
    )
    assert [line.name for line in parse(content).lines] == ["Chad"]


def test_the_headline() -> None:
    content = status_document(
        [("Chad", "1 Jan 2001", "")], title="A <b>convention</b> &amp; protocol.\n New York, 1 May 2000"
    ).replace(b"<Labeltext></Labeltext>", b"<Labeltext>1 June 2002</Labeltext>")
    document = parse(content)
    assert document.title == "A convention & protocol. New York, 1 May 2000"
    assert (document.signatories, document.parties, document.in_force) == ("1", "0", "1 June 2002")


def test_rows_outside_the_participants_are_not_read() -> None:
    row = "<Table><Tbody><Row><Entry>Atlantis</Entry></Row></Tbody></Table>"
    content = status_document([("Chad", "1 Jan 2001", "")], sections=f"<Declarations>{row}</Declarations>")
    assert [line.name for line in parse(content).lines] == ["Chad"]


def test_a_repeated_row_counts_once_and_a_contradicting_one_is_refused() -> None:
    document = parse(status_document([("Chad", "1 Jan 2001", ""), ("Chad 2", "1 Jan 2001", "")]))
    assert len(document.lines) == 1
    assert "stands in row 1 already" in str(document.remarks[0])
    message = refusal(status_document([("Chad", "1 Jan 2001", ""), ("Chad", "2 Jan 2001", "")]))
    assert message == "row 2: Chad stands in row 1 already, with other dates"


def test_columns_must_be_as_many_as_headings() -> None:
    assert refusal(status_document([("Chad", "1 Jan 2001")])) == "row 1: 2 cells under 3 headings"
    assert refusal(status_document([("Chad", "", "1 Jan 2001", "x")])) == "row 1: 4 cells under 3 headings"
    assert len(parse(status_document([("Chad", "", "1 Jan 2001", "")])).lines) == 1


def test_a_column_that_is_not_known_may_be_empty_and_nothing_else() -> None:
    headings = (*HEADINGS, "Prolongation")
    assert (
        parse(status_document([("Chad", "", "1 Jan 2001", "")], headings)).headings[-1].role == Role.UNKNOWN
    )
    document = parse(status_document([("Chad", "", "", "1 Jan 2001")], headings))
    assert document.lines[0].entries == ()
    assert [str(remark) for remark in document.remarks] == [
        "the heading 'Prolongation' is not known; what stands under it is not read"
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b" \n\t", "it is empty"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "it is an HTML page"),
        (b"\n<!-- x --><HTML><head></head></HTML>", "it is an HTML page"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "it is an HTML page"),
        (b"x" * (MAX_BYTES + 1), "it has more than 10,000,000 bytes"),
        (b"Service unavailable", "it is not complete, well-formed XML"),
        (b"\xff\xfe\x00\x00", "it is not complete, well-formed XML"),
        (
            b"<?xml version='1.0' encoding='x-none'?><a/>",
            "it declares the encoding 'x-none', which is not read",
        ),
        (b"<a/>", "it has no table of participants"),
        (b"<d>" * (MAX_DEPTH + 1) + b"</d>" * (MAX_DEPTH + 1), f"nested more than {MAX_DEPTH} deep"),
        (b"<!DOCTYPE d [<!ENTITY a 'b'>]><d>&a;</d>", "it has a document type declaration (DTD)"),
        (
            b"<!DOCTYPE d [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><d>&a;</d>",
            "it has a document type declaration (DTD)",
        ),
        (
            b"<!DOCTYPE d><d/>",
            "it has a document type declaration (DTD), which can define entities and is refused",
        ),
        (b'<!DOCTYPE d SYSTEM "http://example.org/d.dtd"><d/>', "it has a document type declaration (DTD)"),
        (status_document([]), "its table has no row"),
        (
            status_document([("Chad", "1 Jan 2001", "")], ("Participant", "Signature", "signature")),
            "two of its headings are the same: 'Participant'; 'Signature'; 'signature'",
        ),
        (status_document([("Chad", "1 Jan 2001", "")])[:-40], "it is not complete, well-formed XML"),
        (
            status_document([("1 Jan 2001", "Chad")], ("Signature", "Participant")),
            "the first of its headings must be",
        ),
        (
            status_document([("1 Jan 2001", "Chad", "")]),
            "row 1, column 1: '1 Jan 2001' is no participant's name",
        ),
    ],
)
def test_refused(content: bytes, reason: str) -> None:
    assert reason in refusal(content)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return [(name, parse(content)) for name, content in corpus_documents()]


@needs_corpus
def test_every_document_of_the_corpus_parses_and_no_date_is_lost(corpus: Corpus) -> None:
    count = 0
    for name, document in corpus:
        count += 1
        for line in document.lines:
            reported = {remark.column for remark in document.remarks if remark.row == line.number}
            dated = {column for column, text in enumerate(line.cells, 1) if column > 1 and holds_date(text)}
            assert dated == {entry.column for entry in line.entries} | (reported & dated), (name, line)
    assert count == 314


@needs_corpus
def test_the_rows_of_the_corpus_agree_with_its_own_figures(corpus: Corpus) -> None:
    for name, document in corpus:
        assert int(document.signatories) in signatories_of(document), name
        assert int(document.parties) in parties_of(document), name


@needs_corpus
def test_the_kinds_found_in_the_corpus(corpus: Corpus) -> None:
    every = [entry for _name, document in corpus for line in document.lines for entry in line.entries]
    # Counted by this code; the sum is the number of dates in the tables, less the 286 that are no acts.
    assert Counter(entry.kind.value for entry in every) == {
        "signature": 7766,
        "accession": 6551,
        "ratification": 6368,
        "acceptance": 3038,
        "application": 1602,
        "succession": 1176,
        "consent_to_be_bound": 728,
        "definitive_signature": 296,
        "provisional_application": 237,
        "participation": 228,
        "approval": 188,
        "notification": 171,
        "succession_to_signature": 36,
        "simplified_procedure": 16,
        "formal_confirmation": 8,
    }
    assert sum(len(entry.kinds) > 1 for entry in every) == 384


@needs_corpus
def test_the_documentation_has_every_heading_and_how_it_is_read(corpus: Corpus) -> None:
    lists: Counter[str] = Counter()
    dates: Counter[str] = Counter()
    headings: dict[str, Heading] = {}
    for _name, document in corpus:
        for heading in document.headings:
            lists[heading.text] += 1
            headings[heading.text] = heading
        dates.update(
            document.headings[entry.column - 1].text for line in document.lines for entry in line.entries
        )
    text = (settings.BASE_DIR / "docs" / "depositary.md").read_text()
    for name, heading in headings.items():
        assert f"| {name} | {lists[name]} | {dates[name]} | {reading_of(heading)} |" in text, name


def reading_of(heading: Heading) -> str:
    """How the documentation says that a date under the heading is read."""
    if heading.role != Role.ACTS:
        return {
            Role.NAME: "the participant",
            Role.NOTES: "a note: no act",
            Role.UNKNOWN: "not known",
        }[heading.role]
    kinds: dict[str, list[str]] = {}
    for act in heading.acts:
        marked = kinds.setdefault(f"`{act.letter}`" if act.letter else "none", [])
        marked += [act.kind.value] if act.kind.value not in marked else []
    return "; ".join(
        f"{mark}: {one[0]}" if len(one) == 1 else f"{mark}: consent_to_be_bound (open: {', '.join(one)})"
        for mark, one in kinds.items()
    )
