"""Acts that the end notes of a status document tell: of predecessors, and withdrawals and denunciations.

The depositary's tables show the present participants. What a former State or the Republic of China did, and what was
taken back, stands in notes alone. A closed set of sentences is read; every other note is a remark.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from ratification.depositary.cells import days_in
from ratification.depositary.document import (
    Document,
    DocumentNote,
    DocumentProblem,
    DocumentRow,
    ListedAct,
)
from ratification.depositary.markup import plain
from ratification.depositary.note_marks import act_told, marked, spelt_out
from ratification.depositary.note_statements import statement_in
from ratification.depositary.stated import Stated
from treaty.clauses import ActionKind

_DAY = r"\d{1,2} [A-Z][a-z]+ \d{4}"
_DAYS = rf"{_DAY}(?:(?:, and|,| and) {_DAY})*"
_ACTS = {
    "sign": ActionKind.SIGNATURE,
    "ratif": ActionKind.RATIFICATION,
    "accept": ActionKind.ACCEPTANCE,
    "acce": ActionKind.ACCESSION,
    "approv": ActionKind.APPROVAL,
    "succ": ActionKind.SUCCESSION,
}
_VERB = r"(?:signed|ratified|acceded|acceeded|accepted|approved|succeeded)"
_NOUN = r"(?:signature|ratification|accession|acceptance|approval|succession)"
_TEXT = r"(?:Convention|Protocol|Agreement|Covenant|Treaty|Statute|Constitution|Charter|[Aa]mendments?)"
_DEFINITIVE = re.compile(r"definitive", re.IGNORECASE)
# "The former Yugoslavia had signed and ratified the Convention on 29 April 1958 and 28 January 1966, respectively."
_HAD = re.compile(
    rf"^(?:The )?(?P<name>(?:former )?[A-Z][^,.;:]{{2,60}}?)(?:, who [^.;:]{{2,200}}?,)? had (?:also )?"
    rf"(?P<told>(?:(?:definitively|provisionally) )?{_VERB}\b.*)",
)
# "The Government of Trinidad and Tobago acceded to the Optional Protocol on 14 November 1980."
_DID = re.compile(
    rf"^The Government of (?:the )?(?P<name>[A-Z][^,.;:]{{2,60}}?) (?:had )?(?:initially |originally )?"
    rf"(?P<told>{_VERB}\b[^.;]{{0,80}}\bon {_DAY}.*)"
)
# "Czechoslovakia acceded to the Optional Protocol on 12 March 1991."
_PLAINLY = re.compile(
    rf"^(?:The )?(?P<name>(?:former )?[A-Z][\w'-]+(?: (?:of |and |the )?[A-Z][\w'-]+){{0,6}}) "
    rf"(?P<told>{_VERB}(?: and {_VERB})? (?:to )?the (?:Optional |Additional |said )?{_TEXT} on {_DAY}.*)"
)
# "The German Democratic Republic had deposited its instrument of acceptance of the amendments on 29 November 1977."
_DEPOSITED = re.compile(
    rf"^(?:The )?(?:Government of (?:the )?)?(?P<name>[A-Z][^,.;:]{{2,60}}?) (?:had )?(?:initially |originally )?"
    rf"deposited (?:its|an) instrument of (?P<act>{_NOUN}) (?:of|to) the (?:said )?{_TEXT} (?P<when>.*)"
)
# "An instrument of acceptance of the Protocol was deposited on 2 December 1975 ... by the Government of ..."
_WAS_DEPOSITED = re.compile(
    rf"^(?:An|The) instrument of (?P<act>{_NOUN})(?: (?:of|to) the {_TEXT})?(?: by the Government of (?:the )?"
    rf"(?P<by>[A-Z][^,.;:]{{2,60}}?))? was deposited (?P<when>(?:with the Secretary-General )?on {_DAY})"
    r"(?: with the Secretary-General)?(?: (?:by|on behalf of) the Government of (?:the )?"
    r"(?P<name>[A-Z][^,.;:]{2,60}?))?(?: with (?:a|the following) (?:declaration|reservation)s?)?\.?$"
)
_WITH_US = re.compile(rf"with the Secretary-General of the United Nations on ({_DAY})")
# A table of withdrawals in one line: "Participant: Date of notification: Philippines 4 Dec 1995"
_LISTED = re.compile(
    r"\bwithdraw(?:al)?\b.*Participant:? Date of (?:the )?notification:?(?P<effect> Date of effect:?)?(?P<rows> .*)"
)
_SHORT_DAY = r"\d{1,2} [A-Z][a-z]{2,8} \d{4}"
_LISTED_ROW = re.compile(rf" (?P<name>[A-Z][^\d:]+?) (?P<on>{_SHORT_DAY})(?: (?P<effective>{_SHORT_DAY}))?")
# "On 26 August 1998, the Government of Trinidad and Tobago re-acceded to the Optional Protocol with a reservation."
_ON_A_DAY = re.compile(
    rf"^(?:Subsequently, |Thereafter, )?[Oo]n (?P<day>{_DAY}),? (?:the )?(?:Government of (?:the )?)?"
    rf"(?P<name>[A-Z][^,.;:]{{2,60}}?) (?:re-?|once again )?(?P<verb>acceded|ratified|succeeded|accepted) "
    r"(?:to )?the (?:said |above )?(?:Optional |Additional )?"
    r"(?:Convention|Protocol|Agreement|Covenant|Treaty|Statute)\b"
)
# "Czechoslovakia was an original Member ..., the Charter having been signed and ratified on its behalf on ..."
_ON_ITS_BEHALF = re.compile(
    rf"^(?:The )?(?P<name>(?:former )?[A-Z][^,.;:]{{2,60}}?) was [^.;]{{0,80}}? having been "
    rf"(?P<told>{_VERB}\b[^.;]{{0,60}} on its behalf on {_DAY}.*)",
)
# "Signed and ratified on behalf of the Republic of China on 7 December 1953 and 14 December 1955, respectively",
# "The Convention had been signed on behalf of the Republic of Viet-Nam on 7 September 1956."
_BEHALF = re.compile(
    rf"^(?:The {_TEXT} (?:was|had been) )?(?P<told>(?:{_VERB}|{_NOUN})(?:(?:,| and) (?:{_VERB}|{_NOUN}))*\b"
    rf"[^.;]{{0,60}}? on behalf of (?:the )?(?P<name>[A-Z][^,.;]{{2,50}}?),? on {_DAY}.*)",
    re.IGNORECASE,
)
# "The Convention was signed on 24 April 1963 on behalf of the Republic of China."
_THEN_BEHALF = re.compile(
    rf"^The {_TEXT} (?:was|had been) (?P<told>{_VERB} on {_DAY}) on behalf of (?:the )?"
    r"(?P<name>[A-Z][^,.;]{2,50}?)\.?$"
)
_DATED = re.compile(rf"\b[Oo]n ({_DAYS})")
# "signed ... on 3 May 1990 and ratified it on 4 June 1991", "signed and ratified ... on ... and ..., respectively"
_DONE = re.compile(
    rf"(?P<acts>(?:{_VERB}|{_NOUN})(?: definitively)?(?:(?:, and| and|,) (?:definitively )?(?:{_VERB}|{_NOUN}))*)\b"
    rf"(?P<between>(?:(?!\b[Oo]n \d).)*?)\bon (?P<days>{_DAYS})",
    re.IGNORECASE,
)
# "The formality was effected by Democratic Yemen."
_FORMALITY = re.compile(
    rf"^(?:The )?(?:formality was effected|{_NOUN}) by (?:the )?(?P<name>[A-Z][^,;:]{{2,60}}?)\.?$",
    re.IGNORECASE,
)
_GOVERNMENT = re.compile(
    r"\bGovernments?(?: of)? (?:the )?(?P<name>[A-Z].{2,120}?)"
    r"(?:,? (?:a (?:notification|communication)|its\b|an? \w+|notif|inform|gave|declar|denounc|withdr|stated|that\b"
    r"|has\b|had\b|was\b|the following|respectively|communicated|made\b|deposited|decided)|,)",
)
_GOVERNMENTS = re.compile(
    r"\bGovernments of (?:the )?(?P<name>[A-Z][^.;]{2,200}?),? (?:respectively|notified|informed|withdrew|denounced)\b"
)
_SUBJECT = re.compile(
    rf"^On {_DAY},? (?:the )?(?P<name>[A-Z][^,.;:]{{2,60}}?) (?:notified|informed|withdrew|denounced)\b"
)
_DENOUNCES = re.compile(r"denounc|denunciation", re.IGNORECASE)
_PARTLY = re.compile(r"in respect of|on behalf of|for the territor|only\b|kingdom in europe", re.IGNORECASE)
_BY_BEHALF = re.compile(r"on behalf of the Government")
_LEAVES = re.compile(
    r"withdraw(?:al)? from the (?:said |present )?"
    r"(?:Convention|Protocol|Agreement|Treaty|Covenant|Statute|Constitution)"
)
_WITHDRAWS = re.compile(r"\bwithdr[ae]w", re.IGNORECASE)
_STATEMENT = re.compile(r"reservation|declaration|objection|statement|notification made", re.IGNORECASE)
_INSTRUMENT = re.compile(
    r"withdr\w+ (?:of )?(?:its|the)(?: said)? (?:instrument|accession|ratification|signature)", re.IGNORECASE
)
_EFFECT = re.compile(
    rf"(?:with effect (?:from|on)|t(?:ake|akes|aking|ook) effect (?:for [^.]{{0,60}})?(?:on|from)"
    rf"|become effective (?:for [^.]{{0,60}})?on|that is to say,? on|as from|effective(?: on| as of)) ({_DAY})"
    rf"|({_DAY}) as the effective date",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"^\W*(?:see\b|for (?:the )?(?:texts?|information)|official records|ibid|resolutions?\b|documents?\b"
    r"|league of nations|united nations,? treaty series|records of|british and foreign|published"
    r"|in the [“\"]?historical|the text (?:of [^.]{0,80})?can be found)",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"^\W*(?:subsequently, )?the secretary-general (?:also )?received communications? (?:regarding|concerning) the "
    r"status",
    re.IGNORECASE,
)
_UNDER = re.compile(r"under [“\"]([^“”\"]{2,60})[”\"]")
_SENTENCE = re.compile(r"(?<=[.;])\s+(?=[A-Z(“\"])")
_ASIDE = re.compile(r"\([^()]*\)")
_QUOTE = re.compile(r"[“\"]|:\s*$|: ")
_LONGEST = 120


def acts_of_notes(document: Document) -> tuple[list[Stated], list[DocumentProblem]]:
    """Return the acts that a document's end notes tell, and a remark for each note that is not understood.

    A note that only refers to other texts has neither.
    """
    acts: list[Stated] = []
    remarks: list[DocumentProblem] = []
    for note in document.notes:
        told, rest = _read(note, document)
        acts += told
        if rest:
            words = rest if len(rest) <= _LONGEST else f"{rest[:_LONGEST].rstrip()}..."
            what = "is read in part, and not" if told else "is not understood"
            remarks.append(DocumentProblem(f"end note {note.number} {what}: {words}"))
    return acts, remarks


def _read(note: DocumentNote, document: Document) -> tuple[list[Stated], str]:
    """Return the acts of a note, and the first of its sentences that is neither read nor a reference.

    What a statement quotes is its text, in which no act is looked for.
    """
    whole = plain(" ".join(note.paragraphs))
    text = _without_references(whole)
    acts: list[Stated] = []
    rest = ""
    start = 0
    while start < len(text):
        ending = _SENTENCE.search(text, start)
        end = ending.start() if ending else len(text)
        sentence, begun = text[start:end], start
        start = ending.end() if ending else end
        found = [_with_maker(act, acts) for act in _acts_in(sentence, note, document, whole)]
        if not found:
            found, length = statement_in(text[begun:], end - begun, note, document)
            start = max(start, begun + length)
        known = {(act.maker, act.kind, act.on, act.provisions) for act in acts}
        acts += [act for act in found if (act.maker, act.kind, act.on, act.provisions) not in known]
        if not found and not rest and re.search(r"\w{2}", sentence) and not _is_reference(sentence):
            # The end of a denunciation or withdrawal that is read already.
            rest = "" if acts and (_EFFECT.search(sentence) or not days_in(sentence)) else sentence
    return acts, rest


def _is_reference(sentence: str) -> bool:
    """Return whether a sentence refers to another text and tells no day."""
    return bool(_REFERENCE.match(sentence) or (_POINTER.match(sentence) and not days_in(sentence)))


def _with_maker(act: Stated, before: list[Stated]) -> Stated:
    """Give an act of "the Government" the maker of the note's act before it."""
    if act.maker in {"Government", "said Government"} and before:
        return replace(act, maker=before[-1].maker)
    return act


