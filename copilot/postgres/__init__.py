"""PostgreSQL without an installation: a server that is there while somebody needs it.

`running(data)` starts or joins the one server of a data folder; `data_folder(environ)` says which folder that is.
"""

from copilot.postgres.cluster import Cluster, Server, running
from copilot.postgres.place import LauncherError, data_folder

__all__ = ["Cluster", "LauncherError", "Server", "data_folder", "running"]
