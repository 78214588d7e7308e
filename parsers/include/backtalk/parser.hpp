// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The common interface of all parsers, as a concept: for code that drives any of them.
///
///     template <backtalk::Parser P>
///     bool read_some(P& parser, std::string_view bytes, auto use) {
///       parser.feed(bytes);
///       while (const auto* message = parser.next()) use(*message);
///       return !parser.error();
///     }
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "backtalk/error.hpp"

namespace backtalk {

/// A parser of one direction of a connection: `smtp::ReplyParser` and its seven siblings.
///
/// - `feed(bytes)` lends it the next piece of the stream. Call it only after `next` has returned
///   null: while bytes are unread, it sets the error `fed_too_early` at the first of them.
/// - `next()` returns the next message or event, valid until the next call; null if more bytes are
///   needed or there is an error.
/// - `error()` is the first error of the stream, with its offset. It stays until `reset`.
/// - `in_message()` is true inside a message: if the stream ends there, the message is cut off.
/// - `message_offset()` is the offset of the current message; between messages, of the next one.
/// - `reset()` starts a new stream.
///
/// Parsers are movable but not copyable, because their results are views of their buffers.
template <class P>
concept Parser = std::movable<P> && !std::copy_constructible<P> && std::default_initializable<P> &&
                 requires(P parser, const P& same, std::string_view bytes) {
                   { parser.feed(bytes) } -> std::same_as<void>;
                   requires std::is_pointer_v<decltype(parser.next())>;
                   requires std::is_const_v<std::remove_pointer_t<decltype(parser.next())>>;
                   { same.error() } noexcept -> std::same_as<Error>;
                   { same.in_message() } noexcept -> std::same_as<bool>;
                   { same.message_offset() } noexcept -> std::same_as<std::uint64_t>;
                   { parser.reset() } noexcept -> std::same_as<void>;
                 };

}  // namespace backtalk
