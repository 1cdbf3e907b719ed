"""An act that a document states in its text, beside the table: a statement, or what an end note tells."""

from dataclasses import dataclass
from datetime import date

from treaty.clauses import ActionKind


@dataclass(frozen=True, slots=True)
class Stated:
    """One act of one maker.

    `part` says where it stands: a section of statements and the number in it, or an end note. `maker` is the name as
    printed. `on` is None where the text gives no day; `effective_on` is the day that it gives for the effect. `heading`
    and `text` are as printed, with markup that is not safe. `answers` is the text that names whose statement an
    objection answers, `in_row` the name of a row of the table that shows the same act. `doubts` are sentences on what
    the text leaves open.
    """

    part: str
    maker: str
    kind: ActionKind
    on: date | None
    heading: str
    text: str
    provisions: tuple[str, ...] = ()
    effective_on: date | None = None
    answers: str = ""
    in_row: str = ""
    doubts: tuple[str, ...] = ()
