"""The Council of Europe's chart: read by its own grammar, compared like any list, and refused where it is another's."""

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import call_command

from bench.status_documents import status_document
from common.spreadsheets import write_xlsx
from ratification.depositary.council_of_europe import is_chart
from ratification.depositary.document import Document, DocumentError
from ratification.depositary.formats import FORMATS, read_document
from ratification.depositary.headings import Role
from ratification.depositary.runs import compare_run
from ratification.management.base import Error
from ratification.models import Action
from ratification.record.entries import latest_revision
from treaty.models import Treaty

CASES = Path(__file__).parents[2] / "cases"
HEADING = "State,Signature,Ratification,Entry into Force,Notes,R.,D.,A.,T.,C.,O."
CHART = f"""Chart of signatures and ratifications of Treaty 185
Status as of 25/04/2026

{HEADING}
Members of Council of Europe,,,,,,,,,,
Albania,23/11/2001,20/06/2002,01/07/2004,,,,A.,,,
Ireland,28/02/2002,,,,,,,,,
Kosovo*,,,,,,,,,,
Non-members of Council of Europe,,,,,,,,,,
Tonga,,09/05/2017 a,01/09/2017,,R.,D.,A.,,,
Total number of signatures not followed by ratifications:,1
Total number of ratifications/accessions:,2
a: Accession - s: Signature without reservation as to ratification
"""


def read(text: str) -> Document:
    return read_document(text.encode())


def refusal(content: bytes, name: str = "") -> str:
    with pytest.raises(DocumentError) as error:
        read_document(content, name)
    return str(error.value)


def rows(document: Document) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (line.name, [(entry.kind.value, str(entry.on)) for entry in line.entries]) for line in document.lines
    ]


def test_a_chart_is_read() -> None:
    document = read(CHART)
    assert (document.reference, document.parties, document.unread) == ("ETS 185", "2", ())
    assert rows(document) == [
        ("Albania", [("signature", "2001-11-23"), ("ratification", "2002-06-20")]),
        ("Ireland", [("signature", "2002-02-28")]),
        ("Kosovo", []),
        ("Tonga", [("accession", "2017-05-09")]),
    ]
    assert [line.in_force_on for line in document.lines] == [date(2004, 7, 1), None, None, date(2017, 9, 1)]
    assert document.lines[-1].statements == ("reservations", "declarations", "authorities")
    (remark,) = document.remarks
    assert "'a: Accession - s: Signature without reservation as to ratification' is not read" in str(remark)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace(",", ";"),
        lambda text: text.replace(",", "\t"),
        lambda text: "sep=,\n" + text,
        lambda text: text.replace("\n", "\r\n").upper().replace("TREATY", "Treaty"),
        lambda text: text.replace("State,", "Member States of the Council of Europe,"),
        lambda text: text.replace("State,", ","),
        lambda text: text.replace("23/11/2001", "2001-11-23"),
        lambda text: text.replace("23/11/2001", "2001-11-23 00:00:00"),
        lambda text: text.replace("23/11/2001", "23.11.2001").replace("20/06/2002", "20-06-2002"),
        lambda text: text.replace("23/11/2001", "23 Nov. 2001").replace("20/06/2002", "20 juin 2002"),
        lambda text: text.replace("Entry into Force", '"Entry into\nforce"').replace(
            "Albania", '" Alb\u00adania\n"'
        ),
        lambda text: text.replace("Kosovo*,", "Kosovo\u00b9,").replace("Albania,", "Albania (2)  ,"),
        lambda text: (
            text + "\n\n(1) A note\n* Another\n1,A third,,\nNotes:\nTotal number of denunciations,0\n"
        ),
        lambda text: text.replace("Ireland,28/02/2002,,,,,,,,,", "Ireland,28/02/2002\nIreland,28/02/2002"),
        lambda text: text.replace(
            "Albania,", "European Union,,,\nInternational Organisations\nTerritories,,\nAlbania,"
        ).replace("European Union,,,", "European Union"),
        lambda text: text.replace(",R.,D.,A.,T.,C.,O.", ",R,D,A,T,C,O"),
        lambda text: text.replace("Albania", "Albania 12"),
        lambda text: text.replace("a: Acc", "(a) Acc: "),
    ],
)
def test_a_chart_is_read_however_it_was_saved(change: object) -> None:
    changed = read_document(change(CHART).encode())  # type: ignore[operator]  # a function
    assert [[acts for _, acts in rows(changed)]] == [[acts for _, acts in rows(read(CHART))]]


