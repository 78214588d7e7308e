// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Everything in the library for SMTP.
#pragma once

// IWYU pragma: begin_exports
#include "backtalk/error.hpp"
#include "backtalk/guess.hpp"
#include "backtalk/output.hpp"
#include "backtalk/parser.hpp"
#include "backtalk/simd.hpp"
#include "backtalk/smtp/command.hpp"
#include "backtalk/smtp/command_parser.hpp"
#include "backtalk/smtp/ehlo.hpp"
#include "backtalk/smtp/enhanced_code.hpp"
#include "backtalk/smtp/reply.hpp"
#include "backtalk/smtp/reply_parser.hpp"
#include "backtalk/smtp/write.hpp"
#include "backtalk/tolerate.hpp"
#include "backtalk/version.hpp"
// IWYU pragma: end_exports
