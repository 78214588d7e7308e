// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/imaptest_settings.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "script/limits.hpp"
#include "text/nearest.hpp"
#include "text/whole_number.hpp"

namespace backtalk::script {
namespace {

constexpr std::string_view kSpaces = " \t";
constexpr std::size_t kKindsMax = 16;
constexpr std::size_t kNameMax = 20;
constexpr std::size_t kItemsMax = 1000;
constexpr std::uint64_t kWhole = 100;
constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kDay = 86'400 * kSecond;
constexpr std::uint64_t kWeekNs = 7 * kDay;

std::string_view bare(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpaces), text.size()));
  return text.substr(0, text.find_last_not_of(kSpaces) + 1);
}

// Dovecot's units may be cut short: "s", "sec", "secs".
struct Unit {
  std::string_view name;
  std::size_t least;  // octets
  std::uint64_t ns;
};
constexpr std::array kUnits{Unit{"milliseconds", 4, kSecond / 1000},
                            Unit{"msecs", 2, kSecond / 1000},
                            Unit{"secs", 1, kSecond},
                            Unit{"seconds", 1, kSecond},
                            Unit{"mins", 1, 60 * kSecond},
                            Unit{"minutes", 1, 60 * kSecond},
                            Unit{"hours", 1, 3600 * kSecond},
                            Unit{"days", 1, kDay}};

// "10s", "3 min", "5 mins"; nullopt: not a time, or more than a week.
std::optional<std::uint64_t> read_time(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto count = text::read_whole_number(text.substr(0, digits));
  const std::string_view name = bare(text.substr(digits));
  if (!count) return std::nullopt;
  if (*count == 0 && name.empty()) return 0;
  for (const Unit& unit : kUnits) {
    if (name.size() < unit.least || !unit.name.starts_with(name)) continue;
    if (*count > kWeekNs / unit.ns) return std::nullopt;
    return *count * unit.ns;
  }
  return std::nullopt;
}

template <class Section>
struct Setting {
  enum class Kind : std::uint8_t { time, per_cent, items, yes_or_no, protocol, ignored };
  std::string_view name;
  Kind kind = Kind::ignored;
  std::uint64_t Section::* number = nullptr;
  std::string Section::* text = nullptr;
  bool Section::* flag = nullptr;
};

using UserSetting = Setting<ImaptestUser>;
using ClientSetting = Setting<ImaptestClient>;

constexpr UserSetting user_time(std::string_view name, std::uint64_t ImaptestUser::* place) {
  return {.name = name, .kind = UserSetting::Kind::time, .number = place};
}
constexpr UserSetting user_share(std::string_view name, std::uint64_t ImaptestUser::* place) {
  return {.name = name, .kind = UserSetting::Kind::per_cent, .number = place};
}

// Those that are ignored say who the users are, which is a matter of --users.
constexpr std::array kUserSettings{
    user_share("count", &ImaptestUser::share),
    user_time("mail_session_length", &ImaptestUser::session_length),
    user_time("mail_inbox_delivery_interval", &ImaptestUser::inbox_delivery_interval),
    user_time("mail_spam_delivery_interval", &ImaptestUser::spam_delivery_interval),
    user_time("mail_send_interval", &ImaptestUser::send_interval),
    user_time("mail_action_delay", &ImaptestUser::action_delay),
    user_time("mail_action_repeat_delay", &ImaptestUser::action_repeat_delay),
    user_time("mail_write_duration", &ImaptestUser::write_duration),
    user_share("mail_inbox_reply_percentage", &ImaptestUser::reply_percentage),
    user_share("mail_inbox_delete_percentage", &ImaptestUser::delete_percentage),
    user_share("mail_inbox_move_percentage", &ImaptestUser::move_percentage),
    user_share("mail_inbox_move_filter_percentage", &ImaptestUser::move_filter_percentage),
    UserSetting{.name = "username_format"},
    UserSetting{.name = "username_start_index"},
    UserSetting{.name = "userfile"},
    UserSetting{.name = "mail_write_size"}};

