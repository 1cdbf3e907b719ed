"""Spoilt documents: whatever arrives, the importer refuses it in its own words or compares it; it never publishes.

A few hundred examples here, thousands in `make fuzz`.
"""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bench.corpus import tables
from bench.status_documents import HEADINGS, corpus_document, printed, status_document
from ratification.depositary.document import DocumentError
from ratification.depositary.runs import compare_run
from ratification.models import Action
from ratification.record.entries import latest_revision
from treaty.models import Treaty

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
CELLS = (
    st.sampled_from(
        [
            "",
            "25 Oct 2025",
            "8 Dec 2009 A",
            "8 Dec 2009 AA 2",
            "[20 Jan 2021 a]",
            "[20 Jan 2021 A] 3 Mar 2022 a",
            "[20 Jan 2021",
            "31 Feb 2020",
            "1 Jan 2999",
            "20 Jan 2021 x",
            "soon",
            "<superscript>1</superscript>",
            "25 Oct 2025 <superscript>1</superscript>",
            "٢٥ Oct 2025",
            "\u00a0",
        ]
    )
    | TEXT
)
NAMES = (
    st.sampled_from(["Algeria", "Fiji", "Qatar", "China 2", "Côte d'Ivoire", "Atlantis", "", "7", "Türkiye"])
    | TEXT
)
HEADING = (
    st.sampled_from(
        [
            *HEADINGS,
            "Signature, Succession to signature(d)",
            "Definitive signature of the Protocol, Acceptance of the Protocol",
            "Provisional application(n)",
            "Notification under article 7 (1) (b)",
            "UNTS Volume",
            "Extension",
            "(a)",
            ",",
        ]
    )
    | TEXT
)


@st.composite
def built(draw: st.DrawFn) -> bytes:
    """A document of the right shape with anything in it."""
    headings = draw(st.just(list(HEADINGS)) | st.lists(HEADING, min_size=1, max_size=5))
    width = st.just(len(headings) - 1) | st.integers(0, 6)
    rows = draw(
        st.lists(
            st.tuples(NAMES, width.flatmap(lambda size: st.lists(CELLS, min_size=size, max_size=size))),
            max_size=12,
        )
    )
    figures = draw(st.tuples(st.integers(0, 12), st.integers(0, 12)))
    encoding = draw(st.sampled_from(["ISO-8859-1", "UTF-8", "UTF-16"]))
    return status_document(
        [[name, *cells] for name, cells in rows], headings, figures=figures, encoding=encoding
    )


@st.composite
def plausible(draw: st.DrawFn) -> bytes:
    """A document that nothing is wrong with by itself: whatever it says is compared with the ledger."""
    names = draw(
        st.lists(st.sampled_from(["Algeria", "Fiji 1", "Qatar", "China", "Chad", "India"]), unique=True)
    )
    days = st.dates(date(2025, 10, 20), date(2026, 11, 21)).map(printed)
    signed = days | days | st.just("") | days.map("[{}]".format)
    bound = st.just("") | days | days.map("{} A".format) | days.map("[{} a]".format)
    again = st.just("") | days.map(" {} a".format)
    rows = [(name, draw(signed), draw(bound) + draw(again)) for name in [*names, "Mali"]]
    return status_document(rows, encoding=draw(st.sampled_from(["ISO-8859-1", "UTF-8"])))


PIECES = st.sampled_from(
    [
        b"",
        b"<Row>",
        b"</Row>",
        b"<Entry>",
        b"</Entry>",
        b"<Entry></Entry>",
        b"</Tbody>",
        b"<Thead><Row><Entry>x</Entry></Row></Thead>",
        b"<!DOCTYPE d [<!ENTITY e 'x'>]>",
        b"<!ENTITY e 'x'>",
        b"&e;",
        b"&#0;",
        b"&#x110000;",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"<?pi?>",
        b"\x00",
        b"\xff",
        b"[",
        b"]",
        b"xmlns:a='b'",
        b"<a:b/>",
        b"2025",
        b"<d>" * 60,
    ]
) | st.binary(max_size=12)


