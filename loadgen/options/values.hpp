// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The structs that options set, and their members, with the type of the struct erased. So one
/// table, one command line and one JSON object can have options of several structs.
#pragma once

namespace backtalk::options {

/// The base of every struct of options. The default values of its members are those of the options.
struct Values {
  friend bool operator==(const Values&, const Values&) = default;
};

/// A member of one such struct. `values` must be an object of that struct, or of one derived from
/// it.
template <class Value>
struct Member {
  Value& (*in)(Values& values);
  const Value& (*of)(const Values& values);
};

namespace detail {

template <class Pointer>
struct PointedTo;

template <class Struct, class Member>
struct PointedTo<Member Struct::*> {
  using Owner = Struct;
  using Value = Member;
};

}  // namespace detail

/// `member<&SmtpOptions::from>()`
template <auto kPointer>
[[nodiscard]] constexpr auto member() {
  using Owner = typename detail::PointedTo<decltype(kPointer)>::Owner;
  using Value = typename detail::PointedTo<decltype(kPointer)>::Value;
  return Member<Value>{
      .in = [](Values& values) -> Value& { return static_cast<Owner&>(values).*kPointer; },
      .of = [](const Values& values) -> const Value& { return static_cast<const Owner&>(values).*kPointer; }};
}

}  // namespace backtalk::options
