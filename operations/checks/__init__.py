"""What `grid doctor` checks: a module for each field, a function for each check."""
