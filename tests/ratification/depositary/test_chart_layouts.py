"""Charts of the Council of Europe with the lines of the page around them, as they are copied into a table."""

from datetime import date, datetime

import pytest

from ratification.depositary.declared_facts import printed_day
from ratification.depositary.document import Document, DocumentError
from ratification.depositary.formats import read_document
from ratification.depositary.names import known_names, resolve
from ratification.depositary.runs import compare_run
from treaty.models import Treaty

# The page of December 2015: lines of the page, a label beside each fact, and the headings again over each part.
OF_2015 = """Full list
Chart of signatures and ratifications of Treaty 185
Convention on Cybercrime
Status as of 03/12/2015
Title,Convention on Cybercrime
Reference,CETS No.185
Opening of the treaty,"Budapest, 23/11/2001 - Treaty open for signature by the member States"
Entry into Force,01/07/2004 - 5 Ratifications including at least 3 member States of the Council of Europe
State who signed
State who denounced
Members of Council of Europe,,,,,,,,,,
,Signature,Ratification,Entry into Force,Notes,R.,D.,A.,T.,C.,O.
Albania,23/11/2001,20/06/2002,01/07/2004,,,,A.,,,
Andorra,23/04/2013,,,,,,,,,
Non-members of Council of Europe,,,,,,,,,,
,Signature,Ratification,Entry into Force,Notes,R.,D.,A.,T.,C.,O.
Argentina,,,,,,,,,,
Dominican Republic,,07/02/2013 a,01/06/2013,,,,A.,,,
Total number of signatures not followed by ratifications,1
Total number of ratifications/accessions,2
"Notes:
a: Accession - s: Signature without reservation as to ratification - su: Succession - r: Signature ""ad referendum""."
"""
# The page of June 2004: a colon after each label, days without zeros, crosses, cells that hold a blank.
OF_2004 = """Convention on Cybercrime
CETS No.: 185
Opening for signature\tEntry into force
Date : 23/11/2001
Conditions: 5 Ratifications including at least 3 member States of the Council of Europe
Date : 1/7/2004

Status as of: 18/6/2004
Member States of the Council of Europe
 \tSignature\tRatification\tEntry into force\tNotes\tR.\tD.\tA.\tT.\tC.\tO.
Albania\t23/11/2001\t20/6/2002\t1/7/2004\t\u00a0\t\u00a0\t\u00a0\tX\t\u00a0
Azerbaijan\t\u00a0\t\u00a0\t\u00a0\t\u00a0\tX\tX
Non-member States of the Council of Europe\tSignature\tRatification\tEntry into force\tNotes\tR.\tD.\tA.\tT.\tC.\tO.
Canada\t23/11/2001
International Organisations
 \tSignature\tRatification\tEntry into force\tNotes\tR.\tD.\tA.\tT.\tC.\tO.
European Community
Total number of signatures not followed by ratifications:\t1
Total number of ratifications/accessions:\t1
Source : Treaty Office
"""
# A committee's document of 2018: the totals above the table, the headings over the members alone.
OF_2018 = """Chart of signatures and ratifications
Protocol No. 15 amending the Convention for the Protection of Human Rights and Fundamental Freedoms
CETS No. 213
Treaty open for signature by the High Contracting Parties to Treaty ETS 005
Status as of: 15/11/2018 (as it appears on the Treaty Office website)
Total number of signatures not followed by ratifications;1
Total number of ratifications/accessions;2
Member States of the Council of Europe;Signature;Ratification;Entry into Force;Notes;R.;D.;A.;T.;C.;O.
Albania;11/02/2014;17/12/2015 ;;;;;;;;
Andorra;24/06/2013;27/05/2015 ;;;;;;;;
Bosnia and Herzegovina;11/05/2018
"""
IN_FRENCH = """Liste complète
État des signatures et ratifications du traité 185
Situation au 25/04/2026
Titre;Convention sur la cybercriminalité
Référence;STE n°185
Entrée en vigueur;01/07/2004 - 5 Ratifications
Membres du Conseil de l'Europe
;Signature;Ratification;Entrée en vigueur;Renvois;R.;D.;A.;T.;C.;O.
Albanie;23/11/2001;20/06/2002;01/07/2004
Türkiye;10/11/2010;29/09/2014;01/01/2015
Non-membres du Conseil de l'Europe
;Signature;Ratification;Entrée en vigueur;Renvois;R.;D.;A.;T.;C.;O.
Côte d'Ivoire;;07/03/2024 a;01/07/2024
"""


def acts(document: Document) -> dict[str, list[str]]:
    return {
        line.name: [f"{entry.kind.value} {entry.on}" for entry in line.entries] for line in document.lines
    }


def test_a_chart_copied_from_the_page_is_read_with_the_page_s_lines() -> None:
    document = read_document(OF_2015.encode())
    assert acts(document) == {
        "Albania": ["signature 2001-11-23", "ratification 2002-06-20"],
        "Andorra": ["signature 2013-04-23"],
        "Argentina": [],
        "Dominican Republic": ["accession 2013-02-07"],
    }
    assert (document.title, document.reference) == ("Convention on Cybercrime", "ETS 185")
    assert (document.as_of, document.parties, document.unread) == (date(2015, 12, 3), "2", ())
    assert printed_day(document.in_force) == date(2004, 7, 1)
    assert [str(remark)[:15] for remark in document.remarks] == ["row 9: 'Notes: "]


