"""Outbox, relay and inbox under a seeded scheduler: the real code on a database and broker in memory.

Every statement, commit, publication and receipt is a point where another process may run, or this one dies. One random
generator decides; a seed replays its run.
"""
