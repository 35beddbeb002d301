"""With this folder on PYTHONPATH, Python and what it starts reach no other machine."""

import sys

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def refuse(event, arguments):
    """Raise ConnectionRefusedError where a socket would leave the machine."""
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
    elif event == "socket.getaddrinfo":
        address = arguments
    else:
        return
    # What is no tuple is the path of a Unix socket.
    if isinstance(address, tuple) and address[0] not in LOOPBACK:
        raise ConnectionRefusedError(f"no network here, asked for {address[0]}")


sys.addaudithook(refuse)
