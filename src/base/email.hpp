// E-mail addresses: the part of RFC 5321 that real addresses use. Pure functions, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace yuanliu {

// The address as it is stored and written to: trimmed, the domain in lower case (its ASCII letters; 例子.公司 stays).
// The part before the @ keeps its case, because the standard leaves its meaning to the receiver. nullopt unless: local
// part of 1 to 64 ASCII letters, digits and !#$%&'*+-/=?^_`{|}~ with single dots inside; a domain of at least two
// labels, each 1 to 63 bytes of letters, digits, inner hyphens or letters beyond ASCII; 254 bytes in all. Quoted local
// parts, comments and bare IP addresses are refused.
std::optional<std::string> normalise_email(std::string_view text);

// For comparing and looking up: the normal form with its local part in lower case too, since no mail host in use tells
// Zhang@ from zhang@.
std::string email_key(std::string_view normalised);

}  // namespace yuanliu
