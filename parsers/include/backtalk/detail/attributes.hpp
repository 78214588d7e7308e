// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Attributes that not every compiler supports.
#pragma once

/// Marks the parameter (after a member function: the object) that the result is a view of. Clang
/// then warns (-Wdangling) if it is a temporary that is destroyed before the view.
#if defined(__clang__)
#define BACKTALK_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define BACKTALK_LIFETIMEBOUND
#endif
