"""Answers of a language model, and search by meaning, for users with a token."""
