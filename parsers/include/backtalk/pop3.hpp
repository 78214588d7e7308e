// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Everything in the library for POP3.
#pragma once

// IWYU pragma: begin_exports
#include "backtalk/error.hpp"
#include "backtalk/guess.hpp"
#include "backtalk/output.hpp"
#include "backtalk/parser.hpp"
#include "backtalk/pop3/capability.hpp"
#include "backtalk/pop3/command.hpp"
#include "backtalk/pop3/command_parser.hpp"
#include "backtalk/pop3/greeting.hpp"
#include "backtalk/pop3/listing.hpp"
#include "backtalk/pop3/response.hpp"
#include "backtalk/pop3/response_parser.hpp"
#include "backtalk/pop3/write.hpp"
#include "backtalk/simd.hpp"
#include "backtalk/tolerate.hpp"
#include "backtalk/version.hpp"
// IWYU pragma: end_exports