def _without_references(text: str) -> str:
    """Leave out what only refers to other texts: "See also note 1 under ... of this volume."."""
    return re.sub(
        r"\(?\bSee(?: also)?,? (?:end)?notes?\b[^.]*?(?:sect?ion|volume|chapter|\d)[^.]*\.?\)?", "", text
    ).strip()


def _acts_in(sentence: str, note: DocumentNote, document: Document, whole: str) -> Iterator[Stated]:
    """Return the acts that a sentence tells; what it quotes is not read."""
    plainly = " ".join(_ASIDE.sub("", sentence).split())
    if (
        told := _HAD.match(plainly)
        or _DID.match(plainly)
        or _ON_ITS_BEHALF.match(plainly)
        or _BEHALF.match(plainly)
        or _THEN_BEHALF.match(plainly)
        or _PLAINLY.match(plainly)
    ):
        yield from _of_predecessor(told, note, document, whole)
    elif told := _ON_A_DAY.match(plainly):
        kind = next(kind for stem, kind in _ACTS.items() if told["verb"].startswith(stem))
        yield act_told(note, told["name"], kind, days_in(told["day"])[0])
    elif told := _DEPOSITED.match(plainly) or _WAS_DEPOSITED.match(plainly):
        yield from _deposit(told, note, document, whole)
    elif told := _LISTED.search(plainly):
        yield from _listed(told, note)
    elif told := _FORMALITY.match(plainly):
        yield from _formality(told["name"], note, document)
    else:
        yield from _taken_back(_QUOTE.split(sentence, maxsplit=1)[0], note, whole)


