"""The kit of services, with the service api on top, real PostgreSQL, and real Redis."""
