"""`make try`: apply a synthesized environment to the offline Google, and show what it creates."""
