"""The reference central CRM: it merges what the tills send and tells every till what became of it."""
