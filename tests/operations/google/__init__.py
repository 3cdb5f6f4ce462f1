"""A local server that answers as Google does.

`server.Server` serves a `cloud.Cloud`. Each API is a module whose methods are registered under the
ids of Google's discovery documents; every request and every answer is checked against them.
"""
