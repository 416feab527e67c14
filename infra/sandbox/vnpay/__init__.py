"""A stand-in for VNPAY 2.1.0: the page where one pays, server notices (IPN), querydr and refund, over real HTTP.

It signs and checks with code of its own, so that it can disagree with the adapter of payments. Orders live as long as
the process. Notices go out in the background until they are answered 00 or 02, like the real ones, only sooner.

| path under /vnpay | does |
|---|---|
| `GET /paymentv2/vpcpay.html` | the page of a signed order: pay, cancel, or pay in a way that looks suspicious |
| `POST /paymentv2/vpcpay.html` (same query; form `choice` = pay, cancel or suspicious) | 303 to vnp_ReturnUrl, signed |
| `POST /merchant_webapi/api/transaction` | querydr and refund, JSON both ways |
| `POST /sandbox/orders/{vnp_TxnRef}/notices?times=N` | sends the order's notice again N times at once; for tests |
"""

from infra.sandbox.vnpay.routes import create_blueprint

__all__ = ["create_blueprint"]
