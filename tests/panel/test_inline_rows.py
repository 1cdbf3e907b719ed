"""Pages with a row for each of many others: what they ask the database does not grow with the rows."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from states.models import Group

# The same whatever the database: other tests of the panel send both their queries.
pytestmark = [pytest.mark.django_db, pytest.mark.embedded, pytest.mark.usefixtures("with_participants")]


def test_the_page_of_a_group_asks_once_for_all_its_members(
    administrator: User, at: Callable[[User], Client]
) -> None:
    groups = Group.objects.annotate(members=Count("memberships")).filter(members__gt=2).order_by("members")
    small, large = groups[0], groups.reverse()[0]
    assert large.members > 20 + small.members
    client = at(administrator)
    asked = []
    for group in (small, large):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("admin:states_group_change", args=[group.pk])).content.decode()
        assert page.count("selected") >= group.members
        asked.append(len(queries))
    assert asked[1] <= asked[0]
