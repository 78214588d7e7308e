// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What all parsers have in common, as a concept: for code that drives any of them.
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

/// A parser of one direction of a connection. `smtp::ReplyParser` and its seven siblings are such.
///
/// - `feed(bytes)` lends it the next piece of the stream. Only after `next` has returned null.
/// - `next()` gives the next message or event, valid until the next call; null if more bytes are
/// needed, or if
///   there is an error.
/// - `error()` is the first error of the stream, with its offset. It stays until `reset`.
/// - `in_message()`: whether a message was begun and not ended. If the stream ends there, it was cut.
/// - `message_offset()`: where the message that was begun, or the next one, starts in the stream.
/// - `reset()` makes it ready for a new stream.
///
/// Parsers can be moved and not copied: what they give views what they hold.
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
