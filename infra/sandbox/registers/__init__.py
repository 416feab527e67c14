"""Stand-ins for the registers of population (CSDLQG về dân cư), firms, driving licences and health, over real HTTP.

The real registers are closed; this is the contract the adapters of identity keep to. Every call is
`POST`, body and answer JSON (UTF-8), and carries

* `X-Api-Key`: the shared secret of the connection; 401 without it.
* `X-Road-Client` (INSTANCE/CLASS/MEMBER/SUBSYSTEM), `X-Road-Id` (UUID of the call), `X-Road-Issue` (case reference,
  percent-encoded UTF-8), `X-Road-UserId` (VN and the officer's account id), as X-Road's REST protocol has them.
* in the body: `agency`, `officer`, `case_reference`, `purpose`, `legal_basis`, and `salt`, random so that the hash of
  the request that the caller keeps discloses nothing.

A call that lacks any of these, or whose `case_reference` is not that of `X-Road-Issue`, is refused with 400, header
`X-Road-Error` and body `{type, message, detail}`. An answer carries back `X-Road-Id`, and `X-Road-Request-Hash`, the
base64 of SHA512(SHA512(headers) ‖ SHA512(body)) where headers are the four X-Road lines above, `name: value`, joined
by line feeds.

Paths under /registers:

* `/population/verify` takes `personal_number` and `declared`, name to value of `full_name birth_date sex`; answers
  `{answer, facts}`, name to `match`, `mismatch`, `no_data` or `inconclusive` (TT 136/2026/TT-BCA), and no data. The
  answer is a match when every fact is.
* `/population/fetch` takes `personal_number` and `fields`; answers `{person}` with only those of the fields it holds,
  or 404.
* `/business/fetch` takes `tax_code`; answers `{firm}`, or 404.
* `/driving-licences/fetch` and `/health-records/fetch` take `personal_number`; answer `{paper}` with `number`,
  `issuer`, `issued_on`, `expires_on` and facts of their own (`licence_class`, `conclusion`), or 404.

For tests, with `X-Api-Key` alone: `POST /admin/behaviour` takes `times`, `delay_ms`, `status`: the next `times` calls
wait, or fail with that status; `GET /admin/calls` lists the calls taken, newest last.
"""

from infra.sandbox.registers.routes import create_blueprint

__all__ = ["create_blueprint"]
