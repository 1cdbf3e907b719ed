"""Kinds of statement, and kinds of act that change one."""

from treaty.clauses import ActionKind

STATEMENTS = frozenset(
    {
        ActionKind.RESERVATION,
        ActionKind.DECLARATION,
        ActionKind.UNDERSTANDING,
        ActionKind.OBJECTION,
        ActionKind.COMMUNICATION,
        ActionKind.NOTIFICATION,
        ActionKind.TERRITORIAL_APPLICATION,
        ActionKind.TERRITORIAL_EXCLUSION,
        ActionKind.PROVISIONAL_APPLICATION,
    }
)
"""Kinds of what a participant says about a treaty, apart from consent to be bound."""

TERRITORIAL = frozenset({ActionKind.TERRITORIAL_APPLICATION, ActionKind.TERRITORIAL_EXCLUSION})
"""Statements on the territories to which a consent applies."""

ENDS = frozenset({ActionKind.WITHDRAWAL_OF_STATEMENT, ActionKind.END_OF_PROVISIONAL_APPLICATION})
"""Acts that take a statement back, whole or in part."""

CHANGES = ENDS | {ActionKind.MODIFICATION_OF_STATEMENT, ActionKind.CONFIRMATION_OF_RESERVATION}
"""Acts of the maker that change the state of its own statement and are none themselves."""

NAMES_A_STATEMENT = CHANGES | {ActionKind.OBJECTION}
"""Kinds that mean nothing without the statement that they are about."""

REPLIES = frozenset({ActionKind.OBJECTION, ActionKind.COMMUNICATION})
"""Statements on what another participant did."""

OBJECTED_TO = frozenset({ActionKind.RESERVATION, ActionKind.DECLARATION, ActionKind.UNDERSTANDING})
"""Statements that others object to: a declaration may be a reservation by another name (VCLT 2(1)(d))."""

OF_STATEMENTS = STATEMENTS | CHANGES
"""Every kind of entry that is a statement or changes one."""
