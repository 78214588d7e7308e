# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Real servers, each a context manager: it runs inside the `with`, and leaves nothing behind. See README.md."""
