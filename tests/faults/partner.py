"""A partner: `partner.py URL` subscribes and prints the last change; `partner.py` prints what there is to tell,
and when the entry behind each change was published.
"""

import json
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402 - needs the settings

from ratification.models import Action, Change, Subscription  # noqa: E402
from ratification.partners import webhooks  # noqa: E402
from treaty.models import Treaty  # noqa: E402


def main() -> None:
    """Subscribe under the name of the address, or say what the first one is to be told."""
    treaty = Treaty.objects.get(slug="hanoi")
    if len(sys.argv) > 1:
        partner = webhooks.subscribe(sys.argv[1], treaty, sys.argv[1], now=timezone.now())
        json.dump({"position": partner.position}, sys.stdout)
        return
    partner = Subscription.objects.order_by("pk")[0]
    changes = dict(Change.objects.filter(treaty=treaty).order_by("number").values_list("number", "revision"))
    published = dict(Action.objects.filter(treaty=treaty).values_list("revision", "published_at"))
    moments = {
        number: moment.timestamp()
        for number, revision in changes.items()
        if (moment := published.get(revision))
    }
    json.dump({"changes": list(changes), "position": partner.position, "published": moments}, sys.stdout)


if __name__ == "__main__":
    main()
