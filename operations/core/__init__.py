"""What every command runs on: session, steps, journal, outputs, and calls to Google."""
