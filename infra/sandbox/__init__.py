"""Stand-ins for the systems outside, each speaking the real protocol over the network.

`python -m infra.sandbox` runs them all in one process: registers, VNPAY and the document axis over HTTP, and the virus
scanner's daemon on a port of its own. Nothing in the services knows whether it talks to these or to the real ones.
"""
