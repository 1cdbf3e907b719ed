"""A naive replay of statements: a table of words, changed day by day."""

from collections.abc import Mapping, Sequence
from datetime import date

from ratification.rules.dates import Span
from ratification.rules.facts import Fact

Key = tuple[str, str]
MADE = {"reservation", "declaration", "objection", "notification"}
MADE |= {"territorial_application", "territorial_exclusion"}
CONSENTS = {"ratification", "succession"}
OVER = {"withdrawn", "replaced", "ended"}


def replayed(facts: Sequence[Fact], as_of: date, ended: Mapping[str, Span] | None = None) -> dict[Key, str]:
    """Return the state of each provision of each statement on a day; `ended` has the days of consents that ended."""
    return _Replay(facts, as_of, ended or {}).table


def _within(narrow: str, wide: str) -> bool:
    return wide in ("", narrow) or narrow.startswith(wide + "(")


def _names(fact: Fact) -> tuple[str, ...]:
    return fact.articles or fact.territories


class _Replay:
    def __init__(self, facts: Sequence[Fact], as_of: date, ended: Mapping[str, Span]) -> None:
        self.table: dict[Key, str] = {}
        self.parts: dict[Key, dict[str, Fact]] = {}
        self.gone_on: dict[Key, date] = {}
        self.ended = ended
        self.known = sorted(
            (fact for fact in facts if fact.taken.earliest <= as_of),
            key=lambda fact: (fact.taken.earliest, int(fact.id)),
        )
        self.by_id = {fact.id: fact for fact in self.known}
        self._begin()
        for fact in self.known:
            self._walk(fact)
        for key, state in list(self.table.items()):
            self.table[key] = state.removesuffix("+modified")
            if gone := self.parts.get(key):
                last = list(gone.values())[-1]
                if state in {"standing", "modified", "confirmed"}:
                    self.table[key] = "partly_replaced" if last.kind == "notification" else "partly_withdrawn"
            end = self._end(self.by_id[key[0]])
            if end and end <= as_of and state not in OVER:
                self.table[key] = "ended"
        for fact in self.known:
            self._late(fact, as_of)

    def _consented(self, who: str, day: date) -> list[date]:
        """Return the days of the consents that stand on a day."""
        ends = {key: span.earliest for key, span in self.ended.items()}
        return [
            each.taken.earliest
            for each in self._consents(who)
            if each.taken.earliest <= day < ends.get(each.id, date.max)
        ]

    def _consents(self, who: str) -> list[Fact]:
        return [each for each in self.known if each.participant == who and each.kind in CONSENTS]

    def _end(self, fact: Fact) -> date | None:
        """Return the end of the consent to which a statement belongs."""
        ends: list[tuple[date, date | None]] = []
        for consent in self._consents(fact.participant):
            end = self.ended[consent.id].earliest if consent.id in self.ended else None
            if end is None or end > fact.taken.earliest:
                ends.append((consent.taken.earliest, end))
        before = [end for day, end in ends if day <= fact.taken.earliest]
        return before[-1] if before else ends[0][1] if ends else None

    def _begin(self) -> None:
        for fact in self.known:
            if fact.kind in MADE:
                for name in _names(fact) or ("",):
                    waits = fact.kind == "reservation" and not self._consented(
                        fact.participant, fact.taken.earliest
                    )
                    self.table[fact.id, name] = "awaiting_confirmation" if waits else "standing"

    def _walk(self, fact: Fact) -> None:
        target = self.by_id.get(fact.target)
        if target is None or target.participant != fact.participant or fact.kind == "objection":
            return
        if target.taken.earliest > fact.taken.earliest:
            return
        end = self._end(target)
        if end and end <= fact.taken.earliest:
            return
        if fact.kind == "notification" and (target.kind != "notification" or target is fact):
            return
        for key, state in list(self.table.items()):
            if key[0] == target.id and state not in OVER:
                self._change(key, fact)

    def _change(self, key: Key, fact: Fact) -> None:
        name, state = key[1], self.table[key]
        gone = self.parts.setdefault(key, {})
        named = [
            each
            for each in _names(fact) or (name,)
            if _within(each, name) and not any(_within(each, part) for part in gone)
        ]
        whole = not _names(fact) or name in named
        if fact.kind == "notification":
            wider = whole or any(_within(name, each) for each in _names(fact))
            if wider:
                self.table[key] = "replaced"
            else:
                gone |= dict.fromkeys(named, fact)
            return
        consented = self._consented(fact.participant, fact.taken.earliest)
        if fact.kind == "withdrawal_of_statement" and whole:
            self.table[key] = "withdrawn"
            self.gone_on[key] = fact.taken.earliest
        elif fact.kind == "withdrawal_of_statement":
            gone |= dict.fromkeys(named, fact)
        elif fact.kind == "modification_of_statement" and (whole or named):
            self.table[key] = "awaiting_confirmation+modified" if "awaiting" in state else "modified"
        elif fact.kind == "confirmation_of_reservation" and whole and "awaiting" in state and consented:
            self.table[key] = "modified" if "modified" in state else "confirmed"

    def _late(self, fact: Fact, as_of: date) -> None:
        before = self._consented(fact.participant, fact.taken.earliest)
        if fact.kind != "reservation" or not before or fact.taken.earliest in before:
            return
        last_day = fact.taken.earliest.replace(year=fact.taken.earliest.year + 1)
        for name in _names(fact) or ("",):
            if self.table[fact.id, name] in OVER:
                continue
            if any(self._objects(reply, fact, name, last_day) for reply in self.known):
                self.table[fact.id, name] = "not_accepted"
            elif as_of <= last_day:
                self.table[fact.id, name] = "awaiting_acceptance"

    def _objects(self, reply: Fact, fact: Fact, name: str, last_day: date) -> bool:
        """Whether a contracting State objects within the twelve months, and still did at their end."""
        return (
            reply.kind == "objection"
            and reply.target == fact.id
            and reply.participant != fact.participant
            and fact.taken.earliest <= reply.taken.earliest <= last_day
            and bool(self._consented(reply.participant, reply.taken.earliest))
            and (self._end(reply) or date.max) > last_day
            and any(
                self.gone_on.get((reply.id, each), date.max) > last_day
                and (_within(each, name) or _within(name, each))
                and not any(
                    _within(name, part)
                    for part, act in self.parts.get((reply.id, each), {}).items()
                    if act.taken.earliest <= last_day
                )
                for each in _names(reply) or ("",)
            )
        )