def _of_predecessor(
    told: re.Match[str], note: DocumentNote, document: Document, whole: str
) -> Iterator[Stated]:
    definitive = _DEFINITIVE.search(told["told"])
    for done in _DONE.finditer(told["told"]):
        acts = re.findall(rf"{_VERB}|{_NOUN}", done["acts"], re.IGNORECASE)
        days = days_in(done["days"])
        if len(acts) != len(days):
            return
        for word, day in zip(acts, days, strict=True):
            kind = next(kind for stem, kind in _ACTS.items() if word.lower().startswith(stem))
            if kind == ActionKind.SIGNATURE and definitive:
                kind = ActionKind.DEFINITIVE_SIGNATURE
            yield act_told(note, told["name"], kind, day, row=_row_of(kind, day, note, document, whole))


def _row_of(
    kind: ActionKind, day: date, note: DocumentNote, document: Document, whole: str
) -> DocumentRow | None:
    """Return the row that shows such an act of that day and is meant by the note."""
    meant = _meant(note, document, whole)
    return next((line for line, entry in meant if (entry.kind, entry.on) == (kind, day)), None)


def _deposit(told: re.Match[str], note: DocumentNote, document: Document, whole: str) -> Iterator[Stated]:
    """Return the deposit of one instrument, on its only day or on that with the Secretary-General."""
    name = told["name"] or told.groupdict().get("by")
    ours = _WITH_US.search(told["when"])
    days = days_in(ours[1]) if ours else [day for on in _DATED.findall(told["when"]) for day in days_in(on)]
    if name and len(days) == 1 and not _PARTLY.search(_BY_BEHALF.sub("", told[0])):
        kind = next(kind for stem, kind in _ACTS.items() if told["act"].startswith(stem))
        yield act_told(note, name, kind, days[0], row=_row_of(kind, days[0], note, document, whole))


