// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "terminal/editor.hpp"

#include <histedit.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <clocale>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cwchar>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "talk/completion.hpp"
#include "terminal/hidden_text.hpp"
#include "terminal/history_file.hpp"
#include "terminal/place.hpp"
#include "terminal/terminal_mode.hpp"
#include "terminal/utf8.hpp"

namespace backtalk::terminal {
namespace {

using talk::Attendant;
using talk::LineKind;

constexpr std::wstring_view kPrompt = L"C: ";
// ^V and ^Q make text of the key behind them, which libedit reads itself.
constexpr wchar_t kQuotes = L'V' & 0x1F;
constexpr wchar_t kQuotesToo = L'Q' & 0x1F;

struct Ended {
  void operator()(EditLine* editor) const { el_end(editor); }
  void operator()(HistoryW* history) const { history_wend(history); }
};

// libedit shows what the locale can; nearly all terminals show UTF-8.
void choose_characters() {
  std::setlocale(LC_CTYPE, "");
  if (std::string_view(nl_langinfo(CODESET)) != "UTF-8") std::setlocale(LC_CTYPE, "C.UTF-8");
}

class Editor final : public talk::LineSource {
 public:
  Editor(talk::Protocol protocol, const std::string& history_file)
      : protocol_(protocol), mode_(STDIN_FILENO), file_(history_file) {}
  ~Editor() override {
    if (editor_ != nullptr) el_set(editor_.get(), EL_PREP_TERM, 0);
  }
  Editor(const Editor&) = delete;
  Editor& operator=(const Editor&) = delete;

  // False if libedit cannot.
  bool open();

  [[nodiscard]] bool has_line(std::uint64_t) override { return line_.has_value(); }
  [[nodiscard]] std::string_view take() override {
    taken_ = std::exchange(line_, std::nullopt).value_or(std::string());
    return taken_;
  }
  [[nodiscard]] bool ended() const override { return ended_; }
  [[nodiscard]] int descriptor() const override { return STDIN_FILENO; }
  [[nodiscard]] bool is_edited() const override { return true; }
  [[nodiscard]] bool has_local_commands() const override { return true; }
  void edit(Attendant& attendant) override;
  void remember(std::string_view line) override;

 private:
  static Editor& of(EditLine* editor) {
    void* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return *static_cast<Editor*>(self);
  }
  static wchar_t* prompt_of(EditLine* editor) { return of(editor).prompt_.data(); }
  static int key_for(EditLine* editor, wchar_t* key) { return of(editor).next_key(*key) ? 1 : 0; }
  static unsigned char send_by(EditLine* editor, wint_t) { return of(editor).send(); }
  static unsigned char end_by(EditLine* editor, wint_t) { return of(editor).end(); }
  static unsigned char complete_by(EditLine* editor, wint_t) { return of(editor).complete(); }

  void bind(const wchar_t* key, const wchar_t* function);
  bool next_key(wchar_t& key);
  bool next_character(wchar_t& character);
  bool wait_for_octets();
  bool is_hidden(wchar_t key);
  unsigned char send();
  unsigned char end();
  unsigned char complete();
  void list(const std::vector<talk::CommandHelp>& choices);

  // The line as it is, up to the cursor, and whether that is its end.
  [[nodiscard]] std::wstring before_cursor(bool* at_end = nullptr) const;
  // Takes the line off the screen, and shows it again where the cursor is.
  void wipe();
  void show();

