"""The one exception that a reader of the course is meant to see: a sentence that says what to do."""


class CourseError(Exception):
    """Something the reader can mend: the message is one or two sentences that say what to do.

    A notebook shows the message alone; a plain Python program shows an ordinary traceback.
    """

    def _render_traceback_(self) -> list[str]:
        """Lines that IPython prints instead of a traceback."""
        return [f"dlcourse: {self}"]
