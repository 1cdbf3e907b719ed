"""Files with the text of a made-up treaty, in the six official languages, as HTML and as PDF."""

import html
import io
from collections.abc import Collection, Sequence

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

Article = tuple[str, str, Sequence[str]]
"""Heading, title and paragraphs of an article."""

WORDS: dict[str, tuple[str, str, Sequence[Article]]] = {
    "en": (
        "Chapter I",
        "General provisions",
        [
            (
                "Article 1",
                "Purpose",
                ["The purpose of this Treaty is the care of the lighthouses of the parties."],
            ),
            (
                "Article 2",
                "Duties of keepers",
                [
                    "1. Each keeper shall light the lamp of the tower at the beginning of the night, as provided in",
                    "2. The keeper may, at the time of signature, reserve the right to:",
                    "(a) Sleep in the tower during the day;",
                    "(b) Leave the tower in the hands of an assistant.",
                ],
            ),
            (
                "Article 3",
                "Entry into force",
                ["1. This Treaty enters into force on the day of the third deposit."],
            ),
        ],
    ),
    "fr": (
        "Chapitre premier",
        "Dispositions générales",
        [
            (
                "Article premier",
                "Objet",
                ["Le présent Traité a pour objet le soin des phares et des feux des parties."],
            ),
            (
                "Article 2",
                "Devoirs des gardiens",
                [
                    "1. Le gardien allume la lampe de la tour au début de la nuit, dans les conditions des lois.",
                    "2. Le gardien peut, au moment de la signature, se réserver le droit :",
                    "(a) De dormir dans la tour pendant les heures du jour ;",
                    "(b) De laisser la tour à des mains sûres.",
                ],
            ),
            (
                "Article 3",
                "Entrée en vigueur",
                ["1. Le présent Traité entre en vigueur le jour du troisième dépôt."],
            ),
        ],
    ),
    "es": (
        "Capítulo I",
        "Disposiciones generales",
        [
            (
                "Artículo 1",
                "Finalidad",
                ["La finalidad del Tratado es el cuidado de los faros y de las luces del mar."],
            ),
            (
                "Artículo 2",
                "Deberes de los guardas",
                [
                    "1. El guarda encenderá la lámpara de la torre al comienzo de la noche, según los reglamentos.",
                    "2. El guarda podrá, en el momento de la firma, reservarse el derecho de:",
                    "(a) Dormir en la torre durante el día;",
                    "(b) Dejar la torre en manos del ayudante.",
                ],
            ),
            (
                "Artículo 3",
                "Entrada en vigor",
                ["1. El Tratado entrará en vigor el día del tercer depósito."],
            ),
        ],
    ),
    "ru": (
        "Глава I",
        "Общие положения",
        [
            ("Статья 1", "Цель", ["Целью настоящего Договора является забота о маяках сторон."]),
            (
                "Статья 2",
                "Обязанности смотрителей",
                [
                    "1. Смотритель зажигает лампу башни в начале ночи в соответствии со статьей",
                    "2. Смотритель может при подписании сохранить за собой право:",
                    "a) спать в башне днем;",
                    "b) оставить башню помощнику.",
                ],
            ),
            (
                "Статья 3",
                "Вступление в силу",
                ["1. Договор вступает в силу в день третьей сдачи на хранение."],
            ),
        ],
    ),
    "ar": (
        "الفصل الأول",
        "أحكام عامة",
        [
            ("المادة ١", "الغرض", ["الغرض من هذه المعاهدة هو رعاية منارات الأطراف."]),
            (
                "المادة ٢",
                "واجبات الحراس",
                [
                    "١ - يوقد الحارس مصباح البرج في أول الليل.",
                    "٢ - يجوز للحارس عند التوقيع أن يحتفظ بالحق في ما يلي:",
                    "(أ) النوم في البرج نهارا؛",
                    "(ب) ترك البرج لمساعد.",
                ],
            ),
            ("المادة ٣", "بدء النفاذ", ["١ - يبدأ نفاذ هذه المعاهدة في يوم الإيداع الثالث."]),
        ],
    ),
    "zh": (
        "第一章",
        "总则",
        [
            ("第一条", "宗旨", ["本条约的宗旨是照管缔约方的灯塔。"]),
            (
                "第二条",
                "看守人的职责",
                [
                    "一、看守人应在入夜时点亮灯塔的灯。",
                    "二、看守人可以在签署时保留下列权利：",
                    "㈠白天在塔内睡觉；",
                    "㈡将灯塔交给助手。",
                ],
            ),
            ("第三条", "生效", ["一、本条约于第三份文书交存之日生效。"]),
        ],
    ),
}
CONTINUED = {"en": "article 3 of this Treaty.", "ru": "3 настоящего Договора."}
"""Rest of the first paragraph of article 2, which a PDF document has on a line of its own that could be a heading."""
ANNEX = {"en": "Annex", "fr": "Annexe", "es": "Anexo", "ru": "Приложение", "ar": "المرفق", "zh": "附件"}


