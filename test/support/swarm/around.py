"""A service of a node's own, TCP and UDP, at a port that the system gives; it writes down what arrives. IPv6 too."""

import socket
import sys
import threading
from typing import TextIO


def main(folder: str) -> None:
    """Write `port` into the folder, and into `arrived` a line for each datagram and connection."""
    tcp = socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True, backlog=50)
    port = tcp.getsockname()[1]
    udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    udp.bind(("", port))
    with open(f"{folder}/arrived", "w", buffering=1) as arrived:
        threading.Thread(target=hear, args=(udp, arrived), daemon=True).start()
        with open(f"{folder}/port", "w") as file:
            file.write(str(port))
        while True:
            connection, (address, *_) = tcp.accept()
            with connection:
                connection.settimeout(5)
                try:
                    connection.recv(1000)
                    connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
                except OSError:
                    pass
            print(f"tcp from {address}", file=arrived)


def hear(udp: socket.socket, arrived: TextIO) -> None:
    """Note datagrams."""
    while True:
        text = udp.recv(200)
        print(f"udp {text.decode(errors='replace')}", file=arrived)


main(sys.argv[1])
