"""Tests of the environment files: schema, rules, messages and names."""
