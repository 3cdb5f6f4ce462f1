"""What one part of the project writes and another reads: outputs and Terraform's plan JSON."""
