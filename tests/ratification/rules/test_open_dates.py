"""Days that are not known, windows and documents."""

from dataclasses import replace
from datetime import date

from ratification.rules.dates import NEVER, Span, parse_edtf
from ratification.rules.document import Json, sentences, status_document, working_document
from tests.ratification.rules.cases import day, fact
from tests.ratification.rules.ledger import CLAUSE, GENERAL, THREE, TWO, of, short, where, why, windows
from treaty.clauses import Delay, DomesticApproval

# Open dates


def test_the_one_open_deposit_that_everything_hangs_on_is_decisive_and_counts() -> None:
    outcome = where([*TWO, fact("CCC", "ratification", "2020-03")], "2020-04-01")
    assert outcome.threshold.reached == parse_edtf("2020-03")
    assert outcome.threshold.counted == type(outcome.threshold.counted)(3, 3)
    assert outcome.threshold.decisive == ("CCC",)
    assert outcome.entry_into_force.on == parse_edtf("2020-05-30/2020-06-29")
    assert outcome.entry_into_force.reason == (
        "The 3rd instrument was deposited between 2020-03-01 and 2020-03-31. "
        "The treaty enters into force between 2020-05-30 and 2020-06-29."
    )
    assert outcome.entry_into_force.steps == ("2020-03 + 90 days = 2020-05-30/2020-06-29",)


def test_of_two_open_deposits_either_may_be_the_deciding_one() -> None:
    outcome = where(
        [*TWO, fact("CCC", "ratification", "2020-03"), fact("DDD", "ratification", "2020-03")], "2020-04-01"
    )
    assert outcome.threshold.reached == parse_edtf("2020-03")
    assert outcome.threshold.counted == type(outcome.threshold.counted)(3, 4)
    assert outcome.threshold.decisive == ()
    assert not of(outcome, "CCC").counted
    assert why(outcome, "CCC")[0] == (
        "Deposited between 2020-03-01 and 2020-03-31: the day is open, so that it is not certain whether the "
        "instrument counts."
    )
    assert of(outcome, "CCC").in_force == parse_edtf("2020-05-30/2020-06-29")


def test_a_known_deposit_is_not_called_open_because_the_threshold_is() -> None:
    """Its day is known; on which day the third is deposited is not."""
    outcome = where(
        [*TWO, fact("CCC", "ratification", "2020-03"), fact("DDD", "ratification", "2020-03-10")],
        "2020-04-01",
    )
    assert why(outcome, "DDD")[0] == (
        "Deposited on 2020-03-10: the day on which the threshold is reached is open, so that it is not certain "
        "whether the instrument counts."
    )


def test_while_the_day_is_open_nothing_is_certain() -> None:
    outcome = where([*TWO, fact("CCC", "ratification", "2020-03")], "2020-03-15")
    assert outcome.threshold.reached == Span(date(2020, 3, 1), NEVER)
    assert outcome.threshold.remaining == 1
    assert outcome.entry_into_force.on == Span(GENERAL, NEVER)
    assert outcome.entry_into_force.decisive == ()
    assert outcome.entry_into_force.reason == (
        "1 more instrument is needed. The threshold may have been reached not before 2020-03-01."
    )
    (window,) = windows(outcome, "entry_into_force")
    assert (window.state, window.days_left) == ("uncertain", None)
    document = status_document("x", outcome.as_of, 1, outcome)
    assert document["threshold"]["reached"] == {"on": None, "earliest": "2020-03-01", "latest": None}
    assert document["entry_into_force"]["latest"] is None
    assert document["windows"][1]["closes"] == {"on": None, "earliest": "2020-05-30", "latest": None}


def test_an_instrument_that_may_never_have_bound_says_so() -> None:
    outcome = where([*THREE[1:], fact("AAA", "ratification", "2020-01-10", "2020-05/2020-06")], "2020-12-31")
    assert of(outcome, "AAA").in_force == Span(GENERAL, NEVER)
    assert of(outcome, "AAA").kind == "withdrawn"
    unsure = where([*THREE, fact("AAA", "denunciation", "2020-05/2020-06")], "2020-12-31")
    assert of(unsure, "AAA").possible == ("withdrawn", "party")


