import logging

import pytest

from config.log_filters import RefusalsInOneLine


@pytest.mark.parametrize(("status", "kept"), [(400, False), (404, False), (500, True), (None, True)])
def test_a_refusal_is_one_line_and_an_error_has_its_traceback(status: int | None, kept: bool) -> None:  # noqa: FBT001 - a parameter
    fault = ValueError("as_of is no day")
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s", ("refused",), (type(fault), fault, None)
    )
    if status:
        record.status_code = status
    assert RefusalsInOneLine().filter(record)
    assert bool(record.exc_info) is kept


def test_the_log_of_requests_has_it() -> None:
    assert any(isinstance(each, RefusalsInOneLine) for each in logging.getLogger("django.request").filters)