def _listed(told: re.Match[str], note: DocumentNote) -> Iterator[Stated]:
    """Return the withdrawals from the treaty that a note lists by participant; all of them or none."""
    if _LISTED_ROW.sub("", told["rows"]).strip(" ."):
        return
    for row in _LISTED_ROW.finditer(told["rows"]):
        if row["effective"] and not told["effect"]:
            return
        on = days_in(row["on"])[0]
        effective_on = days_in(row["effective"])[0] if row["effective"] else None
        doubts: tuple[str, ...] = ()
        if effective_on and effective_on < on:
            effective_on, doubts = None, (f"The note prints an earlier day of effect: {row['effective']}.",)
        yield act_told(
            note, row["name"], ActionKind.DENUNCIATION, on, effective_on=effective_on, doubts=doubts
        )


def _formality(name: str, note: DocumentNote, document: Document) -> Iterator[Stated]:
    """Return the act of the row that bears the note's mark, where it is a single one."""
    acts = list(marked(note, document))
    for line in {id(line): line for line, _ in acts}.values():
        entries = [entry for of, entry in acts if of is line]
        if len(entries) == 1:
            yield act_told(note, name, entries[0].kind, entries[0].on, row=line)


def _meant(note: DocumentNote, document: Document, whole: str) -> Iterator[tuple[DocumentRow, ListedAct]]:
    """Return the acts that bear a note's mark, and those of rows to whose names it refers."""
    yield from marked(note, document)
    named = {name.strip() for name in _UNDER.findall(whole)}
    yield from ((line, entry) for line in document.lines if line.name in named for entry in line.entries)


