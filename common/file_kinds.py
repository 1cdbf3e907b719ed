"""What a file is by its first bytes, whatever its name says: for the sentence that refuses it as a table."""

import io
import zipfile

_SIGNATURES = (
    (b"%PDF", "a PDF document"),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "a workbook of Excel before 2007 (.xls), or locked with a password",
    ),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file (7z)"),
    (b"Rar!", "a compressed file (RAR)"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"bplist00", "a property list of macOS"),
)
_PARTS = (
    ("xl/workbook.bin", "a binary workbook of Excel (.xlsb)"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a presentation"),
    ("Index/Document.iwa", "a Numbers document"),
    ("Index.zip", "a Numbers document"),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument.spreadsheet"
_STRICT = b"http://purl.oclc.org/ooxml/"
_HEAD = 1_000


def foreign_kind(content: bytes) -> str:
    """Return what a file is in words, "" if it can be a table as text or an XLSX workbook."""
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            return kind
    return _archive(content) if content.startswith(_ZIP) else _markup(content)


def is_archive(content: bytes) -> bool:
    """Return whether a file begins as a ZIP archive, as each XLSX workbook does."""
    return content.startswith(_ZIP)


def _archive(content: bytes) -> str:
    """Return what a ZIP archive holds, if it is no XLSX workbook; a broken one may have been one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = set(parts.namelist())
            if "mimetype" in names and parts.read("mimetype").decode("ascii", "replace").startswith(
                _OPEN_DOCUMENT
            ):
                return "an OpenDocument spreadsheet (.ods)"
            if kind := next((kind for part, kind in _PARTS if part in names), ""):
                return kind
            if "xl/workbook.xml" not in names:
                return "a ZIP archive"
            with parts.open("xl/workbook.xml") as part:
                return (
                    "a workbook in the strict form of Office Open XML" if _STRICT in part.read(_HEAD) else ""
                )
    except Exception:  # noqa: BLE001 - a broken archive raises anything; the reader of workbooks says so
        return ""


def _markup(content: bytes) -> str:
    head = content[:_HEAD].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip().lower()
    if not head.startswith(b"<"):
        return ""
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head or b"excel.sheet" in head:
        return "an XML spreadsheet of Excel 2003"
    if b"<html" in head or b"<!doctype html" in head or b"<table" in head:
        return "a page of HTML, as some sites save it under .xls or .csv"
    return "an XML document"
