"""Partners are told within seconds, whatever other partners do."""

import json
from collections.abc import Callable
from typing import Any

from tests.faults.deliveries import PUBLICATIONS, bad_partners, waits
from tests.faults.receiver import Receiver
from tests.faults.site import Site, wait


def test_partners_are_told_within_seconds(
    site: Site, receiver: Receiver, figures: Callable[..., None]
) -> None:
    """Beside a slow, a silent and a dead receiver: one publication after the other, then as many at once."""

    def partner(*arguments: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(site.script("partner.py", *arguments).communicate()[0])
        return told

    def is_told() -> bool:
        told = partner()
        return bool(told["position"] == told["changes"][-1])

    subscribed = partner(receiver.url)["position"]
    with bad_partners(receiver) as others:
        for url in others:
            partner(url)
        for number in range(PUBLICATIONS):
            site.script("writer.py", str(number), str(PUBLICATIONS), "1").communicate()
        site.script("writer.py", "0", "1", str(PUBLICATIONS), "burst-").communicate()
        wait(is_told)
    figures("deliveries", **waits(receiver, partner()["published"], subscribed))
