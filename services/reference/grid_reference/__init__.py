"""A small service with everything that Grid's services have in common."""
