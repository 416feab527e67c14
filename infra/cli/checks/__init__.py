"""The checks of `onestop doctor`. A check yields findings; every id is stable, every failure says how to mend it."""
