"""Google Cloud's REST APIs, served on this machine from their discovery documents.

`server` speaks HTTP, `discovery` knows what each request may contain, `resources` does what any
resource needs (create, get, list, patch, delete), and `apis/` has what one API does beyond that.
"""
