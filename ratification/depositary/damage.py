"""From the bytes of a document to XML that can be parsed, with a list of what had to be mended for that.

Of 347 stored documents of the depositary 237 are not well-formed: their prose has control characters, which are the
last bytes of typographic signs (U+201C as 0x1C), and bare ampersands. These are mended and reported with their places,
and marked in a table, so that its reader stops at a damaged row. Nothing else is forgiven.
"""

import codecs
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from ratification.depositary.document import DocumentError, DocumentProblem

MARK = "\ufffd"
"""Stands for a lost character, or in a table marks one that was restored."""

_DECLARATION = re.compile(rb"\A\s{0,200}<\?xml\b[^>]{0,200}\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_BYTE_ORDER = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_MARKS = frozenset({codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE})
_ENCODINGS = frozenset({"utf-8", "iso8859-1", "iso8859-15", "ascii", "cp1252"})
# The sign of which a control character is the last byte. (An ellipsis, U+2026, leaves "&".)
_SIGN_OF = {code: chr(0x2000 + code) for code in (0x02, 0x13, 0x14, 0x18, 0x19, 0x1C, 0x1D)}
_TABLES = ("participants", "specialtables")
_PARTS = (
    *_TABLES,
    "declarations",
    "declarationsunderarticle",
    "objections",
    "notifications",
    "territorialapplications",
    "endnotes",
    "lon",
)
_PART = re.compile(rf"<(/?)(?:[\w.-]+:)?({'|'.join(_PARTS)})(?=[\s/>])", re.IGNORECASE)
_FORBIDDEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd-\uffff]"
_DAMAGE = re.compile(
    rf"(?P<opens><!--|<!\[CDATA\[|<\?)|(?P<sign>{_FORBIDDEN})"
    r"|&\#(?P<number>[xX][0-9a-fA-F]{1,6}|[0-9]{1,7});"
    r"|(?P<bare>&(?!(?:amp|lt|gt|quot|apos);)|<(?![A-Za-z_/!:]))"
)
_CLOSES = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
_FORBIDDEN_SIGN = re.compile(_FORBIDDEN)
_LAST_SIGN = 0x10FFFF


@dataclass(frozen=True, slots=True)
class MendedText:
    """A document's text without its XML declaration, and a remark on each part of it in which something was mended."""

    text: str
    remarks: tuple[DocumentProblem, ...]


def mend(content: bytes) -> MendedText:
    """Decode a document and mend what keeps it from being well-formed XML.

    Args:
        content: the file's bytes.

    Returns:
        The text. Control characters and Windows-1252 bytes are the signs that they stand for, or the replacement
        character where that is not known; an ampersand or a "<" that begins nothing is escaped. In tables each of
        them has the replacement character beside it.

    Raises:
        DocumentError: if the document declares an encoding that is not read.
    """
    text, remarks = _decoded(content)
    parts = [(match.start(), not match[1] and match[2]) for match in _PART.finditer(text)]
    starts = [start for start, _name in parts]

    def part_at(offset: int) -> str:
        place = bisect_right(starts, offset) - 1
        return parts[place][1] or "" if place >= 0 else ""

    damage: list[tuple[int, str]] = []
    mended: list[str] = []
    position = 0
    while match := _DAMAGE.search(text, position):
        mended.append(text[position : match.start()])
        position = match.end()
        if opens := match["opens"]:
            end = text.find(_CLOSES[opens], position)
            end = len(text) if end < 0 else end  # not well-formed: the parser will say so
            mended.append(opens + _FORBIDDEN_SIGN.sub(MARK, text[position:end]))
            position = end
            continue
        kind, instead = _mended(match)
        if kind:
            damage.append((match.start(), kind))
            if part_at(match.start()).casefold() in _TABLES and instead != MARK:
                instead += MARK
        mended.append(instead)
    mended.append(text[position:])
    return MendedText("".join(mended), (*remarks, *_remarks(text, damage, part_at)))


def _decoded(content: bytes) -> tuple[str, list[DocumentProblem]]:
    """Return the text without its declaration, and a remark where it is in another encoding than it declares.

    Bytes that the encoding does not have become surrogates (PEP 383). A text in UTF-8 that says it is Latin-1 is read
    as what it is: no Latin-1 prose has all its accents in pairs that UTF-8 can read.
    """
    for mark, encoding in _BYTE_ORDER:
        if content.startswith(mark):
            text = content.removeprefix(mark if mark in _MARKS else b"")
            return _without_declaration(text.decode(encoding, _errors(encoding))), []
    declaration = _DECLARATION.match(content)
    declared = _ENCODING.search(declaration[0]) if declaration else None
    label = declared[1].decode() if declared else "utf-8"
    try:
        encoding = codecs.lookup(label).name
    except LookupError:
        encoding = ""
    if encoding not in _ENCODINGS:
        raise DocumentError(DocumentProblem(f"it declares the encoding {label!r}, which is not read"))
    if encoding != "utf-8" and not content.isascii():
        with suppress(UnicodeDecodeError):
            remark = DocumentProblem(
                f"it declares the encoding {label!r} and is in UTF-8, as which it is read"
            )
            return _without_declaration(content.decode()), [remark]
    return _without_declaration(content.decode(encoding, _errors(encoding))), []


def _errors(encoding: str) -> str:
    return "replace" if encoding.startswith("utf-16") else "surrogateescape"


def _without_declaration(text: str) -> str:
    """Blank out the declaration, so that the lines keep their numbers."""
    return re.sub(
        r"\A\s{0,200}<\?xml\b[^>]{0,200}\?>", lambda match: re.sub(r"\S", " ", match[0]), text, count=1
    )


def _mended(match: re.Match[str]) -> tuple[str, str]:
    """Return the damaged text ("" for none) and its replacement."""
    if match["bare"]:
        return ("bare ampersand", "&amp;") if match["bare"] == "&" else ("bare '<'", "&lt;")
    if number := match["number"]:
        code = int(number[1:], 16) if number[0] in "xX" else int(number)
        if code <= _LAST_SIGN and not _FORBIDDEN_SIGN.match(chr(code)):
            return "", match[0]
        sign = chr(code) if code <= _LAST_SIGN else MARK
    else:
        sign = match["sign"]
    code = ord(sign)
    if code in _SIGN_OF:
        return "control character", _SIGN_OF[code]
    byte = code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code  # noqa: PLR2004 - the surrogates of PEP 383
    if 0x80 <= byte <= 0xFF:  # noqa: PLR2004 - beyond ASCII
        return "Windows-1252 byte", bytes([byte]).decode("cp1252", "replace")
    return "control character" if code < 0x20 or code == 0x7F else "lost sign", MARK  # noqa: PLR2004


def _remarks(
    text: str, damage: list[tuple[int, str]], part_at: Callable[[int], str]
) -> Iterator[DocumentProblem]:
    """Give one remark a part and kind, with the number and the place of the first."""
    first: dict[tuple[str, str], int] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for offset, kind in damage:
        key = part_at(offset) or "the head of the document", kind
        first.setdefault(key, offset)
        counts[key] += 1
    for (part, kind), offset in first.items():
        line = text.count("\n", 0, offset) + 1
        column = offset - text.rfind("\n", 0, offset)
        count = counts[part, kind]
        what = f"a {kind}" if count == 1 else f"{count} {kind}s"
        which = "at" if count == 1 else "the first at"
        yield DocumentProblem(f"{what} in {part} mended, {which} line {line}, character {column}")
