"""Print the identity that plans an environment, as outputs of a step of GitHub Actions.

ACCOUNTS is JSON, name of each environment -> output `ci_plan` of its bootstrap; ENVIRONMENT is a
name in it.
"""

import json
import os
import sys


def main() -> int:
    """Return 0, or 1 if ACCOUNTS has no such environment."""
    environment = os.environ["ENVIRONMENT"]
    try:
        account = json.loads(os.environ["ACCOUNTS"])[environment]
        lines = [f"{key}={account[key]}" for key in ("provider", "service_account")]
    except (ValueError, KeyError, TypeError):
        print(
            "::error::The variable PLAN_ACCOUNTS has no provider and service_account "
            f"of {environment}",
            file=sys.stderr,
        )
        return 1
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
