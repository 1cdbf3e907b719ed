"""Text of a depositary notification (C.N.), in English or French, read by a closed grammar into proposed entries.

The Secretary-General's notifications have fixed phrases: a reference, the title, `STATE: ACT`, the day on which the
action was effected, statements under headings of their own, entry into force for the participant, the notification's
date. What these phrases say is proposed with the words that it was read from; a line that is none of them is returned
as unread. Nothing is guessed: what is not known, or can be read in two ways, leaves its field empty.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ratification.intake.notified_acts import (
    NotifiedAct,
    PrintedAct,
    PrintedForce,
    PrintedNotification,
    TextVersion,
    is_capital,
    people_of,
    read_act,
    read_acts,
)
from ratification.intake.notified_phrases import (
    AFTER_FORCE,
    ALONE,
    ANNOUNCED,
    BOILERPLATE,
    CORRECTS,
    DATE_LINE,
    EFFECTED,
    FOOT,
    IN_FORCE,
    LANGUAGES,
    MARKS,
    ORIGINAL,
    PAGE,
    PAGE_HEAD,
    QUOTE,
    QUOTE_ENDS,
    READS,
    REFERENCE,
    REFERENCE_LINE,
    SECOND_DAY,
    SUBJECT,
    TITLE,
    TRANSLATED,
    has_further_day,
    language_of,
    number_of,
    span_of,
    tidied,
)
from ratification.intake.notified_texts import closes_below, ends_before, is_open, parted
from ratification.rules.dates import Span
from ratification.rules.statements.kinds import OF_STATEMENTS
from states.formal import WithFormal
from states.models import Participant
from states.names import normalise


@dataclass(slots=True)
class _Block:
    """A subject line with what follows it up to the next."""

    named: str
    participant: Participant | None
    acts: list[NotifiedAct]
    day: Span | None = None
    day_words: str = ""
    is_unclear: bool = False


def read_notification(text: str, names: Mapping[str, Participant]) -> PrintedNotification:
    """Read the text of a notification; its lines may be broken anywhere.

    Args:
        text: as pasted.
        names: participants by normalised name.
    """
    return _Reader(text, names).read()


class _Reader:
    def __init__(self, text: str, names: Mapping[str, Participant]) -> None:
        self.names = WithFormal(names)
        self.found = PrintedNotification()
        self.lines = [line.strip() for line in tidied(text).split("\n")]
        self.blocks: list[_Block] = []
        self.current: NotifiedAct | None = None
        self.is_own_quote = True
        """Whether a quotation that follows is a statement's: not where a line before it was not understood."""
        self.head, self.taken = list[str](), set[int]()  # the numbers of lines that a subject line goes on in

    def read(self) -> PrintedNotification:  # noqa: C901 - one branch for each way in which a line goes on
        found, lines = self.found, self.lines
        found.language = language_of("\n".join(lines))
        self._read_number()
        dated = self._read_own_date()
        skipping = ""  # what the coming lines continue: a "sentence", the "clause" it quotes, a "quotation", the "foot"
        for number, line in enumerate(lines):
            if number == dated or number in self.taken:
                skipping, self.current = "", None
            elif not line:
                skipping = "" if skipping in {"foot", "sentence"} else skipping
                self._add("")
            elif skipping == "sentence":
                skipping = "clause" if line.endswith(":") else "" if line.endswith(".") else skipping
            elif skipping == "clause" and QUOTE.match(line):
                is_closed = any(map(QUOTE_ENDS.search, lines[number:]))
                skipping = "" if QUOTE_ENDS.search(line) else "quotation" if is_closed else "foot"
            elif skipping == "quotation":
                skipping = "" if QUOTE_ENDS.search(line) else skipping
            elif skipping == "foot" or self._is_page_head(line):
                continue
            else:
                skipping = self._read_line(number, line)
        for block in self.blocks:
            for act in block.acts:
                act.effected = block.day
                act.effected_words = block.day_words if block.day else ""
                found.acts.append(act)
                act.versions, marks = parted(act)
                found.unread += marks
        if not found.acts:
            found.unread = [*self.head, *found.unread]
        found.leave_open_what_differs()
        return found

    def _read_line(self, number: int, line: str) -> str:  # noqa: C901, PLR0912 - one branch for each kind of line
        """Read a line that is no continuation; return what its next lines continue."""
        if self._is_quoted(number):
            self._add(line)
            return ""
        if IN_FORCE.search(line):
            return self._read_in_force(line)
        if match := EFFECTED.search(line):
            self._read_day(line, match)
        elif FOOT.search(line):
            self.current = None
            return "foot"
        elif self.current is None and (
            BOILERPLATE.search(line) or (REFERENCE.search(line) and REFERENCE_LINE.match(line))
        ):
            if CORRECTS.search(REFERENCE.sub("", line)):
                self.found.unread.append(line)
        elif self._is_subject(number, line) or self._is_heading(number, line):
            pass
        elif marks := self._marks_alone(line):
            self._begin_version(marks)
        elif self.current is not None and self._is_of_depositary(number, line):
            self.current, self.is_own_quote = None, False
            self.found.unread.append(line)
        elif self.current is not None:
            self._add(line)
        elif not self.blocks and (is_capital(line) or TITLE.search(line)) and not CORRECTS.search(line):
            self.head.append(line)
        elif READS.search(line):
            self.found.unread.append(line)
            return "clause"
        elif QUOTE.match(line) and self.is_own_quote and (act := self._sole_statement()):
            self.current = act
            act.versions.append(TextVersion(act.language, is_translation=False))
            self._add(line)
        else:
            self.found.unread.append(line)
            self.is_own_quote = False
        return ""

    def _is_page_head(self, line: str) -> bool:
        """Return whether a line is the head or number of a further page; within a statement no bare number is."""
        if PAGE_HEAD.search(line) or (self.current is None and PAGE.match(line)):
            return True
        reference = REFERENCE.search(line)
        if reference is None or not REFERENCE_LINE.match(line) or CORRECTS.search(line):
            return False
        return number_of(reference) == self.found.number and bool(ALONE.match(line[reference.end() :]))

    def _is_quoted(self, number: int) -> bool:
        """Return whether a line stands in a statement's quotation marks, which are closed further below."""
        text = self.current.versions[-1].text.rstrip("\n ") if self.current and self.current.versions else ""
        if not is_open(text) or (QUOTE_ENDS.search(text) and not self.lines[number - 1]):
            return False
        return closes_below(self.lines[number:])

    def _is_of_depositary(self, number: int, line: str) -> bool:
        """Return whether a line below a statement is the depositary's own."""
        text = self.current.versions[-1].text if self.current and self.current.versions else ""
        return bool(text.strip()) and not self.lines[number - 1] and ends_before(text.strip(), line)

    # --- Fields of the whole ---

    def _read_number(self) -> None:
        told = [line for line in self.lines if REFERENCE_LINE.match(line) and REFERENCE.search(line)]
        named = [line for line in told if not line.lstrip(" (").upper().startswith("C")]
        numbers = {number_of(match): match[0] for line in named or told for match in REFERENCE.finditer(line)}
        self.has_several = len(numbers) > 1
        if len(numbers) == 1:
            [(self.found.number, self.found.number_words)] = numbers.items()
            self.found.words.append(self.found.number_words)

    def _read_own_date(self) -> int:
        """Read the date on the last line before the foot; return the line's number, or -1."""
        end = next((number for number, line in enumerate(self.lines) if FOOT.search(line)), len(self.lines))
        before = [number for number, line in enumerate(self.lines[:end]) if line and not PAGE.match(line)]
        if before and (match := DATE_LINE.match(self.lines[before[-1]])):
            span = None if self.has_several else span_of(match["day"])
            self.found.notified_on = span.on if span else None
            self.found.notified_words = match["day"]
            self.found.words.append(match["day"])
            return before[-1]
        return -1

    def _read_in_force(self, line: str) -> str:
        self.current = None
        for match in IN_FORCE.finditer(line):
            who = re.sub(r"^(?:the |la |le |les |l')", "", match["who"].strip(), flags=re.IGNORECASE)
            participant, span = self.names.get(normalise(who)), span_of(match["day"])
            known = participant in [block.participant for block in self.blocks]
            if participant and span and span.on and known and not SECOND_DAY.match(line[match.end() :]):
                self.found.in_force.append(PrintedForce(participant, span.on, match[0]))
                self.found.words.append(match[0])
            else:
                self.found.unread.append(match[0])
        rest = line[match.end() :]
        if not AFTER_FORCE.match(rest):
            self.found.unread.append(rest.strip(" ,.;"))
        return "" if line.endswith(".") else "clause" if line.endswith(":") else "sentence"

    def _read_day(self, line: str, match: re.Match[str]) -> None:
        self.current = None
        span, rest = span_of(match["day"]), line[match.end() :]
        if not self.blocks:
            self.found.unread.append(line)
            return
        open_ = [block for block in self.blocks if block.day is None]
        is_further = has_further_day(rest, acts=sum(len(block.acts) for block in open_))
        clear = bool(span) and not is_further and not any(block.is_unclear for block in open_)
        if not open_ and self.blocks[-1].day != span:
            self.blocks[-1].day, self.blocks[-1].is_unclear, clear = None, True, False
        if clear and (match["many"] or match["plusieurs"] or len(open_) == 1):
            for block in open_:
                block.day, block.day_words = span, match[0]
            self.found.words.append(match[0])
        elif open_ or not clear:
            for block in open_:
                block.is_unclear = True
            self.found.unread.append(line)
            return
        if not ANNOUNCED.fullmatch(rest):
            self.found.unread.append(rest.strip(" ,.;"))

    # --- Subject lines ---

    def _is_subject(self, number: int, line: str) -> bool:
        match = SUBJECT.match(line)
        is_within = self.current is not None and bool(self.current.text) and bool(self.lines[number - 1])
        if match is None or is_within:
            return False
        who, words = match["who"].strip(), match["acts"]
        capital = is_capital(who)
        people = self._people(number, who)
        if not capital and (self.blocks or None in people):
            return False
        if self.blocks and self.current is not None and None in people:
            return False
        acts, last = self._acts_over_lines(number, words)
        if acts is None and (not capital or (None in people and (":" not in line or TITLE.search(line)))):
            return False
        if acts is None and self.current is not None and None in people:
            return False
        self.taken.update(range(number + 1, last + 1))
        self.current, self.is_own_quote = None, True
        self.found.unread += [act.unread for act in acts or () if act.unread]
        for participant in people:
            made = [
                NotifiedAct(
                    *(act.kind, act.words, who, participant),
                    provisions=list(act.provisions),
                    territories=list(act.territories),
                    answered=act.answered,
                )
                for act in acts or ()
            ]
            self.blocks.append(_Block(who, participant, made))
        if acts is None:
            self.found.unread += self.lines[number : last + 1]
        else:
            self.found.words.append(words)
            (self.found.unread if None in people else self.found.words).append(who)
        return True

    def _people(self, number: int, who: str) -> list[Participant | None]:
        """Return those that a subject line names, [None] where they are not known for certain."""
        before = self.lines[number - 1] if number else ""
        if before and is_capital(before) and not TITLE.search(before) and not self._is_fixed(before):
            return [self.names.get(normalise(f"{before} {who}"))]
        return list(people_of(who, self.names)) or [None]

    def _is_fixed(self, line: str) -> bool:
        subject = SUBJECT.match(line)
        return bool(
            BOILERPLATE.search(line)
            or REFERENCE.search(line)
            or EFFECTED.search(line)
            or (subject and read_acts(subject["acts"], self.names))
            or read_acts(line, self.names)
        )

    def _acts_over_lines(self, number: int, words: str) -> tuple[list[PrintedAct] | None, int]:
        """Return the acts of a subject line that may go on in the next ones, and the number of its last line."""
        last, best, whole = number, (read_acts(words, self.names), number), words
        while last + 1 < len(self.lines) and (after := self.lines[last + 1]):
            goes_on = (is_capital(after) and is_capital(words)) or after[0].islower()
            if not goes_on or (self._is_fixed(after) and ":" in after):
                break
            last, whole = last + 1, f"{whole} {after}"
            if acts := read_acts(whole, self.names):
                best = (acts, last)
            elif not read_act(after, self.names) and not TITLE.search(after):
                best = (None, last)
        return best

    # --- Statements ---

    def _is_heading(self, number: int, line: str) -> bool:
        if not self.blocks or not line[0].isupper():
            return False
        before = self.lines[number - 1]
        goes_on = bool(before) and before[-1] not in '.:;»”")]' and self.current is not None
        marks = MARKS.search(line)
        words = (line[: marks.start()] if marks else line).rstrip(" :")
        if goes_on or words.endswith("."):
            return False
        acts, block = read_acts(words, self.names) or (), self.blocks[-1]
        kinds, own = {act.kind for act in block.acts}, {act.kind for act in acts}
        if not acts or not own <= OF_STATEMENTS or (kinds and kinds <= OF_STATEMENTS and not own <= kinds):
            return False
        self.current = None
        if len(acts) > 1 or not block.acts:  # which of the words belong to which cannot be told
            self.found.unread.append(line)
            return True
        self.current = self._same(block, acts[0]) or self._further(block, acts[0])
        self.found.words.append(words)
        if marks:
            self._begin_version(marks[0])
        return True

    def _same(self, block: _Block, heading: PrintedAct) -> NotifiedAct | None:
        """Return the act of the subject line that a heading repeats, with what the heading adds."""
        for act in block.acts:
            differ = act.provisions and heading.provisions and act.provisions != heading.provisions
            if act.kind == heading.kind and not act.text and not differ:
                if heading.provisions or heading.territories:
                    act.provision_words = act.provision_words or heading.words
                act.provisions = act.provisions or heading.provisions
                act.territories = act.territories or heading.territories
                return act
        return None

    def _further(self, block: _Block, heading: PrintedAct) -> NotifiedAct:
        act = NotifiedAct(
            *(heading.kind, heading.words, block.named, block.participant),
            provisions=heading.provisions,
            territories=heading.territories,
            answered=heading.answered,
        )
        block.acts.append(act)
        return act

    def _marks_alone(self, line: str) -> str:
        match = MARKS.match(line)
        return match[0] if match and (self.current or self._sole_statement()) else ""

    def _sole_statement(self) -> NotifiedAct | None:
        """Return the only act of the block, if it is a statement whose text has not come yet."""
        acts = [act for act in self.blocks[-1].acts if act.kind in OF_STATEMENTS] if self.blocks else []
        return acts[0] if len(acts) == 1 and not acts[0].versions else None

    def _begin_version(self, marks: str) -> None:
        act = self.current = self.current or self._sole_statement()
        if act is None:
            return
        if original := ORIGINAL.search(marks):
            act.language = LANGUAGES.get(normalise(original["language"]), "")  # several leave it open
        is_translation = bool(TRANSLATED.search(marks))
        language = self.found.language if is_translation else act.language
        if act.versions and not act.versions[-1].text:
            act.versions[-1] = TextVersion(language, is_translation)
        else:
            act.versions.append(TextVersion(language, is_translation))

    def _add(self, line: str) -> None:
        act = self.current
        if act is not None and (line or act.text):
            if not act.versions:
                act.versions.append(TextVersion(act.language, is_translation=False))
            act.versions[-1].text += f"{line}\n"
