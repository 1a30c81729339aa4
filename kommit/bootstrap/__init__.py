"""Builds everything from settings: the only part that knows all the others.

``open_kommit`` gives the services, ``serving.app_of`` the application around them.
"""

from kommit.bootstrap.container import Kommit, open_kommit, open_network

__all__ = ["Kommit", "open_kommit", "open_network"]