def lines_of(language: str, *, head: str = "LT/1/7") -> list[str]:
    """Return the lines of the text: the head, the chapter, the articles, and an annex with a mention of article 2."""
    chapter, title, articles = WORDS[language]
    lines = [head, chapter, title]
    for heading, name, paragraphs in articles:
        lines += [heading, name]
        for paragraph in paragraphs:
            lines.append(paragraph)
            if heading == articles[1][0] and paragraph == paragraphs[0] and language in CONTINUED:
                lines.append(CONTINUED[language])
    return [*lines, ANNEX[language], articles[1][0], "(1, 2)"]


def html_of(lines: Sequence[str], *, contents: Sequence[str] = ()) -> bytes:
    """Return a page: a table of contents, then a block for each line; what continues a paragraph goes on in it."""
    blocks: list[str] = []
    for line in lines:
        if line in CONTINUED.values():
            blocks[-1] += f" {line}"
        else:
            blocks.append(line)
    body = "".join(f"<p><span>{html.escape(block)}</span></p>\n" for block in blocks)
    links = "".join(f"<li><a href='#'>{html.escape(entry)}</a></li>" for entry in contents)
    head = "<head><meta charset='utf-8'><title>x</title></head>"
    return f"<!doctype html><html>{head}<body><ul>{links}</ul>{body}</body></html>".encode()


def pdf_of(lines: Sequence[str], *, each: int = 12) -> bytes:
    """Return a PDF document with so many lines on each page, under a header, in a font that tells its letters."""
    writer = PdfWriter()
    for start in range(0, len(lines), each):
        page = writer.add_blank_page(width=595, height=842)
        shown = [f"Lighthouse Treaty {start // each + 1}", *lines[start : start + each]]
        content = DecodedStreamObject()
        content.set_data(
            b"\n".join(
                b"BT /F1 11 Tf 1 0 0 1 72 %d Tm <%s> Tj ET"
                % (780 - 24 * at, as_drawn(line).encode("utf-16-be").hex().encode())
                for at, line in enumerate(shown)
            )
        )
        page[NameObject("/Contents")] = writer._add_object(content)  # noqa: SLF001 - the library's way to add one
        font = writer._add_object(_font(writer, {*map(ord, "".join(map(as_drawn, shown)))}))  # noqa: SLF001
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def as_drawn(line: str) -> str:
    """Return a line as it is drawn from left to right: Arabic letters reversed, with brackets turned."""
    arabic = any("\u0600" <= sign <= "\u06ff" for sign in line)
    return line[::-1].translate(str.maketrans("()", ")(")) if arabic else line


def _font(writer: PdfWriter, letters: Collection[int]) -> DictionaryObject:
    unicode_map = DecodedStreamObject()
    ranges = b"\n".join(b"<%04X> <%04X> <%04X>" % (letter, letter, letter) for letter in sorted(letters))
    unicode_map.set_data(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def "
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        b"%d beginbfrange\n%s\nendbfrange\nendcmap end end" % (len(letters), ranges)
    )
    descendant = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/CIDFontType2"),
            NameObject("/BaseFont"): NameObject("/Plain"),
            NameObject("/DW"): NumberObject(500),
        }
    )
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type0"),
            NameObject("/BaseFont"): NameObject("/Plain"),
            NameObject("/Encoding"): NameObject("/Identity-H"),
            NameObject("/DescendantFonts"): ArrayObject([writer._add_object(descendant)]),  # noqa: SLF001
            NameObject("/ToUnicode"): writer._add_object(unicode_map),  # noqa: SLF001
        }
    )
