"""Backtest of the forecasts, and the report of it: `make forecast-backtest`.

Writes the scores that pages and API show (`ratification/forecast/data/backtest.json`), the tables of docs/forecast.md
and its chart. Equal input gives equal bytes.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import vl_convert

from ratification.forecast.method import backtest
from ratification.forecast.method.conformal import AGE_CLASSES, age_class
from ratification.forecast.method.past import Floats, Truths, past_courses
from ratification.forecast.method.scores import coverage, gain
from ratification.forecast.method.survival import Steps
from ratification.forecast.score import MODEL_VERSION, SCORE, digest

ROOT = Path(__file__).parent.parent
REPORT = ROOT / "docs" / "forecast.md"
CHART = ROOT / "docs" / "images" / "forecast-calibration.svg"
BEGIN, END = "<!-- written by make forecast-backtest -->", "<!-- end -->"
LEAST_CASES = 30
FIFTY, EIGHTY, LEAST_GAIN = (0.43, 0.57), (0.75, 0.85), 0.1
NAMES = ("less than 1 year", "1 year", "2 and 3 years", "4 years and more")

Json = dict[str, Any]


def measure(test: backtest.Backtest, measures: backtest.Measures) -> Json:
    """Measure every candidate, in all and by age class."""
    classes = np.array([age_class(case.asked.age) for case in test.cases])
    scores = {name: test.scores(name) for name in test.reached}
    naive = min(backtest.NAIVE, key=lambda name: scores[name].mean())
    candidates = {}
    shown = [name for name in test.reached if name not in backtest.variants()]
    for name in shown:
        places = test.places(name)
        better = gain(scores[name], scores[naive], test.cluster)
        candidates[name] = {
            "crps": round(float(scores[name].mean()), 4),
            "median_error": round(float(np.median(test.median_errors(name))), 3),
            "gain": round(better.share, 3),
            "gain_from": round(better.low, 3),
            "gain_to": round(better.high, 3),
            "classes": [
                _class(number, test, classes == number, places, scores[name])
                for number in range(len(AGE_CLASSES))
            ],
        }
    return {
        "version": MODEL_VERSION,
        "digest": digest(),
        "cases": len(test.cases),
        "open": int((~test.ended).sum()),
        "refused": test.refused,
        "treaties": len({case.course.reference for case in test.cases}),
        "clusters": len(np.unique(test.cluster)),
        "naive": naive,
        "published": backtest.PUBLISHED,
        "model": backtest.CONFORMAL,
        "setting": backtest.setting(
            *measures.chosen(backtest.PUBLISHED, np.ones(len(test.cases), dtype=bool))
        ),
        "candidates": candidates,
    }


def _class(number: int, test: backtest.Backtest, mask: Truths, places: Floats, scores: Floats) -> Json:
    low, high = AGE_CLASSES[number]
    found = coverage(places[mask], test.ended[mask])
    return {
        "name": NAMES[number],
        "from_age": low,
        "to_age": high,
        "cases": int(mask.sum()),
        "clusters": len(np.unique(test.cluster[mask])),
        "coverage_50": round(found.fifty, 3),
        "coverage_80": round(found.eighty, 3),
        "too_narrow": bool(round(found.fifty, 3) < FIFTY[0] or round(found.eighty, 3) < EIGHTY[0]),
        "below_median": round(found.below_median, 3),
        "crps": round(float(scores[mask].mean()), 4),
    }


def missed(measured: Json, name: str) -> list[str]:
    """Return where the coverage of a candidate's intervals lies outside the bar at an age; empty if nowhere."""
    return [
        f"{each['name']}: the {share} per cent interval covers {each[f'coverage_{share}']:.1%}"
        for each in measured["candidates"][name]["classes"]
        for share, (low, high) in ((50, FIFTY), (80, EIGHTY))
        if each["cases"] >= LEAST_CASES and not low <= each[f"coverage_{share}"] <= high
    ]


def clearly_better(measured: Json, name: str) -> bool:
    """Whether a candidate scores better than the naive ones by as much as the bar asks."""
    found = measured["candidates"][name]
    return bool(found["gain"] >= LEAST_GAIN and found["gain_from"] > 0)


