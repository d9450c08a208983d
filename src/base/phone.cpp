#include "base/phone.hpp"

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>

#include "base/text.hpp"

namespace yuanliu {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr std::size_t text_size_max = 64;
constexpr int china = 86;
constexpr std::string_view home_region = "CN";

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// 1, then 3 to 9, then nine digits. Wider than the metadata of the packaged library on purpose: the ministry gives out
// new prefixes (192, 197 …) faster than Debian gives out libraries.
bool is_mainland_mobile(std::string_view digits) {
    return digits.size() == 11 && digits[0] == '1' && digits[1] >= '3' && all_digits(digits);
}

}  // namespace

std::optional<std::string> normalise_phone(std::string_view text) {
    text = trim(text);
    if (text.empty() || text.size() > text_size_max || !is_utf8(text)) return std::nullopt;
    const std::string_view national = text.starts_with("+86") ? text.substr(3) : text;
    if (is_mainland_mobile(national)) return "+86" + std::string(national);

    const PhoneNumberUtil& library = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    if (library.Parse(std::string(text), std::string(home_region), &number) != PhoneNumberUtil::NO_PARSING_ERROR)
        return std::nullopt;
    if (number.has_extension()) return std::nullopt;
    const bool new_mobile =
        number.country_code() == china && is_mainland_mobile(std::to_string(number.national_number()));
    if (!new_mobile && !library.IsValidNumber(number)) return std::nullopt;
    std::string e164;
    library.Format(number, PhoneNumberUtil::E164, &e164);
    return e164;
}

std::string display_phone(std::string_view e164) {
    if (e164.starts_with("+86") && is_mainland_mobile(e164.substr(3))) {
        return std::string(e164.substr(3, 3)).append(" ").append(e164.substr(6, 4)).append(" ").append(e164.substr(10));
    }
    const PhoneNumberUtil& library = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    const bool read = e164.starts_with('+') && e164.size() <= text_size_max && all_digits(e164.substr(1)) &&
                      library.Parse(std::string(e164), "ZZ", &number) == PhoneNumberUtil::NO_PARSING_ERROR;
    if (!read) return std::string(e164);
    std::string text;
    library.Format(number, number.country_code() == china ? PhoneNumberUtil::NATIONAL : PhoneNumberUtil::INTERNATIONAL,
                   &text);
    return text;
}

}  // namespace yuanliu
