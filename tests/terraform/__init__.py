"""Tests with Terraform itself: validate, plan, apply, drift, change, and destroy environments."""
