// Telephone numbers, by libphonenumber. It is first touched by the first number that is not a mainland mobile (those
// are recognised by their form), so that a start never waits for it. Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace yuanliu {

// E.164 (`+8613800000000`), the one form that is stored, compared and blinded; a number without a country code is
// Chinese. Reads spaces, hyphens, brackets, full-width digits. nullopt for what is no valid number, and for one with an
// extension, which E.164 cannot keep.
std::optional<std::string> normalise_phone(std::string_view text);

// For people: `138 0000 0000` for a Chinese number, `+852 5123 4567` for another. Wants E.164; anything else comes back
// as it is.
std::string display_phone(std::string_view e164);

}  // namespace yuanliu
