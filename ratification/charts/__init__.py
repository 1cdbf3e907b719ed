"""Charts as data: pure functions from plain figures to a Vega-Lite specification, a text and a table.

`over_time`, `by_group`, `same_age` and `days_to_deposit` describe; `drawing` draws. docs/charts.md shows each.
"""
