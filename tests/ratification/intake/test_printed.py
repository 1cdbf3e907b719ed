"""Days and provisions as they are printed: each form is read, or refused with a reason."""

import pytest

from ratification.intake.printed import read_days, read_provisions

DAYS = {
    "1. Mai 2026": "2026-05-01",
    "12. März 2026": "2026-03-12",
    "1 de mayo de 2026": "2026-05-01",
    "3 de setiembre del 2026": "2026-09-03",
    "1 мая 2026 г.": "2026-05-01",
    "2026年5月1日": "2026-05-01",
    "\u0661 مايو \u0662\u0660\u0662\u0666": "2026-05-01",
    "2026-05-01 00:00:00": "2026-05-01",
    "2026-05-01T00:00": "2026-05-01",
    "2026-11-10": "2026-11-10",
    "10 November 2026": "2026-11-10",
    "  10\u00a0November 2026. ": "2026-11-10",
    "10 Nov. 2026": "2026-11-10",
    "10 NOV 2026": "2026-11-10",
    "November 10, 2026": "2026-11-10",
    "10th November 2026": "2026-11-10",
    "10 novembre 2026": "2026-11-10",
    "le 10 novembre 2026": "2026-11-10",
    "1er mars 2027": "2027-03-01",
    "1 août 2027": "2027-08-01",
    "15 déc. 2026": "2026-12-15",
    "10.11.2026": "2026-11-10",
    "03.04.2026": "2026-04-03",
    "2026/11/10": "2026-11-10",
    "2026.11.10": "2026-11-10",
    "2026\u201311\u201310": "2026-11-10",
    "13/04/2026": "2026-04-13",
    "04/13/2026": "2026-04-13",
    "05/05/2026": "2026-05-05",
    "November 2026": "2026-11-01/2026-11-30",
    "2026-11": "2026-11-01/2026-11-30",
    "10-Nov-2026": "2026-11-10",
    "10/nov./2026": "2026-11-10",
    "1.mai.2026": "2026-05-01",
    "2026-5-1": "2026-05-01",
    "2026. 5. 1.": "2026-05-01",
    "2026-11-01 to 2026-11-10": "2026-11-01/2026-11-10",
    "2026-11-01 \u2013 2026-11-10": "2026-11-01/2026-11-10",
    "2026-11-01\u20132026-11-10": "2026-11-01/2026-11-10",
    "2026": "2026-01-01/2026-12-31",
    "2026-11-01/2026-11-10": "2026-11-01/2026-11-10",
    "2026-11-01 / 2026-11-10": "2026-11-01/2026-11-10",
    "between 20 November 2025 and 17 January 2026": "2025-11-20/2026-01-17",
    "entre le 20 novembre 2025 et le 17 janvier 2026": "2025-11-20/2026-01-17",
    "20 November 2025 \u2013 17 January 2026": "2025-11-20/2026-01-17",
    "29 February 2024": "2024-02-29",
}
REFUSED = {
    "2026-05-01 13:30:00": "is no date",
    "46143": "is no date",
    "03/04/2026": "can be 4 March 2026 or 3 April 2026",
    "03-04-2026": "can be 4 March 2026 or 3 April 2026",
    "31 November 2026": "does not exist",
    "29 February 2026": "does not exist",
    "10 Brumaire 2026": "is no date",
    "soon": "is no date",
    "": "is no date",
    "10 November 2026 to 1 November 2026": "ends before it begins",
    "10 November": "is no date",
    "10 November 26": "is no date",
}
PROVISIONS = {
    "63(2)": ["63(2)"],
    "63 (2)": ["63(2)"],
    "63.2": ["63(2)"],
    "Article 7": ["7"],
    "art. 7": ["7"],
    "7(2), 14; 63(3)": ["7(2)", "14", "63(3)"],
    "articles 7, 14 and 63 (3)": ["7", "14", "63(3)"],
    "paragraph 3 of article 40": ["40(3)"],
    "paragraphs 3 and 5 of article 40": ["40(3)", "40(5)"],
    "article 40, paragraph 3": ["40(3)"],
    "Article 40, paragraphs 3 and 5; article 63, paragraph 2": ["40(3)", "40(5)", "63(2)"],
    "subparagraph (a) of paragraph 3 of article 63": ["63(3)(a)"],
    "article 63, paragraph 3 (a)": ["63(3)(a)"],
    "article 63, paragraph 3, subparagraph (a)": ["63(3)(a)"],
    "63 (3) (a)": ["63(3)(a)"],
    "paragraphe 3 de l'article 40": ["40(3)"],
    "paragraphe 3 de l\u2019article 40": ["40(3)"],
    "l'article 7": ["7"],
    "articles 7 et 14": ["7", "14"],
    "alinéa a) du paragraphe 3 de l'article 63": ["63(3)(a)"],
    "chapter IV": ["chapter IV"],
    "": [],
}


@pytest.mark.parametrize(("text", "days"), DAYS.items())
def test_a_day_is_read_as_printed(text: str, days: str) -> None:
    first, _, last = days.partition("/")
    span = read_days(text)
    assert (span.earliest.isoformat(), span.latest.isoformat()) == (first, last or first)


@pytest.mark.parametrize(("text", "reason"), REFUSED.items())
def test_a_text_that_is_no_day_or_two_days_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_days(text)


def test_a_decimal_comma_is_asked_about_rather_than_read_as_two_articles() -> None:
    with pytest.raises(ValueError, match=r'"63,2" can be 63\(2\) or 63 and 2: write which'):
        read_provisions(" 63,2 ")
    assert read_provisions("63, 2") == ["63", "2"]
    assert read_provisions("63;63") == ["63"]


@pytest.mark.parametrize(
    "text",
    [
        "paragraph 1 of articles 7 and 8",
        "paragraphs 1 and 2 of articles 7, 8",
        "paragraphe 1 des articles 7 et 8",
    ],
)
def test_a_paragraph_of_several_articles_is_asked_about(text: str) -> None:
    with pytest.raises(ValueError, match="does not say which article"):
        read_provisions(text)
    assert read_provisions("paragraph 1 of article 7, article 8") == ["7(1)", "8"]
    assert read_provisions("paragraph 1 of article 7 and article 8") == ["7(1)", "8"]


@pytest.mark.parametrize(("text", "provisions"), PROVISIONS.items())
def test_provisions_are_read_as_printed(text: str, provisions: list[str]) -> None:
    assert read_provisions(text) == provisions
