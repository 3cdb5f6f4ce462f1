"""What differs between environments: YAML files, their schema and the rules that check them.

Nothing here knows Terraform or CDKTF, so that a file is checked in a fraction of a second.
"""

from environments.loader import load
from environments.problems import EnvironmentFileError, Problem
from environments.schema import Environment

__all__ = ["Environment", "EnvironmentFileError", "Problem", "load"]
