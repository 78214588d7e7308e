# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Reads the text form of an HdrHistogram (V2, compressed, base64), as any of its readers would."""

import base64
import struct
import zlib

COMPRESSED_COOKIE = 0x1C849304
PLAIN_COOKIE = 0x1C849303


class HdrHistogram:
    def __init__(self, text: str) -> None:
        packed = base64.b64decode(text, validate=True)
        cookie, length = struct.unpack_from(">ii", packed)
        if cookie & ~0xF0 != COMPRESSED_COOKIE or length != len(packed) - 8:
            raise ValueError(f"not a compressed HdrHistogram V2: cookie {cookie:#x}, length {length}")
        plain = zlib.decompress(packed[8:])
        cookie, length, _, digits, lowest, self.highest, _ = struct.unpack_from(">iiiiqqd", plain)
        if cookie & ~0xF0 != PLAIN_COOKIE or length != len(plain) - 40:
            raise ValueError(f"not an HdrHistogram V2: cookie {cookie:#x}, length {length}")
        # The layout that its documentation gives: sub-buckets for twice 10^digits values, doubling in width.
        self._unit_magnitude = max(0, lowest.bit_length() - 1)
        self._sub_bucket_magnitude = (2 * 10**digits - 1).bit_length()
        self.buckets = list(self._read_counts(plain[40:]))
        self.count = sum(count for _, count in self.buckets)

    def _read_counts(self, payload: bytes):
        """(highest value of the bucket, count) for each bucket that has any."""
        index = position = 0
        while position < len(payload):
            number, position = _zigzag_leb128(payload, position)
            if number < 0:
                index -= number  # so many empty buckets
            else:
                if number:
                    yield self._value_at(index), number
                index += 1

    def _value_at(self, index: int) -> int:
        half = 1 << (self._sub_bucket_magnitude - 1)
        bucket, sub_bucket = (index >> (self._sub_bucket_magnitude - 1)) - 1, (index & (half - 1)) + half
        if bucket < 0:
            bucket, sub_bucket = 0, sub_bucket - half
        shift = bucket + self._unit_magnitude
        return (sub_bucket << shift) + (1 << shift) - 1

    def percentile(self, share: float) -> int:
        wanted = max(1, round(share * self.count))
        seen = 0
        for value, count in self.buckets:
            seen += count
            if seen >= wanted:
                return value
        return 0


def _zigzag_leb128(data: bytes, position: int) -> tuple[int, int]:
    """A number, and where the next one starts: seven bits a byte, but eight in the ninth."""
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        if shift == 56:
            value |= byte << shift
            break
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
    return (value >> 1) ^ -(value & 1), position