constexpr std::array kClientSettings{
    ClientSetting{.name = "count", .kind = ClientSetting::Kind::per_cent, .number = &ImaptestClient::share},
    ClientSetting{.name = "protocol", .kind = ClientSetting::Kind::protocol, .flag = &ImaptestClient::pop3},
    ClientSetting{.name = "imap_idle", .kind = ClientSetting::Kind::yes_or_no, .flag = &ImaptestClient::idle},
    ClientSetting{.name = "imap_fetch_immediate",
                  .kind = ClientSetting::Kind::items,
                  .text = &ImaptestClient::fetch_immediate},
    ClientSetting{.name = "imap_fetch_manual",
                  .kind = ClientSetting::Kind::items,
                  .text = &ImaptestClient::fetch_manual},
    ClientSetting{.name = "connection_max_count"},
    ClientSetting{.name = "pop3_keep_mails",
                  .kind = ClientSetting::Kind::yes_or_no,
                  .flag = &ImaptestClient::keeps_mails},
    ClientSetting{.name = "login_interval",
                  .kind = ClientSetting::Kind::time,
                  .number = &ImaptestClient::login_interval}};

constexpr std::array<std::string_view, 4> kGlobal{"total_user_count", "rampup_time", "lmtp_port",
                                                  "lmtp_max_parallel_count"};

