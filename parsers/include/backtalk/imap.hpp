// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Everything in the library for IMAP.
#pragma once

// IWYU pragma: begin_exports
#include "backtalk/error.hpp"
#include "backtalk/guess.hpp"
#include "backtalk/imap/body_structure.hpp"
#include "backtalk/imap/capability.hpp"
#include "backtalk/imap/command_parser.hpp"
#include "backtalk/imap/envelope.hpp"
#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/flags.hpp"
#include "backtalk/imap/limits.hpp"
#include "backtalk/imap/mailbox.hpp"
#include "backtalk/imap/nstring.hpp"
#include "backtalk/imap/response.hpp"
#include "backtalk/imap/response_code.hpp"
#include "backtalk/imap/response_parser.hpp"
#include "backtalk/imap/search.hpp"
#include "backtalk/imap/sequence_set.hpp"
#include "backtalk/imap/token.hpp"
#include "backtalk/imap/write.hpp"
#include "backtalk/output.hpp"
#include "backtalk/parser.hpp"
#include "backtalk/simd.hpp"
#include "backtalk/tolerate.hpp"
#include "backtalk/version.hpp"
// IWYU pragma: end_exports
