"""The command ``kommit``; one noun a module.

Modules of commands import what works only inside the commands: loading numba, pandas and the
server takes seconds, which ``--help`` and a mistyped option should not cost.
"""