def verdict(measured: Json) -> str:
    """Say whether the best model meets the bar, what is published by that, and how its intervals do."""
    model, published = measured["model"], measured["published"]
    misses = missed(measured, model)
    if not clearly_better(measured, model):
        misses.append("it is not clearly better than the naive ones")
    found = f"does not meet the bar ({'; '.join(misses)})" if misses else "meets the bar"
    outside = missed(measured, published)
    intervals = (
        f"lie outside the bar ({'; '.join(outside)})" if outside else "lie within the bar at every age"
    )
    return (
        f"The best model, “{model}”, {found}. Published is “{published}”, in use with the setting"
        f" {measured['setting']}; its intervals {intervals}."
    )


def tables(measured: Json) -> str:
    """Write the tables of the report."""
    naive, published = measured["naive"], measured["published"]
    parts = [
        (
            f"Version {measured['version']}: {measured['cases']:,} forecasts of {measured['treaties']} treaties in"
            f" {measured['clusters']} clusters; {measured['open']} outcomes were still open when their list ended;"
            f" {measured['refused']} questions were refused because the reference class was too small."
            f" {verdict(measured)}"
        ),
        _table(
            [
                "candidate",
                "CRPS, log days",
                f"better than “{naive}” by",
                "95 % interval",
                "median error, log days",
            ],
            [
                [
                    f"**{name}**" if name == published else name,
                    f"{each['crps']:.3f}",
                    f"{each['gain']:.1%}",
                    f"{each['gain_from']:.1%} to {each['gain_to']:.1%}",
                    f"{each['median_error']:.2f}",
                ]
                for name, each in measured["candidates"].items()
            ],
        ),
        (
            "Coverage by age of the treaty on the day of the forecast, as 50 per cent interval / 80 per cent interval:"
        ),
        _table(
            ["candidate", *(f"{each['name']}" for each in measured["candidates"][published]["classes"])],
            [
                ["cases (clusters)"]
                + [
                    f"{each['cases']} ({each['clusters']})"
                    for each in measured["candidates"][published]["classes"]
                ],
                *(
                    [f"**{name}**" if name == published else name]
                    + [f"{each['coverage_50']:.1%} / {each['coverage_80']:.1%}" for each in found["classes"]]
                    for name, found in measured["candidates"].items()
                ),
            ],
        ),
        (
            "![Calibration: how often the outcome lay within the forecast's lowest share of probability, by age"
            " class](images/forecast-calibration.svg)"
        ),
    ]
    return "\n\n".join(parts)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def chart(test: backtest.Backtest) -> str:
    """Draw the calibration of the published candidate, of what it corrects, and of the best model."""
    classes = np.array([age_class(case.asked.age) for case in test.cases])
    levels = np.linspace(0.05, 0.95, 19)
    rows = []
    for name in (backtest.REFERENCE_CLASS, backtest.PUBLISHED, backtest.CONFORMAL):
        places = test.places(name)
        for number, title in enumerate(NAMES):
            mask = classes == number
            steps = Steps.of(places[mask], test.ended[mask], np.ones(int(mask.sum())))
            rows += [
                {"forecast": name, "age": title, "given": round(float(level), 2), "met": round(float(met), 4)}
                for level, met in zip(levels, steps.by(levels), strict=True)
            ]
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1])
    lines = (
        alt.Chart()
        .mark_line()
        .encode(
            x=alt.X("given:Q", title="probability given", axis=axis, scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("met:Q", title="how often met", axis=axis, scale=alt.Scale(domain=[0, 1])),
            color=alt.Color("forecast:N", title=None, legend=alt.Legend(orient="bottom")),
            strokeDash=alt.StrokeDash("forecast:N", title=None),
        )
    )
    ideal = alt.Chart().mark_line(color="#888", strokeWidth=1).encode(x="given:Q", y="given:Q")
    drawn = (
        alt.layer(ideal, lines, data=alt.InlineData(values=rows))
        .properties(width=190, height=190)
        .facet(alt.Facet("age:N", sort=list(NAMES), title=None), columns=4)
    )
    return vl_convert.vegalite_to_svg(drawn.to_dict())


def main() -> None:
    """Run the backtest, and write everything."""
    ran = backtest.run(past_courses(), backtest.candidates())
    measures = backtest.Measures.of(ran)
    test = backtest.nested(ran, measures)
    measured = measure(test, measures)
    SCORE.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    before, _, rest = REPORT.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    REPORT.write_text(f"{before}{BEGIN}\n\n{tables(measured)}\n\n{END}{after}", encoding="utf-8")
    CHART.write_text(chart(test), encoding="utf-8")
    sys.stdout.write(tables(measured) + "\n")


if __name__ == "__main__":
    main()
