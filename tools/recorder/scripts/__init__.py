# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What is said to servers: one module per protocol, each with a dictionary `ALL` from names to scripts.

A script is a function that takes a fresh Conversation. It says its part and reads the answers; an exception
fails the recording.
"""
