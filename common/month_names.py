"""Names of the months as they are printed."""

_MONTH_NAMES = (
    "january jan janvier janv enero ene januar января январь يناير",
    "february feb février fevrier févr fevr fév fev febrero februar февраля февраль فبراير",
    "march mar mars marzo märz maerz марта март مارس",
    "april apr avril avr abril abr апреля апрель أبريل",
    "may mai mayo мая май مايو",
    "june jun juin junio juni июня июнь يونيو",
    "july jul juillet juil julio juli июля июль يوليو",
    "august aug août aout agosto ago августа август أغسطس",
    "september sept sep septembre septiembre setiembre сентября сентябрь سبتمبر",
    "october oct octobre octubre oktober okt октября октябрь أكتوبر",
    "november nov novembre noviembre ноября ноябрь نوفمبر",
    "december dec décembre decembre déc diciembre dic dezember dez декабря декабрь ديسمبر",
)
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
"""Number of a month by its name or abbreviation in lower case: English, French, Spanish, German, Russian, Arabic."""
