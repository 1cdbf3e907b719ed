"""Remarks of an exported table on itself: treaty, day, revision, permalink, source and licence."""

from datetime import date

from django.utils.translation import gettext

from treaty.models import Treaty

LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0 International",
}
"""Licence of what the project compiled: selection, summaries, notes. Facts as such are free; the code is under MIT."""
RIGHTS = f"{LICENCE['title']} ({LICENCE['path']}); facts as such are free."


def about_table(
    title: str,
    *,
    permalink: str,
    treaty: Treaty | None = None,
    as_of: date | None = None,
    revision: int | None = None,
) -> dict[str, str]:
    """Return the lines of a workbook's second sheet, in order; what does not apply has none.

    Args:
        title: what the table is.
        permalink: the address that gives it again.
        treaty: the treaty, where it is of one.
        as_of: the legal day, where the table depends on one.
        revision: the state of the record, where the table depends on one.
    """
    source = gettext("Each entry of the record names its own source.")
    if treaty:
        source = gettext(
            "Each entry of the record names its own source. The depositary's own record is authoritative "
            "(%(depositary)s)."
        ) % {"depositary": treaty.depositary}
    lines = {
        gettext("Table"): title,
        gettext("Treaty"): treaty.title if treaty else "",
        gettext("Depositary's number"): treaty.depositary_reference if treaty else "",
        gettext("As of"): as_of.isoformat() if as_of else "",
        gettext("Revision"): "" if revision is None else str(revision),
        gettext("Permalink"): permalink,
        gettext("Source"): source,
        gettext("Licence"): RIGHTS,
        gettext("Days"): gettext(
            "A day that is not known exactly stands as text: 2026-02, or 2026-02-01/2026-02-13."
        ),
    }
    return {label: text for label, text in lines.items() if text}
