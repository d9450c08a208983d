// Bytes as text: base64 (RFC 4648 section 4, padded), base64url (section 5, unpadded) and lower-case hexadecimal.
// Decoding is strict, so that each value has exactly one text: no space, no foreign alphabet, no stray padding, no
// left-over bits, no odd length. Whatever breaks that is nullopt.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace yuanliu {

std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);

std::string base64url_encode(std::string_view bytes);
std::optional<std::string> base64url_decode(std::string_view text);

std::string hex_encode(std::string_view bytes);
// Reads upper and lower case alike: other people's systems print both.
std::optional<std::string> hex_decode(std::string_view text);

}  // namespace yuanliu
