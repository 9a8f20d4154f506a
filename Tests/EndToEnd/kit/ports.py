"""Free ports on loopback. Another may take one between our look and its use; that is rare and loud."""

import socket


def free(kind=socket.SOCK_DGRAM):
    with socket.socket(socket.AF_INET, kind) as it:
        it.bind(("127.0.0.1", 0))
        return it.getsockname()[1]


def free_tcp():
    return free(socket.SOCK_STREAM)
