"""The command lines of CDKTF and of CDK Terrain, against the offline Google."""
