"""A stand-in for the national document axis, with two agencies behind it that answer, over real HTTP.

Every call is a POST with its arguments as headers; the answer is `{"status": "OK", "ErrorCode": "0", "ErrorDesc": ""}`
and `DocID` or `data`, or status FAIL and what is wrong.

| path under /axis | headers | gives |
|---|---|---|
| `/sendEdoc`, body the packet | `from messagetype messageid` | `DocID`; the same for a repeated `messageid` |
| `/getReceivedEdocList` | `AgencyCode messagetype` | `data`: `DocId from messagetype created_time`, oldest first |
| `/getEdoc` | `AgencyCode docId` | `data`: the packet's bytes in Base64 |
| `/updateStatus` | `AgencyCode docId status` | takes a packet that is `done` or `fail` out of the inbox |
| `/getAgenciesList` | | `data`: `code name` |

`messagetype` is edoc or status. Behind the axis are Cục Hồ sơ nghiệp vụ (G01.001.00), which answers questions, and Bảo
hiểm xã hội (G24.029.00), which takes whole cases in, issues a card or denies it. Each verifies what it gets, reports
01, 03, 04, 05, answers, reports 06, or refuses with 02, each packet signed with its own key. Packets live as long as
the process. They are read, written, signed and verified with code of its own, so that it can disagree with exchange.

For tests, `POST /sandbox/faults` takes JSON: `down`, the next calls fail with 503; `lose_answers`, the next sendEdoc
are taken but answered 504; `duplicate`, the next packets arrive twice; `shuffle`, inboxes list the newest first.
"""

from infra.sandbox.axis.routes import create_blueprint

__all__ = ["create_blueprint"]
