"""How long a test waits. A machine may be busy: a limit is for what never comes, and no test asserts a time."""

LONGEST = 1800.0  # seconds until something counts as never coming
PATIENCE = 240.0  # the same for what a page shows: many tests wait for a page that is broken, one after the other
