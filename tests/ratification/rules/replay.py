"""A naive replay of statements: a table of words, changed day by day."""

from collections.abc import Sequence
from datetime import date

from ratification.rules.facts import Fact

Key = tuple[str, str]


def replayed(facts: Sequence[Fact], as_of: date) -> dict[Key, str]:
    """Return the state of each provision of each statement on a day."""
    return _Replay(facts, as_of).table


def _within(narrow: str, wide: str) -> bool:
    return wide in ("", narrow) or narrow.startswith(wide + "(")


class _Replay:
    def __init__(self, facts: Sequence[Fact], as_of: date) -> None:
        self.table: dict[Key, str] = {}
        self.parts: dict[Key, list[str]] = {}
        self.known = [fact for fact in facts if fact.taken.earliest <= as_of]
        self.by_id = {fact.id: fact for fact in self.known}
        self._begin()
        for fact in sorted(self.known, key=lambda fact: (fact.taken.earliest, int(fact.id))):
            self._walk(fact)
        for key, state in list(self.table.items()):
            self.table[key] = state.removesuffix("+modified")
            if self.parts.get(key) and state in {"standing", "modified", "confirmed"}:
                self.table[key] = "partly_withdrawn"
        for fact in self.known:
            self._late(fact, as_of)

    def _consented(self, who: str, day: date) -> list[date]:
        return [
            each.taken.earliest
            for each in self.known
            if each.participant == who and each.kind == "ratification" and each.taken.earliest <= day
        ]

    def _begin(self) -> None:
        for fact in self.known:
            if fact.kind in {"reservation", "declaration", "objection"}:
                for name in fact.articles or ("",):
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
        for key, state in list(self.table.items()):
            if key[0] == target.id and state != "withdrawn":
                self._change(key, fact)

    def _change(self, key: Key, fact: Fact) -> None:
        name, state = key[1], self.table[key]
        gone = self.parts.setdefault(key, [])
        named = [
            each
            for each in fact.articles or (name,)
            if _within(each, name) and not any(_within(each, part) for part in gone)
        ]
        whole = not fact.articles or name in named
        consented = self._consented(fact.participant, fact.taken.earliest)
        if fact.kind == "withdrawal_of_statement" and whole:
            self.table[key] = "withdrawn"
        elif fact.kind == "withdrawal_of_statement":
            gone += named
        elif fact.kind == "modification_of_statement" and (whole or named):
            self.table[key] = "awaiting_confirmation+modified" if "awaiting" in state else "modified"
        elif fact.kind == "confirmation_of_reservation" and whole and "awaiting" in state and consented:
            self.table[key] = "modified" if "modified" in state else "confirmed"

    def _late(self, fact: Fact, as_of: date) -> None:
        before = self._consented(fact.participant, fact.taken.earliest)
        if fact.kind != "reservation" or not before or fact.taken.earliest in before:
            return
        last_day = fact.taken.earliest.replace(year=fact.taken.earliest.year + 1)
        for name in fact.articles or ("",):
            if self.table[fact.id, name] == "withdrawn":
                continue
            if any(self._objects(reply, fact, name, last_day) for reply in self.known):
                self.table[fact.id, name] = "not_accepted"
            elif as_of <= last_day:
                self.table[fact.id, name] = "awaiting_acceptance"

    def _objects(self, reply: Fact, fact: Fact, name: str, last_day: date) -> bool:
        return (
            reply.kind == "objection"
            and reply.target == fact.id
            and reply.participant != fact.participant
            and fact.taken.earliest <= reply.taken.earliest <= last_day
            and any(
                self.table[reply.id, each] != "withdrawn"
                and (_within(each, name) or _within(name, each))
                and not any(_within(name, part) for part in self.parts.get((reply.id, each), []))
                for each in reply.articles or ("",)
            )
        )
