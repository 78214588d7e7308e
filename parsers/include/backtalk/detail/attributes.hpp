// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Attributes that not every compiler knows.
#pragma once

/// Marks the parameter, or behind a member function the object, that the result views. Clang then warns
/// (-Wdangling) when that is a temporary which dies before the view does.
#if defined(__clang__)
#define BACKTALK_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define BACKTALK_LIFETIMEBOUND
#endif
