"""Lines of pictures: where words break, and how wide they are."""

import pytest

from common.lettering import in_lines, width_of


@pytest.mark.parametrize(
    ("words", "width", "lines"),
    [
        ("one two three", 4, ["one two", "three"]),
        ("  one  ", 4, ["one"]),
        ("", 4, []),
        ("abcdefghijkl", 3, ["abcdef", "ghijkl"]),
        ("a abcdefghijkl", 3, ["a", "abcdef", "ghijkl"]),
        ("截至二零二六年。", 4, ["截至二零", "二六年。"]),
        ("x", 0.1, ["x"]),
    ],
)
def test_lines_break_between_words_and_between_chinese_signs(
    words: str, width: float, lines: list[str]
) -> None:
    assert in_lines(words, width, 0.5) == lines


def test_no_line_is_wider_than_asked_and_no_letter_is_lost() -> None:
    words = (
        "Signatures and instruments: 75 by 29 November 2026 (https://treaties.example/a/long/address?of=it)"
    )
    for width in (5, 9, 14, 40):
        lines = in_lines(words, width, 0.5)
        assert all(width_of(line, 0.5) <= width for line in lines)
        assert "".join("".join(lines).split()) == "".join(words.split())
