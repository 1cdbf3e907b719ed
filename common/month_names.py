"""Names of the months as they are printed."""

_MONTH_NAMES = (
    "january jan janvier janv",
    "february feb février fevrier févr fevr fév fev",
    "march mar mars",
    "april apr avril avr",
    "may mai",
    "june jun juin",
    "july jul juillet juil",
    "august aug août aout",
    "september sept sep septembre",
    "october oct octobre",
    "november nov novembre",
    "december dec décembre decembre déc",
)
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
"""Number of a month by its English and French names and abbreviations, in lower case."""