def _taken_back(sentence: str, note: DocumentNote, whole: str) -> Iterator[Stated]:
    """Return denunciations, and withdrawals of statements and instruments."""
    sentence = spelt_out(sentence)
    days = [day for dated in _DATED.findall(sentence) for day in days_in(dated)]
    who = _GOVERNMENTS.search(sentence) or _GOVERNMENT.search(sentence) or _SUBJECT.match(sentence)
    if not days or not who:
        return
    effect = _EFFECT.search(whole, max(whole.find(sentence), 0))
    effective_on = next((day for day in days_in(effect[0]) if day >= days[0]), None) if effect else None
    if _LEAVES.search(sentence) and not _PARTLY.search(sentence):
        yield act_told(note, who["name"], ActionKind.DENUNCIATION, days[0], effective_on=effective_on)
    elif _WITHDRAWS.search(sentence) and not re.search(r"\bnot (?:to )?withdraw", sentence):
        if _INSTRUMENT.search(sentence):
            kind = ActionKind.WITHDRAWAL
        elif _STATEMENT.search(sentence):
            kind = ActionKind.WITHDRAWAL_OF_STATEMENT
        else:
            return
        doubts = ("It is withdrawn in part.",) if re.search(r"\b(?:some|part|partial)", sentence) else ()
        for name, day in _each(who["name"], days, sentence):
            yield act_told(note, name, kind, day, effective_on=effective_on, doubts=doubts, about=sentence)
    elif _DENOUNCES.search(sentence) and not _PARTLY.search(sentence):
        yield act_told(note, who["name"], ActionKind.DENUNCIATION, days[0], effective_on=effective_on)


def _each(names: str, days: list[date], sentence: str) -> list[tuple[str, date]]:
    """Return each maker with its day, where a sentence names several "respectively"."""
    several = [name.removeprefix("the ") for name in re.split(r", and |, | and ", names)]
    if "respectively" in sentence and len(days) > 1:
        return list(zip(several, days, strict=True)) if len(several) == len(days) else []
    return [(names, days[0])]
