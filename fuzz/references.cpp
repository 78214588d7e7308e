#include "backtalk/fuzz/references.hpp"

#include <array>
#include <utility>

namespace backtalk::fuzz {

Reference find_reference(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Reference>, 3> kReferences{
      {{"pop3_responses", pop3_responses}, {"smtp_commands", smtp_commands}, {"smtp_replies", smtp_replies}}};
  for (const auto& [known, reference] : kReferences) {
    if (known == name) return reference;
  }
  return nullptr;
}

}  // namespace backtalk::fuzz
