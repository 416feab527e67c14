"""A stand-in for a mail server: it takes letters by SMTP (RFC 5321) and shows them, to whomever they are.

It speaks with code of its own, so that it can disagree with the channel of notifications. Letters live as long as the
process, the newest 500. To `unknown.…@…` it answers 550, to `busy.…@…` 451.

| path | shows |
|---|---|
| `GET /mail` | a page of the letters that arrived, newest first |
| `GET /mail/letters` | the same for programs: `{letters: [{to, from, subject, message_id, text, at}]}` |
"""

from infra.sandbox.mail.routes import create_blueprint

__all__ = ["create_blueprint"]
