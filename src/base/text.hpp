// Questions about UTF-8 text and small ways to change it. Pure functions, thread-safe.
// Where a function counts, it counts code points ("张三" is two), which is what limits such as Text<1,80> mean.
// Functions that do not say otherwise want valid UTF-8; the edge refuses everything else before it comes this far.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace yuanliu {

// Well-formed by the Unicode standard: no overlong form, no surrogate, nothing above U+10FFFF. Any input.
bool is_utf8(std::string_view text);

std::size_t count_code_points(std::string_view text);

// The first `n` code points; all of the text when it has fewer. Never cuts a character in two.
std::string_view clip(std::string_view text, std::size_t n);

// Without the white space of Unicode and the invisible marks (zero-width space, byte order mark) at both ends: text
// pasted from chats and spreadsheets is full of them.
std::string_view trim(std::string_view text);

// Characters that no one can see or that turn the line around them: C0 and C1 controls, DEL, and the bidirectional
// overrides with which one name can be made to look like another. `Lines::allowed` lets tab, LF and CR pass.
enum class Lines : bool { refused, allowed };
bool has_control(std::string_view text, Lines lines = Lines::refused);

// A to Z only; every other byte stays.
std::string lower_ascii(std::string_view text);

// For element content and quoted attributes: & < > " '.
std::string escape_html(std::string_view text);

// Adds one CSV cell (RFC 4180: quoted when it must be, quotes doubled). Text that a spreadsheet would run as a formula
// (first character = + - @, a full-width form of these, tab or CR) gets an apostrophe in front; a plain negative number
// does not. The caller writes the commas and ends rows with CRLF.
void append_csv_cell(std::string& out, std::string_view text);

// For "unknown key, did you mean …": the candidate that is the fewest typing mistakes (insert, delete, replace, swap
// neighbours) away from `word`, the first of equals. More than a third of the word's length (but at least one) is too
// far. ASCII case does not count.
std::optional<std::string_view> nearest_word(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace yuanliu