FRENCH = """Convention sur la cybercriminalité (STE n° 185)
Situation au 25/04/2026
États membres du Conseil de l’Europe;Signature;Ratification;Entrée en vigueur;Renvois;Réserves;Déclarations;Autorités
Albanie;23/11/2001;20/06/2002;01/07/2004;;;;A.
Irlande;28/02/2002
Kosovo
États non membres du Conseil de l’Europe
Tonga;;09/05/2017 a;01/09/2017;;x;D.;oui
Nombre total de signatures non suivies de ratifications;1
Nombre total de ratifications/adhésions : 2
a: Adhésion
"""


def test_a_chart_in_french_is_read() -> None:
    document = read(FRENCH)
    assert [acts for _, acts in rows(document)] == [acts for _, acts in rows(read(CHART))]
    assert document.title == "Convention sur la cybercriminalit\u00e9 (STE n\u00b0 185)"
    assert (document.reference, document.parties, document.unread) == ("ETS 185", "2", ())
    assert document.as_of == date(2026, 4, 25)
    assert document.lines[-1].statements == ("reservations", "declarations", "authorities")


def test_a_chart_saved_as_a_workbook_is_read() -> None:
    columns, *body = csv.reader(CHART.splitlines()[3:9])
    days = [[date(2001, 11, 23) if cell == "23/11/2001" else cell for cell in row] for row in body]
    document = read_document(write_xlsx("Chart", columns, [row[: len(columns)] for row in days]))
    assert rows(document)[:1] == [("Albania", [("signature", "2001-11-23"), ("ratification", "2002-06-20")])]


@pytest.mark.parametrize(
    ("cells", "marked"),
    [
        ("R.,D.,A.,T.,C.,O.", "RDATCO"),
        ("R,,,,,O", "RO"),
        ("R./D.,,,T. C.,,", "RDTC"),
        ("D.,R.,,,,", "DR"),
        ("x,,X,,\u2713,", "RAC"),
        (",,,,,", ""),
    ],
)
def test_marks_are_read_in_every_combination(cells: str, marked: str) -> None:
    (line,) = read(f"{HEADING}\nAlbania,23/11/2001,,,,{cells}\n").lines
    assert [word[0].upper() for word in line.statements] == list(marked)


def test_what_is_no_mark_and_a_total_without_a_number_are_told() -> None:
    document = read(f"{HEADING}\nAlbania,23/11/2001,,,,no\nTotal number of ratifications,many\n")
    assert [str(remark) for remark in document.remarks] == [
        "row 1, column 6: Albania has 'no' under 'R.', which is no mark"
    ]
    assert [str(problem) for problem in document.unread] == [
        "row 2: its total number of ratifications is no number"
    ]


@pytest.mark.django_db
def test_a_chart_compared_as_that_of_another_day_is_suspect(
    with_facts: None,  # noqa: ARG001 - it stands in the database
    now: datetime,
) -> None:
    chart = budapest_chart().replace("Treaty 185", "Treaty 185\nStatus as of 25/04/2026")
    treaty = Treaty.objects.get(slug="budapest")
    run = compare_run(treaty, chart.encode(), address="c", retrieved_at=now, now=now)
    assert run.suspicions[0].startswith("It says that it is of 2026-04-25, and is compared as the list of")
    day = datetime(2026, 4, 25, tzinfo=UTC)
    assert compare_run(treaty, chart.encode(), address="c", retrieved_at=day, now=now).suspicions == []


