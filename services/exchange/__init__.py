"""Envelopes between agencies (văn bản điện tử liên thông): edXML of QCVN 102:2016 over the national document axis."""
