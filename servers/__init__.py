# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Servers that the end-to-end tests start, each a context manager: running inside the `with`, gone after it."""