def test_a_chart_of_an_older_page_is_read() -> None:
    document = read_document(OF_2004.encode())
    assert acts(document) == {
        "Albania": ["signature 2001-11-23", "ratification 2002-06-20"],
        "Azerbaijan": [],
        "Canada": ["signature 2001-11-23"],
        "European Community": [],
    }
    assert document.lines[1].statements == ("reservations", "declarations")
    assert (document.title, document.reference) == ("Convention on Cybercrime", "ETS 185")
    assert (document.as_of, document.parties, document.unread) == (date(2004, 6, 18), "1", ())


def test_totals_above_the_table_are_held_against_its_rows() -> None:
    document = read_document(OF_2018.encode())
    assert (document.reference, document.parties, document.unread) == ("CETS 213", "2", ())
    assert document.title.startswith("Protocol No. 15 amending")
    other = read_document(OF_2018.replace("ratifications;1", "ratifications;3").encode())
    assert "it says 3 signatures not followed by ratifications, but its rows have 1" in str(other.unread[0])


def test_headings_again_must_be_those_of_the_chart() -> None:
    for other in (
        ",Ratification,Signature,Entry into Force,Notes,R.,D.,A.,T.,C.,O.",
        ",Signature,Ratification",
    ):
        changed = OF_2015.replace("\nArgentina", f"\n{other}\nArgentina")
        with pytest.raises(DocumentError, match="is no State's name"):
            read_document(changed.encode())
    again = "Albania,Signature,Ratification,Entry into Force,Notes,R.,D.,A.,T.,C.,O."
    with pytest.raises(DocumentError, match="'Signature' is no day such as"):
        read_document(OF_2015.replace("\nArgentina", f"\n{again}\nArgentina").encode())


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a_french_chart_is_read_in_the_encodings_in_which_it_is_saved(
    with_participants: None,  # noqa: ARG001 - it stands in the database
    encoding: str,
) -> None:
    document = read_document(IN_FRENCH.encode(encoding))
    found = [participant.iso3 for participant, _ in resolve(document, known_names())]
    assert found == ["ALB", "TUR", "CIV"]
    assert document.title == "Convention sur la cybercriminalité"
    assert (document.reference, document.as_of) == ("ETS 185", date(2026, 4, 25))
    said = [str(remark) for remark in document.remarks]
    assert said == (["it is no Unicode text, and is read as Windows-1252"] if encoding == "cp1252" else [])


@pytest.mark.django_db
def test_a_name_misread_for_its_encoding_stops_the_run(
    with_participants: None,  # noqa: ARG001 - it stands in the database
    now: datetime,
) -> None:
    treaty = Treaty.objects.create(slug="coe", title="T", short_title="T", depositary="Council of Europe")
    rows = IN_FRENCH.partition("\n;")[2].split("\n", 1)[1].partition("\nNon-")[0]
    chart = f"State;Signature;Ratification;Entry into Force\n{rows}\n".encode("mac_roman")
    run = compare_run(treaty, chart, address="c", retrieved_at=now, now=now)
    assert run.state == "stopped"
    assert [difference.outcome for difference in run.differences.all()] == ["unknown"]


# How the charts of the Treaty Office have called its members and others over the years.
CALLED = {
    "BIH": "Bosnia and Herzegovina",
    "CZE": "Czech Republic / Czechia / République tchèque / Tchéquie",
    "MKD": "The former Yugoslav Republic of Macedonia / North Macedonia / Macédoine du Nord",
    "MDA": "Moldova / Republic of Moldova / République de Moldova",
    "NLD": "Netherlands / Netherlands (Kingdom of the) / Pays-Bas",
    "RUS": "Russia / Russian Federation / Russie / Fédération de Russie",
    "SVK": "Slovak Republic / Slovakia / République slovaque",
    "TUR": "Turkey / Türkiye / Turquie",
    "GBR": "United Kingdom / Royaume-Uni",
    "USA": "United States of America / Etats-Unis d'Amérique",
    "CPV": "Cabo Verde / Cape Verde",
    "VAT": "Holy See / Saint-Siège",
    "EUE": "European Union / European Community / Union européenne",
    "CIV": "Côte d’Ivoire / Ivory Coast",
    "BOL": "Bolivia",
    "KOR": "South Korea / Republic of Korea",
    "PSE": "Palestine",
    "DEU": "Germany / Allemagne",
}


@pytest.mark.django_db
def test_the_names_of_the_charts_are_known(
    with_participants: None,  # noqa: ARG001 - it stands in the database
) -> None:
    head = "State,Signature,Ratification,Entry into Force\n"
    for code, names in CALLED.items():
        for name in names.split(" / "):
            document = read_document(f"{head}{name},01/01/2001\n".encode())
            assert [each.iso3 for each, _ in resolve(document, known_names())] == [code], name
