"""What the log says of requests."""

import logging

_SERVER_ERROR = 500


class RefusalsInOneLine(logging.Filter):
    """Leaves the traceback out where a request was refused: the visitor's mistake, which its message names."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        if getattr(record, "status_code", _SERVER_ERROR) < _SERVER_ERROR:
            record.exc_info = None
        return True
