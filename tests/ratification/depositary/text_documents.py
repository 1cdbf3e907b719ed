"""Documents with statements and end notes, for the tests of what a document states in its text."""

from html import escape

from bench.status_documents import status_document

HEADINGS = ("Participant", "Signature", "Ratification, Accession(a), Succession(d)")
ROWS = [
    ("Chad", "1 Jan 2001", "2 Feb 2002"),
    ("Chile", "", "3 Mar 2003 a"),
    ("Czech Republic <superscript>1</superscript>", "", "22 Feb 1993 d"),
    ("Fiji", "4 Apr 2004", ""),
    ("Yemen", "", "9 Feb 1987 a <superscript>2</superscript>"),
]
USUAL = "(Unless otherwise indicated, the statements were made upon ratification, accession or succession.)"


def section(
    name: str, item: str, *items: str, titles: tuple[str, ...] = ("Declarations and Reservations", USUAL)
) -> str:
    heads = "".join(f"<Title>{escape(title)}</Title>" for title in titles)
    return f"<{name}>{heads}{''.join(f'<{item}>{each}</{item}>' for each in items)}</{name}>"


def item(maker: str, *paragraphs: str) -> str:
    """An item: a paragraph is a text, `# ` a title, `> ` a date at the right."""
    parts = {"#": "<Title>{}</Title>", ">": "<Text>{}</Text>"}
    body = "".join(
        parts.get(each[0], "<Para>{}</Para>").format(
            escape(f"<right>{each[2:]}</right>" if each[0] == ">" else each[2:] if each[0] == "#" else each)
        )
        for each in paragraphs
    )
    return f"<Participant>{maker}</Participant>{body}"


def note(number: int, *paragraphs: str) -> str:
    body = "".join(f"<Para>{escape(each)}</Para>" for each in paragraphs)
    return f"<Note><Index>{number}</Index>{body}</Note>"


def document(*sections: str) -> bytes:
    return status_document(ROWS, HEADINGS, title="Invented", sections="".join(sections))
