"""Who may open which view: every address of the site against every kind of visitor, as a table that must be true.

`permissions.csv` names for each view of the panel the roles that it opens to; a view that it lacks fails the test.
"""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.hashers import BasePasswordHasher, get_hasher
from django.contrib.auth.models import AnonymousUser, Group, User
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from ratification.ledger import reference
from ratification.ledger.writing import ActionContent
from ratification.models import Action, TreatyProposal
from ratification.operations import accounts
from states.models import Participant
from treaty.models import Treaty
from treaty.writing import definition_directory

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("permissions.csv")
ROLES = ("data_entry", "reviewer", "administrator")
FOR_ALL = {
    *("login", "old_address", "app_list", "password_link", "password_set"),
    *("password_reset", "password_reset_done", "password_reset_confirm"),
    *("second_factor_check", "second_factor_use_passkey"),
}
"""Views that open without an account, or before it has opened; see test_accounts.py and test_second_factor.py."""
FOR_ALL_STAFF = {
    "index", "logout", "password_change", "password_change_done", "jsi18n", "view_on_site", "catch_all",
    "unfinished", "second_factor", "second_factor_app", "second_factor_passkey", "second_factor_codes",
}  # fmt: skip


def views(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, str]]:
    """Every view below a resolver: its address as a pattern, and its name."""
    for pattern in resolver.url_patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views(pattern, address)
        elif isinstance(pattern, URLPattern):
            yield address, pattern.name or ("catch_all" if "(?P<url>" in address else "old_address")


def panel() -> list[tuple[str, str]]:
    """The panel's views with an address that can be asked: that of a row that is there, where one is."""
    found = []
    for address, name in views(get_resolver()):
        if address.startswith("admin/") and name not in FOR_ALL:
            app, _, rest = name.partition("_")
            model = rest.partition("_")[0]
            row = None
            if app in apps.app_configs and model in apps.all_models[app]:
                row = apps.get_model(app, model)._default_manager.order_by("-pk").first()  # noqa: SLF001  (Django's way)
            key = str(row.pk if row else 1)
            address = re.sub(r"<[a-z]+:?[a-z_]*>|\(\[\^/\]\+\)", key, address).strip("^$").replace("^", "")  # noqa: PLW2901
            found.append(("/" + address.replace("(?P<url>.*)", "nowhere/"), name))
    return found


def opens(address: str, user: User | AnonymousUser, method: str = "get") -> bool:
    """Whether a view shows or does something for somebody; what it has done is taken back, nothing is drawn."""
    request = RequestFactory().generic(method, address)
    request.user, request.session = user, SessionStore()
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]  # noqa: SLF001  (as its middleware)
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # noqa: SLF001  (as Django's test client)
    view, args, kwargs = resolve(address)
    with transaction.atomic():
        try:
            answer = view(request, *args, **kwargs)
        except (PermissionDenied, Http404):
            return False
        finally:
            transaction.set_rollback(True)
    sent_to = answer.headers.get("Location", "")
    return (
        answer.status_code not in {403, 405}
        and sent_to != "/admin/"
        and not sent_to.startswith("/admin/login/")
    )


@pytest.fixture
def addresses(
    waiting: Callable[[ActionContent], Action], say: Callable[..., ActionContent], now: datetime
) -> list[tuple[str, str]]:
    waiting(say("VNM ratification 2026-04-15", notification="C.N.123.2026.TREATIES-XVIII.16"))
    proposer = User.objects.create_user("proposer")
    qatar = Participant.objects.get(iso3="QAT")
    reference.propose(qatar, before={}, after={}, by=proposer, reason="A test.", now=now)
    accounts.propose_role(proposer, Group.objects.get(name="reviewer"), by=proposer, now=now)
    files = definition_directory(Treaty.objects.get(slug="hanoi"))
    TreatyProposal.objects.create(
        slug="other", title="Other", files=files, proposed_by=proposer, proposed_at=now
    )
    return sorted(panel(), key=lambda pair: pair[1])


@pytest.mark.parametrize("method", ["get", "post"])
def test_each_view_of_the_panel_opens_to_the_roles_in_the_table(
    addresses: list[tuple[str, str]], clerk: User, reviewer: User, administrator: User, method: str
) -> None:
    users = dict(zip(ROLES, (clerk, reviewer, administrator), strict=True))
    found = [
        {"view": name, "method": method}
        | {role: "yes" if opens(address, user, method) else "no" for role, user in users.items()}
        for address, name in addresses
    ]
    with TABLE.open(newline="") as file:
        assert found == [row for row in csv.DictReader(file) if row["method"] == method]


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_comes_in_without_an_account_or_a_role(addresses: list[tuple[str, str]], method: str) -> None:
    visitor = User.objects.create_user("visitor")
    staff = User.objects.create_user("staff", is_staff=True)
    for user in (AnonymousUser(), visitor, staff):
        opened = {name for address, name in addresses if opens(address, user, method)}
        assert opened <= (FOR_ALL_STAFF if user is staff else {"logout"}), user


@pytest.mark.usefixtures("hanoi")
def test_no_public_address_can_be_written_to() -> None:
    public = {address for address, _name in views(get_resolver()) if not address.startswith("admin/")}
    assert len(public) > 50
    client, wrong = Client(), {}
    for pattern in public:
        address = "/" + pattern
        for argument, value in {
            "<drf_format_suffix_json_csv_xlsx_atom_zip:format>": ".json",
            "<slug:slug>": "hanoi",
            "<code:iso3>": "QAT",
            "<str:iso3>": "QAT",
            "<str:other>": "VNM",
            "<int:number>": "1",
            "^.*/$": "nowhere/",
        }.items():
            address = address.replace(argument, value)
        for method in ("post", "delete"):
            status = getattr(client, method)(address).status_code
            if method == "post" and "follow" in address:  # tests/ratification/following
                assert status in {400, 404}, address
            elif status != 405 and "dataset" not in address:  # 404: it has not been built
                wrong[f"{method} {address}"] = status
    assert wrong == {}


def test_the_sign_in_page_does_not_tell_who_has_an_account(
    clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same words, and the same work: the hash of a password is computed for unknown names too (no timing)."""
    hashed: list[str] = []
    hasher = type(get_hasher())
    encode = hasher.encode

    def counted(self: BasePasswordHasher, password: str, *more: str) -> str:
        hashed.append(password)
        return str(encode(self, password, *more))

    monkeypatch.setattr(hasher, "encode", counted)
    said = {}
    for name in (clerk.username, "nobody"):
        hashed.clear()
        answer = Client().post("/admin/login/", {"username": name, "password": "a guess"})
        body = answer.content.decode().replace(name, "NAME")
        token = answer.context["csrf_token"]
        said[name] = (answer.status_code, body.replace(str(token), ""), len(hashed))
    assert said[clerk.username] == said["nobody"]
    assert said["nobody"][2] > 0
