# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Hosts with addresses and names of their own, on one machine: network namespaces that hang at one bridge."""

import ctypes
import os
import socket
import subprocess
import threading

CLONE_NEWNET = 0x40000000


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


def enter_own_network() -> str | None:
    """Moves this process, which has one thread, into a network of its own that has nothing but loopback. Why not, in a
    sentence, if it may not."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        return f"this process may not have a network of its own: {os.strerror(ctypes.get_errno())}"
    try:
        _ip("link", "set", "lo", "up")
        _ip("link", "add", "hosts", "type", "bridge")
        _ip("addr", "add", f"{Hosts.GATEWAY}/24", "dev", "hosts")
        _ip("link", "set", "hosts", "up")
    except (OSError, subprocess.CalledProcessError) as failure:
        return f"this process cannot set up a network of its own: {getattr(failure, 'stderr', None) or failure}"
    return None


class Hosts:
    """Some hosts, 10.77.0.1 and up, beside this process, which is 10.77.0.254. After `enter_own_network`."""

    GATEWAY = "10.77.0.254"

    def __init__(self, count: int) -> None:
        self.addresses = [f"10.77.0.{number}" for number in range(1, count + 1)]
        self._keepers = [self._make(number) for number in range(1, count + 1)]

    def _make(self, number: int) -> subprocess.Popen:
        # It ends with this process, and the host with it.
        keeper = subprocess.Popen(["unshare", "--net", "--uts", "sh", "-c", f"hostname host{number} && echo up && exec cat"],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert keeper.stdout is not None
        assert keeper.stdout.readline() == "up\n"
        # The kernel may still have the name of an earlier host's.
        cable = f"host-{keeper.pid}"
        _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", str(keeper.pid))
        _ip("link", "set", cable, "master", "hosts", "up")
        inside = self._inside(keeper)
        for words in (["link", "set", "lo", "up"], ["addr", "add", f"10.77.0.{number}/24", "dev", "eth0"],
                      ["link", "set", "eth0", "up"]):
            subprocess.run([*inside, "ip", *words], check=True)
        return keeper

    @staticmethod
    def _inside(keeper: subprocess.Popen) -> list[str]:
        return ["nsenter", "--target", str(keeper.pid), "--net", "--uts"]

    def prefix(self, number: int) -> list[str]:
        """The prefix of a command that runs on a host; they count from 0."""
        return self._inside(self._keepers[number])

    def agent(self) -> str:
        """What mpirun takes in place of ssh: a shell script, to be called with an address and a command."""
        cases = "\n".join(f"  {address}) exec {' '.join(self.prefix(number))} sh -c \"$*\" ;;"
                          for number, address in enumerate(self.addresses))
        return f'#!/bin/sh\nhost=$1\nshift\ncase $host in\n{cases}\nesac\n'

    def close(self) -> None:
        for keeper in self._keepers:
            keeper.communicate()

    def __enter__(self) -> "Hosts":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Relay:
    """Has the hosts reach a server that listens at loopback alone."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server((Hosts.GATEWAY, port), backlog=256)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._port)) as server:
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = threading.Thread(target=self._pass_on, args=(server, client), daemon=True)
            back.start()
            self._pass_on(client, server)
            back.join()

    @staticmethod
    def _pass_on(one: socket.socket, other: socket.socket) -> None:
        try:
            while octets := one.recv(65536):
                other.sendall(octets)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # either has gone

    def close(self) -> None:
        self._listener.close()

    def __enter__(self) -> "Relay":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
