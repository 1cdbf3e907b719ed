"""`python -m tests.services COMMAND ...`: run a command in the production shape.

The command finds DATABASE_URL and REDIS_URL in its environment; the servers behind them end when it ends.
"""

import os
import signal
import subprocess
import sys
from functools import partial

from common.lifetime import end_with_parent
from tests.services import ServiceError, production_shape


def main() -> None:
    """Run the command; exits with its status, or with a sentence where no server starts."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the servers are ended
    signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C reaches the command too: it ends in its own way
    try:
        with production_shape() as urls:
            status = subprocess.run(
                sys.argv[1:],
                env={**os.environ, **urls},
                check=False,
                preexec_fn=partial(end_with_parent, signal.SIGTERM),
            ).returncode
    except ServiceError as error:
        sys.exit(str(error))
    sys.exit(status if status >= 0 else 128 - status)


if __name__ == "__main__":
    main()
