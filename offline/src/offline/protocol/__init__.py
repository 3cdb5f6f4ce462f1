"""Terraform's plugin protocol 5: messages, values and a server, without generated code."""
