// Reading request targets strictly: what cannot be read in exactly one way is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yuanliu::http {

// True for well-formed UTF-8 (no overlong form, no surrogate, nothing above U+10FFFF).
bool is_utf8(std::string_view text) noexcept;

// The decoded path. Nothing for: no leading slash, a bad escape, an encoded slash, backslash, dot segment or control
// byte, invalid UTF-8. A plain path is returned as it stands.
std::optional<std::string> decode_path(std::string_view raw);

using Query = std::vector<std::pair<std::string, std::string>>;

// The decoded pairs of a query, in order; `+` is a space, a missing `=` an empty value, an empty pair nothing.
// Nothing for: a bad escape, a control byte other than an encoded tab or line break, invalid UTF-8.
std::optional<Query> decode_query(std::string_view raw);

// A key that occurs more than once.
std::optional<std::string> duplicate_key(const Query& query);

}  // namespace yuanliu::http
