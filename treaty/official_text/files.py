"""Blocks of text of a file: the paragraphs of an HTML page, or the lines of a PDF document."""

import io
import re
from html.parser import HTMLParser
from itertools import groupby

from treaty.languages import plain

LIMIT = 30_000_000
"""Most bytes of a file."""
_BLOCKS = frozenset(
    {
        "p",
        "div",
        "br",
        "li",
        "tr",
        "td",
        "th",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "dt",
        "dd",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "table",
        "blockquote",
        "pre",
        "hr",
    }
)
_FEW = 4
"""Pages from which on a line that recurs is no text."""
_HIDDEN = frozenset({"script", "style", "head", "template", "noscript", "nav"})
_CHARSET = re.compile(rb"""<meta[^>]+charset=["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)


class TextFileError(Exception):
    """A text that is refused; the message says why."""


class _Paragraphs(HTMLParser):
    """Collects the text of blocks, in their order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self.open_html = self.closed_html = False
        self._words: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's
        """Begin a block, or text that is not shown."""
        self.open_html = self.open_html or tag == "html"
        if tag in _HIDDEN:
            self._hidden.append(tag)
        elif tag in _BLOCKS:
            self._end()

    def handle_endtag(self, tag: str) -> None:
        """End a block, or text that is not shown."""
        self.closed_html = self.closed_html or tag == "html"
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        elif tag in _BLOCKS:
            self._end()

    def handle_data(self, data: str) -> None:
        """Collect text that is shown."""
        if not self._hidden:
            self._words.append(data)

    def close(self) -> None:
        """End the last block."""
        super().close()
        self._end()

    def _end(self) -> None:
        if text := plain("".join(self._words)):
            self.blocks.append(text)
        self._words.clear()


def blocks_of(content: bytes) -> tuple[str, list[str]]:
    """Read a file.

    Returns:
        Its format, `html` or `pdf`, and its blocks without empty ones.

    Raises:
        TextFileError: if it is neither, is damaged or cut short, or has no text.
    """
    if len(content) > LIMIT:
        raise TextFileError(f"The file has {len(content):,} bytes; more than {LIMIT:,} are not read.")
    name = "pdf" if content.lstrip()[:5] == b"%PDF-" else "html"
    blocks = _pdf(content) if name == "pdf" else _html(content)
    if not blocks:
        raise TextFileError("The file has no text; a scanned document is not read.")
    return name, blocks


def _html(content: bytes) -> list[str]:
    declared = _CHARSET.search(content[:4096])
    encoding = declared[1].decode() if declared else "UTF-8"
    try:
        text = content.decode("utf-8-sig" if encoding.lower() in {"utf-8", "utf8"} else encoding)
    except (UnicodeDecodeError, LookupError):
        raise TextFileError(f"The file is not text in {encoding}, nor a PDF document.") from None
    if "\x00" in text or not re.search(r"<(?:html|body|p|div|h[1-6])\b", text, re.IGNORECASE):
        raise TextFileError("The file is neither an HTML page nor a PDF document.")
    page = _Paragraphs()
    page.feed(text)
    page.close()
    if page.open_html and not page.closed_html:
        raise TextFileError("The page is cut short: the end of its HTML is missing.")
    return page.blocks


def _pdf(content: bytes) -> list[str]:
    """Read the lines of the pages; a line that is on half of the pages or more is a header or a footer."""
    from pypdf import PdfReader  # noqa: PLC0415 - only where a PDF document is read
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    if b"%%EOF" not in content[-2048:]:
        raise TextFileError("The PDF document is cut short: its end is missing.")
    try:
        pages = [
            page.extract_text().splitlines() for page in PdfReader(io.BytesIO(content), strict=False).pages
        ]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TextFileError(f"The PDF document cannot be read: {error}") from error
    lines = [[_in_reading_order(plain(line)) for line in page] for page in pages]
    shapes = sorted(shape for page in lines for shape in {_shape(line) for line in page if line})
    often = {
        shape for shape, found in groupby(shapes) if len(lines) >= _FEW and len(list(found)) * 2 >= len(lines)
    }
    return [line for page in lines for line in page if line and _shape(line) not in often]


def _in_reading_order(line: str) -> str:
    """Put a line in Arabic letters, which a document has as it is drawn from left to right, in the order of reading.

    The library turns the letters; brackets, and a number that a heading ends with, stay as they are drawn.
    """
    if not re.search("[\u0600-\u06ff]", line):
        return line
    return re.sub(r"^(\d{1,3}) (المادة)$", r"\2 \1", re.sub(r"\)([^()]*)\(", r"(\1)", line))


def _shape(line: str) -> str:
    """Give a line with its numbers left out, so that a footer with the page's number is the same on each page."""
    return re.sub(r"\d+", "#", line)
