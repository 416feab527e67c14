"""Real backing services for tests; loaded as a pytest plugin from the root conftest.

Fixtures (session-wide unless said otherwise):

- `postgres_url`: a superuser's URL of a PostgreSQL server.
- `make_database(service)`: the URL of a new database with that service's newest schema (per module of tests).
- `fresh_database(service)`: the same, dropped when the test ends (per test).
- `empty_database()`: the URL of a new database with nothing in it (per test).
- `amqp_url`: a RabbitMQ server; the test is skipped where there is none. Use `unique_name` for exchanges and queues.
- `s3`: endpoint and keys of an S3 server, and `s3.bucket()`, the name of a bucket nobody else uses.
- `unique_name` (per test): a short name no other test uses.

Each comes from `TEST_DATABASE_URL`, `TEST_AMQP_URL`, `TEST_S3_URL` (with `TEST_S3_ACCESS_KEY`, `TEST_S3_SECRET_KEY`)
where set, else from testcontainers where Docker answers, else from local processes. With `CI=true` or
`ONESTOP_REQUIRE_ALL=1` a missing one is a failure, never a skip.
"""
