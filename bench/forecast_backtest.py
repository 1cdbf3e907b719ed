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


def measure(test: backtest.Backtest) -> Json:
    """Measure every candidate, in all and by age class."""
    classes = np.array([backtest.age_class(case.asked.age) for case in test.cases])
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
                for number in range(len(backtest.AGE_CLASSES))
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
        "published": backtest.NESTED,
        "setting": backtest.chosen(scores, np.ones(len(test.cases), dtype=bool)),
        "candidates": candidates,
    }


def _class(number: int, test: backtest.Backtest, mask: Truths, places: Floats, scores: Floats) -> Json:
    low, high = backtest.AGE_CLASSES[number]
    found = coverage(places[mask], test.ended[mask])
    return {
        "name": NAMES[number],
        "from_age": low,
        "to_age": high,
        "cases": int(mask.sum()),
        "clusters": len(np.unique(test.cluster[mask])),
        "coverage_50": round(found.fifty, 3),
        "coverage_80": round(found.eighty, 3),
        "below_median": round(found.below_median, 3),
        "crps": round(float(scores[mask].mean()), 4),
    }


def missed(measured: Json, name: str) -> list[str]:
    """Return where a candidate misses the bar: coverage outside it at an age, or no clear gain; empty if nowhere."""
    found = measured["candidates"][name]
    misses = [
        f"{each['name']}: the {share} per cent interval covers {each[f'coverage_{share}']:.1%}"
        for each in found["classes"]
        for share, (low, high) in ((50, FIFTY), (80, EIGHTY))
        if each["cases"] >= LEAST_CASES and not low <= each[f"coverage_{share}"] <= high
    ]
    if found["gain"] < LEAST_GAIN or found["gain_from"] <= 0:
        misses.append("it is not clearly better than the naive ones")
    return misses


def too_narrow(measured: Json, name: str) -> bool:
    """Whether an interval covers less than the bar allows at an age: a promise that is not kept."""
    return any(
        each["coverage_50"] < FIFTY[0] or each["coverage_80"] < EIGHTY[0]
        for each in measured["candidates"][name]["classes"]
        if each["cases"] >= LEAST_CASES
    )


def tables(measured: Json) -> str:
    """Write the tables of the report."""
    naive, published = measured["naive"], measured["published"]
    misses = missed(measured, published)
    verdict = f"does not meet the bar ({'; '.join(misses)})" if misses else "meets the bar"
    parts = [
        (
            f"Version {measured['version']}: {measured['cases']:,} forecasts of {measured['treaties']} treaties in"
            f" {measured['clusters']} clusters; {measured['open']} outcomes were still open when their list ended;"
            f" {measured['refused']} questions were refused because the reference class was too small. The published"
            f" candidate, “{published}”, {verdict}. In use it has the setting {measured['setting']}."
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
    """Draw the calibration of the published candidate beside the naive ones'."""
    classes = np.array([backtest.age_class(case.asked.age) for case in test.cases])
    levels = np.linspace(0.05, 0.95, 19)
    rows = []
    for name in (*backtest.NAIVE, backtest.NESTED):
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
    """Run the backtest, write everything, and say whether the published candidate meets the bar."""
    test = backtest.nested(backtest.run(past_courses(), backtest.candidates()))
    measured = measure(test)
    SCORE.write_text(json.dumps(measured, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    before, _, rest = REPORT.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    REPORT.write_text(f"{before}{BEGIN}\n\n{tables(measured)}\n\n{END}{after}", encoding="utf-8")
    CHART.write_text(chart(test), encoding="utf-8")
    sys.stdout.write(tables(measured) + "\n")
    if too_narrow(measured, measured["published"]):
        sys.exit("The published candidate's intervals are narrower than they promise; see docs/forecast.md.")


if __name__ == "__main__":
    main()
