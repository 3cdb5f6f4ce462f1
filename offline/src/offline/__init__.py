"""An offline Google for Terraform: real core, fake cloud."""
