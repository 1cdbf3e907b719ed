"""Both clocks are read alike wherever they are asked for: by pages, API, embeds and commands."""

import io
from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from ratification.record.clocks import read_day, read_revision

ACCEPTED = [
    ("as_of", "2026-02-05"),
    ("as_of", "2024-02-29"),
    ("as_of", "0001-01-01"),
    ("as_of", "9999-12-30"),
    ("revision", "0"),
    ("revision", "40"),
    ("revision", "040"),
]
REFUSED = [
    ("as_of", "2026-2-5"),
    ("as_of", "20260205"),
    ("as_of", "2026-W06-4"),
    ("as_of", "2026-036"),
    ("as_of", "2026-02-30"),
    ("as_of", "2025-02-29"),
    ("as_of", "0000-01-01"),
    ("as_of", "9999-12-31"),
    ("as_of", " 2026-02-05"),
    ("as_of", "2026-02-05T00:00"),
    ("as_of", "２026-02-05"),
    ("as_of", "today"),
    ("revision", "+5"),
    ("revision", "-1"),
    ("revision", "1_0"),
    ("revision", "９"),
    ("revision", " 5"),
    ("revision", "5.0"),
    ("revision", "1000000000"),
    ("revision", "latest"),
]
ADDRESSES = {"page": "/", "api": "/api/v1/treaties/hanoi/status/", "embed": "/embed/hanoi/progress/"}


@pytest.mark.parametrize(("clock", "text"), REFUSED)
def test_what_is_refused(clock: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        (read_day if clock == "as_of" else read_revision)(text)


def test_what_is_read() -> None:
    assert read_day("2026-02-05") == date(2026, 2, 5)
    assert read_revision("040") == 40


@pytest.mark.embedded  # other tests send PostgreSQL the same statements
@pytest.mark.usefixtures("hanoi")
@pytest.mark.parametrize("interface", [*ADDRESSES, "command"])
@pytest.mark.parametrize(
    ("clock", "text", "accepted"), [(*each, True) for each in ACCEPTED] + [(*each, False) for each in REFUSED]
)
def test_every_interface_reads_the_same(
    client: Client, interface: str, clock: str, text: str, *, accepted: bool
) -> None:
    if interface == "command":
        try:
            call_command(
                "status", "hanoi", f"--{clock.replace('_', '-')}={text}", "--json", stdout=io.StringIO()
            )
        except CommandError:
            assert not accepted
        else:
            assert accepted
    else:
        response = client.get(ADDRESSES[interface], {clock: text})
        assert response.status_code == (200 if accepted else 400)


@pytest.mark.usefixtures("hanoi")
@pytest.mark.parametrize("interface", ADDRESSES)
@pytest.mark.parametrize("query", ["as_of=2026-02-05&as_of=2026-02-06", "revision=40&revision=40"])
def test_a_clock_given_twice_is_refused(client: Client, interface: str, query: str) -> None:
    assert client.get(f"{ADDRESSES[interface]}?{query}").status_code == 400


@pytest.mark.usefixtures("hanoi")
@pytest.mark.parametrize("clock", ["as_of", "revision"])
def test_an_empty_value_is_left_out_by_forms_alone(client: Client, clock: str) -> None:
    """A browser sends the empty fields of a page's form; a program that sends one has made a mistake."""
    found = {name: client.get(address, {clock: ""}).status_code for name, address in ADDRESSES.items()}
    assert found == {"page": 200, "api": 400, "embed": 400}
    with pytest.raises(CommandError):
        call_command("status", "hanoi", f"--{clock.replace('_', '-')}=", stdout=io.StringIO())
