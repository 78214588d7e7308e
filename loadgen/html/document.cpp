// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/document.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <cstddef>

#include "html/escape.hpp"

namespace backtalk::html {
namespace {

#include "assets.inc"

// As a policy names what an element may contain: 'sha256-...'.
std::string source_of(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
  std::array<unsigned char, std::size_t{2} * EVP_MAX_MD_SIZE> base64{};
  const int octets = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(length));
  return fmt::format("'sha256-{}'",
                     std::string(base64.begin(), base64.begin() + static_cast<std::ptrdiff_t>(octets)));
}

}  // namespace

std::string document(std::string_view title, std::string_view body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {}; script-src "
      "{}; "
      "base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<style>{}</style></head>\n"
      "<body>\n<main>\n{}</main>\n<script>{}</script></body></html>",
      source_of(page_css), source_of(page_js), escaped(title), page_css, body, page_js);
}

}  // namespace backtalk::html
