"""`make check-cdktn`: CDK Terrain, the living fork of CDKTF, writes the same Terraform JSON."""