  const talk::Protocol protocol_;
  TerminalMode mode_;
  const HistoryFile file_;
  std::unique_ptr<EditLine, Ended> editor_;
  std::unique_ptr<HistoryW, Ended> history_;
  std::wstring prompt_{kPrompt};
  std::string octets_;  // typed, and not used yet
  HiddenText hidden_;
  bool hides_ = false;  // what is typed belongs to a secret
  Attendant* attendant_ = nullptr;
  bool stopped_ = false;
  bool ended_ = false;
  std::optional<std::string> line_;
  std::string taken_;
};

bool Editor::open() {
  choose_characters();
  editor_.reset(el_init("backtalk", stdin, stdout, stderr));
  history_.reset(history_winit());
  if (editor_ == nullptr || history_ == nullptr) return false;
  EditLine* const editor = editor_.get();
  HistEventW event{};
  history_w(history_.get(), &event, H_SETSIZE, static_cast<int>(HistoryFile::kLinesMax));
  history_w(history_.get(), &event, H_SETUNIQUE, 1);
  for (const std::string& line : file_.read()) history_w(history_.get(), &event, H_ENTER, wide(line).c_str());
  el_set(editor, EL_CLIENTDATA, this);
  el_wset(editor, EL_PROMPT, prompt_of);
  el_wset(editor, EL_EDITOR, L"emacs");
  el_wset(editor, EL_HIST, history_w, history_.get());
  el_wset(editor, EL_GETCFN, key_for);
  el_source(editor, nullptr);  // the user's ~/.editrc
  el_wset(editor, EL_ADDFN, L"backtalk-send", L"Send the line", send_by);
  el_wset(editor, EL_ADDFN, L"backtalk-end", L"End the input, or delete a character", end_by);
  el_wset(editor, EL_ADDFN, L"backtalk-complete", L"Complete a command", complete_by);
  bind(L"^M", L"backtalk-send");
  bind(L"^J", L"backtalk-send");
  bind(L"^D", L"backtalk-end");
  bind(L"^I", L"backtalk-complete");
  el_wset(editor, EL_BIND, L"^R", L"em-inc-search-prev", nullptr);
  // What is typed while an answer is due is not shown before it can be edited.
  el_wset(editor, EL_SETTY, L"-x", L"-echo", L"-icanon", nullptr);
  int edits = 0;
  el_wget(editor, EL_EDITMODE, &edits);
  el_set(editor, EL_PREP_TERM, 1);
  TerminalMode::edits();
  return edits != 0;
}

// In both of the modes of vi.
void Editor::bind(const wchar_t* key, const wchar_t* function) {
  el_wset(editor_.get(), EL_BIND, key, function, nullptr);
  el_wset(editor_.get(), EL_BIND, L"-a", key, function, nullptr);
}

void Editor::edit(Attendant& attendant) {
  attendant_ = &attendant;
  stopped_ = false;
  hides_ = false;
  hidden_.clear();
  // The line is not there yet that would have to be shown again.
  static_cast<void>(TerminalMode::take_resumed());
  static_cast<void>(TerminalMode::take_resized());
  int characters = 0;
  el_wgets(editor_.get(), &characters);
  attendant_ = nullptr;
  el_set(editor_.get(), EL_PREP_TERM, 1);
}

// The next key for libedit; false if there is none any more.
bool Editor::next_key(wchar_t& key) {
  while (!stopped_) {
    if (!next_character(key)) {
      if (!wait_for_octets()) return false;
      continue;
    }
    if (!is_hidden(key)) return true;
    switch (hidden_.take(key)) {
      case HiddenText::Event::taken: break;
      case HiddenText::Event::complete: key = L'\r'; return true;
      case HiddenText::Event::left: hides_ = false; return true;
    }
  }
  return false;
}

bool Editor::next_character(wchar_t& character) {
  while (true) {
    const Decoded one = decode(octets_);
    if (one.kind == Decoded::Kind::incomplete) return false;
    octets_.erase(0, one.octets);
    character = one.character;
    if (one.kind == Decoded::Kind::character) return true;
  }
}

// Shows what the server says meanwhile. False if no more octets will come.
bool Editor::wait_for_octets() {
  const Attendant::Event event = attendant_->wait(mode_.descriptor());
  const bool has_key = event == Attendant::Event::readable && TerminalMode::has_key();
  if (TerminalMode::take_resized()) {
    wipe();
    el_resize(editor_.get());
    show();
  }
  if (TerminalMode::take_resumed()) show();
  stopped_ = event == Attendant::Event::stop;
  if (attendant_->has_news() || stopped_) {
    wipe();
    attendant_->show_news();
    if (!stopped_) show();
  }
  if (!has_key) return !stopped_;
  std::array<char, 4096> room{};
  const ssize_t got = ::read(STDIN_FILENO, room.data(), room.size());
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  ended_ = got <= 0;
  if (ended_) return false;
  octets_.append(room.data(), static_cast<std::size_t>(got));
  return true;
}

// Whether the key belongs to a secret.
bool Editor::is_hidden(wchar_t key) {
  if (hides_) return true;
  if (key == L'\r' || key == L'\n') return false;
  bool at_end = false;
  const std::wstring line = before_cursor(&at_end);
  const bool is_text = (key >= L' ' && key != 0x7F) || key == kQuotes || key == kQuotesToo;
  hides_ = at_end && is_text && attendant_->secret_follows(narrow(line));
  return hides_;
}

std::wstring Editor::before_cursor(bool* at_end) const {
  const LineInfoW* const line = el_wline(editor_.get());
  if (at_end != nullptr) *at_end = line->cursor == line->lastchar;
  return {line->buffer, line->cursor};
}

void Editor::wipe() {
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  constexpr std::size_t kColumns = 80;
  const std::size_t rows = rows_above(prompt_ + before_cursor(), known ? size.ws_col : kColumns);
  std::string text = "\r";
  if (rows > 0) text += "\x1b[" + std::to_string(rows) + "A";
  text += "\x1b[J";
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void Editor::show() {
  el_set(editor_.get(), EL_REFRESH);
}

unsigned char Editor::send() {
  const LineInfoW* const line = el_wline(editor_.get());
  line_ = narrow({line->buffer, line->lastchar}) + narrow(hidden_.text());
  wipe();
  hidden_.clear();
  return CC_NEWLINE;
}

unsigned char Editor::end() {
  const LineInfoW* const line = el_wline(editor_.get());
  if (line->buffer == line->lastchar) {
    ended_ = true;
    wipe();
    return CC_EOF;
  }
  if (line->cursor == line->lastchar) return CC_ERROR;
  el_cursor(editor_.get(), 1);
  el_deletestr(editor_.get(), 1);
  return CC_REFRESH;
}

unsigned char Editor::complete() {
  if (attendant_->kind() != LineKind::command) {
    el_winsertstr(editor_.get(), L"\t");
    return CC_REFRESH;
  }
  const talk::Completion completion = talk::complete(protocol_, narrow(before_cursor()));
  if (completion.choices.empty()) return CC_ERROR;
  if (!completion.added.empty()) {
    el_winsertstr(editor_.get(), wide(completion.added).c_str());
    if (completion.choices.size() == 1) return CC_REFRESH;
  }
  list(completion.choices);
  return CC_NORM;
}

void Editor::list(const std::vector<talk::CommandHelp>& choices) {
  constexpr std::size_t kColumns = 16;
  wipe();
  for (const talk::CommandHelp& one : choices) {
    std::string text(one.text);
    text.resize(std::max(text.size() + 1, kColumns), ' ');
    text.append(one.help).append("\n");
    std::fwrite(text.data(), 1, text.size(), stdout);
  }
  show();
}

void Editor::remember(std::string_view line) {
  if (line.empty()) return;
  HistEventW event{};
  history_w(history_.get(), &event, H_ENTER, wide(line).c_str());
  file_.add(line);
}

}  // namespace

bool can_edit() {
  const char* const kind = std::getenv("TERM");
  return isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && kind != nullptr && *kind != 0 &&
         std::strcmp(kind, "dumb") != 0;
}

std::unique_ptr<talk::LineSource> open_editor(talk::Protocol protocol, const std::string& history_file) {
  auto editor = std::make_unique<Editor>(protocol, history_file);
  if (!editor->open()) return nullptr;
  return editor;
}

}  // namespace backtalk::terminal