def test_letters_say_which_act_it_is() -> None:
    document = read(
        f"{HEADING}\nA,01/02/1990 s,01/02/1990 s,,\nB,01/02/1990 r,,,\nC,,03/04/1995 su,,\nD,,03/04/1995 (a),,\n"
    )
    assert rows(document) == [
        ("A", [("definitive_signature", "1990-02-01")]),
        ("B", [("signature", "1990-02-01")]),
        ("C", [("succession", "1995-04-03")]),
        ("D", [("accession", "1995-04-03")]),
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Albania,11/23/2001,,", "row 1, column 2: '11/23/2001' is no day of the calendar (day/month/year)"),
        ("Albania,23/11/2001 x,,", "the letter 'x' is none of those under 'Signature'"),
        ("Albania,23/11/2001 a,,", "the letter 'a' is none of those under 'Signature'"),
        ("Albania,soon,,", "'soon' is no day such as 23/11/2001"),
        ("Albania,,,01/07/2004 a", "the letter 'a' is none of those under 'Entry into Force'"),
        ("23/11/2001,,,", "is no State's name"),
        (
            "Albania,23/11/2001\nAlbania,24/11/2001",
            "row 2: Albania stands in row 1 already, with other cells",
        ),
        ("Albania,3/1/01,,", "'3/1/01' is no day such as 23/11/2001"),
        ("Albania,23 Novembre,,", "'23 Novembre' is no day such as 23/11/2001"),
        ("Albania,23 Brumaire 1801,,", "'23 Brumaire 1801' is no day of the calendar"),
        ("Albania,[23/11/2001],,", "'[23/11/2001]' is no day such as 23/11/2001"),
        ("Albania,23/11/2001 / 24/11/2001,,", "is no day such as 23/11/2001"),
        (f"Albania{',' * 11}x", "12 cells under 11 headings"),
        ("", "its table has no row"),
    ],
)
def test_what_cannot_be_read_is_refused_by_row_and_column(row: str, reason: str) -> None:
    assert reason in refusal(f"{HEADING}\n{row}\n".encode())


def test_a_heading_outside_the_grammar_is_unknown() -> None:
    document = read(
        "State,Signature,Ratification,Entry into Force,Denounced\nAlbania,23/11/2001,,,01/01/2020\n"
    )
    assert document.headings[-1].role == Role.UNKNOWN
    assert "the heading 'Denounced' is not known" in str(document.remarks[0])
    assert "its first heading is 'Signature', not State" in refusal(
        b"Signature,State,Ratification,Entry into Force\n,Albania,,\n"
    )


def test_a_file_of_no_known_format_is_refused_with_the_known_ones() -> None:
    for content in (b"Service unavailable", b"PK\x03\x04", b"State,Signed\nAlbania,yes\n"):
        assert refusal(content) == (
            "it is of no known format. Known are: united-nations (status document of the United Nations Treaty "
            "Collection, XML); council-of-europe (chart of signatures and ratifications of the Council of Europe, "
            "CSV or XLSX)"
        )
    assert refusal(b"%PDF-1.7").startswith("it is a PDF document. Known are: united-nations")
    assert refusal("Pays;Signé\n".encode("cp1252")).startswith(
        "it is of no known format: the file is not UTF-8 text (byte 0xE9), perhaps Windows-1252"
    )
    assert "the format 'oas' is not known. Known are: united-nations" in refusal(CHART.encode(), "oas")
    assert refusal(b" \n") == "it is empty"
    assert not is_chart(status_document([("Chad", "1 Jan 2001", "")]))
    assert len({each.name for each in FORMATS}) == len(FORMATS)


def budapest_chart() -> str:
    """The chart that gives the bundled record: its entries, with the official days of entry into force."""
    treaty = Treaty.objects.get(slug="budapest")
    with (CASES / "budapest_in_force.csv").open(encoding="utf-8") as file:
        in_force = {
            row["participant"]: date.fromisoformat(row["in_force_on"]) for row in csv.DictReader(file)
        }
    cells: dict[str, list[str]] = {}
    codes: dict[str, str] = {}
    for entry in Action.objects.filter(treaty=treaty, revision__isnull=False).select_related("participant"):
        row = cells.setdefault(entry.participant.name, ["", "", ""])
        codes[entry.participant.name] = entry.participant.iso3
        letter = " a" if entry.kind == "accession" else ""
        row[0 if entry.kind == "signature" else 1] = f"{entry.taken_earliest:%d/%m/%Y}{letter}"
    for name, row in cells.items():
        row[2] = f"{in_force[codes[name]]:%d/%m/%Y}" if codes[name] in in_force else ""
    body = "\n".join(f'"{name}",{",".join(row)}' for name, row in sorted(cells.items()))
    return f"Treaty 185\n{HEADING}\n{body}\n"