def test_a_signature_taken_back_on_an_open_day() -> None:
    outcome = where([fact("AAA", "signature", "2020-01-02", "2020-02")], "2020-02-10")
    assert of(outcome, "AAA").possible == ("withdrawn", "signatory")
    assert outcome.signatories == type(outcome.signatories)(0, 1)
    again = where(
        [fact("AAA", "signature", "2020-01-02", "2020-02-01"), fact("AAA", "signature", "2020-03-01")],
        "2020-04-01",
    )
    assert (of(again, "AAA").kind, of(again, "AAA").signed) == ("signatory", day("2020-03-01"))


def test_the_consent_shown_is_the_one_that_stands() -> None:
    gone = fact("AAA", "ratification", "2020-01-10", "2020-01-20")
    unsure = where([gone, fact("AAA", "accession", "2020-03")], "2020-03-10")
    assert of(unsure, "AAA").consented == parse_edtf("2020-03")
    assert of(unsure, "AAA").possible == ("withdrawn", "contracting")
    both_gone = where([gone, fact("AAA", "accession", "2020-03-01", "2020-03-02")], "2020-03-10")
    assert of(both_gone, "AAA").consented == day("2020-03-01")


# Windows and documents


def test_a_window_without_last_day_stays_open() -> None:
    (window,) = windows(where([], "2090-01-01"), "signature")
    assert (window.closes, window.state, window.days_left) == (None, "open", None)
    assert windows(where([], "2090-01-01", replace(CLAUSE, signature=None)), "signature") == []
    assert windows(where(THREE, "2090-01-01", replace(CLAUSE, amendment=None)), "amendment") == []


def test_the_reported_window_runs_from_signature_not_from_succession_to_one() -> None:
    approval = DomesticApproval(Delay(days=90), "reported: 90 days", "Press")
    facts = [fact("AAA", "signature", "2020-01-02"), fact("BBB", "succession_to_signature", "2020-01-02")]
    outcome = where(facts, "2020-02-01", replace(CLAUSE, domestic_approval=approval))
    (window,) = windows(outcome, "domestic_approval")
    assert (window.participant, window.closes, window.days_left) == ("AAA", day("2020-04-01"), 60)
    assert (window.basis, window.reported) == ("reported: 90 days", True)
    assert outcome.signatories.certain == 2


def test_an_open_first_day_makes_a_window_uncertain() -> None:
    facts = [*THREE, fact("DDD", "accession", "2020-09")]
    states = [
        [window.state for window in windows(where(facts, text), "later_party")]
        for text in ("2020-09-01", "2020-09-30", "2020-10-01", "2020-10-02", "2020-10-30", "2020-10-31")
    ]
    assert states == [["uncertain"], ["open"], ["open"], ["uncertain"], ["uncertain"], ["closed"]]


def test_without_a_clause_there_are_signatures_and_consents_only() -> None:
    facts = [
        *THREE,
        fact("DDD", "signature", "2020-01-02"),
        fact("EEE", "declaration", "2020-01-03"),
        fact("FFF", "ratification", "2020-01-02", "2020-01-05"),
    ]
    outcome = where(facts, "2020-12-31", None)
    document: Json = status_document("x", outcome.as_of, 1, outcome)
    assert (document["signatories"], document["contracting"], document["parties"]) == (1, 3, 0)
    assert document["threshold"]["required"] is None
    assert document["threshold"]["remaining"] is None
    assert document["entry_into_force"]["reason"] == "The clause on entry into force is not recorded."
    assert document["windows"] == []
    assert of(outcome, "AAA").reason == "The ratification was deposited on 2020-01-10."
    assert of(outcome, "EEE").reason == "No signature and no consent to be bound is recorded."
    assert (
        of(outcome, "FFF").reason
        == "The ratification was deposited on 2020-01-02. Its consent ended on 2020-01-05."
    )
    assert working_document(outcome)["counted"] == []
    assert sentences(outcome)[3] == "The clause on entry into force is not recorded."


def test_one_party_is_one_party() -> None:
    outcome = where([fact("AAA", "ratification", "2020-01-10")], "2020-12-31", short(1))
    assert outcome.parties.certain == 1
    assert of(outcome, "AAA").reason.endswith("The treaty entered into force for it on 2020-04-09.")
