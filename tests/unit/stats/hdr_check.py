# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Decodes what the program named as the argument prints and compares it, bucket by bucket.

Written from the format's description alone, with nothing shared with the C++ code but the layout's parameters."""

import base64
import struct
import subprocess
import sys
import zlib

SUB_BUCKETS = 2048


def lowest_value(index):
    if index < SUB_BUCKETS:
        return index
    half = SUB_BUCKETS // 2
    return (half + index % half) << (index // half - 1)


def varints(payload):
    position = 0
    while position < len(payload):
        value = 0
        for i in range(9):
            octet = payload[position]
            position += 1
            if i == 8:
                value |= octet << 56
                break
            value |= (octet & 0x7F) << (7 * i)
            if octet < 0x80:
                break
        yield (value >> 1) ^ -(value & 1)


def decode(text):
    octets = base64.b64decode(text, validate=True)
    cookie, length = struct.unpack(">II", octets[:8])
    assert cookie == 0x1C849314, hex(cookie)
    assert length == len(octets) - 8
    plain = zlib.decompress(octets[8:])
    header = struct.unpack(">IIiIqqd", plain[:40])
    assert header == (0x1C849313, len(plain) - 40, 0, 3, 1, 3600 * 10**9, 1.0), header
    index = 0
    for count in varints(plain[40:]):
        if count < 0:
            index -= count
            continue
        if count > 0:
            yield (lowest_value(index), count)
        index += 1


def main():
    output = subprocess.run([sys.argv[1]], check=True, capture_output=True, text=True).stdout
    samples = output.split("\n\n")[:-1]
    assert len(samples) == 4, len(samples)
    for sample in samples:
        text, *lines = sample.split("\n")
        assert text.startswith("HISTFAAA"), text[:12]
        expected = [tuple(int(word) for word in line.split()) for line in lines]
        assert list(decode(text)) == expected, text[:60]


main()
