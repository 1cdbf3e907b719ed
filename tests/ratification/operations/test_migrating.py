"""A migration copies the fields of its models where Django constructs them anew: both give the same classes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import Field, Model
from django.utils.functional import cached_property

from ratification.models import Action
from ratification.operations.migrating import at_less_cost, copy_of


@pytest.fixture(scope="module")
def state() -> ProjectState:
    return MigrationLoader(None).project_state()


def described(state: ProjectState) -> dict[str, list[Any]]:
    """What each class says of its fields, in their order, and of the models that they relate to."""
    return {
        model._meta.label: [  # noqa: SLF001 - documented API
            *((field.name, field.column, field.deconstruct()) for field in model._meta.local_fields),  # noqa: SLF001
            *((field.name, field.deconstruct()) for field in model._meta.local_many_to_many),  # noqa: SLF001
            *related(model),
        ]
        for model in state.apps.get_models(include_auto_created=True)
    }


def related(model: type[Model]) -> Iterator[tuple[str, str]]:
    for field in model._meta.get_fields(include_hidden=True):  # noqa: SLF001 - documented API
        if field.is_relation:
            other = field.related_model
            assert isinstance(other, type)
            yield field.name, other._meta.label  # noqa: SLF001


def test_classes_are_those_that_django_makes(state: ProjectState) -> None:
    plain = described(state.clone())
    with at_less_cost():
        assert described(state.clone()) == plain
    assert len(plain) > 60


def test_copy_is_its_own_and_has_computed_nothing(state: ProjectState) -> None:
    fields = [field for model in state.models.values() for field in model.fields.values()]
    assert {"auth.user"} <= {str(each.related_model).lower() for each in fields if each.is_relation}
    for field in fields:
        copied = copy_of(field)
        assert copied is not field
        assert copied.creation_counter > field.creation_counter
        parts: list[Any] = [copied, copied.remote_field] if copied.remote_field else [copied]
        for each in parts:
            names = [
                name for name in vars(each) if isinstance(getattr(type(each), name, None), cached_property)
            ]
            assert names == []
        if field.remote_field and copied.remote_field:
            assert copied.remote_field is not field.remote_field
            assert copied.remote_field.field is copied


def test_field_of_a_class_is_constructed_as_ever_and_so_is_each_afterwards() -> None:
    constructed, bound = Field.clone, Action._meta.get_field("treaty")  # noqa: SLF001 - documented API
    with at_less_cost():
        assert Field.clone is not constructed
        assert not hasattr(bound.clone(), "model")
    assert Field.clone is constructed
