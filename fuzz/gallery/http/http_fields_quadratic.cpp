// SPDX-License-Identifier: Apache-2.0 OR MIT
// Searches all earlier fields for each field.
#include "messages.hpp"

namespace backtalk::gallery {
namespace {

class HttpFieldsQuadratic final : public Messages {
  void look_for(std::string_view name) override { examined(name.size() + 4 * values_.size()); }
};

const Shown show_http_fields_quadratic{{.target = messages_target("http_fields_quadratic"),
                                        .bug = "quadratic in the fields of a head",
                                        .seen_in = "many maps that are lists",
                                        .found_by = "work",
                                        .make = make_parser<HttpFieldsQuadratic>}};

}  // namespace
}  // namespace backtalk::gallery
