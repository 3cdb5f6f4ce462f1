"""The judge of plans: waivers, expected checks, and what checkov answers."""
