// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/http_options.hpp"

#include <array>

#include "session/http_credentials.hpp"
#include "workload/load_options.hpp"

namespace backtalk::workload {
namespace {

namespace kind = options::kind;
using options::Condition;
using options::member;
using options::OptionSpec;
using options::Values;
using O = HttpOptions;

const HttpOptions& own_of(const Values& own) {
  return static_cast<const HttpOptions&>(own);
}

bool has_body(const Values&, const Values& own) {
  return !own_of(own).body_file.empty();
}

bool follows_no_script(const Values&, const Values& own) {
  return !own_of(own).follows_script();
}

bool is_pipelined(const Values& common, const Values&) {
  return static_cast<const LoadOptions&>(common).pipeline > 1;
}

constexpr Condition kWithoutScript{&follows_no_script, "with --script, whose requests say all of it"};
constexpr std::array kFixed{kWithoutScript};
constexpr std::array kBody{kWithoutScript, Condition{&has_body, "without --body"}};
constexpr std::array kPipelined{Condition{&is_pipelined, "without --pipeline 2 or more"}};

constexpr std::array kOptions{
    OptionSpec{"-X,--method", kind::Text{member<&O::method>()},
               "http: GET, HEAD, POST, PUT, DELETE, OPTIONS or PATCH", "method", kFixed},
    OptionSpec{"-H,--header", kind::Texts{member<&O::fields>()},
               "http: a header field, 'Name: value'; repeatable. Host, Connection and Accept replace those "
               "that are sent otherwise",
               "header", kFixed, false, false, &session::without_credentials},
    OptionSpec{"--body", kind::InputFile{member<&O::body_file>()}, "http: a file to send as the body", "body",
               kFixed},
    OptionSpec{"--expect-continue", kind::Flag{member<&O::expect_continue>()},
               "http: send the body when the server says 100 Continue, or after a second", "expect_continue",
               kBody},
    OptionSpec{"--ok", kind::Texts{member<&O::ok>()},
               "http: a status that completes a request, such as 404 or 4xx; repeatable (default: 2xx and "
               "3xx)",
               "ok"},
    OptionSpec{"--pipeline-any-method", kind::Flag{member<&O::pipeline_any>()},
               "http: pipeline POST and PATCH too, although a server may act on them twice if a client "
               "repeats them (RFC 9112 9.3.2)",
               "pipeline_any_method", kPipelined},
};

}  // namespace

std::span<const options::OptionGroup> http_option_groups() {
  static const std::array groups{options::OptionGroup{"HTTP", kOptions, &options::make_values<HttpOptions>},
                                 script_option_group(), user_option_group(), tls_option_group()};
  return groups;
}

}  // namespace backtalk::workload
