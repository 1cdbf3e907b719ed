"""Why there is no forecast, in the language of the page: the method says it in English, and its document keeps that."""

import re

from django.utils.translation import gettext, gettext_noop

from common.markup import in_english
from ratification.status.day_text import readable

REASONS = (
    gettext_noop("The threshold has been reached: what follows from it is no forecast."),
    gettext_noop(
        "Too few have signed: %(signatories)s. Forecasts were tested for treaties with at least %(least)s signatories."
    ),
    gettext_noop(
        "Too few have signed by %(day)s, the last day of the list: %(signatories)s. Forecasts were tested for treaties "
        "with at least %(least)s signatories."
    ),
    gettext_noop(
        "On %(day)s the first act was %(age)s years old. Past treaties were looked at from six weeks to %(most)s years "
        "after it."
    ),
    gettext_noop("Its list of acts is not kept up to date: it was taken over as of %(day)s."),
    gettext_noop("The clause on its entry into force is not recorded."),
    gettext_noop(
        "The threshold is %(threshold)s. Forecasts were tested for %(least)s to %(most)s instruments, and for no more "
        "than have signed (%(signatories)s)."
    ),
    gettext_noop("The reference class is empty: no past treaty had opened by then."),
    gettext_noop("The reference class is empty: no past treaty had come far enough by then."),
    gettext_noop(
        "The reference class is too small: %(treaties)s past treaties had come this far, which say as much about this "
        "age as %(independent)s that are independent; at least %(least)s are needed."
    ),
    gettext_noop(
        "The clause asks for more than a number of instruments, or is not recorded; forecasts were tested for numbers "
        "alone."
    ),
)


def reason_words(reason: str) -> str:
    """Return the reason in the language of the page, its days as people read them.

    One that is not known here stays in English, and is marked so.
    """
    for template in REASONS:
        pattern = "".join(
            f"(?P<{part}>[0-9]+(?:[.-][0-9]+)*)" if place % 2 else re.escape(part)
            for place, part in enumerate(re.split(r"%\((\w+)\)s", template))
        )
        if found := re.fullmatch(pattern, reason):
            return readable(gettext(template) % found.groupdict())
    return in_english(reason)
