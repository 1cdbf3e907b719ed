"""Version of the forecasting model, and how it scored: what the backtest has written, read without numpy."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

MODEL_VERSION = "3"
"""Changes whenever a forecast of the same record would change; the API's change log says why."""

_HERE = Path(__file__).parent
SCORE = _HERE / "data" / "backtest.json"
EARLIER = _HERE / "data" / "earlier_scores.json"
"""Scores of earlier versions, so that their forecasts answer as they did."""


def digest() -> str:
    """Return the digest of the method and its data; a score is valid for one digest only."""
    files = sorted([*(_HERE / "method").glob("*.py"), *(_HERE / "data").glob("*.csv")])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


@lru_cache(maxsize=4)
def score(version: str = MODEL_VERSION) -> dict[str, Any]:
    """Read the scores of all candidates; of an earlier version, what its forecasts were published with."""
    if version == MODEL_VERSION:
        found: dict[str, Any] = json.loads(SCORE.read_text(encoding="utf-8"))
        return found
    earlier: dict[str, dict[str, Any]] = json.loads(EARLIER.read_text(encoding="utf-8"))
    return earlier[version]


def score_at(age: float, version: str = MODEL_VERSION) -> dict[str, Any]:
    """Give the published candidate's score for treaties of an age, in years."""
    found = score(version)
    classes = found["candidates"][found["published"]]["classes"]
    return next(each for each in classes if each["from_age"] <= age < each["to_age"])
