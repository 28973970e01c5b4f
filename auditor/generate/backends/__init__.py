"""Where answers come from: one file each, and the file's name is the backend's.

A backend is a module with ``DESCRIPTION`` (one line for the command's help) and
``connect(options) -> Backend``; see ``auditor/generate/request.py``.
"""
