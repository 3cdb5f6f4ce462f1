"""Error of a service that cannot start."""


class SettingsError(Exception):
    """A setting is missing or invalid. The message names it, and never repeats a secret."""

    def __init__(
        self,
        what: str,
        *,
        where: str,
        reason: str = "",
        expected: str = "",
        actual: str = "",
        advice: str,
    ) -> None:
        """Create the message in the format of `grid`: what, where, why, and what to do.

        Args:
            what: A clause with the name of the setting, without a period.
            where: Environment variable or file.
            reason: Why, in full sentences.
            expected: A valid value, and `actual` the value that was found.
            actual: See `expected`.
            advice: A command-form sentence, without a period.
        """
        lines = [f"Error: {what}", f"  --> {where}", *([f"  {reason}"] if reason else [])]
        if expected:
            lines += [f"  Expected: {expected}", f"  Actual: {actual}"]
        super().__init__("\n".join([*lines, f"help: {advice}"]))
