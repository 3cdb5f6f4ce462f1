"""The three services, answering on this machine, with their metrics in a served Google."""
