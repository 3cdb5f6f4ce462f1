"""Google's services, one folder each: rules of its API, what it computes, facts of its types."""
