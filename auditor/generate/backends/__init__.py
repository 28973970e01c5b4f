"""Where answers come from: one file each, and the file's name is the backend's.

A backend is a module with ``connect(options) -> Backend``; see ``auditor/generate/request.py``.
"""