@st.composite
def spoilt(draw: st.DrawFn, documents: list[bytes]) -> bytes:
    """A real document with pieces cut out, doubled, moved and put in."""
    content = draw(st.sampled_from(documents))
    for _step in range(draw(st.integers(1, 4))):
        size = len(content)
        at, until = sorted((draw(st.integers(0, size)), draw(st.integers(0, size))))
        until = min(until, at + draw(st.sampled_from([1, 4, 40, 400, size])))
        match draw(st.sampled_from(["replace", "cut", "double", "move", "end"])):
            case "replace":
                content = content[:at] + draw(PIECES) + content[min(until, at + 20) :]
            case "cut":
                content = content[:at] + content[until:]
            case "double":
                content = content[:until] + content[at:]
            case "move":
                content = content[:at] + content[until:] + content[at:until]
            case _:
                content = content[:at]
    return content


TEXTS = status_document(
    [("Algeria", "25 Oct 2025", ""), ("Fiji <superscript>1</superscript>", "9 Jan 2026", "")],
    sections=(
        "<Declarations><Title>Declarations and Reservations</Title><Title>(Unless otherwise indicated, these "
        "were made upon ratification or signature.)</Title><Declaration><Participant>Algeria</Participant><Title>Upon "
        "signature:</Title><Title>Reservation:</Title><Para>&lt;i&gt;Algeria&lt;/i&gt; is not bound by paragraph 1 (a) "
        "of article 63, articles 7 (2), 14 and IX.</Para></Declaration></Declarations><Objections><Objection>"
        "<Participant>Fiji</Participant><Text type='x'>&lt;right&gt;9 January 2026&lt;/right&gt;</Text><Title>With "
        "regard to the reservation made by Algeria:</Title><Para>Fiji objects.</Para></Objection></Objections>"
        "<TerritorialApplications><Application><Participant>Fiji</Participant><DateNotification>10 Jan 2026"
        "</DateNotification><Territories>Rotuma</Territories></Application></TerritorialApplications><EndNotes><Note>"
        "<Index>1</Index><Para>Czechoslovakia had signed and ratified the Convention on 7 March 1966 and 29 December "
        "1966, respectively.</Para></Note><Note><Index>2</Index><Para>On 2 January 2026, the Government of Algeria "
        "notified the Secretary-General that it had decided to withdraw its reservation to article 9. The withdrawal "
        "took effect on 3 January 2026.</Para></Note></EndNotes>"
    ),
)
CHART = (
    b"Treaty\nState,Signature,Ratification,Entry into Force,Notes,R.,D.,A.,T.,C.,O.\nAlgeria,25/10/2025,,,,R.,D,,,,\n"
    b"Fiji*,09/01/2026 s,01/02/2026 a,03/03/2026,12,,,A.,,,O.\nTotal number of ratifications/accessions:,1\n"
)


def real_documents() -> list[bytes]:
    """Small documents of the corpus, where it is present, beside one of our own: their spoilt forms are quick."""
    own = status_document(
        [
            ("Algeria", "25 Oct 2025", ""),
            ("Qatar", "25 Oct 2025", "5 Feb 2026"),
            ("Fiji 1", "[9 Jan 2026]", ""),
        ]
    )
    small = [path for path in tables() if path.stat().st_size < 3_000]
    return [own, own, TEXTS, TEXTS, CHART, CHART, *(corpus_document(path) for path in small)]


@pytest.fixture
def council(hanoi: Treaty) -> Treaty:  # noqa: ARG001 - beside it
    """A treaty of the Council of Europe, with an empty record."""
    return Treaty.objects.create(slug="coe", title="T", short_title="T", depositary="Council of Europe")


@pytest.mark.production  # other tests send SQLite the same statements
@settings(
    max_examples=settings().max_examples * 5,  # 5,000 in `make fuzz`
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(content=plausible() | built() | spoilt(real_documents()) | st.binary(max_size=200))
@example(content=status_document([("Chad", "25 Oct 2025", "")]))
def test_no_document_breaks_the_importer_or_publishes_anything(
    hanoi: Treaty, council: Treaty, content: bytes
) -> None:
    before = latest_revision(hanoi), Action.objects.count()
    for treaty in (hanoi, council):
        try:
            run = compare_run(treaty, content, address="fuzz.xml", retrieved_at=NOW, now=NOW)
        except DocumentError:
            continue
        assert run.state in {"compared", "suspect", "stopped"}
        assert run.proposes == (not run.suspicions)
    assert (latest_revision(hanoi), Action.objects.count()) == before
