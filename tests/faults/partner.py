"""A partner: `partner.py URL` subscribes and prints the last change; `partner.py` prints what there is to tell."""

import json
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402 - needs the settings

from ratification.models import Change, Subscription  # noqa: E402
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
    changes = Change.objects.filter(treaty=treaty).order_by("number").values_list("number", flat=True)
    json.dump({"changes": list(changes), "position": partner.position}, sys.stdout)


if __name__ == "__main__":
    main()
