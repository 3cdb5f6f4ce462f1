"""Tokens for users that Google, or another OpenID provider, has identified."""
