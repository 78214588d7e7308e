# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What is said to servers: a module a protocol, each with a dictionary `ALL` from a conversation's name to its script.

A script is a function that takes a fresh Conversation. It says its part and hears the answers out; what it raises
fails the recording.
"""