bool is_items(std::string_view text) {
  return !text.empty() && text.size() <= kItemsMax &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

class SettingsReader {
 public:
  std::variant<ImaptestProfile, Error> read(std::string_view text) {
    if (text.size() > kScriptOctetsMax)
      return Error{1, 1, "a profile has at most " + std::to_string(kScriptOctetsMax) + " octets"};
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      if (auto problem = read_line(text.substr(0, end))) return *std::move(problem);
      text.remove_prefix(std::min(end + 1, text.size()));
      ++number_;
    }
    if (in_ != In::profile) return Error{begun_, 1, "this section has no line `}`"};
    if (auto problem = check()) return *std::move(problem);
    return std::move(profile_);
  }

 private:
  enum class In : std::uint8_t { profile, user, client };

  [[nodiscard]] Error error(std::string sentence) const {
    return {number_, static_cast<std::uint32_t>(indent_ + 1), std::move(sentence)};
  }

  Problem read_line(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    indent_ = std::min(line.find_first_not_of(kSpaces), line.size());
    line = bare(line);
    if (line.empty() || line.front() == '#') return std::nullopt;
    if (in_ != In::profile && line == "}") {
      in_ = In::profile;
      return std::nullopt;
    }
    const std::size_t sign = line.find('=');
    if (sign != std::string_view::npos)
      return read_setting(bare(line.substr(0, sign)), bare(line.substr(sign + 1)));
    if (in_ == In::profile && line.ends_with('{'))
      return begin_section(bare(line.substr(0, line.size() - 1)));
    return error(in_ == In::profile ? "expected `NAME = VALUE`, `user NAME {` or `client NAME {`"
                                    : "expected `NAME = VALUE` or `}`");
  }

  Problem begin_section(std::string_view title) {
    const std::string_view kind = title.substr(0, title.find_first_of(kSpaces));
    const std::string_view name = bare(title.substr(kind.size()));
    if (kind != "user" && kind != "client") return error("expected `user NAME {` or `client NAME {`");
    if (name.size() > kNameMax ||
        !std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~' && c != '{'; }))
      return error("a name has at most " + std::to_string(kNameMax) + " letters, and no spaces");
    begun_ = number_;
    in_ = kind == "user" ? In::user : In::client;
    const std::size_t before = in_ == In::user ? profile_.users.size() : profile_.clients.size();
    if (before == kKindsMax)
      return error("a profile has at most " + std::to_string(kKindsMax) + " kinds of users, and of clients");
    const std::string known = name.empty() ? std::string(kind) : std::string(name);
    if (in_ == In::user) {
      profile_.users.emplace_back().name = known;
    } else {
      profile_.clients.emplace_back().name = known;
    }
    return std::nullopt;
  }

  Problem read_setting(std::string_view name, std::string_view value) {
    switch (in_) {
      case In::profile: return read_global(name, value);
      case In::user: return read_of(kUserSettings, name, value, profile_.users.back());
      case In::client: return read_of(kClientSettings, name, value, profile_.clients.back());
    }
    return std::nullopt;
  }

  [[nodiscard]] Error unknown(std::string_view name, const std::vector<std::string>& names) const {
    std::string sentence = "imaptest has no setting " + quoted(name) + " here";
    if (const auto meant = text::nearest(name, names)) sentence += ": did you mean " + *meant + "?";
    return error(sentence);
  }

  Problem read_global(std::string_view name, std::string_view value) {
    if (std::ranges::find(kGlobal, name) == kGlobal.end())
      return unknown(name, std::vector<std::string>(kGlobal.begin(), kGlobal.end()));
    if (name == "rampup_time") {
      const auto time = read_time(value);
      if (!time) return error("expected a time such as `rampup_time = 30s`");
      profile_.rampup = *time;
    }
    if (name == "total_user_count") {
      const auto count = text::read_whole_number(value);
      if (!count) return error("expected a number, as `total_user_count = 1000`");
      profile_.users_total = *count;
    }
    return std::nullopt;
  }

  template <class Settings, class Section>
  Problem read_of(const Settings& settings, std::string_view name, std::string_view value, Section& section) {
    const auto found = std::ranges::find(settings, name, &Setting<Section>::name);
    if (found != settings.end()) return read_value(*found, value, section);
    std::vector<std::string> names;
    names.reserve(settings.size());
    for (const auto& one : settings) names.emplace_back(one.name);
    return unknown(name, names);
  }

  template <class Section>
  Problem read_value(const Setting<Section>& setting, std::string_view value, Section& section) {
    using Kind = typename Setting<Section>::Kind;
    const std::string name(setting.name);
    switch (setting.kind) {
      case Kind::ignored: break;
      case Kind::time: {
        const auto time = read_time(value);
        if (!time) return error("expected a time such as `" + name + " = 10s` or `3 min`");
        section.*setting.number = *time;
        break;
      }
      case Kind::per_cent: {
        if (value.ends_with('%')) value.remove_suffix(1);
        const auto share = text::read_whole_number(value);
        if (!share || *share > kWhole)
          return error("expected a percentage from 0 to 100, as `" + name + " = 50`");
        section.*setting.number = *share;
        break;
      }
      case Kind::items:
        if (!is_items(value))
          return error("expected items of FETCH, at most " + std::to_string(kItemsMax) + " octets");
        section.*setting.text = value;
        break;
      case Kind::yes_or_no:
        if (value != "yes" && value != "no") return error("expected `" + name + " = yes` or `no`");
        section.*setting.flag = value == "yes";
        break;
      case Kind::protocol:
        if (value != "imap" && value != "pop3") return error("expected `protocol = imap` or `pop3`");
        section.*setting.flag = value == "pop3";
        break;
    }
    return std::nullopt;
  }

  [[nodiscard]] Problem check() const {
    const auto sum = [](const auto& sections) {
      std::uint64_t all = 0;
      for (const auto& one : sections) all += one.share;
      return all;
    };
    if (profile_.users.empty() || sum(profile_.users) != kWhole)
      return Error{1, 1,
                   "the `count` of all users add up to 100 %, and here it is " +
                       std::to_string(sum(profile_.users)) + " %"};
    if (profile_.clients.empty() || sum(profile_.clients) < kWhole)
      return Error{1, 1,
                   "the `count` of all clients add up to 100 % at least, and here it is " +
                       std::to_string(sum(profile_.clients)) + " %"};
    return std::nullopt;
  }

  ImaptestProfile profile_;
  In in_ = In::profile;
  std::uint32_t begun_ = 1;  // the line of the section
  std::uint32_t number_ = 1;
  std::size_t indent_ = 0;
};

}  // namespace

std::variant<ImaptestProfile, Error> read_imaptest_settings(std::string_view text) {
  return SettingsReader().read(text);
}

}  // namespace backtalk::script
