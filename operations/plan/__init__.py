"""Plans, applies and drift: the Terraform workflow of an environment."""
