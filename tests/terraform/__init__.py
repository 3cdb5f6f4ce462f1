"""Genuine Terraform judges every environment: validate, plan, apply, drift, change, destroy."""
