"""Waiting with an end to it."""

import time


class TooLong(AssertionError):
    pass


def until(look, what, seconds=20.0, pause=0.1):
    """Calls `look` until it returns something true, and returns that; what was last seen is in the failure."""
    end = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > end:
            raise TooLong(f"{what}: not within {seconds:g} s; last seen: {seen!r}")
        time.sleep(pause)
