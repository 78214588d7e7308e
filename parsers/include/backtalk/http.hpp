// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Everything in the library for HTTP.
#pragma once

// IWYU pragma: begin_exports
#include "backtalk/error.hpp"
#include "backtalk/guess.hpp"
#include "backtalk/http/event.hpp"
#include "backtalk/http/field.hpp"
#include "backtalk/http/head.hpp"
#include "backtalk/http/limits.hpp"
#include "backtalk/http/request_parser.hpp"
#include "backtalk/http/response_parser.hpp"
#include "backtalk/http/write.hpp"
#include "backtalk/output.hpp"
#include "backtalk/parser.hpp"
#include "backtalk/simd.hpp"
#include "backtalk/tolerate.hpp"
#include "backtalk/version.hpp"
// IWYU pragma: end_exports
