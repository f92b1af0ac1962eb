"""The questions of the national HSA contracts (RIV-TA ``infrastructure:directory``), answered from one snapshot.

The answers bear the contracts' names, written as Python writes names; the HTTP edge writes them as the contracts do.
Boundary: what the contracts say of SOAP, search bases and profiles of other fields is in ``docs/divergences.md``.
"""
