"""Statements over time: what of each stands on a day, what has no effect, and what speaks against one."""

from ratification.rules.statements.doubts import statement_doubts
from ratification.rules.statements.life import statements_on
from ratification.rules.statements.provision_states import ProvisionState
from ratification.rules.statements.states import StatedProvision, Statement, Statements

__all__ = [
    "ProvisionState",
    "StatedProvision",
    "Statement",
    "Statements",
    "statement_doubts",
    "statements_on",
]
