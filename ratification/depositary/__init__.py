"""The depositary's status document: parse it, compare it with the ledger, propose what differs. Never overwrite."""