@pytest.mark.django_db
def test_the_bundled_record_of_budapest_agrees_with_its_chart(
    with_facts: None,  # noqa: ARG001 - it stands in the database
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "chart.csv"
    path.write_text(budapest_chart())
    call_command("reconcile", "budapest", str(path), "--json", "--retrieved-on", "2026-04-25")
    report = json.loads(capsys.readouterr().out)
    assert (report["state"], report["differences"], report["remarks"]) == ("compared", [], [])
    assert report["counts"]["agrees"] == 131


@pytest.mark.django_db
def test_what_differs_is_proposed_and_a_day_computed_otherwise_is_a_remark(
    with_facts: None,  # noqa: ARG001 - it stands in the database
    now: datetime,
) -> None:
    budapest = Treaty.objects.get(slug="budapest")
    before = latest_revision(budapest)
    chart = budapest_chart().replace("20/06/2002,01/07/2004", "20/06/2002,02/07/2004,,R")
    chart += "Tuvalu,,01/04/2026 a,\n"
    run = compare_run(budapest, chart.encode(), address="chart.csv", retrieved_at=now, now=now)
    (difference,) = run.differences.all()
    assert (difference.outcome, difference.kind, difference.note) == (
        "new",
        "accession",
        "Tuvalu: accession of 2026-04-01 is not in the ledger.",
    )
    assert run.remarks == [
        "Albania: the list says in force on 2004-07-02, the record computes 2004-07-01.",
        "Albania: the list marks reservations, and the record has none.",
    ]
    assert latest_revision(budapest) == before


@pytest.mark.django_db
def test_acceptance_agrees_with_what_the_chart_lists_as_ratification(
    with_participants: None,  # noqa: ARG001 - it stands in the database
    now: datetime,
) -> None:
    treaty = Treaty.objects.create(slug="coe", title="T", short_title="T", depositary="Council of Europe")
    document = read(f"{HEADING}\nAlbania,,20/06/2002,\n")
    ((act,),) = [line.entries for line in document.lines]
    assert act.kind == "ratification"
    assert [act.admits(kind) for kind in ("acceptance", "approval", "accession")] == [True, True, False]  # type: ignore[arg-type]  # values of the kinds
    run = compare_run(
        treaty, f"{HEADING}\nAlbania,,20/06/2002,\n".encode(), address="c", retrieved_at=now, now=now
    )
    assert [difference.kind for difference in run.differences.all()] == ["ratification"]


@pytest.mark.django_db
def test_totals_that_the_rows_do_not_have_make_it_suspect(
    with_facts: None,  # noqa: ARG001 - it stands in the database
    now: datetime,
) -> None:
    chart = budapest_chart() + "Total number of signatures not followed by ratifications:,9\n"
    run = compare_run(
        Treaty.objects.get(slug="budapest"), chart.encode(), address="c", retrieved_at=now, now=now
    )
    assert run.state == "suspect"
    assert "9 signatures not followed by ratifications, but its rows have" in run.suspicions[0]


@pytest.mark.django_db
def test_a_chart_of_another_treaty_or_depositary_is_refused(
    with_facts: None,  # noqa: ARG001 - it stands in the database
    tmp_path: Path,
) -> None:
    path = tmp_path / "chart.csv"
    path.write_text(CHART)
    with pytest.raises(
        Error, match="it is a document of the Council of Europe, and the treaty's depositary is the"
    ):
        call_command("reconcile", "hanoi", str(path), "--dry-run")
    path.write_text(CHART.replace("Treaty 185", "Treaty 201"))
    with pytest.raises(Error, match="it is the document of the treaty CETS 201, not of ETS 185"):
        call_command("reconcile", "budapest", str(path), "--dry-run")
    with pytest.raises(Error, match=r"the format 'oas' is not known\. Known are: united-nations"):
        call_command("reconcile", "budapest", str(path), "--dry-run", "--format", "oas")
