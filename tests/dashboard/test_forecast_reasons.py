"""Each reason of the forecast's method is known to the pages."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from dashboard import forecast_reasons
from dashboard.forecast_reasons import REASONS, reason_words
from ratification.forecast import job
from ratification.forecast.method import predict


@pytest.mark.parametrize("module", [job, predict])
def test_each_reason_is_known_to_the_pages(module: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """With 1 in each of its places."""
    monkeypatch.setattr(forecast_reasons, "in_english", lambda text: f"unknown: {text}")
    path = Path(str(getattr(module, "__file__", "")))
    assert path.is_relative_to(settings.BASE_DIR)
    raised = [
        node.args[0]
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "NoForecastError"
    ]
    assert raised
    for sentence in raised:
        parts = sentence.values if isinstance(sentence, ast.JoinedStr) else [sentence]
        words = "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in parts)
        assert reason_words(words) == words
    assert reason_words("Something else.") == "unknown: Something else."
    assert len(set(REASONS)) == len(REASONS)
