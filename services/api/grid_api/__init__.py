"""Users and their conversations, for the users themselves."""
