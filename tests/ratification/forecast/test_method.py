"""Candidates, and what they may look at."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from ratification.forecast.method import backtest
from ratification.forecast.method.backtest import candidates
from ratification.forecast.method.conformal import Conformal
from ratification.forecast.method.distribution import DAYS
from ratification.forecast.method.past import TreatyCourse, known_by, past_courses
from ratification.forecast.method.predict import (
    NoForecastError,
    ThresholdForecast,
    by_years,
    forecast_threshold,
    through_rule,
)
from ratification.forecast.method.questions import AskedOfPast, Questions, QuickShares, question
from ratification.forecast.method.regression import Regression
from ratification.forecast.method.scores import coverage
from ratification.forecast.method.simple import Frailty, PlainRate, ReferenceClass
from ratification.forecast.method.survival import Steps
from tests.ratification.forecast.synthetic import courses

TODAY = date(2005, 6, 1)
DAY = TODAY.toordinal()


def scrambled(course: TreatyCourse, day: int, seed: int) -> TreatyCourse:
    """Give a course with another future: after that day other participants act on other days, and the list goes on."""
    rng = np.random.default_rng(seed)

    def other(acts: dict[str, int]) -> dict[str, int]:
        kept = {who: on for who, on in acts.items() if on <= day}
        more = {f"X{number}": day + int(rng.integers(1, 4000)) for number in range(int(rng.integers(0, 60)))}
        return kept | more

    until = max(course.known_until, day) + 5000 if course.known_until > day else course.known_until
    return replace(
        course, known_until=until, signed=other(dict(course.signed)), deposited=other(dict(course.deposited))
    )


def waiting(reference: str = "XVIII-16") -> TreatyCourse:
    opened = DAY - 400
    return TreatyCourse(
        reference,
        reference,
        DAY,
        {f"S{number}": opened + number * 2 for number in range(60)},
        {f"S{number}": opened + 100 + number * 40 for number in range(7)},
    )


def digits(found: ThresholdForecast) -> bytes:
    return b"".join(each.days.tobytes() + each.reached.tobytes() for each in found.days.values())


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_after_the_day_moves_a_forecast(seed: int) -> None:
    past = past_courses()
    real = forecast_threshold(past, waiting(), TODAY, 40)
    other_past = tuple(scrambled(each, DAY, seed * 1000 + number) for number, each in enumerate(past))
    other = forecast_threshold(other_past, scrambled(waiting(), DAY, seed), TODAY, 40)
    assert digits(other) == digits(real)
    earlier = [scrambled(each, DAY - 4000, number) for number, each in enumerate(past)]
    assert digits(forecast_threshold(earlier, waiting(), TODAY, 40)) != digits(real), "the scrambling is real"


def test_nothing_after_the_day_moves_a_case_of_the_backtest() -> None:
    """Every candidate, for every case asked by a day, with the future of all treaties changed."""
    day = date(1999, 1, 1).toordinal()
    # Of the conformal ones those of one setting: the others differ in the weights that they give to the same places.
    tried = [
        each for each in candidates().values() if not isinstance(each, Conformal) or each.same_age is None
    ]
    before = tuple(each for each in past_courses() if each.opened <= day and each.known_until > day + 800)
    recent = day - 1200

    def asked(of: Sequence[TreatyCourse]) -> list[bytes]:
        shares = QuickShares(of)
        everything = AskedOfPast.of(of, shares)
        found = []
        for course in (each for each in of if recent < each.opened <= day - 400):
            at = course.opened + 400
            examples = everything.by(at, course.cluster)
            questions = Questions.of([question(course, at, 60, shares.of(course, at))])
            found += [
                candidate.learn(examples).reached(questions, DAYS[None, :]).tobytes() for candidate in tried
            ]
        return found

    real = asked(before)
    assert len(real) >= 7
    assert asked([scrambled(each, day, number) for number, each in enumerate(before)]) == real


def test_a_cluster_is_left_out_together() -> None:
    past = past_courses()
    convention = next(each for each in past if each.reference == "XVIII-12")
    protocols = [each for each in past if each.cluster == convention.cluster]
    assert len(protocols) >= 4
    day = date.fromordinal(convention.opened + 400)
    real = forecast_threshold(past, convention, day, 40)
    without = [
        scrambled(each, 0, number) if each.cluster == convention.cluster else each
        for number, each in enumerate(past)
    ]
    assert digits(forecast_threshold(without, convention, day, 40)) == digits(real)


def test_examples_know_no_more_than_their_day() -> None:
    asked = AskedOfPast.of(past_courses())
    cluster = next(each.cluster for each in past_courses() if each.reference == "XVIII-12")
    examples = asked.by(DAY, cluster)
    assert examples.asked.max() < DAY
    assert (examples.asked + examples.days <= DAY).all()
    assert asked.clusters.index(cluster) not in examples.cluster
    cut = AskedOfPast.of(known_by(past_courses(), DAY)).by(DAY, cluster)
    assert examples.days.tobytes() == cut.days.tobytes()


def test_the_plain_rate_agrees_with_a_simulation() -> None:
    rng = np.random.default_rng(4)
    asked = question(waiting(), DAY, 20)
    rate = rng.gamma(asked.count + 0.5, 1 / (asked.age * 365.25), 200_000)
    drawn = rng.gamma(20 - asked.count, 1 / rate)
    given = PlainRate().reached(Questions.of([asked]), np.array([[200.0, 600.0, 2000.0]]))[0]
    assert given == pytest.approx([(drawn <= day).mean() for day in (200, 600, 2000)], abs=0.005)


def test_the_reference_class_is_kaplan_and_meier() -> None:
    steps = Steps.of(np.array([1.0, 2, 3, 4]), np.array([True, False, True, True]), np.ones(4))
    assert steps.by(np.array([0.5, 1, 2.5, 3, 9])) == pytest.approx([0, 0.25, 0.25, 0.625, 1])
    examples = AskedOfPast.of(courses()).by(736000, "")
    row = (
        ReferenceClass()
        .learn(examples)
        .reached(Questions.of([question(waiting(), DAY, 30)]), DAYS[None, :])[0]
    )
    assert (np.diff(row) >= 0).all()
    assert row[0] == 0


def test_the_reference_class_chooses_the_likest_example_of_each_of_the_nearest_treaties() -> None:
    """Against a second implementation, which walks through the examples one by one."""
    examples = AskedOfPast.of(courses(40)).by(736000, "")
    learnt = ReferenceClass().learn(examples)
    asked = examples.questions.where(np.arange(len(examples)) % 90 == 0)
    past = examples.questions
    for row, given in enumerate(learnt.reached(asked, DAYS[None, :])):
        age, count, missing = (each[row, 0] for each in (asked.age, asked.count, asked.missing))
        far = np.abs(np.log(past.age[:, 0]) - np.log(age)) / learnt.same_age
        far += np.abs(np.log(past.count[:, 0] + 1) - np.log(count + 1))
        far += 2 * np.abs(np.log(past.missing[:, 0]) - np.log(missing))
        likest: dict[int, int] = {}
        for number in np.argsort(far, kind="stable"):
            likest.setdefault(int(examples.course[number]), int(number))
        chosen = np.array(list(likest.values())[: learnt.nearest])
        steps = Steps.of(examples.days[chosen], examples.reached[chosen], np.ones(len(chosen)))
        assert given == pytest.approx(steps.by(DAYS))


def test_the_regression_finds_a_known_rate() -> None:
    """Poisson deposits: the median time to m more is about m over the rate; half of the outcomes lie below it."""
    made = courses(150)
    examples = AskedOfPast.of(made).by(736000, "")
    fitted = Regression().learn(examples)
    places = fitted.reached(examples.questions, examples.days[:, None])[:, 0]
    assert Steps.of(places, examples.reached, np.ones(len(places))).by(0.5) == pytest.approx(0.5, abs=0.1)
    missing = Questions.of([question(waiting(), DAY, threshold) for threshold in (15, 25, 45)])
    assert (np.diff(fitted.reached(missing, np.array([[1000.0]]))[:, 0]) < 0).all()


def test_the_frailty_of_a_treaty_moves_with_its_count() -> None:
    examples = AskedOfPast.of(courses()).by(736000, "")
    fitted = Frailty().learn(examples)
    assert 0.3 < fitted.shape < 20
    slow, quick = (replace(question(waiting(), DAY, 40), count=count) for count in (2, 20))
    later = fitted.reached(Questions.of([slow, quick]), np.array([[2000.0]]))[:, 0]
    assert later[0] < later[1]


def test_a_list_that_ended_earlier_widens_the_forecast() -> None:
    past, course = past_courses(), waiting()
    kept = forecast_threshold(past, course, TODAY, 40)
    ended = forecast_threshold(past, course, TODAY, 40, known_until=TODAY - timedelta(days=250))
    assert ended.known_until == TODAY - timedelta(days=250)
    assert ended.count < kept.count
    assert kept.reached.by(TODAY) == 0
    assert ended.days[10].by(TODAY) > 0, "what is not known may have happened"
    unknown = forecast_threshold(
        past, course.by(DAY - 250), TODAY, 40, known_until=TODAY - timedelta(days=250)
    )
    assert (
        np.interp(unknown.reached.days, ended.reached.days, ended.reached.reached)
        >= unknown.reached.reached - 1e-9
    ).all(), "acts known singly are a lower bound"


def test_a_number_that_has_come_singly_is_not_ahead() -> None:
    course = waiting()
    more = {f"S{number}": DAY - 20 for number in range(20, 25)}
    later = replace(course, deposited={**course.deposited, **more})
    found = forecast_threshold(past_courses(), later, TODAY, 40, known_until=TODAY - timedelta(days=50))
    assert len(later.deposits) == 12
    assert min(found.days) == 15


def test_a_treaty_without_a_deposit_has_a_forecast() -> None:
    found = forecast_threshold(past_courses(), replace(waiting(), deposited={}), TODAY, 40)
    assert found.count == 0
    later = forecast_threshold(past_courses(), waiting(), TODAY, 40)
    assert found.reached.quantile(0.5) > later.reached.quantile(0.5)  # type: ignore[operator]  # both follow


def test_entry_into_force_follows_through_the_rule() -> None:
    found = forecast_threshold(past_courses(), waiting(), TODAY, 40)
    floor = date(2008, 1, 1)
    moved = through_rule(found.reached, lambda day: max(day + timedelta(days=90), floor))
    assert moved is not None
    for level in (0.25, 0.5, 0.9):
        day = found.reached.quantile(level)
        assert day is not None
        assert moved.quantile(level) == max(day + timedelta(days=90), floor)
    assert moved.by(floor - timedelta(days=1)) == 0
    assert moved.by(floor) == pytest.approx(found.reached.by(floor - timedelta(days=90)))
    assert through_rule(found.reached, lambda _day: None) is None

    by, on = (
        date(2007, 1, 1),
        date(2009, 1, 1),
    )  # "on a day if reached by then, otherwise ninety days later": earlier
    fixed = through_rule(found.reached, lambda day: on if day <= by else day + timedelta(days=90))
    assert fixed is not None
    assert list(fixed.reached) == sorted(fixed.reached)
    until = fixed.by(on - timedelta(days=1))
    assert until == pytest.approx(found.reached.by(on - timedelta(days=91)) - found.reached.by(by))
    assert fixed.by(on) == pytest.approx(found.reached.by(on - timedelta(days=90)))
    years = by_years(moved, TODAY)
    assert list(years) == sorted(years)
    assert list(years.values()) == sorted(years.values())


@pytest.mark.parametrize(
    ("course", "threshold", "reason"),
    [
        (waiting().by(DAY - 380), 40, "Too few have signed: 11"),
        (waiting(), 7, "has been reached"),
        (waiting(), 61, "The threshold is 61"),
        (waiting(), 9, "The threshold is 9"),
        (waiting(), 2, "has been reached"),
        (replace(waiting(), deposited={}), 2, "The threshold is 2"),
        (waiting(), 5000, "The threshold is 5000"),
        (replace(waiting(), signed={}, deposited={}), 40, "Too few have signed: 0"),
        (
            replace(waiting(), signed={f"S{number}": DAY for number in range(60)}, deposited={}),
            40,
            "0.0 years",
        ),
        (replace(waiting(), signed={**waiting().signed, "OLD": DAY - 4750}), 40, "13.0 years"),
    ],
)
def test_what_was_not_tested_is_not_forecast(course: TreatyCourse, threshold: int, reason: str) -> None:
    with pytest.raises(NoForecastError, match=reason):
        forecast_threshold(past_courses(), course, TODAY, threshold)


def test_a_list_that_ended_before_the_first_act_gives_no_forecast() -> None:
    with pytest.raises(
        NoForecastError, match="Too few have signed by 1999-05-01, the last day of the list: 0"
    ):
        forecast_threshold(past_courses(), waiting(), TODAY, 40, known_until=date(1999, 5, 1))


def test_a_small_class_gives_no_forecast() -> None:
    few = [each for each in past_courses() if each.opened <= DAY][:8]
    with pytest.raises(NoForecastError, match=r"The reference class is too small: \d past treaties"):
        forecast_threshold(few, waiting(), TODAY, 40)
    with pytest.raises(NoForecastError, match="The reference class is empty"):
        forecast_threshold([], waiting(), TODAY, 40)


def test_the_backtest_keeps_its_promise_where_every_treaty_is_like_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backtest, "AGES", (1.0, 2.0))
    test = backtest.run(courses(70, seed=8), {"ours": Conformal(Regression()), "naive": PlainRate()})
    assert len(test.cases) > 300
    found = coverage(test.places("ours"), test.ended)
    assert 0.7 < found.eighty < 0.9
    assert 0.4 < found.fifty < 0.6
    ours, naive = (test.scores(name).mean() for name in ("ours", "naive"))
    assert ours < 1.3 * naive, "the plain rate is right in this world; the other may lose little"
